"""A run that is worth interrupting, and whether it ended as one that was left alone."""

import numpy as np

from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, Dropout, MaxPool

# Two images an update, and everything that draws random numbers: long epochs, and much to get wrong.
CONFIG = RunConfig(
    dataset="digits",
    layers=(
        Conv(filters=8, kernel_size=3),
        MaxPool(),
        Dropout(),
        Dense(units=32),
        Dense(units=10, activation="linear"),
    ),
    batch_size=2,
    epochs=6,
    rotation=10,
    optimizer="adam",
    schedule="cosine",
)


def is_under_way(run: Run) -> bool:
    """Whether the third epoch or a later one, but not the last, is going on."""
    status = run.status()
    assert status.error is None
    return status.state == "running" and 2 <= status.epoch < status.epochs - 1


def assert_equal(run: Run, alone: Run) -> None:
    """The run is, bit for bit, one that was left alone."""
    assert alone.status().state == run.status().state == "finished"
    assert run.epochs()["epoch"] == list(range(1, run.config.epochs + 1))
    for epoch in range(run.config.epochs + 1):
        paths = alone.snapshot_path(epoch), run.snapshot_path(epoch)
        expected, received = (load_arrays(path, WEIGHTS) for path in paths)
        for key, value in expected.items():
            np.testing.assert_array_equal(value, received[key], err_msg=f"{key} after epoch {epoch}")
    assert run.steps() == alone.steps()
    assert run.status().test_accuracy == alone.status().test_accuracy
