"""Workers that have grown are replaced, and nobody waits for it or misses an answer. Real processes."""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from lenet.engine import embedded
from lenet.engine.replacement import MOST_GROWTH
from tests import cluster_tasks
from tests.engine_fixtures import wait_until
from tests.queued_runs import new_run


@pytest.fixture
def growing(monkeypatch: pytest.MonkeyPatch) -> Iterator[embedded.EmbeddedEngine]:
    """An engine that looks at its workers all the time, and replaces one when it has grown by 30 MB."""
    monkeypatch.setattr("lenet.engine.supervisor.LOOK_SECONDS", 0.1)
    for role in MOST_GROWTH:
        monkeypatch.setitem(MOST_GROWTH, role, 30e6)
    engine = embedded.EmbeddedEngine(warm=False)
    wait_until(lambda: (engine.state().trainer, engine.state().inference) == ("ready", "ready"))
    for supervisor in engine._cluster.supervisors.values():
        wait_until(lambda supervisor=supervisor: supervisor._process.when_warm > 0)
    yield engine
    engine.close()


def test_a_trainer_that_has_grown_is_replaced_while_it_has_nothing_to_do(
    growing: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    supervisor = growing._cluster.supervisors["trainer"]
    first = supervisor.process
    growing.submit_training(new_run(tmp_path).path, cluster_tasks.keep)
    interrupted = new_run(tmp_path)
    growing.submit_training(interrupted.path, cluster_tasks.wait_for_go)
    wait_until(lambda: (tmp_path / "order.txt").exists() and (interrupted.path / "pids.txt").exists())
    wait_until(lambda: supervisor._replacement.has_grown(supervisor._process))
    assert supervisor.process is first and first.poll() is None  # a run that trains is left alone
    (tmp_path / "go").touch()
    readiness = set()
    wait_until(lambda: readiness.add(growing.state().trainer) or first.poll() is not None)
    assert readiness <= {"busy", "ready"}  # the other was there before this one went
    assert supervisor.process.poll() is None and growing.state().problem is None
    assert (interrupted.path / "pids.txt").read_text().split() == [str(first.pid)]
    last = new_run(tmp_path)
    growing.submit_training(last.path, cluster_tasks.note)
    wait_until(lambda: last.id in (tmp_path / "order.txt").read_text())


def test_the_worker_that_answers_is_replaced_while_everybody_asks(growing: embedded.EmbeddedEngine) -> None:
    """There is no moment in which nothing is asked; and no answer is missed."""
    supervisor = growing._cluster.supervisors["inference"]
    first = supervisor.process
    assert growing.infer(cluster_tasks.keep_so_much, 60_000_000).result(30) == first.pid
    asked = deque(growing.infer(cluster_tasks.process_id) for _ in range(8))
    answers = set()
    deadline = time.monotonic() + 30
    while first.poll() is None:
        assert time.monotonic() < deadline
        asked.append(growing.infer(cluster_tasks.process_id))
        answers.add(asked.popleft().result(30))
    answers |= {each.result(30) for each in asked}
    assert answers == {first.pid, supervisor.process.pid}
    assert growing.infer(cluster_tasks.process_id).result(30) == supervisor.process.pid
    assert growing.state().problem is None


def test_a_long_question_is_answered_by_the_worker_that_has_it(
    growing: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    """Meanwhile the fresh one answers all others."""
    supervisor = growing._cluster.supervisors["inference"]
    first = supervisor.process
    assert growing.infer(cluster_tasks.keep_so_much, 60_000_000).result(30) == first.pid
    long = growing.infer(cluster_tasks.wait_for, str(tmp_path))
    wait_until(lambda: (tmp_path / "asked").exists())
    wait_until(lambda: growing._cluster.registered(supervisor._process.name).status.name == "paused")
    fresh = growing.infer(cluster_tasks.process_id).result(30)
    assert fresh != first.pid
    assert first.poll() is None and supervisor.process is first
    (tmp_path / "go").touch()
    assert long.result(30) == "answered"
    wait_until(lambda: first.poll() is not None)
    assert supervisor.process.pid == fresh
