"""The figures of the Evaluate page: what they draw is what they are given."""

import numpy as np
import plotly.graph_objects as go
import pytest

from lenet.evaluation.calibration import calibration
from lenet.evaluation.metrics import class_reports, normalized
from lenet.figures.confusion_matrix import confusion_figure
from lenet.figures.evaluation_figures import (
    Curves,
    class_figure,
    history_figure,
    rejection_figure,
    reliability_figure,
)
from lenet.figures.theme import DARK, LIGHT, blended, contrast, words_on

COUNTS = np.array([[90, 8, 2], [0, 50, 0], [1, 4, 45]])
NAMES = (("cat", "dog", "a name that is far too long"), ("cat", "dog", "a name that is far too long"))


def matrix(**options: object):
    return confusion_figure(normalized(COUNTS, "true class"), COUNTS, NAMES, LIGHT, **options)


def numbers(figure: go.Figure) -> list[str]:
    """What stands in each cell, of whatever color."""
    return ["".join(each) for each in zip(*(trace.text for trace in figure.data[2:]), strict=True)]


def test_a_point_of_the_confusion_matrix_is_a_cell() -> None:
    cells = matrix().data[0]
    for index, words in enumerate(cells.hovertext):
        row, column = divmod(index, 3)
        assert (cells.x[index], cells.y[index]) == (column, row)
        assert words.startswith(
            f"<b>{NAMES[0][row]}</b>, predicted <b>{NAMES[1][column]}</b>: {COUNTS[row, column]}"
        )
    assert "8.0 % of what is cat" in cells.hovertext[1]
    assert "12.9 % of what is called dog" in cells.hovertext[1]


def test_the_numbers_are_percent_or_counts_and_nothing_for_nothing() -> None:
    assert numbers(matrix()) == ["90.0", "8.0", "2.0", "", "100.0", "", "2.0", "8.0", "90.0"]
    counts = confusion_figure(normalized(COUNTS, "counts"), COUNTS, NAMES, DARK)
    assert numbers(counts) == ["90", "8", "2", "", "50", "", "1", "4", "45"]


def test_errors_have_a_scale_of_their_own() -> None:
    colors = np.array(matrix().data[1].z)
    assert colors[1, 1] == 1 and colors[0, 1] == -1 and colors[1, 0] == 0
    hidden = matrix(hide_diagonal=True)
    assert (np.diag(np.array(hidden.data[1].z)) == 0).all()
    assert numbers(hidden)[::4] == ["", "", ""]


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_every_number_can_be_read_on_its_color(colors) -> None:
    for strength in np.linspace(0, 1, 41):
        for end in (colors.correct, colors.wrong):
            behind = blended(end, colors.paper, strength)
            assert contrast(words_on(behind), behind) >= 4.5, (strength, behind)
    figure = confusion_figure(np.eye(3), np.eye(3, dtype=int), NAMES, colors)
    inks = [trace.textfont.color for trace in figure.data[2:]]
    assert inks == sorted({words_on(colors.correct), words_on(colors.paper)})
    assert [trace.unselected.textfont.color for trace in figure.data[2:]] == inks


def test_a_selected_cell_has_a_frame() -> None:
    assert not matrix().layout.shapes
    (frame,) = matrix(selected=(2, 1)).layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (0.5, 1.5, 1.5, 2.5)


@pytest.mark.parametrize(("size", "has_numbers"), [(2, True), (16, True), (50, False)])
def test_any_number_of_classes_fits(size: int, has_numbers: bool) -> None:
    counts = np.eye(size, dtype=int) * 3
    names = (tuple(map(str, range(size))),) * 2
    figure = confusion_figure(normalized(counts, "counts"), counts, names, LIGHT)
    assert (len(figure.data) > 2) == has_numbers
    assert figure.layout.height <= 560


def test_bars_are_scores_or_what_they_lack() -> None:
    classes = class_reports(COUNTS, NAMES[0])
    missed, alarms = class_figure(classes, True, LIGHT).data
    np.testing.assert_allclose(missed.y, [10, 0, 10], atol=1e-9)
    np.testing.assert_allclose(alarms.y, [100 / 91, 1200 / 62, 200 / 47])
    precision, recall, f1 = class_figure(classes, False, LIGHT).data
    np.testing.assert_allclose(np.array(recall.y), 100 - np.array(missed.y))
    np.testing.assert_allclose(2 / (1 / np.array(precision.y) + 1 / np.array(recall.y)), f1.y)


def test_a_class_without_images_has_no_bars() -> None:
    for figure in (class_figure(class_reports(np.diag([3, 0]), "ab"), each, LIGHT) for each in (True, False)):
        assert all(np.isnan(np.array(bars.y, float)).tolist() == [False, True] for bars in figure.data)


def test_reliability_and_rejection() -> None:
    found = calibration(np.array([True, False, True]), np.array([0.95, 0.95, 0.55]))
    bars, marks, _ = reliability_figure(found, DARK).data
    np.testing.assert_allclose(bars.x, [55, 95])
    np.testing.assert_allclose(bars.y, [100, 50])
    np.testing.assert_allclose(marks.y, [55, 95])
    assert list(bars.text) == ["1", "2"]
    line, mark = rejection_figure(np.array([0, 0.5]), np.array([0.9, 1]), (0.5, 1.0), LIGHT).data
    assert (list(line.y), list(mark.x), list(mark.y)) == ([90, 100], [50], [100])


def test_the_best_epoch_is_marked_and_the_first_steps_do_not_decide_the_scale() -> None:
    curves = Curves([1, 2, 3], [0.9, 0.95, 0.97], [0.93, 0.96, 0.955], [0.1, 3], [0.1, 0.97], (0.98,), 2)
    figure = history_figure(curves, True, LIGHT)
    assert [trace.name for trace in figure.data[1:]] == [
        "training",
        "validation",
        "published",
        "best epoch: 2",
    ]
    assert figure.data[-1].x == (2, 2) and not figure.layout.annotations, "its name is in the legend"
    low, high = figure.layout.yaxis.range
    assert figure.data[-1].y == (low, high) and 88 < low < 90 and 98 < high < 100
    assert figure.data[1].hovertemplate == "epoch %{x}: training %{y:.2f} %<extra></extra>"
    loss = history_figure(curves, False, LIGHT)
    assert loss.data[1].y == (0.9, 0.95, 0.97) and not loss.layout.yaxis.ticksuffix, "a loss is no percentage"
    assert "%{y:.4f}<" in loss.data[1].hovertemplate
    nothing = history_figure(Curves([1], [float("nan")], [float("nan")], [], []), False, DARK)
    assert len(nothing.data) == 3
