"""The learning rate of every update.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.training.callbacks.callback import Callback
from lenet.training.callbacks.run_control import RunControl
from lenet.training.schedules import learning_rate


class LearningRateScheduler(Callback):
    """Sets the rates of the updates that come next: the person's, else those of the run's schedule."""

    def __init__(self, control: RunControl) -> None:
        self._control = control

    def on_train_batch_begin(self) -> None:
        """A rate for each of `state.steps`."""
        self.state.learning_rates = [self._rate(step) for step in self.state.steps]

    def _rate(self, step: int) -> float:
        if self._control.learning_rate is not None:
            return self._control.learning_rate
        return learning_rate(self.state.config, step, len(self.state.batch_sizes), self.state.cycles)
