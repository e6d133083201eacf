"""The engine on somebody else's Dask: a real scheduler and workers, started from Dask's own command line."""

import contextlib
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dask.config
import pytest

from lenet.engine import connect, external
from lenet.engine.external import ExternalEngine
from lenet.errors import EngineError
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from tests.engine_fixtures import wait_until
from tests.project import ROOT

LIGHT_WORKER = '--nthreads 1 --resources "trainer=1 inference=1" --no-dashboard --no-nanny'


@contextlib.contextmanager
def dask_process(command: str, **settings: str) -> Iterator[subprocess.Popen]:
    """`python -m dask …` in the project's folder, ended at the end; `settings` are environment variables."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *shlex.split(command)],
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if named := re.match(r"scheduler .*--port (\d+)", command):
            wait_until(lambda: listens(int(named[1])), 60)  # an engine waits for five seconds
        yield process
    finally:
        process.terminate()
        process.wait()


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@pytest.fixture
def port() -> int:
    """One that is free."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def connected(port: int) -> Iterator[ExternalEngine]:
    """An engine on a `dask scheduler` without workers."""
    with dask_process(f"scheduler --host 127.0.0.1 --port {port} --no-dashboard"):
        engine = ExternalEngine(f"tcp://127.0.0.1:{port}")
        yield engine
        engine.close()


def test_a_run_trains_on_a_worker_started_with_the_command_that_the_page_shows(
    connected: ExternalEngine, tmp_path: Path
) -> None:
    state = connected.state()
    assert (state.trainer, state.inference, state.embedded) == ("missing", "missing", False)
    run = Run.create(RECIPES["digits-quick"].config.replace(epochs=1), tmp_path)
    connected.submit_training(run.path)
    command = re.search(r"`python -m dask (worker .*trainer=1.*)`", state.problem)[1]
    with dask_process(command):
        wait_until(lambda: run.status().state == "finished", 120)
        wait_until(lambda: connected.state().trainer in ("ready", "busy"))  # it looks once in a while
        assert "no worker for inference" in connected.state().problem


def test_inference_busy_workers_and_a_run_that_fails(connected: ExternalEngine, tmp_path: Path) -> None:
    from tests.cluster_tasks import raise_error, wait_for_go

    runs = [Run.create(RECIPES["digits-quick"].config, tmp_path) for _ in range(2)]
    with dask_process(f"worker {connected.address} {LIGHT_WORKER}"):
        wait_until(lambda: connected.state().trainer == "ready")
        assert connected.infer("math.sqrt", 16.0).result(30) == 4.0
        connected.submit_training(runs[0].path, raise_error)
        wait_until(lambda: runs[0].status().state == "failed")
        connected.submit_training(runs[1].path, wait_for_go)
        wait_until(lambda: connected.state().trainer == "busy")
        (tmp_path / "go").touch()
        wait_until(lambda: connected.state().trainer == "ready")


def test_a_class_takes_turns_there_also_when_a_worker_is_killed(
    connected: ExternalEngine, tmp_path: Path
) -> None:
    from tests.cluster_tasks import wait_for_go

    *ada, ben = [Run.create(RECIPES["digits-quick"].config, tmp_path) for _ in range(4)]
    with dask_process(f"worker {connected.address} {LIGHT_WORKER}") as first:
        wait_until(lambda: connected.state().trainer == "ready")
        for run, turn in zip((*ada, ben), (0, 1, 2, 0), strict=True):
            connected.submit_training(run.path, wait_for_go, run.queue(turn=turn))
        pids = ada[0].path / "pids.txt"
        wait_until(pids.exists)
        first.kill()
    with dask_process(f"worker {connected.address} {LIGHT_WORKER}"):
        wait_until(lambda: len(pids.read_text().split()) == 2)
        (tmp_path / "go").touch()
        wait_until(lambda: ada[2].status().state == "finished")
    order = (tmp_path / "order.txt").read_text().split()
    assert order == [run.id for run in (ada[0], ben, ada[1], ada[2])]


def test_several_trainers_take_turns_between_people(connected: ExternalEngine, tmp_path: Path) -> None:
    """Dask would hand a run that waits to one trainer, and what goes before it to another that is busy."""
    from tests.cluster_tasks import wait_for_go

    config = RECIPES["digits-quick"].config
    held = [Run.create(config, tmp_path / name) for name in ("x", "y")]
    *ada, ben = waiting = [Run.create(config, tmp_path / "rest") for _ in range(5)]
    with (
        dask_process(f"worker {connected.address} {LIGHT_WORKER}"),
        dask_process(f"worker {connected.address} {LIGHT_WORKER}"),
    ):
        wait_until(lambda: connected.num_trainers() == 2)
        for run, turn in zip((*held, *waiting), (0, 1, 2, 3, 4, 5, 0), strict=True):
            connected.submit_training(run.path, wait_for_go, run.queue("this server", turn))
        wait_until(lambda: all((run.path / "pids.txt").exists() for run in held))
        assert [run.status().server for run in held] == [None, None], "Dask goes on with them"
        assert {run.status().server for run in waiting} == {"this server"}, (
            "the next server would take them up"
        )
        for name, begins in (("y", ben), ("x", ada[0])):
            (tmp_path / name / "go").touch()
            wait_until((begins.path / "pids.txt").exists)
        assert not any((run.path / "pids.txt").exists() for run in ada[1:])
        (tmp_path / "rest" / "go").touch()
        wait_until(lambda: all(run.status().state == "finished" for run in waiting))


