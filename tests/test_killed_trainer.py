"""A trainer that dies or is halted in the middle of an epoch, for real: another one, the same weights."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from lenet.cluster import Engine
from lenet.config import Conv, Dense, Dropout, MaxPool, RunConfig
from lenet.runs import Run, summarize
from lenet.weights import load_arrays
from tests.engine_fixtures import wait_until

# One image an update, and everything that draws random numbers: long epochs, and much to get wrong.
CONFIG = RunConfig(
    dataset="digits",
    layers=(
        Conv(filters=8, kernel_size=3),
        MaxPool(),
        Dropout(),
        Dense(units=32),
        Dense(units=10, activation="linear"),
    ),
    batch_size=1,
    epochs=16,
    rotation=10,
    optimizer="adam",
    schedule="cosine",
)


def is_under_way(run: Run) -> bool:
    """Whether the third epoch or a later one, but not the last, is going on."""
    status = run.status()
    assert status.error is None
    return status.state == "running" and 2 <= status.epoch < status.epochs - 1


def _trainer_of(run: Run) -> psutil.Process:
    """The process that trains: of our workers, the one that has the run's event file open."""
    folder = str((run.path / "tensorboard").resolve())
    workers = psutil.Process().children()
    return next(each for each in workers if any(file.path.startswith(folder) for file in each.open_files()))


def test_the_weights_are_those_of_a_run_that_was_left_alone(engine: Engine, tmp_path: Path) -> None:
    alone, killed = Run.create(CONFIG, tmp_path), Run.create(CONFIG, tmp_path)
    engine.submit_training(alone.path)
    engine.submit_training(killed.path)
    wait_until(lambda: is_under_way(killed), 120)
    _trainer_of(killed).kill()
    assert killed.status().state == "running"
    wait_until(lambda: killed.status().state == "finished", 120)
    assert_equal(killed, alone)


def assert_equal(run: Run, alone: Run) -> None:
    """The run is, bit for bit, one that was left alone."""
    assert alone.status().state == run.status().state == "finished"
    assert run.epochs()["epoch"] == list(range(1, run.config.epochs + 1))
    for epoch in range(run.config.epochs + 1):
        expected, received = load_arrays(alone.snapshot_path(epoch)), load_arrays(run.snapshot_path(epoch))
        for key, value in expected.items():
            np.testing.assert_array_equal(value, received[key], err_msg=f"{key} after epoch {epoch}")
    assert run.steps() == alone.steps()
    assert run.status().test_accuracy == alone.status().test_accuracy


# A trainer that was halted


@contextmanager
def at_a_terminal(run: Run) -> Iterator[tuple[subprocess.Popen, Path]]:
    """The command line, which trains the run, and what it says."""
    run.write_status(run.status().model_copy(update={"state": "stopped"}))
    words = run.path.parent / "words.txt"
    command = [sys.executable, "-m", "lenet", "train", "--resume", run.id, "--runs", run.path.parent]
    with words.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield process, words
    finally:
        process.kill()
        process.wait()


def contents(run: Run) -> dict[str, bytes]:
    """Every file of the run."""
    return {str(path): path.read_bytes() for path in sorted(run.path.rglob("*")) if path.is_file()}


def test_a_trainer_that_wakes_up_after_another_took_over_writes_nothing_more(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, run = Run.create(CONFIG, tmp_path), Run.create(CONFIG, tmp_path)
    with at_a_terminal(run) as (halted, words):
        engine.submit_training(alone.path)
        wait_until(lambda: is_under_way(run), 120)
        halted.send_signal(signal.SIGSTOP)
        monkeypatch.setattr("lenet.runs._SILENCE", 0.5)
        wait_until(lambda: summarize(run.path).state == "interrupted")
        engine.submit_training(run.path)
        wait_until(lambda: run.status().state == "finished", 120)
        before = contents(run)
        halted.send_signal(signal.SIGCONT)
        assert halted.wait(timeout=60) == 2
    assert f"Run {run.id} was resumed elsewhere" in words.read_text()
    assert contents(run) == before
    assert_equal(run, alone)
