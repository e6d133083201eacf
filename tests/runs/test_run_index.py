"""The list of runs in memory: it says what is on the disk, and what stands still is not read again."""

import os
import shutil
import time
from pathlib import Path

import pytest

from lenet.runs import run_index
from lenet.runs.folder import Run
from lenet.runs.listing import summarize
from lenet.runs.run_index import RunIndex
from lenet.runs.status import Status
from lenet.training.recipes import RECIPES

CONFIG = RECIPES["digits-quick"].config
LONG_AGO = time.time() - 60


def finished(folder: Path) -> Run:
    """A run that ended a minute ago, by its files' times as well."""
    run = Run.create(CONFIG, folder)
    run.write_status(Status(state="finished", created=LONG_AGO, heartbeat=LONG_AGO))
    for file in run.path.glob("*.json"):
        os.utime(file, (LONG_AGO, LONG_AGO))
    return run


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that were read, in order; they are read all the same."""
    names: list[str] = []

    def counting(path: Path, engine: str | None):
        names.append(path.name)
        return summarize(path, engine)

    monkeypatch.setattr(run_index, "summarize", counting)
    return names


def test_what_stands_still_is_read_once(tmp_path: Path, read: list[str]) -> None:
    runs, index = [finished(tmp_path) for _ in range(3)], RunIndex(tmp_path)
    assert {each.id for each in index.runs()} == {run.id for run in runs}
    assert len(read) == 3
    index.runs()
    assert len(read) == 3
    runs[1].rename("another name")
    assert "another name" in {each.name for each in index.runs()}
    assert read[3:] == [runs[1].id]


def test_a_run_that_trains_is_read_each_time(tmp_path: Path, read: list[str]) -> None:
    run, index = finished(tmp_path), RunIndex(tmp_path)
    silent = time.time() - 1000
    run.write_status(run.status().model_copy(update={"state": "running", "heartbeat": silent}))
    assert [each.state for each in index.runs()] == ["interrupted"], "its heartbeat decides"
    run.write_status(run.status().model_copy(update={"heartbeat": time.time()}))
    assert [each.state for each in index.runs()] == ["running"]
    assert len(read) == 2


def test_two_changes_within_the_grain_of_the_clock_are_both_seen(tmp_path: Path) -> None:
    run, index = finished(tmp_path), RunIndex(tmp_path)
    for name in ("one", "two"):
        run.rename(name)
        now = time.time_ns()
        os.utime(run.path / "control.json", ns=(now, now - now % 10**9))
        assert [each.name for each in index.runs()] == [name]


def test_the_version_grows_with_every_change_and_not_without(tmp_path: Path) -> None:
    index = RunIndex(tmp_path / "none yet")
    assert index.runs() == [] and index.version == 0
    run = finished(index.folder)
    index.runs()
    assert index.version == 1
    index.runs()
    assert index.version == 1
    shutil.rmtree(run.path)
    assert index.runs() == [] and index.version == 2


def test_a_fresh_list_is_given_again(tmp_path: Path, read: list[str]) -> None:
    run, index = finished(tmp_path), RunIndex(tmp_path)
    index.runs()
    run.rename("another name")
    assert index.runs(fresh=60)[0].name != "another name"
    assert index.runs()[0].name == "another name"


def test_a_quiet_list_is_looked_at_seldom_and_a_new_run_is_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []
    look_at = run_index._look_at
    monkeypatch.setattr(run_index, "_look_at", lambda path: looks.append(path) or look_at(path))
    run, index = finished(tmp_path), RunIndex(tmp_path)
    index.runs(fresh=1e-9)
    looks.clear()
    index.runs(fresh=1e-9)
    assert looks == [tmp_path], "one look at the folder, none into a run"
    finished(tmp_path)
    assert len(index.runs(fresh=1e-9)) == 2
    run.write_status(run.status().model_copy(update={"state": "running", "heartbeat": time.time()}))
    index.runs()
    run.write_status(run.status().model_copy(update={"epoch": 7, "heartbeat": time.time()}))
    assert {each.status.epoch for each in index.runs(fresh=1e-9)} == {0, 7}, "while one is alive"


def test_a_thousand_runs_are_read_once(tmp_path: Path, read: list[str]) -> None:
    first = finished(tmp_path)
    for number in range(999):
        shutil.copytree(first.path, tmp_path / f"copy-{number:03d}")
    index = RunIndex(tmp_path)
    for _ in range(3):
        assert len(index.runs()) == 1000
    assert len(read) == 1000, "then it is only looked whether they have changed"
