"""The figures of the Compare page."""

import numpy as np
import plotly.graph_objects as go
import pytest

from lenet.figures.comparison_figures import Axis, Line, curves_figure, parallel_figure, scatter_figure
from lenet.figures.comparison_matrices import TARGETS, difference_figure, p_value_figure
from lenet.figures.theme import DARK, LIGHT, Palette

X = np.arange(3.0)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_run_with_a_color_is_a_trace_and_all_others_are_one(colors: Palette) -> None:
    lines = [Line(f"thin {each}", None, X, X + each) for each in range(200)]
    mean = Line("mean", colors.series[1], X, X, X - 1, X + 1)
    figure = curves_figure([*lines, Line("one", colors.series[0], X, X), mean], "Epoch", True, False, colors)
    thin, one, low, high, middle = figure.data
    assert len(thin.x) == 200 * 4 and np.isnan(thin.x[3::4].astype(float)).all()
    assert thin.hovertext[4:8] == ("thin 1",) * 4 and thin.line.color == colors.thin
    assert (one.line.color, middle.line.color) == colors.series[:2]
    assert list(low.y) == [-1, 0, 1] and list(high.y) == [1, 2, 3] and high.fill == "tonexty"
    assert figure.layout.yaxis.ticksuffix == " %"
    assert curves_figure([], "Step", False, True, colors).layout.yaxis.type == "log"


def test_an_axis_is_of_numbers_of_powers_of_ten_or_of_words() -> None:
    assert Axis("Rate", [0.1, 0.001, None]).is_wide and not Axis("Epochs", [1, 99]).is_wide
    assert not Axis("Zero", [0.0, 1000.0]).is_wide and not Axis("Nothing", [None, None]).is_wide
    words = Axis("Optimizer", ["sgd", None, "adam", "sgd"])
    assert words.is_of_words and words.words == ["adam", "sgd"]
    np.testing.assert_array_equal(words.numbers, [1, np.nan, 0, 1])


def test_the_front_is_a_line_through_its_points() -> None:
    x, y = Axis("Seconds", [1.0, 2, 3]), Axis("Optimizer", ["a", None, "b"])
    figure = scatter_figure(x, y, ["p", "q", "r"], ["#111111", None, None], np.array([0, 2]), LIGHT)
    line, points = figure.data
    assert list(line.x) == [1, 3] and list(line.y) == ["a", "b"]
    assert points.hovertext == ("q", "r", "p") and list(points.y) == [None, "b", "a"]
    assert points.marker.color == (LIGHT.thin, LIGHT.thin, "#111111"), "over the others"
    assert list(points.marker.size) == [10, 13, 13]
    assert len(scatter_figure(x, y, ["p", "q", "r"], [None] * 3, np.zeros(0, int), LIGHT).data) == 1


def test_parallel_coordinates_have_a_line_of_its_color_for_each_run() -> None:
    axes = [
        Axis("Rate", [0.1, 0.001, 0.01]),
        Axis("Optimizer", ["sgd", "adam", "sgd"]),
        Axis("Loss", [1, None, 3]),
    ]
    figure = parallel_figure(axes, ["#ff0000", "#00ff00", None], LIGHT)
    rate, optimizer, loss = figure.data[0].dimensions
    np.testing.assert_allclose(rate["values"][1::3], [-2, -1, -3])
    np.testing.assert_allclose(rate["values"], np.repeat([-2, -1, -3], 3), atol=0.01)
    assert rate.range[0] < min(rate["values"]) and max(rate["values"]) < rate.range[1]
    assert rate.ticktext == ("0.001", "0.01", "0.1") and optimizer.ticktext == ("adam", "sgd")
    assert list(optimizer["values"][1::3]) == [1, 1, 0] and list(loss["values"][1::3]) == [3, 1, 1]
    line = figure.data[0].line
    shades = [color for _, color in line.colorscale][::2]
    assert [shades[place] for place in line.color[::3]] == [LIGHT.thin, "#ff0000", "#00ff00"]


def texts_of(figure: go.Figure) -> dict[tuple[int, int], str]:
    """(column, row) → what stands there; each once, in a color that is read on what is behind it."""
    found = [
        (place, text)
        for trace in figure.data[1:]
        if trace.mode == "text"
        for *place, text in zip(trace.x, trace.y, trace.text, strict=True)
        if text
    ]
    assert len(found) == len({tuple(place) for place, _ in found})
    return {(int(column), int(row)): text for (column, row), text in found}


def test_of_many_runs_a_line_is_one_pixel() -> None:
    figure = parallel_figure([Axis("Loss", range(100)), Axis("Rate", [1.0] * 100)], [None] * 100, LIGHT)
    loss, rate = figure.data[0].dimensions
    assert list(loss["values"]) == list(range(100)) and rate.range[0] < 1 < rate.range[1]


def test_a_cell_has_the_color_of_who_has_more_there() -> None:
    difference = np.array([[2.0, -1], [0, 0]])
    figure = difference_figure(difference, ["a", "b"], ("#0000ff", "#ff0000"), ("A", "B"), LIGHT)
    heat = figure.data[0]
    assert heat.colorscale[0][1] == "#ff0000" and heat.colorscale[-1][1] == "#0000ff"
    assert (heat.zmin, heat.zmax) == (-2, 2)
    assert texts_of(figure) == {(0, 0): "+2", (1, 0): "−1"}
    assert "more by B" in heat.hovertext[0][1] and "by both" in heat.hovertext[1][0]


def test_a_p_value_is_strong_where_chance_hardly_explains_it() -> None:
    p_values = np.array([[1, 1e-9, np.nan], [1e-9, 1, 0.4], [np.nan, 0.4, 1]])
    only = np.array([[0, 50, -1], [5, 0, 9], [-1, 7, 0]])
    figure = p_value_figure(p_values, only, ["a", "b", "c"], LIGHT)
    shown = np.array(figure.data[0].z)
    assert shown[0, 1] == -shown[1, 0] == 1 and shown[0, 2] == shown[2, 0] == 0
    assert 0 < shown[1, 2] < 0.1 and -0.1 < shown[2, 1] < 0
    assert texts_of(figure) == {
        (1, 0): "<0.001",
        (0, 1): "<0.001",
        (2, 1): "0.40",
        (1, 2): "0.40",
        (2, 0): "–",
        (0, 2): "–",
    }
    target = figure.data[TARGETS]
    assert "Only <b>b</b> is correct: 9" in target.hovertext[5], "row 1, column 2"
    assert list(figure.layout.yaxis.ticktext) == ["a  1", "b  2", "c  3"]
    many = p_value_figure(np.ones((50, 50)), np.zeros((50, 50)), ["x"] * 50, LIGHT)
    assert texts_of(many) == {} and len(many.data) == 1 and not many.layout.xaxis.showticklabels
