"""A loss that is no longer a finite number ends the run.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.errors import Diverged
from lenet.runs.status import DIVERGED
from lenet.training.callbacks.backup_and_restore import BackupAndRestore
from lenet.training.callbacks.callback import Callback
from lenet.training.step_rows import StepRow


class TerminateOnNaN(Callback):
    """Looks at every loss. The first callback to be called, so that no figure of such a loss is written.

    Args:
        backup: its last checkpoint is finite.
    """

    def __init__(self, backup: BackupAndRestore) -> None:
        self._backup = backup

    def on_train_batch_end(self, rows: list[StepRow]) -> None:
        """Raises `Diverged` with the number of the first update whose loss is NaN or infinite."""
        state = self.state
        is_finite = np.isfinite(state.position.losses[-len(state.steps) :])
        if is_finite.all():
            return
        index = int(is_finite.argmin())
        raise Diverged(
            f"{DIVERGED} at step {state.steps[index] + 1} "
            f"(learning rate {state.learning_rates[index]:g}). "
            f"The last good weights, of step {self._backup.step}, are kept. "
            "Start again with a smaller learning rate."
        )
