"""The engine heals: what is asked while the connection breaks is answered, and no run that trains is lost."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lenet.engine import embedded, tasks
from lenet.engine.asking import Question
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from tests import cluster_tasks
from tests.engine_fixtures import wait_until

CONFIG = RECIPES["digits-quick"].config
_OF_THE_CLIENT = ("Client.", "Future.", "FutureState.", "_answer", "wait_for", "done_callback")


def cancel_its_tasks(engine: embedded.EmbeddedEngine) -> None:
    """As when somebody cancels what the client waits with."""
    for task in asyncio.all_tasks():
        if task.get_coro().__qualname__.startswith(_OF_THE_CLIENT):
            task.cancel()


def cancel_whoever_waits(engine: embedded.EmbeddedEngine) -> None:
    """The question alone; the client goes on."""
    for task in asyncio.all_tasks():
        if task.get_coro().__qualname__.startswith(("Future.", "_answer", "wait_for")):
            task.cancel()


def close_its_comms(engine: embedded.EmbeddedEngine) -> None:
    """The client's side of the connection."""
    engine.client.scheduler_comm.abort()


def close_the_client(engine: embedded.EmbeddedEngine) -> None:
    """For good."""
    asyncio.ensure_future(engine.client._close(fast=True))


def kill_the_connection(engine: embedded.EmbeddedEngine) -> None:
    """The scheduler's side of it."""
    engine._cluster.scheduler.client_comms[engine.client.id].abort()


BREAKS = (cancel_its_tasks, cancel_whoever_waits, close_its_comms, close_the_client, kill_the_connection)


def broken(engine: embedded.EmbeddedEngine, how: Callable[[embedded.EmbeddedEngine], None]) -> None:
    """`how`, called in the client's loop."""
    done = asyncio.run_coroutine_threadsafe(_call(how, engine), engine.client.loop.asyncio_loop)
    done.result(30)


def asked(engine: embedded.EmbeddedEngine, folder: Path) -> tuple[Question, Callable[[], None]]:
    """A question that a worker has begun, and what lets it end."""
    folder.mkdir()
    question = engine.infer(cluster_tasks.wait_for, str(folder))
    wait_until((folder / "asked").exists)
    return question, (folder / "go").touch


async def _call(how: Callable[[embedded.EmbeddedEngine], None], engine: embedded.EmbeddedEngine) -> None:
    how(engine)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A queued run."""
    return Run.create(CONFIG, tmp_path)


@pytest.fixture
def training(light_engine: embedded.EmbeddedEngine, run: Run) -> Iterator[Run]:
    """A run that trains until somebody makes the file `go`."""
    light_engine.submit_training(run.path, cluster_tasks.wait_for_go)
    wait_until(lambda: (run.path / "pids.txt").exists())
    yield run
    (run.path.parent / "go").touch()
    wait_until(lambda: light_engine.state().trainer == "ready")


@pytest.mark.parametrize("how", BREAKS)
def test_a_waiting_question_is_answered_however_its_connection_breaks(
    light_engine: embedded.EmbeddedEngine,
    training: Run,
    how: Callable[[embedded.EmbeddedEngine], None],
    tmp_path: Path,
) -> None:
    for number in range(10):
        question, answer = asked(light_engine, tmp_path / f"question-{number}")
        broken(light_engine, how)
        wait_until(lambda question=question: question.attempts > 1)
        answer()
        assert question.result(20) == "answered"
        assert light_engine.infer(abs, -1).result(20) == 1  # and so is the next one
    assert len((training.path / "pids.txt").read_text().split()) == 1  # nobody began it again
    assert light_engine.state().problem is None


def test_a_run_that_ended_just_when_the_connection_broke_is_not_begun_again(
    light_engine: embedded.EmbeddedEngine, training: Run
) -> None:
    (training.path.parent / "go").touch()
    wait_until(lambda: training.status().state == "finished")
    begun_again = (tasks.train_unless_ended, cluster_tasks.wait_for_go, str(training.path))  # Dask forgot it
    assert light_engine.infer(*begun_again).result(20) == "finished"
    assert len((training.path / "pids.txt").read_text().split()) == 1


def test_a_run_that_fails_after_the_connection_broke_is_marked_as_failed(
    light_engine: embedded.EmbeddedEngine, run: Run
) -> None:
    light_engine.submit_training(run.path, cluster_tasks.wait_for_go_and_raise)
    wait_until(lambda: (run.path / "pids.txt").exists())
    broken(light_engine, kill_the_connection)
    assert light_engine.infer(abs, -1).result(20) == 1
    (run.path.parent / "go").touch()
    wait_until(lambda: run.status().state == "failed")
    assert "LookupError: no such thing" in run.status().error


def test_a_client_that_hears_nothing_more_is_replaced_though_nobody_asks(
    light_engine: embedded.EmbeddedEngine,
) -> None:
    deaf = light_engine.client
    broken(light_engine, lambda engine: engine.client._handle_report_task.cancel())
    wait_until(lambda: light_engine.client is not deaf)
    assert light_engine.infer(abs, -1).result(20) == 1


def test_a_question_that_never_reached_the_scheduler_is_asked_again(
    light_engine: embedded.EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "UNHEARD_SECONDS", 0.1)
    broken(light_engine, lambda engine: setattr(engine.client.scheduler_comm, "please_stop", True))
    assert light_engine.infer(abs, -1).result(20) == 1


# The scheduler itself


def stop_the_scheduler(engine: embedded.EmbeddedEngine) -> None:
    """It closes, and tells the workers."""
    asyncio.ensure_future(engine._cluster.scheduler.close())


def stop_the_loop(engine: embedded.EmbeddedEngine) -> None:
    """As when its thread dies: nothing is told to anybody."""
    engine.client.loop.add_callback(engine.client.loop.asyncio_loop.stop)


def cancel_everything(engine: embedded.EmbeddedEngine) -> None:
    """All that runs in the loop, the scheduler's tasks as well."""
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


@pytest.mark.parametrize("how", [stop_the_scheduler, stop_the_loop, cancel_everything])
def test_where_the_scheduler_is_gone_another_one_answers_and_trains(
    run: Run, how: Callable[[embedded.EmbeddedEngine], None], tmp_path: Path
) -> None:
    engine = embedded.EmbeddedEngine(warm=False)
    try:
        wait_until(lambda: engine.state().inference == "ready")
        name = engine.state().id
        engine.submit_training(run.path, cluster_tasks.wait_for_go)
        pids = run.path / "pids.txt"
        wait_until(lambda: pids.exists() and pids.read_text().endswith("\n"))
        question, answer = asked(engine, tmp_path / "question")
        broken(engine, how)
        wait_until(lambda: question.attempts > 1, 60)
        answer()
        assert question.result(60) == "answered"
        wait_until(lambda: len(pids.read_text().split()) == 2, 60)  # it goes on, on the next trainer
        (run.path.parent / "go").touch()
        order = run.path.parent / "order.txt"
        wait_until(lambda: order.exists() and order.read_text().split() == [run.id])
        assert engine.state().id == name  # the run is still its own
        first, second = map(int, pids.read_text().split())
        assert first != second and not psutil.pid_exists(first)
    finally:
        engine.close()
