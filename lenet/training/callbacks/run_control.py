"""What a person wants of a run that trains: a pause, an end, another learning rate.

Must not import Streamlit, TensorFlow or Keras.
"""

import time
from collections.abc import Callable

from lenet.runs.folder import Run
from lenet.training.callbacks.callback import Callback, StopTraining
from lenet.training.callbacks.status_logger import StatusLogger

PAUSE_SECONDS = 0.1  # between two looks


class RunControl(Callback):
    """Obeys control.json before each call of the train step.

    Args:
        status_logger: says that the run is paused, with a heartbeat.
        before_pause: called before a pause, in which the process may end.
    """

    def __init__(self, run: Run, status_logger: StatusLogger, before_pause: Callable[[], object]) -> None:
        self._run, self._status_logger, self._before_pause = run, status_logger, before_pause
        self._control = run.control()

    @property
    def learning_rate(self) -> float | None:
        """The person's, instead of the schedule's; None: the schedule's."""
        return self._control.learning_rate

    def on_train_batch_begin(self) -> None:
        """`obey`."""
        self.obey()

    def obey(self) -> None:
        """Wait while the person wants a pause.

        Raises:
            StopTraining: the person wants an end.
            RunError: control.json is damaged.
        """
        self._control = self._run.control()
        if self._control.command == "pause":
            self._before_pause()
        while self._control.command == "pause":
            self._status_logger.write(state="paused", message=None)
            time.sleep(PAUSE_SECONDS)
            self._control = self._run.control()
        if self._control.command == "stop":
            raise StopTraining
