"""Whether another process is alive: real ones, killed."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lenet.runs.presence import Presence, is_alive, remove_dead
from tests.project import ROOT


@contextmanager
def server(folder: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    """A process that is present in `folder` until it is killed, and its id."""
    code = (
        "import sys, time, pathlib, lenet.runs.presence as it; here = it.Presence(pathlib.Path(sys.argv[1]));"
    )
    code += "print(here.id, flush=True); time.sleep(600)"
    command = [sys.executable, "-c", code, folder]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def test_a_process_is_alive_until_it_is_killed(tmp_path: Path) -> None:
    with server(tmp_path) as (process, id):
        for _ in range(3):  # asking changes nothing
            assert is_alive(tmp_path, id)
        process.kill()
        process.wait()
        assert not is_alive(tmp_path, id)


def test_this_process_is_alive(tmp_path: Path) -> None:
    here = Presence(tmp_path / "runs")
    assert is_alive(tmp_path / "runs", here.id)


def test_one_that_left_no_file_is_dead(tmp_path: Path) -> None:
    assert not is_alive(tmp_path, "0123456789abcdef")


@pytest.mark.parametrize("id", ["", "..", "../../etc/passwd", "0123456789abcde\n", "é" * 16, "x" * 10_000])
def test_of_what_is_no_id_nothing_is_known(tmp_path: Path, id: str) -> None:
    assert is_alive(tmp_path, id)


def test_only_files_of_the_dead_are_removed(tmp_path: Path) -> None:
    remove_dead(tmp_path)
    long_ago = time.time() - 1000
    with server(tmp_path) as (_, alive), server(tmp_path) as (process, dead):
        process.kill()
        process.wait()
        young = tmp_path / ".servers" / "0123456789abcdef"  # as of one that is about to take its lock
        young.touch()
        for id in (alive, dead):
            os.utime(tmp_path / ".servers" / id, (long_ago, long_ago))
        remove_dead(tmp_path)
        assert {path.name for path in (tmp_path / ".servers").iterdir()} == {alive, young.name}
