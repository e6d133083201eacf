"""The rows of the curves whatever the chunks, and a real run folder written as training writes it."""

import sys
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New

from lenet.runs.config import RunConfig
from lenet.runs.curves import STEP_COLUMNS
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.runs.status import Status
from lenet.training.run_logger import ROWS_PER_EPOCH, Recorder, step_rows

RANDOM = np.random.default_rng(5)


def one_epoch(steps: int, last_batch: int = 64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Losses, right answers and sizes of the batches of an epoch whose last batch may be partial."""
    sizes = np.full(steps, 64)
    sizes[-1] = last_batch
    return RANDOM.exponential(size=steps).astype(np.float32), RANDOM.integers(0, sizes + 1, steps), sizes


def in_chunks(
    epoch: tuple[np.ndarray, np.ndarray, np.ndarray], ends: list[int], first_step: int
) -> list[tuple]:
    """All rows of an epoch whose chunks end at `ends`, with step k's learning rate k."""
    losses, correct, sizes = epoch
    rows = []
    for start, end in zip([0, *ends], ends, strict=False):
        rates = [float(first_step + step) for step in range(start + 1, end + 1)]
        rows += step_rows(losses[:end], correct[:end], rates, first_step, sizes)
    return rows


@pytest.mark.parametrize("steps", [1, 2, 99, 100, 199, 200, 938])
@pytest.mark.parametrize("first_step", [0, 938])
def test_the_same_rows_whatever_the_chunks(steps: int, first_step: int) -> None:
    epoch = one_epoch(steps, last_batch=32)
    expected = in_chunks(epoch, [steps], first_step)
    assert in_chunks(epoch, list(range(1, steps + 1)), first_step) == expected
    for _ in range(20):
        cuts = RANDOM.integers(1, steps + 1, RANDOM.integers(0, 12))
        assert in_chunks(epoch, sorted({*map(int, cuts), steps}), first_step) == expected


def test_rows_by_hand() -> None:
    """250 steps: a row every 2 steps, 125 of them, and one for the very first update."""
    losses, correct, sizes = epoch = one_epoch(250)
    rows = in_chunks(epoch, [250], 0)
    assert [row[0] for row in rows] == [1, *range(2, 251, 2)]
    assert rows[0] == (1, pytest.approx(losses[0]), correct[0] / 64, 1.0)
    assert rows[7] == (14, pytest.approx(losses[12:14].mean()), correct[12:14].sum() / 128, 14.0)
    assert [row[0] for row in in_chunks(epoch, [250], 250)] == list(range(252, 501, 2))


def test_a_partial_batch_counts_by_its_images() -> None:
    """201 steps, a row every 2; the last row is the last batch alone. 200: it is with a full one."""
    losses, correct, sizes = epoch = one_epoch(201, last_batch=16)
    assert in_chunks(epoch, [201], 201)[-1] == (402, pytest.approx(losses[-1]), correct[-1] / 16, 402.0)
    losses, correct, sizes = epoch = one_epoch(200, last_batch=16)
    mean = (64 * losses[-2] + 16 * losses[-1]) / 80
    assert in_chunks(epoch, [200], 200)[-1] == (400, pytest.approx(mean), correct[-2:].sum() / 80, 400.0)


def test_the_rows_of_an_epoch_average_to_its_loss() -> None:
    losses, correct, sizes = epoch = one_epoch(300)
    rows = np.array(in_chunks(epoch, [7, 300], 300))
    assert len(rows) == ROWS_PER_EPOCH
    assert rows[:, 1].mean() == pytest.approx(losses.mean(), rel=1e-6)
    assert rows[:, 2].mean() == pytest.approx(correct.sum() / sizes.sum())


def test_a_chunk_that_completes_no_row() -> None:
    losses, correct, sizes = one_epoch(938)
    assert step_rows(losses[:5], correct[:5], [0.1, 0.1], 938, sizes) == []


# A real run folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    # TensorBoard's own switch for its stub in place of TensorFlow, whose import takes seconds.
    monkeypatch.setitem(sys.modules, "tensorboard.compat.notf", types.ModuleType("notf"))
    return Run.create(RunConfig(layers=(Dense(units=10),), epochs=3), tmp_path)


@pytest.fixture
def recorder(run: Run) -> Iterator[Recorder]:
    recorder = Recorder(run, run.take())
    yield recorder
    recorder.close()


def test_a_status_is_written_with_a_heartbeat_and_reported(run: Run) -> None:
    reported: list[Status] = []
    recorder = Recorder(run, run.take(), reported.append, host="here", error=None)
    created = run.status()
    assert created.host is None  # nothing is written yet
    recorder.write(state="running", step=7)
    status = run.status()
    assert (status.state, status.step, status.host) == ("running", 7, "here")
    assert status.heartbeat > created.heartbeat and status.created == created.created
    assert reported == [status]


def test_steps_are_rows_and_the_status_has_the_newest(run: Run, recorder: Recorder) -> None:
    recorder.steps([])
    assert not (run.path / "steps.csv").exists()
    recorder.steps([(1, 2.5, 0.25, 0.01), (2, 1.5, 0.5, 0.02)])
    recorder.steps([(3, 0.75, 0.75, 0.04)])
    assert run.steps() == {
        "step": [1, 2, 3],
        "loss": [2.5, 1.5, 0.75],
        "accuracy": [0.25, 0.5, 0.75],
        "learning_rate": [0.01, 0.02, 0.04],
    }
    recorder.write()
    status = run.status()
    assert (status.loss, status.accuracy, status.learning_rate) == (0.75, 0.75, 0.04)


def test_epochs_and_the_best_of_them(run: Run, recorder: Recorder) -> None:
    assert recorder.best_epoch() is None
    for epoch, (val_loss, seconds) in enumerate([(0.5, 2.0), (0.25, 5.0), (0.375, 9.0)], start=1):
        recorder.epoch(epoch, 1 / epoch, 0.5, (val_loss, 0.75), 0.01, seconds)
        assert run.status().epoch == epoch
    epochs = run.epochs()
    assert epochs["epoch"] == [1, 2, 3] and epochs["val_loss"] == [0.5, 0.25, 0.375]
    assert epochs["seconds"] == [2, 3, 4]  # of each epoch
    status = run.status()
    assert (status.val_loss, status.val_accuracy, status.best_epoch) == (0.375, 0.75, 2)


def test_of_equal_epochs_the_first_is_the_best(recorder: Recorder) -> None:
    for epoch, val_loss in enumerate([0.5, 0.25, 0.25], start=1):
        recorder.epoch(epoch, 1.0, 0.5, (val_loss, 0.75), 0.01, 1.0)
    assert recorder.best_epoch() == 2


def test_an_epoch_whose_validation_loss_is_no_number(run: Run, recorder: Recorder) -> None:
    recorder.epoch(1, 1.0, 0.5, (float("nan"), 0.1), 0.01, 1.0)
    assert run.status().val_loss is recorder.status.val_loss is recorder.best_epoch() is None
    recorder.epoch(2, 1.0, 0.5, (3.0, 0.1), 0.01, 2.0)
    recorder.epoch(3, 1.0, 0.5, (float("inf"), 0.1), 0.01, 3.0)
    assert recorder.best_epoch() == run.status().best_epoch == 2


def test_a_loss_that_is_no_number_is_a_row_but_no_figure(run: Run, recorder: Recorder) -> None:
    recorder.steps([(1, float("inf"), 0.5, 0.01)])
    recorder.write(state="failed", test_loss=float("nan"), test_accuracy=0.1)
    assert run.steps()["loss"] == [float("inf")]
    status = run.status()
    assert status == recorder.status
    assert (status.loss, status.test_loss, status.test_accuracy) == (None, None, 0.1)


def test_a_killed_run_goes_on_with_the_rows_of_its_checkpoint(run: Run, recorder: Recorder) -> None:
    recorder.steps([(step, 1.0, 0.5, 0.01) for step in (1, 10, 20, 30)])
    recorder.epoch(1, 1.0, 0.5, (0.5, 0.5), 0.01, 2.0)
    recorder.epoch(2, 1.0, 0.5, (0.25, 0.5), 0.01, 4.0)
    again = Recorder(run, run.take())
    again.go_on_from(step=15, epoch=1)
    again.close()
    assert run.steps()["step"] == [1, 10]
    assert run.epochs()["epoch"] == [1]
    assert again.best_epoch() == 1


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


def test_tensorboard_reads_the_curves(run: Run, recorder: Recorder) -> None:
    recorder.steps([(1, 2.5, 0.25, 0.5), (938, 1.5, 0.5, 0.25)])
    recorder.epoch(1, 1.75, 0.375, (0.5, 0.75), 0.25, 2.0)
    recorder.close()
    again = Recorder(run, run.take())  # a run that goes on writes a further file
    again.steps([(1000, 0.5, 0.875, 0.125)])
    again.close()
    curves: dict[str, list[tuple[int, float]]] = {}
    for event in events(run):
        for value in event.summary.value:
            curves.setdefault(value.tag, []).append((event.step, value.simple_value))
    assert curves == {
        "step/loss": [(1, 2.5), (938, 1.5), (1000, 0.5)],
        "step/accuracy": [(1, 0.25), (938, 0.5), (1000, 0.875)],
        "step/learning_rate": [(1, 0.5), (938, 0.25), (1000, 0.125)],
        "epoch/loss": [(1, 1.75)],
        "epoch/accuracy": [(1, 0.375)],
        "epoch/val_loss": [(1, 0.5)],
        "epoch/val_accuracy": [(1, 0.75)],
    }
    assert tuple(tag.removeprefix("step/") for tag in curves if tag.startswith("step/")) == STEP_COLUMNS[1:]


def test_a_run_without_figures_has_no_event_file(run: Run, recorder: Recorder) -> None:
    recorder.write(state="stopped")
    recorder.close()
    assert not (run.path / "tensorboard").exists()
