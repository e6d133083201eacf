"""Figures with larger letters, for a projector."""

import plotly.graph_objects as go

from lenet.figures.letters import enlarged, enlarged_spec


def figure(**layout: object) -> go.Figure:
    drawn = go.Figure(go.Scatter(x=[1], y=[1], text=["a"], textfont={"size": [10]}))
    drawn.add_annotation(text="b", font_size=20)
    return drawn.update_layout(margin={"l": 10, "t": 20}, xaxis_tickfont_size=14, **layout)


def test_letters_and_margins_grow_and_a_figure_of_a_fixed_width_keeps_its_drawing() -> None:
    large = enlarged(figure(width=100, height=60), 2.0)
    assert large.layout.xaxis.tickfont.size == 28 and large.layout.annotations[0].font.size == 40
    assert large.layout.font.size == large.layout.yaxis.title.font.size == 24, "12 where it was left open"
    assert list(large.data[0].textfont.size) == [20]
    assert large.layout.margin.to_plotly_json() == {"l": 20, "t": 40}
    assert (large.layout.width, large.layout.height) == (110, 80)


def test_a_figure_as_wide_as_the_page_gets_higher() -> None:
    assert enlarged(figure(height=200), 2.0).layout.height == 400
    assert enlarged(figure(), 2.0).layout.height == 900
    usual = figure()
    assert enlarged(usual, 1.0) == figure() and enlarged(usual, 1.0) is usual


def test_a_specification_keeps_what_it_says() -> None:
    spec = {"mark": "bar", "config": {"view": {"stroke": None}}}
    large = enlarged_spec(spec, 1.5)
    assert large["mark"] == "bar" and large["config"]["view"] == {"stroke": None}
    assert large["config"]["axis"] == {"labelFontSize": 18, "titleFontSize": 18}
    assert enlarged_spec(spec, 1.0) == spec
