"""The figures of a run: what its files say, and what its network has."""

from pathlib import Path

import pytest

from lenet.comparison.measures import MEASURES, figures
from lenet.networks.summary import summarize
from lenet.runs.layers import Dense
from tests.compared_runs import SMALL, compared, run_with_curves


def test_what_the_files_of_a_run_say(runs_folder: Path) -> None:
    first = run_with_curves(runs_folder, [0.6, 0.1, 0.3])
    second = run_with_curves(runs_folder, [0.5], dataset="nowhere")
    (second.path / "epochs.csv").unlink()
    second.write_status(second.status().model_copy(update={"test_accuracy": None, "step": 0}))
    runs = compared(runs_folder, first, second)
    known = summarize(first.config.layers, (8, 8, 1))
    expected = {
        "test-accuracy": 70, "test-error": 30, "best-accuracy": 90, "best-loss": 0.1, "best-epoch": 2,
        "epochs": 3, "parameters": known.parameters, "multiply-adds": known.multiply_adds, "seconds": 6,
        "validation-accuracy": None, "training-loss": None,
    }  # fmt: skip
    assert {key: figures(key, runs)[0] for key in MEASURES} == pytest.approx(expected)
    assert [key for key in MEASURES if figures(key, runs)[1] is not None] == ["epochs"]


def test_a_network_that_does_not_fit_has_no_size(runs_folder: Path) -> None:
    run = run_with_curves(runs_folder, [0.5], layers=(Dense(units=3), *SMALL))
    assert figures("parameters", compared(runs_folder, run)) == [None]
