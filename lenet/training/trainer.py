"""The training of one run: from its folder to its folder, with what `lenet.training.callbacks` do beside it.

A call of the train step (`lenet.training.train_step`) makes about a quarter of a second of updates inside the
graph. Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import errno
import socket
import time

import numpy as np

from lenet.data.splits import epoch_order
from lenet.errors import DatasetError, Diverged, ModelError, RunError, WeightsError
from lenet.formatting import percent
from lenet.networks.weights import set_weights
from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.folder import Run
from lenet.runs.history import best_epoch
from lenet.runs.lease import Lease
from lenet.runs.status import DISK_FULL, Status
from lenet.training import compiled_steps
from lenet.training.callbacks.backup_and_restore import BackupAndRestore
from lenet.training.callbacks.callback import CallbackList, StopTraining
from lenet.training.callbacks.csv_logger import CSVLogger
from lenet.training.callbacks.early_stopping import EarlyStopping
from lenet.training.callbacks.hessian_diagonal import HessianDiagonal
from lenet.training.callbacks.learning_rate_scheduler import LearningRateScheduler
from lenet.training.callbacks.model_checkpoint import ModelCheckpoint
from lenet.training.callbacks.run_control import RunControl
from lenet.training.callbacks.status_logger import Report, StatusLogger
from lenet.training.callbacks.tensorboard import TensorBoard
from lenet.training.callbacks.terminate_on_nan import TerminateOnNaN
from lenet.training.final_model import store_final_model
from lenet.training.preparation import initialize, prepare
from lenet.training.scoring import score
from lenet.training.state import EpochLogs, TrainingState
from lenet.training.steps_per_execution import StepsPerExecutionTuner


def train(run: Run, report: Report | None = None, ticket: str | None = None) -> Status:
    """Train `run` here until it is finished, stopped or failed; go on from its checkpoint if it has one.

    Args:
        run: its folder; every figure and weight goes there.
        report: called with the status whenever that is written.
        ticket: of `Run.queue`; None: take the run, whoever has it.

    Returns:
        The last status. A failure is in it (`state`, `error`), with the reason in words.

    Raises:
        LeaseLost: somebody else goes on with the run; nothing was written since then.
        RunError: the folder is damaged, so that not even a failure can be written into it.
    """
    lease = run.take(ticket, ticket)
    trainer = Trainer(run, lease, report)
    try:
        with lease.kept():
            trainer.fit_or_fail()
    finally:
        trainer.callbacks.on_train_end()
    if trainer.state is not None:
        compiled_steps.keep(trainer.state.train_step)
    return trainer.status_logger.status


class Trainer:
    """One call of `train`: the loop, and who is called beside it."""

    def __init__(self, run: Run, lease: Lease, report: Report | None) -> None:
        self.run, self.lease, self.config, self.cycles = run, lease, run.config, run.cycles()
        self.state: TrainingState | None = None  # None: nothing is loaded yet
        self.tuner = StepsPerExecutionTuner()
        self.status_logger = StatusLogger(
            run, lease, self.tuner, report, error=None, host=socket.gethostname()
        )
        self.snapshots = ModelCheckpoint(run, lease)
        self.backup = BackupAndRestore(run.path / "checkpoint.npz", lease.aside)
        self.control = RunControl(run, self.status_logger, self.backup.save)
        self.callbacks = CallbackList(  # in this order: a checkpoint holds nothing that is not written yet
            self.control,
            LearningRateScheduler(self.control),
            HessianDiagonal(),
            TerminateOnNaN(self.backup),
            CSVLogger(run, lease),
            self.status_logger,
            TensorBoard(run.path / "tensorboard", lease),
            self.snapshots,
            self.backup,
            EarlyStopping(run),
        )

    def fit_or_fail(self) -> None:
        """`fit`; why it fails is written into the run."""
        try:
            self.fit()
        except (Diverged, RunError, DatasetError, ModelError, WeightsError, OSError) as error:
            self.fail(_reason(error))
        except Exception as error:
            self.fail(f"Unexpected {type(error).__name__}: {error}. The last checkpoint is kept.")
            raise

    def fit(self) -> None:
        """Train, test, store."""
        try:
            self.control.obey()  # a run that was stopped while it waited never starts
            self._begin()
            while self.state.epoch < self.state.num_epochs and not self.state.stop_reason:
                self._train_epoch()
            self._end("finished")
        except StopTraining:
            self._end("stopped")

    def _begin(self) -> None:
        """Data, network and compiled train step; the weights of the checkpoint, else the initial ones."""
        self.status_logger.write(state="running", message="Loading the data")
        path, aside = self.run.path, self.lease.aside
        self.state = prepare(self.config, self.cycles, path, aside, self._report_download)
        self.callbacks.set_state(self.state)
        if not self.backup.restore():
            initialize(self.state, path)
            self.snapshots.save()
            self.backup.save()
        self.callbacks.on_train_begin()

    def _report_download(self, received: int, total: int | None) -> None:
        share = f" {percent(received / total, 0)}" if total else ""
        self.status_logger.write(message=f"Downloading the data{share}")

    def _train_epoch(self) -> None:
        """The updates of an epoch, or what is left of them; then its validation."""
        order = epoch_order(self.state.split.train, self.config.seed, self.state.epoch)
        self.callbacks.on_epoch_begin(order)
        while not self.state.is_epoch_complete:
            self._train_steps(order)
        self.callbacks.on_epoch_end(self._validate())

    def _train_steps(self, order: np.ndarray) -> None:
        """Some updates in one call of the train step, then everything that a person sees of them."""
        state, size = self.state, self.config.batch_size
        state.steps = self._next_steps()
        self.callbacks.on_train_batch_begin()
        first = state.steps_of_epoch * size
        images = order[first : first + len(state.steps) * size]
        started = time.perf_counter()
        losses, correct = self._update(images)
        seconds = time.perf_counter() - started
        self.tuner.observe(state.steps, seconds)
        state.advance(losses, correct, seconds)
        self.callbacks.on_train_batch_end(state.rows())

    def _next_steps(self) -> range:
        """As many as a call makes, within the epoch."""
        step = self.state.position.step
        left = len(self.state.batch_sizes) - self.state.steps_of_epoch
        return range(step, step + min(self.tuner.steps_per_execution(step), left))

    def _update(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Losses and correct predictions of each update."""
        rates, first, train_step = self.state.learning_rates, self.state.steps.start, self.state.train_step
        if first == 0:  # a person is waiting for the first point: no compiling before it
            return train_step.first_step(images, rates[0])
        return train_step.steps(images, np.float32(rates), first)

    def _validate(self) -> EpochLogs:
        state, started = self.state, time.perf_counter()
        images = state.split.validation
        loss, accuracy = score(state, state.train_step.logits(images), images)
        state.position.seconds += time.perf_counter() - started
        return state.end_epoch(loss, accuracy)

    def _end(self, outcome: str) -> None:
        """Test the final weights and store them."""
        if self.state is None and not self.backup.exists():
            return self.status_logger.write(state=outcome, message="Stopped before it started.")
        if self.state is None:  # somebody else trained it until now
            self._begin()
        self.backup.save()
        words = [self.state.stop_reason or ""]
        if self.config.keep_best and (best := best_epoch(self.run.epochs())):
            arrays = load_arrays(self.run.snapshot_path(best), WEIGHTS)
            set_weights(self.state.train_step.model, arrays, self.run.id)
            words.append(f"The final model is that of epoch {best}.")
        self.status_logger.write(message="Testing")
        self._store_model()
        self.status_logger.write(state=outcome, eta_seconds=0.0, message=" ".join(words).strip() or None)

    def _store_model(self) -> None:
        loss, accuracy = store_final_model(self.state, self.run.path, self.lease.aside)
        count = len(self.state.split.test)
        self.status_logger.write(test_loss=loss, test_accuracy=accuracy, test_images=count)

    def fail(self, sentence: str) -> None:
        """The last good weights become the run's model, where there are any; unless the run is lost."""
        self.lease.check()
        if self.state is not None:
            try:
                if self.backup.restore():
                    self._store_model()
            except (WeightsError, OSError) as error:
                sentence = f"{sentence} (They could not be stored as a model: {error}.)"
        self.status_logger.write(state="failed", eta_seconds=None, message=None, error=sentence)


def _reason(error: Exception) -> str:
    if not (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return str(error)
    return (
        f"{DISK_FULL}: the run could not be written any more. Free some space, then resume it: "
        "it goes on from its last checkpoint."
    )
