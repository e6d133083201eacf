"""The embedded engine: who may talk to it, the queue, what happens when a process dies. Real processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lenet.engine import base, connect, embedded
from lenet.errors import EngineError
from lenet.runs.folder import Run
from tests import cluster_tasks
from tests.engine_fixtures import wait_until
from tests.project import ROOT
from tests.queued_runs import CONFIG, new_run


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen, dict]]:
    """A program with an engine (see `engine_host`), and what it says of itself; the last test kills it."""
    folder = tmp_path_factory.mktemp("host")
    environment = os.environ | {"TMPDIR": str(folder)}
    command = [sys.executable, "-m", "tests.engine_host"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    facts = json.loads(process.stdout.readline()) | {"temporary": folder}
    yield process, facts
    process.kill()
    process.wait()
    process.stdout.close()


def test_importing_the_module_loads_neither_dask_nor_tensorflow() -> None:
    heavy = "{'dask', 'distributed', 'tensorflow', 'keras'}"
    code = f"import sys, lenet.engine.connect; print({heavy} & set(sys.modules))"
    output = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert output.stdout.strip() == "set()"


# Who may talk to it


def test_it_listens_on_loopback_alone_and_has_no_http_port(host: tuple[subprocess.Popen, dict]) -> None:
    _, facts = host
    assert facts["address"].startswith("tls://127.0.0.1:")
    assert [len(sockets) for sockets in facts["sockets"]] == [1, 1, 1]  # Dask's own, in each process
    assert {address for sockets in facts["sockets"] for address, _ in sockets} == {"127.0.0.1"}


def test_the_key_is_neither_on_the_disk_nor_on_the_command_line(host: tuple[subprocess.Popen, dict]) -> None:
    _, facts = host
    for path in facts["temporary"].rglob("*"):
        assert path.is_dir() or b"PRIVATE KEY" not in path.read_bytes(), path
    for pid in facts["workers"]:
        worker = psutil.Process(pid)
        assert "PRIVATE KEY" not in " ".join(worker.cmdline()) + " ".join(worker.environ().values())


@pytest.mark.parametrize("credentials", ["none", "somebody else's"])
def test_a_stranger_is_refused(light_engine: embedded.EmbeddedEngine, credentials: str) -> None:
    from distributed import Client, Security

    address = light_engine.state().address
    if credentials == "none":
        address, security = address.replace("tls://", "tcp://"), Security()
    else:
        security = Security.temporary()
    with pytest.raises(OSError):
        Client(address, security=security, timeout=1, set_as_default=False)
    assert light_engine.infer(abs, -1).result(30) == 1  # and nobody else is disturbed


# Training and inference


def test_runs_train_in_the_order_of_submission(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    runs = [new_run(tmp_path) for _ in range(6)]
    light_engine.submit_training(runs[0].path, cluster_tasks.wait_for_go)
    wait_until(lambda: light_engine.state().trainer == "busy")
    for run in runs[1:]:
        light_engine.submit_training(run.path, cluster_tasks.note)
    (tmp_path / "go").touch()
    order = tmp_path / "order.txt"
    wait_until(lambda: order.exists() and len(order.read_text().split()) == len(runs))
    assert order.read_text().split() == [run.id for run in runs]


def test_a_turn_goes_before_a_later_one(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    """As a class queues them: two of one person, then the first of another."""
    first, *others = [new_run(tmp_path) for _ in range(4)]
    light_engine.submit_training(first.path, cluster_tasks.wait_for_go)
    wait_until(lambda: light_engine.state().trainer == "busy")
    for run, turn in zip(others, (1, 2, 1), strict=True):
        light_engine.submit_training(run.path, cluster_tasks.note, run.queue(turn=turn))
    assert light_engine.infer(abs, -1).result(30) == 1  # what was asked before has come to the scheduler
    (tmp_path / "go").touch()
    order = tmp_path / "order.txt"
    wait_until(lambda: order.exists() and len(order.read_text().split()) == 4)
    assert order.read_text().split() == [each.id for each in (first, others[0], others[2], others[1])]


def test_inference_does_not_wait_for_a_training(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    light_engine.submit_training(new_run(tmp_path).path, cluster_tasks.wait_for_go)
    wait_until(lambda: light_engine.state().trainer == "busy")
    assert light_engine.infer("math.sqrt", 9.0).result(30) == 3.0
    assert light_engine.state().trainer == "busy"
    (tmp_path / "go").touch()


def test_inference_overtakes_what_waits_on_the_same_worker(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in "abcde"]
    for folder in folders:
        folder.mkdir()
    client, paths = light_engine.client, [str(folder) for folder in folders]
    waiting = client.map(cluster_tasks.wait_for, paths, resources={"inference": 1}, pure=False)
    wait_until(lambda: any((folder / "asked").exists() for folder in folders))
    overtaking = light_engine.infer(abs, -2)

    def has_overtaken() -> bool:
        for folder in folders:
            if (folder / "asked").exists():
                (folder / "go").touch()
        return overtaking.done()

    try:
        wait_until(has_overtaken)
        begun = sum((folder / "asked").exists() for folder in folders)
        assert overtaking.result(30) == 2 and begun < len(folders), "who came before it arrived"
    finally:
        for folder in folders:
            (folder / "go").touch()
        client.gather(waiting)


def test_inference_raises_what_the_function_raised(light_engine: embedded.EmbeddedEngine) -> None:
    with pytest.raises(ValueError, match="math domain error|nonnegative"):
        light_engine.infer("math.sqrt", -1.0).result(30)


def test_trainer_and_inference_are_two_processes_and_inference_gives_way(
    light_engine: embedded.EmbeddedEngine,
) -> None:
    inference = light_engine.infer(cluster_tasks.process_id).result(30)
    trainer = light_engine.client.submit(cluster_tasks.process_id, resources={"trainer": 1}).result(30)
    assert len({inference, trainer, os.getpid()}) == 3
    if hasattr(os, "nice"):
        assert psutil.Process(inference).nice() > psutil.Process(trainer).nice()


def test_a_run_that_raises_is_marked_as_failed(light_engine: embedded.EmbeddedEngine, tmp_path: Path) -> None:
    run = new_run(tmp_path)
    light_engine.submit_training(run.path, cluster_tasks.raise_error)
    wait_until(lambda: run.status().state == "failed")
    assert "LookupError: no such thing" in run.status().error


@pytest.mark.alone
def test_state_costs_nothing(light_engine: embedded.EmbeddedEngine) -> None:
    started = time.perf_counter()
    for _ in range(100):
        light_engine.state()
    assert (time.perf_counter() - started) / 100 < 0.005


def heard(engine: embedded.EmbeddedEngine, heartbeats: dict[str, set[float]]) -> list[set[float]]:
    """When the scheduler heard each worker, as often as this was called; some heartbeats take two seconds."""
    for worker in list(engine._cluster.scheduler.workers.values()):
        heartbeats.setdefault(worker.name, set()).add(worker.last_seen)
    return list(heartbeats.values())


def test_workers_that_have_nothing_to_do_sleep(light_engine: embedded.EmbeddedEngine) -> None:
    """Dask's own watching would wake each of them 100 times a second, and this process 50 times."""
    supervisors = light_engine._cluster.supervisors.values()
    workers = [psutil.Process(supervisor.process.pid) for supervisor in supervisors]
    before, started = [each.num_ctx_switches().voluntary for each in workers], time.monotonic()
    heartbeats: dict[str, set[float]] = {}
    wait_until(lambda: all(len(seen) > 4 for seen in heard(light_engine, heartbeats)))
    seconds = time.monotonic() - started
    for worker, slept in zip(workers, before, strict=True):
        assert (worker.num_ctx_switches().voluntary - slept) / seconds < 50
    assert light_engine._cluster.scheduler.periodic_callbacks["tick"].callback_time >= 1000


