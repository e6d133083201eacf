"""A person's wishes, in a real run folder."""

import threading

import pytest

from lenet.errors import RunError
from lenet.runs.folder import Run
from lenet.runs.lease import Lease
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
