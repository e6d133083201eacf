"""Curves over an axis that all runs have, smoothed, and the mean of some."""

from pathlib import Path

import numpy as np
import pytest

from lenet.comparison.curves import Points, band, curve, smoothed
from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS
from lenet.runs.folder import Run
from tests.compared_runs import STEPS_PER_EPOCH, run_with_curves
from tests.curve_rows import append_rows


@pytest.fixture
def run(runs_folder: Path) -> Run:
    return run_with_curves(runs_folder, [0.6, 0.4, 0.3], seconds=2.0)


@pytest.mark.parametrize(
    ("of", "by", "expected"),
    [
        ("validation", "epoch", [1, 2, 3]),
        ("validation", "step", [10, 20, 30]),
        ("validation", "seconds", [2, 4, 6]),
        ("training", "epoch", [0.5, 1, 1.5, 2, 2.5, 3]),
        ("training", "step", [5, 10, 15, 20, 25, 30]),
        ("training", "seconds", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_axes(run: Run, of: str, by: str, expected: list[float]) -> None:
    found = curve(run, STEPS_PER_EPOCH, of, "loss", by)
    np.testing.assert_allclose(found.x, expected)
    wanted = [0.6, 0.4, 0.3] if of == "validation" else [1 / step for step in range(5, 31, 5)]
    np.testing.assert_allclose(found.y, wanted, rtol=1e-6)


def test_a_row_that_is_new_is_read_and_one_that_is_no_number_left_out(run: Run) -> None:
    curve(run, STEPS_PER_EPOCH, "validation", "loss", "epoch")
    append_rows(
        run.path / "epochs.csv", EPOCH_COLUMNS, [(4, 1, 1, float("nan"), 0.9, 0, 2), (5, 1, 1, 0.2, 1, 0, 2)]
    )
    assert list(curve(run, STEPS_PER_EPOCH, "validation", "loss", "epoch").x) == [1, 2, 3, 5]
    assert list(curve(run, STEPS_PER_EPOCH, "validation", "accuracy", "epoch").x) == [1, 2, 3, 4, 5]


def test_steps_of_an_epoch_that_has_no_end_yet_have_no_seconds(run: Run) -> None:
    append_rows(run.path / "steps.csv", STEP_COLUMNS, [(35, 0.1, 0.5, 0.001)])
    assert curve(run, STEPS_PER_EPOCH, "training", "loss", "step").x[-1] == 35
    assert curve(run, STEPS_PER_EPOCH, "training", "loss", "seconds").x[-1] == 6


def test_a_run_without_curves_has_none(runs_folder: Path) -> None:
    run = run_with_curves(runs_folder, [0.5])
    for name in ("epochs.csv", "steps.csv"):
        (run.path / name).unlink()
    for of in ("training", "validation"):
        for by in ("epoch", "step", "seconds"):
            assert not len(curve(run, 0, of, "loss", by).x)


def test_of_a_long_curve_some_hundred_points_are_drawn(runs_folder: Path) -> None:
    run = run_with_curves(runs_folder, [0.5] * 3_000)
    for of in ("training", "validation"):
        found = curve(run, STEPS_PER_EPOCH, of, "loss", "epoch")
        assert 100 < len(found.x) <= 400 and found.x[-1] == 3_000


def test_smoothing_is_tensorboards() -> None:
    values = np.array([4.0, 2.0, 0.0])
    # An average that begins at 0, by the weight that its values have had so far
    expected = [4, (0.5 * 0.5 * 4 + 0.5 * 2) / 0.75, (0.25 * 0.5 * 4 + 0.5 * 0.5 * 2) / 0.875]
    np.testing.assert_allclose(smoothed(values, 0.5), expected)
    assert smoothed(values, 0) is values
    assert (smoothed(np.full(50, 3.0), 0.9) == pytest.approx(3.0)) and not len(smoothed(np.zeros(0), 0.9))


def test_a_mean_is_of_those_that_reach_so_far() -> None:
    short, long = (
        Points(np.array([1.0, 2]), np.array([1.0, 3])),
        Points(np.array([1.0, 3]), np.array([2.0, 4])),
    )
    found = band([short, long, Points(np.zeros(0), np.zeros(0))])
    assert list(found.x) == [1, 2, 3]
    assert list(found.mean) == [1.5, 3, 4] and list(found.low) == [1, 3, 4] and list(found.high) == [2, 3, 4]
    assert not len(band([]).x)