def test_a_connection_that_breaks_is_made_anew_and_no_run_begins_twice(
    connected: ExternalEngine, tmp_path: Path
) -> None:
    from tests.cluster_tasks import wait_for, wait_for_go

    run = Run.create(RECIPES["digits-quick"].config, tmp_path)
    with (
        dask_process(f"worker {connected.address} {LIGHT_WORKER}"),
        dask_process(f"worker {connected.address} {LIGHT_WORKER}"),
    ):
        wait_until(lambda: connected.state().trainer == "ready")
        connected.submit_training(run.path, wait_for_go)
        pids = run.path / "pids.txt"
        wait_until(pids.exists)
        question = connected.infer(wait_for, str(tmp_path))
        wait_until((tmp_path / "asked").exists)
        connected.client.loop.add_callback(connected.client.scheduler_comm.abort)
        wait_until(lambda: question.attempts > 1)
        (tmp_path / "go").touch()
        assert question.result(20) == "answered"
        wait_until(lambda: (tmp_path / "order.txt").exists())
        assert len(pids.read_text().split()) == 1


def test_a_scheduler_that_goes_away_is_found_again(port: int) -> None:
    scheduler = f"scheduler --host 127.0.0.1 --port {port} --no-dashboard"
    with dask_process(scheduler):
        engine = ExternalEngine(f"tcp://127.0.0.1:{port}")
        first = engine.state().id
    try:
        wait_until(lambda: "does not answer" in engine.state().problem)
        wait_until(lambda: engine.client.status == "closed")
        with pytest.raises(EngineError, match="nothing was submitted"):
            engine.infer(abs, -1)
        with dask_process(scheduler), dask_process(f"worker {engine.address} {LIGHT_WORKER}"):
            wait_until(lambda: engine.state().trainer == "ready")
            assert engine.state().id != first
            assert engine.infer(abs, -1).result(30) == 1
            engine.close()
    finally:
        engine.close()


def test_tls_takes_the_settings_of_dask(port: int, tmp_path: Path) -> None:
    from distributed import Security

    security = Security.temporary()
    (tmp_path / "both.pem").write_text(security.tls_scheduler_key + security.tls_scheduler_cert)
    (tmp_path / "certificate.pem").write_text(security.tls_scheduler_cert)
    settings = {"ca_file": str(tmp_path / "certificate.pem")}
    settings |= {f"{role}.cert": str(tmp_path / "both.pem") for role in ("client", "scheduler", "worker")}
    settings = {f"distributed.comm.tls.{name}": path for name, path in settings.items()}
    environment = {f"DASK_{name.upper().replace('.', '__')}": path for name, path in settings.items()}
    command = f"scheduler --host tls://127.0.0.1 --port {port} --no-dashboard"
    address = f"tls://127.0.0.1:{port}"
    with dask_process(command, **environment):
        with pytest.raises(EngineError, match="does not answer .*TLS"):
            ExternalEngine(address)
        with dask_process(f"worker {address} {LIGHT_WORKER}", **environment):
            with dask.config.set(settings):
                engine = ExternalEngine(address)
            wait_until(lambda: engine.state().inference == "ready")
            assert engine.infer(abs, -1).result(30) == 1
            engine.close()


# A scheduler that is not there


@pytest.mark.alone
def test_nothing_listens_there(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "_engine", None)
    monkeypatch.setenv("LENET_SCHEDULER", f"tcp://127.0.0.1:{port}")
    started = time.monotonic()
    with pytest.raises(
        EngineError, match=rf"^The scheduler at tcp://127.0.0.1:{port} does not answer \(.*\): "
    ):
        connect.connect()
    assert time.monotonic() - started < 8
    with dask_process(f"scheduler --host 127.0.0.1 --port {port} --no-dashboard"):
        engine = connect.connect()  # it is tried again
        assert engine.state().address == f"tcp://127.0.0.1:{port}" and connect.connect() is engine
        engine.close()


def test_what_listens_there_is_not_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "CONNECT_SECONDS", 1.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    with server, ThreadPoolExecutor() as threads:
        threads.submit(server.serve_forever)
        with pytest.raises(EngineError, match="does not answer"):
            ExternalEngine(f"tcp://127.0.0.1:{server.server_port}")
        server.shutdown()


@pytest.mark.parametrize(
    "address", ["nonsense", "http://127.0.0.1:8786", "tcp://127.0.0.1", "127.0.0.1:8786"]
)
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(
        EngineError, match=r"LENET_SCHEDULER: received '.*', expected an address such as tcp://"
    ):
        ExternalEngine(address)
