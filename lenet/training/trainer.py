"""The training of one run: from its folder to its folder, obeying its control.json between chunks of steps.

A chunk is about a quarter of a second of updates inside the graph (`lenet.training.train_step`). Imports
TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import errno
import socket
import time
from functools import cached_property

import numpy as np
import tensorflow as tf

from lenet.data import datasets
from lenet.data.splits import epoch_order, split
from lenet.errors import DatasetError, Diverged, ModelError, RunError, WeightsError
from lenet.networks import saving
from lenet.networks.build import build, logits_model
from lenet.networks.loading import load_model
from lenet.networks.validation import check
from lenet.networks.weights import set_weights, weights_of
from lenet.npz import load_arrays, save_arrays
from lenet.runs.folder import Run
from lenet.runs.lease import Lease
from lenet.runs.status import Status
from lenet.training.checkpoint import Position, restore_checkpoint, save_checkpoint
from lenet.training.forward_pass import num_shards
from lenet.training.losses import loss_of_each
from lenet.training.run_logger import Recorder, Report, step_rows
from lenet.training.schedules import damping, learning_rate
from lenet.training.train_step import Loop, resident

_CHUNK_SECONDS = 0.25
_FIRST_CHUNK = 8  # updates of a call while the speed is unknown
_CHECKPOINT_SECONDS = 2.0
_PATTERNS = 500  # images on which curvature is estimated before each pass, as in the paper; and variances
_PAUSE_SECONDS = 0.1


class _Stopped(Exception):
    """The person wants the run to stop."""


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
    recorder = Recorder(run, lease, report, error=None, host=socket.gethostname())
    training = _Training(run, recorder, lease)
    try:
        with lease.kept():
            training.go_or_fail()
    finally:
        recorder.close()
    return recorder.status


def _reason(error: Exception) -> str:
    if not (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return str(error)
    return (
        "The disk is full: the run could not be written any more. Free some space, then resume it: "
        "it goes on from its last checkpoint."
    )


class _Training:
    """One call of `train`: what lives between two chunks."""

    def __init__(self, run: Run, recorder: Recorder, lease: Lease) -> None:
        self.run, self.recorder, self.lease, self.config = run, recorder, lease, run.config
        self.control, self.cycles = run.control(), run.cycles()
        self.position = Position()
        self.loop: Loop | None = None
        self._checkpoint_path = run.path / "checkpoint.npz"
        self._saved_at = 0.0
        self._steps_per_second = 0.0  # 0: not known yet
        self._compiled = False

    # From start to end

    def go_or_fail(self) -> None:
        """`go`; why it fails is written into the run."""
        try:
            self.go()
        except (Diverged, RunError, DatasetError, ModelError, WeightsError, OSError) as error:
            self.fail(_reason(error))
        except Exception as error:
            self.fail(f"Unexpected {type(error).__name__}: {error}. The last checkpoint is kept.")
            raise

    def go(self) -> None:
        """Train, test, store."""
        try:
            self._obey()  # a run that was stopped while it waited never starts
            self._prepare()
            while self.epoch < sum(self.cycles[-1]) and not self._patience_is_over():
                self._train_epoch()
            self._finish("finished")
        except _Stopped:
            self._finish("stopped")

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.position.step // len(self.batch_sizes)

    @cached_property
    def batch_sizes(self) -> np.ndarray:
        """(steps of an epoch,) int: all full but the last."""
        images, size = len(self.split.train), self.config.batch_size
        return np.minimum(size, images - np.arange(0, images, size))

    def _prepare(self) -> None:
        """Data, network and compiled loop, and the weights to go on from."""
        self.recorder.write(state="running", message="Loading the data")
        path, name, aside = self.run.path, self.config.dataset, self.lease.aside
        dataset = datasets.load_for(path, name, progress=self._say_download, folder=aside)
        problems = check(self.config, dataset.info)
        if problems:
            raise RunError(problems[0])
        images, labels = resident(dataset, self.config.pad_to)
        self.labels = labels.numpy()
        self.split = split(self.config, len(dataset.y_train), len(dataset.y_test))
        config, shape = self.config, images.shape[1:]
        self.model = build(config.layers, shape, config.seed, config.initializer)
        shards = num_shards(self.config.batch_size, int(self.batch_sizes.min()))
        self.loop = Loop(self.config, logits_model(self.model), images, labels, shards)
        self._restore()
        sizes = {"epochs": sum(self.cycles[-1]), "steps_per_epoch": len(self.batch_sizes)}
        self.recorder.write(epoch=self.epoch, step=self.position.step, message="Compiling", **sizes)

    def _say_download(self, received: int, total: int | None) -> None:
        share = f" {received / total:.0%}" if total else ""
        self.recorder.write(message=f"Downloading the data{share}")

    def _restore(self) -> None:
        """The checkpoint, else the initial weights."""
        if self._checkpoint_path.exists():
            self.position = restore_checkpoint(self._checkpoint_path, self.loop.model, self.loop.optimizer)
        else:
            self._set_initial_weights()
            save_arrays(self.run.snapshot_path(0), weights_of(self.model), self.lease.aside)
            self._save_checkpoint()
        self.recorder.go_on_from(self.position.step, self.epoch)

    def _set_initial_weights(self) -> None:
        """Those of another model, or scaled by the images, where the config asks for that."""
        if source := self.config.initial_weights:
            set_weights(self.model, load_model(source, self.run.path.parent).arrays(), source)
        elif self.config.initializer == "lsuv":
            self.loop.give_unit_variance(epoch_order(self.split.train, self.config.seed, 0)[:_PATTERNS])

    # One epoch

    def _train_epoch(self) -> None:
        epoch = self.epoch
        order = epoch_order(self.split.train, self.config.seed, epoch)
        if self.config.optimizer == "levenberg_marquardt" and not len(self.position.losses):
            self.loop.look_at_curvature(order[:_PATTERNS], damping(self.config, epoch))
        while self.epoch == epoch:
            self._obey()
            self._train_chunk(order)
        self._end_epoch()

    def _train_chunk(self, order: np.ndarray) -> None:
        """Some updates in one call, then everything that a person sees of them."""
        done, size = len(self.position.losses), self.config.batch_size
        count = min(self._chunk_length(), len(self.batch_sizes) - done)
        rates = [self._rate(self.position.step + step) for step in range(count)]
        images = order[done * size : (done + count) * size]
        started = time.perf_counter()
        losses, correct = self._update(images, rates)
        self._advance(losses, correct, time.perf_counter() - started)
        self._record(rates)

    def _chunk_length(self) -> int:
        """Updates that take about a quarter of a second; few while the speed is unknown, and one at first."""
        if self.position.step == 0:
            return 1
        if not self._steps_per_second:
            return _FIRST_CHUNK
        return max(1, round(self._steps_per_second * _CHUNK_SECONDS))

    def _update(self, images: np.ndarray, rates: list[float]) -> tuple[np.ndarray, np.ndarray]:
        """Losses and right answers of each update."""
        if self.position.step == 0:  # a person is waiting for the first point: no compiling before it
            return self.loop.first_step(images, rates[0])
        return self.loop.steps(images, np.float32(rates), self.position.step)

    def _rate(self, step: int) -> float:
        """The learning rate of that update: the person's, else the schedule's."""
        if self.control.learning_rate is not None:
            return self.control.learning_rate
        return learning_rate(self.config, step, len(self.batch_sizes), self.cycles)

    def _advance(self, losses: np.ndarray, correct: np.ndarray, seconds: float) -> None:
        position = self.position
        if not np.isfinite(losses).all():
            raise Diverged(self._diverged(position.step + int(np.isfinite(losses).argmin()) + 1))
        if self._compiled:
            self._steps_per_second = len(losses) / seconds
        self._compiled = position.step > 0  # the first update of all is not compiled, the next call compiles
        position.step += len(losses)
        position.seconds += seconds
        position.losses = np.append(position.losses, losses)
        position.correct = np.append(position.correct, correct)

    def _diverged(self, step: int) -> str:
        kept = int(load_arrays(self._checkpoint_path, "position/step")["position/step"])
        return (
            f"The loss became NaN or infinite at step {step} (learning rate {self._rate(step - 1):g}). "
            f"The last good weights, of step {kept}, are kept. Start again with a smaller learning rate."
        )

    def _record(self, rates: list[float]) -> None:
        position, size = self.position, len(self.batch_sizes)
        first = position.step - len(position.losses)
        self.recorder.steps(step_rows(position.losses, position.correct, rates, first, self.batch_sizes))
        changes = {"step": position.step, "seconds": position.seconds}
        if speed := self._steps_per_second:
            left = (sum(self.cycles[-1]) * size - position.step) / speed
            changes |= {"images_per_second": speed * self.config.batch_size, "eta_seconds": left}
        self.recorder.write(state="running", message=None, **changes)
        if position.step == 1 + len(rates):  # compiled by now, and the first point is on the screen
            self.recorder.graph(self.loop.graph)
        is_due = time.monotonic() - self._saved_at > _CHECKPOINT_SECONDS
        if is_due and len(position.losses) < size:  # the end of an epoch saves after its row and its snapshot
            self._save_checkpoint()

    def _end_epoch(self) -> None:
        """Validate; the epoch's row, snapshot and checkpoint."""
        position = self.position
        loss = float(np.average(position.losses.astype(np.float64), weights=self.batch_sizes))
        accuracy = float(position.correct.sum() / self.batch_sizes.sum())
        started = time.perf_counter()
        validation = self._score(self.loop.logits(self.split.validation), self.split.validation)
        position.seconds += time.perf_counter() - started
        rate = self._rate(position.step - 1)
        self.recorder.epoch(self.epoch, loss, accuracy, validation, rate, position.seconds)
        save_arrays(self.run.snapshot_path(self.epoch), weights_of(self.model), self.lease.aside)
        position.losses, position.correct = position.losses[:0], position.correct[:0]
        self._save_checkpoint()

    def _patience_is_over(self) -> bool:
        """Whether the validation loss has not become lower for long enough, since the last request."""
        best, patience = self.recorder.best_epoch(), self.config.early_stopping
        if best is None or patience is None:
            return False
        waited = self.epoch - max(best, self.cycles[-1][0])
        if waited >= patience:
            words = f"Stopped early: no lower validation loss for {waited} epochs; the best was epoch {best}."
            self.recorder.write(message=words)
        return waited >= patience

    # The end

    def _finish(self, state: str) -> None:
        """Test the final weights and store them."""
        if self.loop is None and not self._checkpoint_path.exists():
            return self.recorder.write(state=state, message="Stopped before it started.")
        if self.loop is None:  # somebody else trained it until now
            self._prepare()
        self._save_checkpoint()
        words = [self.recorder.status.message or ""]
        if self.config.keep_best and (best := self.recorder.best_epoch()):
            set_weights(self.model, load_arrays(self.run.snapshot_path(best)), self.run.id)
            words.append(f"The final model is that of epoch {best}.")
        self.recorder.write(message="Testing")
        self._store_model()
        self.recorder.write(state=state, eta_seconds=0.0, message=" ".join(words).strip() or None)

    def _store_model(self) -> None:
        path, test, aside = self.run.path, self.split.test, self.lease.aside
        logits = self.loop.logits(test)
        arrays = {"labels": self.labels[test], "probabilities": _softmax(logits)}
        save_arrays(path / "evaluation.npz", arrays, aside)
        saving.save(self.model, path / "model.keras", aside)
        loss, accuracy = self._score(logits, test)
        self.recorder.write(test_loss=loss, test_accuracy=accuracy)

    def _score(self, logits: np.ndarray, indices: np.ndarray) -> tuple[float, float]:
        """Mean loss, the run's own, and accuracy of the logits of those images."""
        labels = self.labels[indices]
        losses = loss_of_each(tf.constant(logits), tf.constant(labels), self.config).numpy()
        return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())

    def fail(self, sentence: str) -> None:
        """The last good weights become the run's model, where there are any; unless the run is lost."""
        self.lease.check()
        if self.loop is not None and self._checkpoint_path.exists():
            try:
                restore_checkpoint(self._checkpoint_path, self.loop.model, self.loop.optimizer)
                self._store_model()
            except (WeightsError, OSError) as error:
                sentence = f"{sentence} (They could not be stored as a model: {error}.)"
        self.recorder.write(state="failed", eta_seconds=None, message=None, error=sentence)

    # Between chunks

    def _obey(self) -> None:
        """Read control.json; wait while it says pause. Raises `_Stopped` when it says stop."""
        self.control = self.run.control()
        if self.control.command == "pause" and self.loop is not None:
            self._save_checkpoint()
        while self.control.command == "pause":
            self.recorder.write(state="paused", message=None)
            time.sleep(_PAUSE_SECONDS)
            self.control = self.run.control()
        if self.control.command == "stop":
            raise _Stopped

    def _save_checkpoint(self) -> None:
        model, optimizer, aside = self.loop.model, self.loop.optimizer, self.lease.aside
        save_checkpoint(self._checkpoint_path, model, optimizer, self.position, aside)
        self._saved_at = time.monotonic()


def _log_sum_exp(logits: np.ndarray) -> np.ndarray:
    """(N, K) → (N,), stable."""
    largest = logits.max(axis=1)
    return largest + np.log(np.exp(logits - largest[:, None]).sum(axis=1))


def _softmax(logits: np.ndarray) -> np.ndarray:
    """(N, K) logits → (N, K) probabilities."""
    return np.exp(logits - _log_sum_exp(logits)[:, None])
