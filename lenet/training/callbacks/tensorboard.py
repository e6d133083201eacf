"""The curves and the graph of a run, for TensorBoard.

Must not import Streamlit, TensorFlow or Keras.
"""

from pathlib import Path

from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS
from lenet.runs.event_files import EventFiles
from lenet.runs.lease import Lease
from lenet.training.callbacks.callback import Callback
from lenet.training.state import EpochLogs
from lenet.training.step_rows import StepRow


class TensorBoard(Callback):
    """Writes event files, the first with the first figure.

    After each hook nothing is left for their thread to write, which is when the run may have another owner.
    """

    def __init__(self, folder: Path, lease: Lease) -> None:
        self._folder, self._lease = folder, lease
        self._files: EventFiles | None = None

    def on_train_batch_end(self, rows: list[StepRow]) -> None:
        """The scalars of the rows; the graph once it is compiled and the first point is on the screen."""
        tags = [f"step/{name}" for name in STEP_COLUMNS[1:]]
        for step, *values in rows:
            self._open().scalars(int(step), dict(zip(tags, values, strict=True)))
        if self.state.steps.start == 1:
            self._open().graph(self.state.train_step.graph)
        if self._files:
            self._files.flush()

    def on_epoch_end(self, logs: EpochLogs) -> None:
        """The scalars of the epoch."""
        values = {f"epoch/{name}": getattr(logs, name) for name in EPOCH_COLUMNS[1:5]}
        self._open().scalars(self.state.epoch, values)
        self._files.flush()

    def on_train_end(self) -> None:
        """Write what is left."""
        if self._files:
            self._files.close()

    def _open(self) -> EventFiles:
        """The file to write to. Raises `LeaseLost`."""
        self._lease.check()
        if self._files is None:
            self._files = EventFiles(self._folder)
        return self._files
