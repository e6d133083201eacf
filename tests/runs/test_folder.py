"""Real run folders: made, opened, renamed, deleted, on a full disk."""

import os
import time
from pathlib import Path

import pytest

from lenet.errors import RunError
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run, default_folder
from lenet.runs.layers import Dense
from lenet.runs.run_index import list_runs
from lenet.runs.status import Control
from tests.run_lines import CONFIG, ENGINE, change, only

# Making, opening, listing


def test_a_new_run_is_queued_and_listed(runs_folder: Path) -> None:
    before = time.time()
    run = Run.create(CONFIG)
    assert run.path.parent == runs_folder == default_folder()
    assert sorted(path.name for path in run.path.iterdir()) == [
        "config.json",
        "control.json",
        "snapshots",
        "status.json",
    ]
    status = run.status()
    assert (status.state, status.epochs, status.epoch) == ("queued", CONFIG.epochs, 0)
    assert before <= status.created == status.queued_at == status.heartbeat <= time.time()
    assert run.control() == Control()
    assert Run.open(run.id).config == CONFIG
    line = only(runs_folder)
    assert (line.id, line.state, line.recipe, line.dataset) == (run.id, "queued", "lenet5-relu", "mnist")
    assert line.name == f"lenet5-relu {run.id[-4:]}"
    assert (line.status, line.problem, line.accuracy) == (status, None, None)


@pytest.mark.parametrize(
    ("recipe", "label"),
    [
        ("lenet5-relu", "lenet5-relu"),
        ("../../etc/passwd", "etc-passwd"),
        ("Überraschung: 100 %\n", "berraschung-100"),
        ("$$$", "own"),
        ("x" * 200, "x" * 40),
        (None, "own"),
    ],
)
def test_the_folder_is_named_by_the_recipe(tmp_path: Path, recipe: str | None, label: str) -> None:
    run = Run.create(CONFIG.replace(recipe=recipe, architecture=None), tmp_path)
    assert run.path.parent == tmp_path
    date, name = run.id[:10], run.id[11:-5]
    assert time.strptime(date, "%Y-%m-%d")
    assert name == label
    assert Run.open(run.id, tmp_path).config.recipe == recipe


def test_the_folder_of_a_network_of_ones_own(tmp_path: Path) -> None:
    assert "-own-" in Run.create(RunConfig(layers=(Dense(units=10),)), tmp_path).id
    assert only(tmp_path).recipe == "own network"


@pytest.mark.parametrize(
    "run_id",
    ["", ".", "..", "../runs", "a/../../b", "/etc", "C:\\Windows", "C:x", "..\\x", ".hidden", "-rf", "a\nb",
     "a\0b", "x" * 5000, "~root", "run@3", "%2e%2e", "\ud800"],
)  # fmt: skip
def test_what_is_no_id_is_refused(tmp_path: Path, run_id: str) -> None:
    Run.create(CONFIG, tmp_path / "runs")
    with pytest.raises(RunError) as caught:
        Run.open(run_id, tmp_path / "runs")
    message = str(caught.value)
    assert message.startswith("Run: received ") and "expected an id such as 2026-" in message
    assert message.endswith("Choose a run from the table.")
    assert len(message) < 200 and "\n" not in message


