"""A trainer that dies or is halted in the middle of an epoch, for real: another one, the same weights."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lenet.engine.base import Engine
from lenet.runs.folder import Run
from lenet.runs.listing import summarize
from tests.engine_fixtures import wait_until
from tests.interrupted_runs import CONFIG, assert_equal, is_under_way


def _trainer_of(run: Run) -> psutil.Process:
    """The process that trains: of our workers, the one that has the run's event file open."""
    folder = str((run.path / "tensorboard").resolve())
    workers = psutil.Process().children()
    return next(each for each in workers if any(file.path.startswith(folder) for file in each.open_files()))


@pytest.fixture(scope="module")
def alone(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that nobody interrupted."""
    run = Run.create(CONFIG, tmp_path_factory.mktemp("alone"))
    engine.submit_training(run.path)
    wait_until(lambda: run.status().state == "finished", 200)
    return run


def test_the_weights_are_those_of_a_run_that_was_left_alone(
    engine: Engine, alone: Run, tmp_path: Path
) -> None:
    killed = Run.create(CONFIG, tmp_path)
    engine.submit_training(killed.path)
    wait_until(lambda: is_under_way(killed), 200)
    _trainer_of(killed).kill()
    assert killed.status().state == "running"
    wait_until(lambda: killed.status().state == "finished", 200)
    assert_equal(killed, alone)


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
    engine: Engine, alone: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.create(CONFIG, tmp_path)
    with at_a_terminal(run) as (halted, words):
        wait_until(lambda: is_under_way(run), 200)
        halted.send_signal(signal.SIGSTOP)
        monkeypatch.setattr("lenet.runs.status._SILENCE", 0.5)
        wait_until(lambda: summarize(run.path).state == "interrupted")
        engine.submit_training(run.path)
        wait_until(lambda: run.status().state == "finished", 200)
        wait_until(lambda: engine.state().trainer == "ready")  # it has closed its files
        before = contents(run)
        halted.send_signal(signal.SIGCONT)
        assert halted.wait(timeout=60) == 2
    assert f"Run {run.id} was resumed elsewhere" in words.read_text()
    assert contents(run) == before
    assert_equal(run, alone)
