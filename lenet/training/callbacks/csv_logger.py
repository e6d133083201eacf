"""The curves of a run, as rows of steps.csv and epochs.csv.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS, Rows
from lenet.runs.folder import Run
from lenet.runs.lease import Lease
from lenet.training.callbacks.callback import Callback
from lenet.training.state import EpochLogs
from lenet.training.step_rows import StepRow


class CSVLogger(Callback):
    """Appends the figures of updates and epochs, as long as the run is its owner's: see `lenet.runs.lease`.

    Each hook raises `OSError` where the disk is full, and `LeaseLost`.
    """

    def __init__(self, run: Run, lease: Lease) -> None:
        self._run = run
        self._steps = Rows(run.path / "steps.csv", STEP_COLUMNS, lease)
        self._epochs = Rows(run.path / "epochs.csv", EPOCH_COLUMNS, lease)

    def on_train_begin(self) -> None:
        """Drop the rows of a run that was killed after its last checkpoint."""
        self._steps.keep_until(self.state.position.step)
        self._epochs.keep_until(self.state.epoch)

    def on_train_batch_end(self, rows: list[StepRow]) -> None:
        """Append them."""
        if rows:
            self._steps.append(rows)

    def on_epoch_end(self, logs: EpochLogs) -> None:
        """Append the epoch's row, with its own seconds."""
        seconds = logs.seconds - sum(self._run.epochs()["seconds"])
        figures = (logs.loss, logs.accuracy, logs.val_loss, logs.val_accuracy, logs.learning_rate)
        self._epochs.append([(self.state.epoch, *figures, seconds)])

    def on_train_end(self) -> None:
        """Nothing is appended any more."""
        self._steps.close()
        self._epochs.close()
