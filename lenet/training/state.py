"""A run in memory: its network, its data and how far it is. The trainer and its callbacks share it.

The network and its train step come in as arguments: must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lenet.data.splits import Split
from lenet.runs.config import RunConfig
from lenet.training.checkpoint import Position
from lenet.training.schedules import Cycles
from lenet.training.step_rows import StepRow, step_rows


@dataclass(frozen=True)
class EpochLogs:
    """The figures of a whole epoch; accuracies 0–1.

    Attributes:
        seconds: spent training and validating since the run began.
    """

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    seconds: float


@dataclass
class TrainingState:
    """What lives between two calls of the train step.

    Attributes:
        cycles: see `lenet.training.schedules.learning_rate`.
        model: a Keras model, (N, H, W, C) float32 → (N, classes), with the weights it begins with.
        train_step: its compiled updates, a `lenet.training.train_step.TrainStep`, whose model learns.
        labels: (N,) int32, of the training images followed by the test images.
        steps: the updates of this call of the train step; 0 is the first of the run.
        learning_rates: of each of them.
        stop_reason: a sentence where the run is to end before its last epoch.
    """

    config: RunConfig
    cycles: Cycles
    model: Any
    train_step: Any
    split: Split
    labels: np.ndarray
    position: Position = field(default_factory=Position)
    steps: range = range(0)
    learning_rates: list[float] = field(default_factory=list)
    stop_reason: str | None = None

    @cached_property
    def batch_sizes(self) -> np.ndarray:
        """(steps of an epoch,) int."""
        return batch_sizes(len(self.split.train), self.config.batch_size)

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.position.step // len(self.batch_sizes)

    @property
    def num_epochs(self) -> int:
        """Epochs wanted in all."""
        return sum(self.cycles[-1])

    @property
    def num_steps(self) -> int:
        """Updates wanted in all."""
        return self.num_epochs * len(self.batch_sizes)

    @property
    def steps_of_epoch(self) -> int:
        """Updates made in this epoch."""
        return len(self.position.losses)

    @property
    def is_epoch_complete(self) -> bool:
        """Whether the epoch has all its updates; until its figures are taken."""
        return self.steps_of_epoch == len(self.batch_sizes)

    def advance(self, losses: np.ndarray, correct: np.ndarray, seconds: float) -> None:
        """The updates `steps` are made.

        Args:
            losses: (steps,) float32, the mean of each batch.
            correct: (steps,) int32, correct predictions of each batch.
        """
        position = self.position
        position.step += len(losses)
        position.seconds += seconds
        position.losses = np.append(position.losses, losses)
        position.correct = np.append(position.correct, correct)

    def rows(self) -> list[StepRow]:
        """The rows of the curves that the updates `steps` complete."""
        position = self.position
        first = position.step - self.steps_of_epoch
        return step_rows(position.losses, position.correct, self.learning_rates, first, self.batch_sizes)

    def end_epoch(self, val_loss: float, val_accuracy: float) -> EpochLogs:
        """The figures of the epoch that is complete; the next one has none."""
        position = self.position
        loss = float(np.average(position.losses.astype(np.float64), weights=self.batch_sizes))
        accuracy = float(position.correct.sum() / self.batch_sizes.sum())
        position.losses, position.correct = position.losses[:0], position.correct[:0]
        return EpochLogs(loss, accuracy, val_loss, val_accuracy, self.learning_rates[-1], position.seconds)


def batch_sizes(num_images: int, batch_size: int) -> np.ndarray:
    """(steps of an epoch,) int: all full but the last."""
    return np.minimum(batch_size, num_images - np.arange(0, num_images, batch_size))
