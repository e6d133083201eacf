"""The event files of a run, read as TensorBoard reads them."""

from pathlib import Path

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

from lenet.errors import LeaseLost
from lenet.runs.curves import STEP_COLUMNS
from lenet.runs.folder import Run
from lenet.runs.lease import Lease
from lenet.training.callbacks.tensorboard import TensorBoard
from tests.training_state import after_epoch, logs, small_state


def tensorboard(run: Run, lease: Lease) -> TensorBoard:
    callback = TensorBoard(run.path / "tensorboard", lease)
    callback.set_state(small_state())
    return callback


def written(path: Path) -> int:
    """The number at the end of an event file's name; as text, the tenth file would come before the ninth."""
    return int(path.suffix.removeprefix("."))


def events(run: Run) -> list[Event]:
    """What TensorBoard reads: the records of all event files, their checksums verified."""
    found = []
    for path in sorted((run.path / "tensorboard").iterdir(), key=written):
        reader = PyRecordReader_New(str(path), 0, b"", None)
        while True:
            try:
                reader.GetNext()
            except Exception as error:  # how it says that this was all
                assert "OutOfRange" in type(error).__name__, error
                break
            found.append(Event.FromString(reader.record()))
    return found


def test_tensorboard_reads_the_curves(run: Run, lease: Lease) -> None:
    first = tensorboard(run, lease)
    first.on_train_batch_end([(1, 2.5, 0.25, 0.5), (938, 1.5, 0.5, 0.25)])
    after_epoch(first.state, 1)
    first.on_epoch_end(logs())
    first.on_train_end()
    again = tensorboard(run, run.take())  # a run that goes on writes a further file
    again.on_train_batch_end([(1000, 0.5, 0.875, 0.125)])
    again.on_train_end()
    curves: dict[str, list[tuple[int, float]]] = {}
    for event in events(run):
        for value in event.summary.value:
            curves.setdefault(value.tag, []).append((event.step, value.simple_value))
    assert curves == {
        "step/loss": [(1, 2.5), (938, 1.5), (1000, 0.5)],
        "step/accuracy": [(1, 0.25), (938, 0.5), (1000, 0.875)],
        "step/learning_rate": [(1, 0.5), (938, 0.25), (1000, 0.125)],
        "epoch/loss": [(1, 1.0)],
        "epoch/accuracy": [(1, 0.5)],
        "epoch/val_loss": [(1, 0.5)],
        "epoch/val_accuracy": [(1, 0.75)],
    }
    assert tuple(tag.removeprefix("step/") for tag in curves if tag.startswith("step/")) == STEP_COLUMNS[1:]


def test_a_run_without_figures_has_no_event_file(run: Run, lease: Lease) -> None:
    callback = tensorboard(run, lease)
    callback.on_train_batch_end([])
    callback.on_train_end()
    assert not (run.path / "tensorboard").exists()


def test_nothing_is_left_to_write_when_the_run_may_be_lost(run: Run, lease: Lease) -> None:
    callback = tensorboard(run, lease)
    callback.on_train_batch_end([(1, 2.5, 0.25, 0.5)])
    assert sum(len(event.summary.value) for event in events(run)) == 3
    callback.on_epoch_end(logs())
    assert sum(len(event.summary.value) for event in events(run)) == 7
    run.take()
    with pytest.raises(LeaseLost, match="was resumed elsewhere"):
        callback.on_train_batch_end([(2, 1.5, 0.5, 0.25)])
    callback.on_train_end()
    assert sum(len(event.summary.value) for event in events(run)) == 7
