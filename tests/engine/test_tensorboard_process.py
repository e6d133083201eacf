"""TensorBoard beside the pages: what it shows, whom it answers, and that it ends with its server."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lenet.engine import tensorboard_process
from lenet.engine.tensorboard_process import TensorBoardProcess
from lenet.errors import EngineError
from lenet.runs.event_files import EventFiles
from tests.engine_fixtures import wait_until
from tests.project import ROOT

SERVER = """
import sys, time
from pathlib import Path
from lenet.engine.tensorboard_process import TensorBoardProcess
board = TensorBoardProcess(Path(sys.argv[1]))
print(board.start(), flush=True)
print(board.start() == board.url(), [name for name in sys.modules if name.startswith("tensor")], flush=True)
time.sleep(600)
"""


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder of one run, that has written a loss for TensorBoard."""
    files = EventFiles(tmp_path / "a run & more" / "tensorboard")
    files.scalars(3, {"epoch/loss": 0.5})
    files.close()
    return tmp_path


@pytest.fixture
def server(runs: Path) -> Iterator[subprocess.Popen]:
    """A process as the pages have one, which has started TensorBoard."""
    command = [sys.executable, "-c", SERVER, str(runs)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        yield process
        process.kill()


def answer(url: str, path: str = "", **headers: str) -> tuple[int, bytes]:
    """Status and body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, headers=headers), timeout=30) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def scalars(url: str) -> dict[str, dict[str, object]]:
    """What TensorBoard knows of scalars: run → tag → about it."""
    return json.loads(answer(url, "data/plugin/scalars/tags")[1])


def test_it_shows_the_runs_to_this_machine_and_ends_with_a_killed_server(server: subprocess.Popen) -> None:
    url = server.stdout.readline().strip()
    assert url.startswith("http://127.0.0.1:") and server.stdout.readline() == "True []\n"
    assert b"TensorBoard" in answer(url)[1]
    wait_until(lambda: "epoch/loss" in scalars(url).get("a run & more/tensorboard", {}))
    status, words = answer(url, Host="elsewhere.example.org")
    assert status == 403 and b"received 'elsewhere.example.org', expected 127.0.0.1 or localhost" in words
    children = psutil.Process(server.pid).children(recursive=True)
    board = next(each for each in children if "lenet.engine.tensorboard_server" in each.cmdline())
    assert not [each.path for each in board.memory_maps() if "tensorflow" in each.path]
    assert {each.laddr.ip for each in board.net_connections() if each.status == "LISTEN"} == {"127.0.0.1"}
    server.kill()
    wait_until(lambda: not any(each.is_running() for each in children))


def test_it_is_started_again_where_it_has_ended(runs: Path) -> None:
    board = TensorBoardProcess(runs)
    assert board.url() is None
    first = board.start()
    board.end()
    assert board.url() is None
    try:
        assert board.start() != first and answer(board.url())[0] == 200
    finally:
        board.end()


def test_why_it_cannot_be_started_is_said(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (runs / "tensorboard.py").write_text("raise ImportError('no TensorBoard here')")
    monkeypatch.setenv("PYTHONPATH", str(runs))
    with pytest.raises(EngineError, match="received 'no TensorBoard here', expected its address. Start it"):
        TensorBoardProcess(runs).start()
    monkeypatch.setattr(sys, "executable", os.devnull)
    with pytest.raises(EngineError, match="Permission denied"):
        TensorBoardProcess(runs).start()


def test_one_that_says_nothing_is_ended_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorboard_process, "_PATIENCE", 0.01)  # seconds: Python takes longer to start
    silent = TensorBoardProcess(tmp_path)
    with pytest.raises(EngineError, match="TensorBoard: received 'no answer', expected its address"):
        silent.start()
    assert silent.url() is None
