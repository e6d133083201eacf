"""Runs as lines of a list: named, damaged in every way, by the thousand."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lenet.runs.folder import Run
from lenet.runs.run_index import RunIndex, list_runs
from tests.run_lines import CONFIG, ENGINE, change, only


def test_no_runs_yet(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "nowhere") == []
    assert list_runs(tmp_path) == []


def test_newest_first_and_nothing_but_runs(tmp_path: Path) -> None:
    runs = [Run.create(CONFIG, tmp_path) for _ in range(3)]
    for run, created in zip(runs, (200.0, 300.0, 100.0), strict=True):
        change(run, created=created)
    (tmp_path / "notes.txt").write_text("not a run")
    (tmp_path / ".hidden").mkdir()
    assert [line.id for line in list_runs(tmp_path)] == [runs[1].id, runs[0].id, runs[2].id]


def test_a_list_never_shows_a_run_that_is_half_there(tmp_path: Path) -> None:
    """Another tab creates and deletes runs while this one lists them."""

    def create_and_delete() -> None:
        for _ in range(200):
            Run.create(CONFIG, tmp_path).delete()

    other = threading.Thread(target=create_and_delete)
    other.start()
    while other.is_alive():
        for line in list_runs(tmp_path):
            assert line.problem is None
    other.join()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [("My run", "My run"), ("two\nlines\tand # *more* |", "two lines and # *more* |"), ("n" * 80, "n" * 80)],
)
def test_a_name_given_at_the_start_is_one_line(tmp_path: Path, name: str, shown: str) -> None:
    Run.create(CONFIG.replace(name=name), tmp_path)
    assert only(tmp_path).name == shown


def test_a_name_of_blanks_is_none(tmp_path: Path) -> None:
    run = Run.create(CONFIG.replace(name=" \n "), tmp_path)
    assert only(tmp_path).name == f"lenet5-relu {run.id[-4:]}"


DAMAGE = {
    "missing": None,
    "empty": b"",
    "half-written": b'{"state": "fini',
    "noise": bytes(range(256)),
    "a list": b"[1, 2]",
    "null": b"null",
}


@pytest.mark.parametrize("file", ["config.json", "status.json", "control.json"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_folder_is_a_line_with_its_problem(tmp_path: Path, file: str, damage: str) -> None:
    good, bad = Run.create(CONFIG, tmp_path), Run.create(CONFIG, tmp_path)
    spoil(bad.path / file, DAMAGE[damage])
    lines = {line.id: line for line in list_runs(tmp_path)}
    assert lines[good.id].problem is None and lines[good.id].state == "queued"
    line = lines[bad.id]
    if (file, damage) == ("control.json", "missing"):  # then nobody wants anything in particular
        assert (line.problem, line.state) == (None, "queued")
        return
    what = "is missing" if damage == "missing" else "is damaged"
    assert line.state == "damaged"
    assert f"Run {bad.id}: {file} {what}" in line.problem
    assert line.problem.endswith("Delete the run, or restore the file.")
    assert line.name and line.status.epochs == (0 if file == "status.json" else CONFIG.epochs)


def spoil(path: Path, content: bytes | None) -> None:
    path.unlink() if content is None else path.write_bytes(content)


@pytest.mark.parametrize(
    ("file", "changes", "words"),
    [
        ("config.json", {"epochs": "many"}, "Epochs: received 'many', expected a whole number"),
        ("config.json", {"layers": [{"kind": "lstm"}]}, "Layer 1: received kind 'lstm'"),
        ("config.json", {"later": 1}, "there is no setting 'later'"),
        ("config.json", {"name": ["x"]}, "Name: received a list of length 1, expected text"),
        ("status.json", {"state": "napping"}, "State: received 'napping', expected 'queued', 'running'"),
        ("status.json", {"heartbeat": "now"}, "Heartbeat: received 'now', expected a number"),
        ("status.json", {"created": float("inf")}, "Created: received infinity, expected a finite number"),
        ("status.json", {"epoch": None}, "Epoch: received nothing, expected a whole number"),
        ("control.json", {"command": "go"}, "Command: received 'go', expected 'run', 'pause' or 'stop'"),
        (
            "control.json",
            {"learning_rate": -1},
            "Learning rate: received -1, expected a number greater than 0",
        ),
        ("control.json", {"more_epochs": [3]}, "More epochs 0: received 3, expected a list"),
    ],
)
def test_a_wrong_value_in_a_file_is_named(tmp_path: Path, file: str, changes: dict, words: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    path = run.path / file
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    line = only(tmp_path)
    assert line.state == "damaged"
    assert line.problem.startswith(f"Run {run.id}: {file}: ") and words in line.problem
    assert line.name.encode().isascii()


def test_every_problem_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    line = only(tmp_path)
    assert line.name == line.id == "a folder"
    assert "config.json is missing" in line.problem and "status.json is missing" in line.problem


def test_a_file_from_a_later_version_is_read(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    path = run.path / "status.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"mood": "fine"}))
    assert only(tmp_path).problem is None


def test_accuracy_is_that_of_the_test_if_there_is_one(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, val_accuracy=0.9)
    assert (only(tmp_path).accuracy, only(tmp_path).accuracy_of) == (0.9, "validation")
    change(run, test_accuracy=0.0)
    assert (only(tmp_path).accuracy, only(tmp_path).accuracy_of) == (0.0, "test")


@pytest.mark.alone
def test_a_thousand_runs_are_listed_at_once(tmp_path: Path) -> None:
    for _ in range(1000):
        change(Run.create(CONFIG, tmp_path), state="finished", test_accuracy=0.9835)
    listing, reading = [], []
    for _ in range(3):
        lines, seconds = timed(lambda: RunIndex(tmp_path).runs(ENGINE))
        listing.append(seconds)
        files, seconds = timed(lambda: [json.loads(file.read_bytes()) for file in tmp_path.glob("*/*.json")])
        reading.append(seconds)
    assert len(files) == 3000 and len(lines) == 1000
    assert all(line.accuracy == 0.9835 for line in lines)
    assert min(listing) < 4.5 * min(reading)  # half a second where the files alone take 0.11


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    """What it makes, and the seconds that it took."""
    started = time.perf_counter()
    return make(), time.perf_counter() - started
