"""What trained or waited when a server ended goes on with the next one: real dashboards, killed."""

import os
import signal
import threading
import time
from pathlib import Path

import psutil

from lenet.engine.abandoned import abandoned, take_up
from lenet.engine.base import Engine
from lenet.errors import LeaseLost
from lenet.runs.folder import Run
from lenet.runs.lease import current_ticket
from lenet.runs.presence import Presence
from lenet.training.recipes import RECIPES
from tests.dashboard import dashboard
from tests.engine_fixtures import wait_until
from tests.interrupted_runs import CONFIG, assert_equal, is_under_way

QUICK = RECIPES["digits-quick"].config.replace(epochs=2)
DEAD = "0" * 16


def left(folder: Path, config=QUICK, **changes: object) -> Run:
    """A run as a server that ended left it."""
    run = Run.create(config, folder)
    run.queue(DEAD)
    run.write_status(run.status().model_copy(update=changes))
    return run


def test_which_runs_nobody_sees_to_any_more(runs_folder: Path) -> None:
    here = Presence(runs_folder)
    expected = [
        left(runs_folder, state="running", queued_at=1.0, heartbeat=1.0),
        left(runs_folder, state="paused", queued_at=2.0),
        left(runs_folder, queued_at=3.0),
        left(runs_folder, state="running", queued_at=4.0, heartbeat=time.time()),
    ]
    for state in ("finished", "stopped", "failed"):
        left(runs_folder, state=state)
    left(runs_folder, state="running", server=None)  # of a terminal, or with a scheduler elsewhere
    left(runs_folder, state="running", server="../../../etc")
    left(runs_folder).queue(here.id)
    (left(runs_folder).path / "status.json").write_text("{")
    assert [run.id for run in abandoned(runs_folder)] == [run.id for run in expected]
    assert abandoned(runs_folder / "not there") == []


def test_of_many_servers_one_takes_it_up(runs_folder: Path) -> None:
    run, taken = left(runs_folder, state="running"), []
    ticket, together = current_ticket(run.path), threading.Barrier(8)

    def take() -> None:
        together.wait()
        try:
            taken.append(run.take_up("1" * 16, ticket))
        except LeaseLost:
            return

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [current_ticket(run.path)]
    assert run.status().server == "1" * 16


def test_what_a_person_asked_for_meanwhile_counts(engine: Engine, runs_folder: Path) -> None:
    """In the order of queueing; the one that is paused comes last, for the trainer waits with it."""
    here = Presence(runs_folder)
    stopped, changed, paused = (left(runs_folder, queued_at=float(place)) for place in range(3))
    stopped.write_control(command="stop")
    changed.write_control(learning_rate=0.0125)
    changed.rename("Mine")
    paused.write_control(command="pause")
    take_up(engine, here.id, runs_folder)
    assert abandoned(runs_folder) == []
    wait_until(lambda: paused.status().state == "paused", 200)
    assert stopped.status().state == "stopped"
    assert stopped.status().message == "Stopped before it started."
    assert changed.status().state == "finished" and changed.control().name == "Mine"
    assert set(changed.steps()["learning_rate"]) == {0.0125}
    assert paused.status().queued_at == 2.0 and paused.status().server == here.id
    paused.write_control(command="run")
    wait_until(lambda: paused.status().state == "finished", 200)


def test_a_run_goes_on_by_itself_when_its_server_was_killed(tmp_path: Path) -> None:
    """Nobody opens a page. The run that waited behind goes on as well, and each is started once."""
    runs = tmp_path / "runs"
    alone, killed, behind = left(runs, CONFIG), left(runs, CONFIG), left(runs)
    with dashboard(tmp_path) as first:
        wait_until(lambda: is_under_way(killed), 200)
        workers = psutil.Process(first.pid).children()
        os.kill(first.pid, signal.SIGKILL)
        psutil.wait_procs(workers, timeout=60)
    assert killed.status().state == "running" and behind.status().state == "queued"
    with dashboard(tmp_path):
        wait_until(lambda: behind.status().state == "finished", 200)
    assert_equal(killed, alone)
    # Queued; taken up, assigned and trained, twice.
    assert [owner.name.partition("-")[0] for owner in (killed.path / "lease").iterdir()] == ["7"]