# Death


def test_a_killed_trainer_comes_back_and_goes_on_where_it_was(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path
) -> None:
    interrupted, waiting = new_run(tmp_path), new_run(tmp_path)
    light_engine.submit_training(interrupted.path, cluster_tasks.wait_for_go)
    light_engine.submit_training(waiting.path, cluster_tasks.note)
    pids = interrupted.path / "pids.txt"
    wait_until(lambda: pids.exists() and pids.read_text().endswith("\n"))
    psutil.Process(int(pids.read_text())).kill()
    wait_until(lambda: len(pids.read_text().split()) == 2)
    (tmp_path / "go").touch()
    order = tmp_path / "order.txt"
    wait_until(lambda: order.exists() and order.read_text().split() == [interrupted.id, waiting.id])
    assert light_engine.state().problem is None


def test_a_run_that_no_worker_survives_fails_and_those_behind_it_train(
    light_engine: embedded.EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lenet.engine.supervisor.LONGEST_PAUSE", 0.1)
    poisons, waiting = [new_run(tmp_path), new_run(tmp_path)], new_run(tmp_path)
    for run in poisons:
        light_engine.submit_training(run.path, cluster_tasks.kill_worker)
    light_engine.submit_training(waiting.path, cluster_tasks.note)
    wait_until(lambda: (tmp_path / "order.txt").exists(), 60)
    for run in poisons:
        assert run.status().state == "failed"
        assert "worker died 4 times" in run.status().error


def test_the_workers_end_with_a_parent_that_is_killed(host: tuple[subprocess.Popen, dict]) -> None:
    process, facts = host
    workers = [psutil.Process(pid) for pid in facts["workers"]]
    process.kill()
    gone, alive = psutil.wait_procs(workers, timeout=5)
    assert len(gone) == 2 and not alive


def test_closing_ends_the_workers_and_may_be_repeated() -> None:
    before = set(psutil.Process().children())
    engine = embedded.EmbeddedEngine(warm=False)
    wait_until(lambda: engine.state().trainer == "ready")
    engine.close()
    engine.close()
    assert set(psutil.Process().children()) <= before
    with pytest.raises(EngineError, match="nothing was submitted"):
        engine.infer(abs, 1)


# A worker that cannot start


@pytest.fixture
def broken_keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Keras that does not load, ahead of the real one on the workers' path."""
    module = tmp_path / "keras.py"
    module.write_text("raise ImportError('libtensorflow.so is not there')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return module


def test_a_worker_without_tensorflow_is_given_up_with_a_sentence(broken_keras: Path) -> None:
    engine = embedded.EmbeddedEngine()
    try:
        wait_until(lambda: engine.state().inference == "missing")
        state = engine.state()
        assert state.trainer == "missing"
        assert "The trainer cannot start TensorFlow" in state.problem
        assert "libtensorflow.so is not there" in state.problem and "pip install" in state.problem
        assert "Traceback" in state.details
        broken_keras.write_text("raise ImportError('another one')")
        engine.try_again()
        wait_until(lambda: "another one" in (engine.state().problem or ""))
    finally:
        engine.close()


def test_a_worker_that_keeps_dying_is_given_up_with_a_sentence(
    broken_keras: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lenet.engine.supervisor.LONGEST_PAUSE", 0.1)
    broken_keras.write_text("import os; os._exit(137)")
    engine = embedded.EmbeddedEngine()
    try:
        wait_until(lambda: engine.state().trainer == "missing", 90)
        assert "ended 5 times in a row" in engine.state().problem
        assert "exit code 137" in engine.state().problem and "then try again" in engine.state().problem
    finally:
        engine.close()


# The whole way


def test_a_real_run_trains_through_the_engine(engine: base.Engine, tmp_path: Path) -> None:
    run = Run.create(CONFIG.replace(epochs=2), tmp_path)
    engine.submit_training(run.path)
    wait_until(lambda: run.status().state == "finished", 90)
    assert len(run.epochs()["epoch"]) == 2
    assert engine.state().embedded and engine is connect.connect()
