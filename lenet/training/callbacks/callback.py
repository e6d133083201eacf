"""The hooks that a trainer calls, with Keras' names.

Must not import Streamlit, TensorFlow or Keras.
"""

from typing import Any

import numpy as np

from lenet.training.state import EpochLogs, TrainingState
from lenet.training.step_rows import StepRow


class StopTraining(Exception):
    """The person wants the run to stop."""


class Callback:
    """One concern of a run. Each hook does nothing unless it is overridden.

    As in Keras with `steps_per_execution`, a "batch" is one call of the train step, which makes a quarter of
    a second of updates.
    """

    state: TrainingState | None = None  # None: the data and the network are not there yet

    def set_state(self, state: TrainingState) -> None:
        """The data and the network are there."""
        self.state = state

    def on_train_begin(self) -> None:
        """The weights are those to go on from."""

    def on_epoch_begin(self, order: np.ndarray) -> None:
        """The epoch begins, or a run goes on in its midst.

        Args:
            order: (images,) int32, the training images in the order of this epoch.
        """

    def on_train_batch_begin(self) -> None:
        """The updates `state.steps` are made next."""

    def on_train_batch_end(self, rows: list[StepRow]) -> None:
        """The updates `state.steps` are made, and complete these rows of the curves."""

    def on_epoch_end(self, logs: EpochLogs) -> None:
        """`state.epoch` epochs are complete."""

    def on_train_end(self) -> None:
        """Nothing comes any more, however the run ended."""


class CallbackList(Callback):
    """Some callbacks, each called in its turn."""

    def __init__(self, *callbacks: Callback) -> None:
        self.callbacks = callbacks

    def set_state(self, state: TrainingState) -> None:
        self._call("set_state", state)

    def on_train_begin(self) -> None:
        self._call("on_train_begin")

    def on_epoch_begin(self, order: np.ndarray) -> None:
        self._call("on_epoch_begin", order)

    def on_train_batch_begin(self) -> None:
        self._call("on_train_batch_begin")

    def on_train_batch_end(self, rows: list[StepRow]) -> None:
        self._call("on_train_batch_end", rows)

    def on_epoch_end(self, logs: EpochLogs) -> None:
        self._call("on_epoch_end", logs)

    def on_train_end(self) -> None:
        self._call("on_train_end")

    def _call(self, hook: str, *args: Any) -> None:
        for callback in self.callbacks:
            getattr(callback, hook)(*args)
