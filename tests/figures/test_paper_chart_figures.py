"""The chart of 1998 as bars: two for each classifier, as long as the errors; what is missing says so."""

import pytest

from lenet.evaluation.paper_chart import CLASSIFIERS, Measurement
from lenet.figures.paper_chart_figures import paper_chart_figure
from lenet.figures.theme import DARK, LIGHT, Palette, contrast

ALL = tuple(CLASSIFIERS.values())


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_bars_are_errors_and_the_chosen_one_stands_out(colors: Palette) -> None:
    wrong = " ".join(f"{image}=1" for image in range(140))
    measured = Measurement(
        classifier="lenet-1", seed=0, rejected=0.02, multiply_adds=9, memory=9, seconds=1, wrong=wrong
    )
    figure = paper_chart_figure(ALL, {"lenet-1": (measured,)}, "lenet-1", colors)
    paper, here, *legend = figure.data
    assert [(each.name, each.marker.color) for each in legend] == [
        ("paper of 1998", colors.third), ("here", colors.correct)
    ]  # fmt: skip
    at = list(CLASSIFIERS).index("lenet-1")
    assert (paper.x[at], here.x[at], here.text[at], paper.text[at]) == (1.7, 1.4, "1.40", "1.70")
    assert list(paper.x) == [each.paper_error for each in ALL]
    assert (here.x[0], here.text[0]) == (0, "not measured yet")
    assert figure.layout.yaxis.ticktext[at] == "<b>LeNet-1, 16×16</b>"
    assert figure.layout.xaxis.range[0] == 0 and figure.layout.xaxis.range[1] > 12
    for bars in (here, paper):
        shown = contrast(bars.marker.color[at], colors.paper)
        assert shown > contrast(bars.marker.color[0], colors.paper) > 3


def test_nothing_measured_is_a_chart_of_the_paper() -> None:
    paper, here = paper_chart_figure(ALL, {}, "linear", LIGHT).data[:2]
    assert set(here.x) == {0} and min(paper.x) == 0.7
