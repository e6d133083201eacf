"""How a run goes, as its status.json says.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
import time
from collections.abc import Callable
from typing import Any

from lenet.runs.curves import STEP_COLUMNS
from lenet.runs.folder import Run
from lenet.runs.history import best_epoch
from lenet.runs.lease import Lease
from lenet.runs.status import Status
from lenet.training.callbacks.callback import Callback
from lenet.training.state import EpochLogs
from lenet.training.step_rows import StepRow
from lenet.training.steps_per_execution import StepsPerExecutionTuner

Report = Callable[[Status], None]


class StatusLogger(Callback):
    """Writes the status, as long as the run is its owner's: see `lenet.runs.lease`.

    Each hook raises `OSError` where the disk is full, and where the lease is lost.

    Args:
        report: called with the status whenever that is written.
        tuner: knows the speed.
        changes: of the status that the run has; written with the next one.
    """

    def __init__(
        self,
        run: Run,
        lease: Lease,
        tuner: StepsPerExecutionTuner,
        report: Report | None = None,
        **changes: Any,
    ) -> None:
        self._run, self._lease, self._tuner, self._report = run, lease, tuner, report
        self.status = run.status().model_copy(update=changes)

    def write(self, **changes: Any) -> None:
        """Change the status and write it, with a heartbeat.

        A figure that is NaN or infinite becomes None, for JSON has no such numbers.
        """
        changes |= {"heartbeat": time.time()}
        finite = {name: None if _is_no_number(value) else value for name, value in changes.items()}
        self.status = self.status.model_copy(update=finite)
        self._run.write_status(self.status, self._lease)
        if self._report:
            self._report(self.status)

    def on_train_begin(self) -> None:
        """Where it goes on, and that it compiles."""
        state = self.state
        sizes = {
            "epochs": state.num_epochs,
            "steps_per_epoch": len(state.batch_sizes),
            "val_images": len(state.split.validation),
        }
        self.write(epoch=state.epoch, step=state.position.step, message="Compiling", **sizes)

    def on_train_batch_end(self, rows: list[StepRow]) -> None:
        """How far it is, how fast, and the figures of the newest row."""
        state = self.state
        changes = {"step": state.position.step, "seconds": state.position.seconds}
        if speed := self._tuner.steps_per_second:
            left = (state.num_steps - state.position.step) / speed
            changes |= {"images_per_second": speed * state.config.batch_size, "eta_seconds": left}
        if rows:
            changes |= dict(zip(STEP_COLUMNS[1:], rows[-1][1:], strict=True))
        self.write(state="running", message=None, **changes)

    def on_epoch_end(self, logs: EpochLogs) -> None:
        """The validation, and which epoch is the best, once its row is written."""
        validation = {"val_loss": logs.val_loss, "val_accuracy": logs.val_accuracy}
        self.write(epoch=self.state.epoch, best_epoch=best_epoch(self._run.epochs()), **validation)


def _is_no_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
