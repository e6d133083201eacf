"""A trainer that dies in the middle of an epoch, for real: SIGKILL, another worker, the same weights."""

from pathlib import Path

import numpy as np
import psutil

from lenet.cluster import Engine
from lenet.config import Conv, Dense, Dropout, MaxPool, RunConfig
from lenet.runs import Run
from lenet.weights import load_arrays
from tests.engine_fixtures import wait_until

# One image an update, and everything that draws random numbers: long epochs, and much to get wrong.
CONFIG = RunConfig(
    dataset="digits",
    layers=(
        Conv(filters=8, kernel_size=3),
        MaxPool(),
        Dropout(),
        Dense(units=32),
        Dense(units=10, activation="linear"),
    ),
    batch_size=1,
    epochs=16,
    rotation=10,
    optimizer="adam",
    schedule="cosine",
)


def _is_under_way(run: Run) -> bool:
    """Whether the third epoch or a later one, but not the last, is going on."""
    status = run.status()
    assert status.error is None
    return status.state == "running" and 2 <= status.epoch < CONFIG.epochs - 1


def _trainer_of(run: Run) -> psutil.Process:
    """The process that trains: of our workers, the one that has the run's event file open."""
    folder = str((run.path / "tensorboard").resolve())
    workers = psutil.Process().children()
    return next(each for each in workers if any(file.path.startswith(folder) for file in each.open_files()))


def test_the_weights_are_those_of_a_run_that_was_left_alone(engine: Engine, tmp_path: Path) -> None:
    alone, killed = Run.create(CONFIG, tmp_path), Run.create(CONFIG, tmp_path)
    engine.submit_training(alone.path)
    engine.submit_training(killed.path)
    wait_until(lambda: _is_under_way(killed), 120)
    _trainer_of(killed).kill()
    assert killed.status().state == "running"
    wait_until(lambda: killed.status().state == "finished", 120)
    assert alone.status().state == "finished"
    for epoch in range(CONFIG.epochs + 1):
        expected, received = load_arrays(alone.snapshot_path(epoch)), load_arrays(killed.snapshot_path(epoch))
        for key, value in expected.items():
            np.testing.assert_array_equal(value, received[key], err_msg=f"{key} after epoch {epoch}")
    assert killed.steps() == alone.steps()
    assert killed.status().test_accuracy == alone.status().test_accuracy
