"""A run in memory whose figures a test makes up, for callbacks that look at nothing else; no TensorFlow."""

from typing import Any

import numpy as np

from lenet.data.splits import split
from lenet.runs.config import RunConfig
from lenet.runs.layers import Dense
from lenet.training.state import EpochLogs, TrainingState

STEPS = 4  # of an epoch: 200 images in batches of 64, the last of 8


def small_state(
    cycles: tuple[tuple[int, int], ...] = ((0, 3),), train_step: Any = None, **settings: Any
) -> TrainingState:
    config = RunConfig(dataset="digits", layers=(Dense(units=10),), validation="test", **settings)
    return TrainingState(config, cycles, None, train_step, split(config, 200, 50), np.zeros(250, np.int32))


def after_epoch(state: TrainingState, epoch: int) -> TrainingState:
    """The same when so many epochs are complete and their figures are taken."""
    state.position.step = epoch * STEPS
    return state


def logs(val_loss: float = 0.5, seconds: float = 1.0) -> EpochLogs:
    return EpochLogs(1.0, 0.5, val_loss, 0.75, 0.01, seconds)
