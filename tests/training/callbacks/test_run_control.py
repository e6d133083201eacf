"""A person's wishes, in a real run folder."""

import threading
from pathlib import Path

import pytest

from lenet.errors import RunError
from lenet.people import limits
from lenet.people.hold import hold
from lenet.people.limits import Limits
from lenet.people.person import TEACHER, Person, set_acting
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.runs.lease import Lease
from lenet.training.callbacks import run_control
from lenet.training.callbacks.callback import StopTraining
from lenet.training.callbacks.learning_rate_scheduler import LearningRateScheduler
from lenet.training.callbacks.run_control import RunControl
from lenet.training.callbacks.status_logger import StatusLogger
from lenet.training.schedules import learning_rate
from lenet.training.steps_per_execution import StepsPerExecutionTuner
from tests.engine_fixtures import wait_until
from tests.training_state import STEPS, small_state


@pytest.fixture
def saved() -> list[str]:
    """The states of the run when a checkpoint was asked for."""
    return []


@pytest.fixture
def control(run: Run, lease: Lease, saved: list[str]) -> RunControl:
    status_logger = StatusLogger(run, lease, StepsPerExecutionTuner())
    return RunControl(run, status_logger, lambda: saved.append(run.status().state))


def test_nobody_wants_anything(control: RunControl, saved: list[str]) -> None:
    control.on_train_batch_begin()
    assert control.learning_rate is None and saved == []


def test_a_person_wants_an_end(run: Run, control: RunControl) -> None:
    run.write_control(command="stop")
    with pytest.raises(StopTraining):
        control.on_train_batch_begin()


def test_a_pause_holds_until_it_is_over(run: Run, control: RunControl, saved: list[str]) -> None:
    run.write_control(command="pause")
    waiting = threading.Thread(target=control.on_train_batch_begin)
    waiting.start()
    heartbeats = set()
    wait_until(lambda: heartbeats.add(run.status().heartbeat) or len(heartbeats) > 3)
    assert waiting.is_alive() and run.status().state == "paused"
    assert saved == ["queued"], "once, before it said so"
    run.write_control(command="run", learning_rate=0.25)
    waiting.join(timeout=10)
    assert not waiting.is_alive() and control.learning_rate == 0.25


def test_a_damaged_control_is_a_sentence(run: Run, control: RunControl) -> None:
    (run.path / "control.json").write_text("{")
    with pytest.raises(RunError, match="control.json is damaged"):
        control.on_train_batch_begin()


def test_the_rate_of_every_update_is_that_of_the_schedule_or_the_person_s(
    run: Run, control: RunControl
) -> None:
    scheduler = LearningRateScheduler(control)
    scheduler.set_state(small_state(schedule="cosine", learning_rate=0.5))
    scheduler.state.steps = range(5, 8)
    scheduler.on_train_batch_begin()
    expected = [learning_rate(scheduler.state.config, step, STEPS, ((0, 3),)) for step in (5, 6, 7)]
    assert scheduler.state.learning_rates == expected == sorted(expected, reverse=True)
    run.write_control(learning_rate=0.25)
    control.on_train_batch_begin()
    scheduler.on_train_batch_begin()
    assert scheduler.state.learning_rates == [0.25] * 3


ADA, BEN = Person("a", "Ada"), Person("b", "Ben")


def made_by(person: Person, folder: Path) -> Run:
    set_acting(lambda: person)
    try:
        return Run.create(RunConfig(layers=(Dense(units=10),), epochs=3), folder)
    finally:
        set_acting(None)


def test_a_run_of_a_class_ends_when_its_minutes_are_over(tmp_path: Path) -> None:
    limits.write(tmp_path, Limits(minutes=2))
    run = made_by(ADA, tmp_path)
    control = RunControl(run, StatusLogger(run, run.take(), StepsPerExecutionTuner()), lambda: None)
    control.set_state(small_state())
    control.state.position.seconds = 119.0
    control.obey()
    control.state.position.seconds = 121.0
    with pytest.raises(StopTraining):
        control.obey()
    assert "your teacher gives a run 2 min: it ended, and its weights are kept" in control.state.stop_reason
    limits.write(tmp_path, Limits(minutes=5))
    control.obey()  # at once, also of one that trains


def test_alone_and_for_the_teacher_there_is_no_end(tmp_path: Path, run: Run) -> None:
    limits.write(tmp_path, Limits(minutes=1))
    for each in (run, made_by(TEACHER, tmp_path)):
        control = RunControl(each, StatusLogger(each, each.take(), StepsPerExecutionTuner()), lambda: None)
        control.set_state(small_state())
        control.state.position.seconds = 10_000.0
        control.obey()


def test_a_paused_run_gives_the_trainer_to_others_who_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_control, "GIVES_WAY", 0.3)
    run, own = made_by(ADA, tmp_path), made_by(ADA, tmp_path)
    run.write_control(command="pause")
    logger = StatusLogger(run, run.take(), StepsPerExecutionTuner())
    control, ended = RunControl(run, logger, lambda: None), []
    control.set_state(small_state())

    def obey() -> None:
        with pytest.raises(StopTraining):
            control.obey()
        ended.append(control.state.stop_reason)

    waiting = threading.Thread(target=obey)
    waiting.start()
    waiting.join(1)
    assert waiting.is_alive() and own.status().state == "queued", "nobody else waits"
    paused = made_by(BEN, tmp_path)
    paused.write_control(command="pause")
    waiting.join(1)
    assert waiting.is_alive(), "who waits is paused as well"
    hold(tmp_path, True)
    paused.write_control(command="run")
    waiting.join(1)
    assert waiting.is_alive(), "the teacher has all wait"
    hold(tmp_path, False)
    waiting.join(10)
    assert ended == ["Paused while others waited: it gave them the trainer. Resume goes on from here."]