@pytest.mark.parametrize("run_id", ["2026-11-20-lenet5-relu-7f3a", "字" * 150, "my run (copy)"])
def test_a_run_that_is_not_here(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(RunError, match="There is no run '.+' here. It may have been deleted: choose another"):
        Run.open(run_id, tmp_path)


def test_a_folder_that_a_person_copied_is_a_run(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.path.rename(tmp_path / "Größe 5 (copy)")
    assert only(tmp_path).problem is None
    assert Run.open(only(tmp_path).id, tmp_path).config == CONFIG


# Names


def test_rename(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.write_control(learning_rate=0.5)
    run.rename("  the *best* \n one ")
    assert only(tmp_path).name == "the *best* one"
    assert run.control().learning_rate == 0.5
    assert run.id == only(tmp_path).id


def test_tags(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.tag("  for\tFriday ")
    run.tag("best")
    run.tag("for Friday")
    assert run.control().tags == ("best", "for Friday") == only(tmp_path).tags
    run.tag("best", is_wanted=False)
    run.tag("never given", is_wanted=False)
    assert run.control().tags == ("for Friday",) and run.control().command == "run"
    for tag in ("", " ", "x" * 41):
        with pytest.raises(RunError, match="Tag: received .* expected 1 to 40"):
            run.tag(tag)
    for number in range(19):
        run.tag(f"tag {number}")
    with pytest.raises(RunError, match="has 20 tags, the most that a run can have"):
        run.tag("another one")
    run.write_control(tags=("a\u202eb", " a b ", "a b"))
    assert only(tmp_path).tags == ("a\ufffdb", "a b")


@pytest.mark.parametrize("name", ["", " \n ", "x" * 81])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    with pytest.raises(RunError, match="Name: received (0|81) characters, expected 1 to 80"):
        run.rename(name)
    assert run.control().name is None


# Deleting


@pytest.mark.parametrize("state", ["running", "paused"])
def test_a_run_that_trains_is_not_deleted(tmp_path: Path, state: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state=state)
    with pytest.raises(RunError, match="is training. Stop it first, then delete it"):
        run.delete()
    assert run.status().state == state


def test_a_silent_run_of_the_engine_that_asks_is_not_deleted(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state="running", engine=ENGINE, heartbeat=time.time() - 60)  # it compiles
    with pytest.raises(RunError, match="is training"):
        run.delete(ENGINE)
    run.delete("another engine")
    assert not run.path.exists()


@pytest.mark.parametrize("state", ["queued", "finished", "stopped", "failed"])
def test_a_run_is_deleted(tmp_path: Path, state: str) -> None:
    run, other = Run.create(CONFIG, tmp_path), Run.create(CONFIG, tmp_path)
    change(run, state=state)
    run.delete()
    assert [path.name for path in tmp_path.iterdir()] == [other.id]


def test_a_run_is_deleted_whose_trainer_is_gone_or_that_is_damaged(tmp_path: Path) -> None:
    gone, damaged = Run.create(CONFIG, tmp_path), Run.create(CONFIG, tmp_path)
    change(gone, state="running", heartbeat=time.time() - 1000)
    (damaged.path / "status.json").write_text("{")
    gone.delete()
    damaged.delete()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_deleted_says_so(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.delete()
    with pytest.raises(
        RunError, match=f"Run {run.id} cannot be deleted: No such file or directory. Remove it"
    ):
        run.delete()


def test_reading_a_damaged_run_says_which_file(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    (run.path / "config.json").write_text("{}")
    with pytest.raises(RunError, match=f"Run {run.id}: config.json: Layers: received nothing"):
        _ = run.config
    (run.path / "status.json").unlink()
    with pytest.raises(RunError, match="status.json is missing. Delete the run, or restore the file"):
        run.status()


# A full disk, and folders that are none


def test_a_full_disk_starts_nothing(full_disk: Path) -> None:
    (full_disk / "rest").write_bytes(b"x" * 56 * 1024)
    with pytest.raises(RunError) as caught:
        for _ in range(20):
            Run.create(CONFIG, full_disk)
    assert str(caught.value) == (
        f"{full_disk} cannot be written: No space left on device. Free some space there, or point LENET_RUNS "
        "to another folder. Nothing was started."
    )
    assert all(line.problem is None for line in list_runs(full_disk))
    assert not list(full_disk.glob(".*"))


def test_a_disk_that_becomes_full_leaves_the_run_as_it_was(full_disk: Path) -> None:
    run = Run.create(CONFIG, full_disk)
    change(run, epoch=3)
    with open(full_disk / "rest", "wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(OSError, match="No space left on device"):
        change(run, epoch=4)
    for attempt in (
        lambda: run.write_control(command="stop"),
        lambda: run.queue(),
        lambda: run.rename("x"),
    ):
        with pytest.raises(
            RunError, match="cannot be written: No space left on device. Free some space there"
        ):
            attempt()
    assert run.status().epoch == 3 and run.control() == Control()
    assert only(full_disk).problem is None
    assert sorted(path.name for path in run.path.iterdir()) == [
        "config.json",
        "control.json",
        "snapshots",
        "status.json",
    ]
    run.delete()  # it can still be deleted
    assert list_runs(full_disk) == []


def test_runs_that_live_in_a_file_or_behind_a_broken_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written: Not a directory. .* Nothing was started"):
        Run.create(CONFIG, tmp_path / "file")
    assert list_runs(tmp_path / "file") == []
    if os.name != "nt":
        (tmp_path / "link").symlink_to(tmp_path / "unmounted")
        with pytest.raises(RunError, match="cannot be written: .* Nothing was started"):
            Run.create(CONFIG, tmp_path / "link")
        assert list_runs(tmp_path / "link") == []


def test_snapshots(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    assert run.snapshots() == []
    for epoch in (10, 0, 2, 12345):
        run.snapshot_path(epoch).touch()
    for name in ("0003 copy.npz", ".1234.0004.npz", "best.npz", "0005.npz.part", "notes.txt"):
        (run.path / "snapshots" / name).touch()
    assert run.snapshots() == [0, 2, 10, 12345]


def test_a_run_deleted_while_a_page_reads_it(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.delete()
    assert run.steps()["step"] == run.snapshots() == []
    with pytest.raises(RunError, match="missing"):
        run.status()
    with pytest.raises(RunError, match="cannot be written"):
        run.write_control(command="stop")
