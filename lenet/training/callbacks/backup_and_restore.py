"""The checkpoint that a run goes on from.

Must not import Streamlit, TensorFlow or Keras.
"""

import time
from pathlib import Path

from lenet.training.callbacks.callback import Callback
from lenet.training.checkpoint import restore_checkpoint, save_checkpoint
from lenet.training.state import EpochLogs
from lenet.training.step_rows import StepRow

SECONDS = 2.0  # between two checkpoints within an epoch


class BackupAndRestore(Callback):
    """Saves the checkpoint now and then, and at the end of every epoch: the last callback to be called.

    What is saved is finite, and complete: rows and snapshot of an epoch that it holds are written.

    Args:
        path: of the checkpoint.
        aside: as `lenet.files.written_aside` takes it.
    """

    def __init__(self, path: Path, aside: Path) -> None:
        self._path, self._aside = path, aside
        self._saved_at = 0.0
        self.step = 0  # that of the checkpoint

    def exists(self) -> bool:
        """Whether there is a checkpoint."""
        return self._path.exists()

    def restore(self) -> bool:
        """Go on from the checkpoint; whether there is one. Raises `WeightsError`."""
        if not self.exists():
            return False
        train_step = self.state.train_step
        self.state.position = restore_checkpoint(self._path, train_step.model, train_step.optimizer)
        self.step = self.state.position.step
        return True

    def save(self) -> None:
        """Save one, unless a weight is not finite, or there is no network yet. Raises `OSError`."""
        if self.state is None:
            return
        train_step, position = self.state.train_step, self.state.position
        if save_checkpoint(self._path, train_step.model, train_step.optimizer, position, self._aside):
            self.step = position.step
        self._saved_at = time.monotonic()

    def on_train_batch_end(self, rows: list[StepRow]) -> None:
        """Save one where it is time to; of a complete epoch once its row and its snapshot are there."""
        if time.monotonic() - self._saved_at > SECONDS and not self.state.is_epoch_complete:
            self.save()

    def on_epoch_end(self, logs: EpochLogs) -> None:
        """`save`."""
        self.save()
