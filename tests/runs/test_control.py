"""What a person wants of a run: pause, stop, another rate, more epochs; and how it fails."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from lenet.errors import RunError
from lenet.runs.folder import Run
from lenet.runs.listing import summarize
from lenet.runs.status import Control
from tests.run_lines import CONFIG, ENGINE, change


def test_control_there_and_back(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    assert run.write_control(command="pause") == run.control() == Control(command="pause")
    run.write_control(learning_rate=0.25)
    assert run.control() == Control(command="pause", learning_rate=0.25)
    run.write_control(command="run", learning_rate=None)
    assert run.control() == Control()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": 0}, "Learning rate: received 0, expected a number greater than 0."),
        ({"learning_rate": float("nan")}, "Learning rate: received NaN, expected a "),
        ({"learning_rate": float("inf")}, "Learning rate: received infinity, expected a finite number."),
        ({"command": "go"}, "Command: received 'go', expected 'run', 'pause' or 'stop'."),
    ],
)
def test_a_wish_that_cannot_be(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.write_control(command="pause")
    with pytest.raises(RunError) as caught:
        run.write_control(**changes)
    assert str(caught.value).startswith(words)
    assert run.control() == Control(command="pause")


@pytest.mark.parametrize("content", [b"", b'{"command": "pa', b"[]", b'{"command": "go"}', bytes(range(256))])
def test_writing_mends_a_damaged_control(tmp_path: Path, content: bytes) -> None:
    run = Run.create(CONFIG, tmp_path)
    (run.path / "control.json").write_bytes(content)
    with pytest.raises(RunError, match="control.json"):
        run.control()
    run.write_control(command="stop")
    assert run.control() == Control(command="stop")


def test_two_tabs_write_at_once_and_the_trainer_reads(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)

    def keep_writing(name: str) -> None:
        for number in range(60):
            run.write_control(name=name * (1 + number))
            change(run, step=number, message=name * number)

    writers = [threading.Thread(target=keep_writing, args=(letter,)) for letter in "ab"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert summarize(run.path).problem is None
        assert len(set(run.control().name or "-")) == 1
    for writer in writers:
        writer.join()
    assert len(list(run.path.iterdir())) == 4


def test_more_epochs_and_the_queue(tmp_path: Path) -> None:
    run = Run.create(CONFIG.replace(epochs=4), tmp_path)
    assert run.cycles() == ((0, 4),)
    change(run, state="stopped", epoch=3, error="old", message="old", heartbeat=1.0)  # early, after three
    run.ask_for_more(5)
    run.assign(ENGINE, run.queue())
    assert run.cycles() == ((0, 4), (3, 5))
    status = run.status()
    assert (status.state, status.epochs, status.epoch, status.engine) == ("queued", 8, 3, ENGINE)
    assert (status.error, status.message) == (None, None)
    assert abs(status.heartbeat - time.time()) < 5 and abs(status.queued_at - status.heartbeat) < 5
    change(run, state="finished", epoch=8)
    run.ask_for_more(2)
    assert run.cycles() == ((0, 4), (3, 5), (8, 2))


def test_queueing_takes_back_a_stop(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.write_control(command="stop", learning_rate=0.5)
    run.queue()
    assert run.control() == Control(command="run", learning_rate=0.5)


@pytest.mark.parametrize("epochs", [0, -1, 10_001])
def test_more_epochs_that_cannot_be(tmp_path: Path, epochs: int) -> None:
    run = Run.create(CONFIG, tmp_path)
    with pytest.raises(RunError, match=f"More epochs: received {epochs}, expected 1 to 10,000"):
        run.ask_for_more(epochs)
    assert run.cycles() == ((0, CONFIG.epochs),)


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_a_run_fails_with_a_sentence(tmp_path: Path, state: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state=state)
    run.mark_failed("The engine is gone.")
    assert (run.status().state, run.status().error) == ("failed", "The engine is gone.")


@pytest.mark.parametrize("state", ["finished", "stopped", "failed"])
def test_a_run_that_ended_does_not_fail_afterwards(tmp_path: Path, state: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state=state)
    run.mark_failed("The engine is gone.")
    assert (run.status().state, run.status().error) == (state, None)
