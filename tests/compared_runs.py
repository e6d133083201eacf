"""Runs to compare, with curves as a trainer would have written them; for tests that need no training."""

from pathlib import Path

from lenet.comparison.compared_run import ComparedRun, compared_runs
from lenet.runs.config import RunConfig
from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, Layer, MaxPool
from lenet.runs.run_index import list_runs
from tests.curve_rows import append_rows

STEPS_PER_EPOCH = 10
SMALL: tuple[Layer, ...] = (Conv(filters=4, kernel_size=3), MaxPool(), Dense(units=10, activation="softmax"))


def run_with_curves(folder: Path, losses: list[float], seconds: float = 2.0, **settings: object) -> Run:
    """A run with these validation losses, an epoch each of so many seconds, and a row every 5 steps."""
    config = {"dataset": "digits", "layers": SMALL, "epochs": len(losses)} | settings
    run = Run.create(RunConfig.model_validate(config), folder)
    rows = [(epoch, loss, 0.5, loss, 1 - loss, 0.001, seconds) for epoch, loss in enumerate(losses, 1)]
    append_rows(run.path / "epochs.csv", EPOCH_COLUMNS, rows)
    steps = range(5, STEPS_PER_EPOCH * len(losses) + 1, 5)
    append_rows(run.path / "steps.csv", STEP_COLUMNS, [(step, 1 / step, 0.5, 0.001) for step in steps])
    count = {"epoch": len(losses), "steps_per_epoch": STEPS_PER_EPOCH, "step": steps[-1]}
    figures = {"seconds": seconds * len(losses), "test_accuracy": 1 - losses[-1], "test_images": 297}
    run.write_status(run.status().model_copy(update={"state": "finished"} | count | figures))
    return run


def compared(folder: Path, *runs: Run) -> list[ComparedRun]:
    """These beside each other, all of them there."""
    found, problems = compared_runs([run.id for run in runs], list_runs(folder), folder)
    assert problems == []
    return found
