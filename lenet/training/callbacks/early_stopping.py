"""A run whose validation loss does not become lower any more ends.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.runs.folder import Run
from lenet.runs.history import best_epoch
from lenet.training.callbacks.callback import Callback
from lenet.training.state import EpochLogs


class EarlyStopping(Callback):
    """Ends the run `config.early_stopping` epochs after its best one, or after the last request for more."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def on_train_begin(self) -> None:
        """A run that goes on may have waited long enough."""
        self._look()

    def on_epoch_end(self, logs: EpochLogs) -> None:
        """Once the row of the epoch is written."""
        self._look()

    def _look(self) -> None:
        state, best = self.state, best_epoch(self._run.epochs())
        patience = state.config.early_stopping
        if patience is None or best is None or state.epoch >= state.num_epochs:
            return
        waited = state.epoch - max(best, state.cycles[-1][0])
        if waited >= patience:
            state.stop_reason = (
                f"Stopped early: no lower validation loss for {waited} epochs; the best was epoch {best}."
            )
