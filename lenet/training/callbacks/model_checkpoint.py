"""The weights of a run after each epoch.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.runs.lease import Lease
from lenet.training.callbacks.callback import Callback
from lenet.training.state import EpochLogs


class ModelCheckpoint(Callback):
    """Saves the snapshots, of epoch 0 (the initial weights), 1, 2, …"""

    def __init__(self, run: Run, lease: Lease) -> None:
        self._run, self._lease = run, lease

    def on_epoch_end(self, logs: EpochLogs) -> None:
        """`save`."""
        self.save()

    def save(self) -> None:
        """The weights after the epochs that are complete. Raises `OSError`, also where the lease is lost."""
        path = self._run.snapshot_path(self.state.epoch)
        save_arrays(path, weights_of(self.state.train_step.model), self._lease.aside)
