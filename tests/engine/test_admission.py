"""What is over its owner's limits reaches no trainer, whoever submits it."""

from pathlib import Path

import pytest

from lenet.engine.base import Engine, EngineState
from lenet.errors import NotAllowed
from lenet.people import limits
from lenet.people.limits import Limits
from lenet.people.person import Person, set_acting
from lenet.runs.folder import Run
from tests.small_runs import small_config


class Queue(Engine):
    """An engine up to what it would hand to the scheduler."""

    def __init__(self) -> None:
        super().__init__()
        self.queued: list[str] = []

    def state(self) -> EngineState:
        return EngineState("ready", "ready", "", True, "this")

    def _queue(self, training) -> None:
        self.queued.append(training.path)


def made(folder: Path, person: Person | None) -> Run:
    set_acting(lambda: person)
    try:
        return Run.create(small_config(), folder)
    finally:
        set_acting(None)


def test_a_run_over_its_owners_limits_is_not_queued_and_says_why(tmp_path: Path) -> None:
    limits.write(tmp_path, Limits(parameters=100))
    engine, hers, alone = Queue(), made(tmp_path, Person("a", "Ada")), made(tmp_path, None)
    with pytest.raises(NotAllowed, match="Parameters: this network has"):
        engine.submit_training(hers.path, ticket=hers.queue())
    assert hers.status().state == "failed" and "your teacher's limit is 100" in hers.status().error
    engine.submit_training(alone.path, ticket=alone.queue())
    limits.write(tmp_path, Limits())
    engine.submit_training(hers.path, ticket=hers.queue())
    assert engine.queued == [str(alone.path), str(hers.path)]
