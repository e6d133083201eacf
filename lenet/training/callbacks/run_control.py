"""What a person wants of a run that trains: a pause, an end, another learning rate; and what a class lets it.

Must not import Streamlit, TensorFlow or Keras.
"""

import time
from collections.abc import Callable

from lenet.people.hold import is_held
from lenet.people.owner import owner_of
from lenet.runs.folder import Run
from lenet.runs.minutes import minutes_over
from lenet.runs.run_index import list_runs
from lenet.training.callbacks.callback import Callback, StopTraining
from lenet.training.callbacks.status_logger import StatusLogger

PAUSE_SECONDS = 0.1  # between two looks
GIVES_WAY = 15.0  # seconds that a paused run of a class keeps the trainer from others who wait


class RunControl(Callback):
    """Obeys control.json before each call of the train step.

    Args:
        status_logger: says that the run is paused, with a heartbeat.
        before_pause: called before a pause, in which the process may end.
    """

    def __init__(self, run: Run, status_logger: StatusLogger, before_pause: Callable[[], object]) -> None:
        self._run, self._status_logger, self._before_pause = run, status_logger, before_pause
        self._control = run.control()
        self._owner = owner_of(run.path)

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
            StopTraining: the person wants an end; or in a class its minutes are over, or others wait for a
                trainer that is paused.
            RunError: control.json is damaged.
        """
        self._control = self._run.control()
        if self._control.command == "pause":
            self._before_pause()
            self._pause()
        if self._control.command == "stop":
            raise StopTraining
        if self.state is not None and (words := minutes_over(self._run, self.state.position.seconds)):
            self._stop(words)

    def _pause(self) -> None:
        began = time.monotonic()
        while self._control.command == "pause":
            self._status_logger.write(state="paused", message=None)
            time.sleep(PAUSE_SECONDS)
            self._control = self._run.control()
            if self._owner and time.monotonic() - began > GIVES_WAY:
                began = time.monotonic()
                self._give_way()

    def _give_way(self) -> None:
        """Where somebody else waits who wants to train now, and the teacher does not have all wait."""
        if is_held(self._run.path.parent):
            return
        runs = list_runs(self._run.path.parent)
        others = (run for run in runs if run.state == "queued" and run.owner != self._owner)
        if any(Run(self._run.path.parent / run.id).control().command == "run" for run in others):
            self._stop("Paused while others waited: it gave them the trainer. Resume goes on from here.")

    def _stop(self, words: str) -> None:
        if self.state is not None:
            self.state.stop_reason = words
        raise StopTraining
