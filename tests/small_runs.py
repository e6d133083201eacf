"""Runs that are over in a second, and what they learned."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, Layer, MaxPool
from lenet.runs.status import Status
from lenet.training.trainer import train

SMALL: tuple[Layer, ...] = (Conv(filters=4, kernel_size=3), MaxPool(), Dense(units=10, activation="softmax"))


def small_config(**changes: object) -> RunConfig:
    settings = {"dataset": "digits", "layers": SMALL, "epochs": 2, "batch_size": 64}
    return RunConfig.model_validate(settings | changes)


def trained(config: RunConfig, folder: Path) -> tuple[Run, Status]:
    run = Run.create(config, folder)
    return run, train(run)


@contextmanager
def finished(config: RunConfig, folder: Path) -> Iterator[Run]:
    """A run that has finished, and goes with the tests that need it."""
    run, status = trained(config, folder)
    assert status.state == "finished"
    yield run
    run.delete()


def weights(run: Run, epoch: int) -> dict[str, np.ndarray]:
    return load_arrays(run.snapshot_path(epoch), WEIGHTS)


def assert_same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> None:
    assert first.keys() == second.keys()
    for key, value in first.items():
        np.testing.assert_array_equal(value, second[key], err_msg=key)
