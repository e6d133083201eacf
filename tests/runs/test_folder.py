"""Real run folders: made, read, controlled, damaged in every way, listed by the thousand."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from lenet.errors import RunError
from lenet.runs.config import RunConfig
from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS, Rows
from lenet.runs.folder import Run, default_folder
from lenet.runs.layers import Dense
from lenet.runs.lease import take
from lenet.runs.listing import summarize
from lenet.runs.run_index import list_runs
from lenet.runs.status import Control, Status, interrupted
from lenet.training.recipes import RECIPES

CONFIG = RECIPES["lenet5-relu"].config
ENGINE = "tls://127.0.0.1:1234"


def change(run: Run, **changes: Any) -> Status:
    """Write the run's status, changed."""
    status = run.status().model_copy(update=changes)
    run.write_status(status)
    return status


def only(folder: Path) -> Any:
    """The one line of the list."""
    (line,) = list_runs(folder)
    return line


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


@pytest.mark.parametrize("name", ["", " \n ", "x" * 81])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    with pytest.raises(RunError, match="Name: received (0|81) characters, expected 1 to 80"):
        run.rename(name)
    assert run.control().name is None


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


# Damaged folders

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


# What the person wants


def test_control_there_and_back(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    assert run.write_control(command="pause") == run.control() == Control(command="pause")
    run.write_control(learning_rate=0.25)
    assert run.control() == Control(command="pause", learning_rate=0.25)
    run.write_control(command="run", learning_rate=None)
    assert run.control() == Control()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"learning_rate": 0}, "Learning rate: received 0, expected a number greater than 0."),
        ({"learning_rate": float("nan")}, "Learning rate: received NaN, expected a "),
        ({"learning_rate": float("inf")}, "Learning rate: received infinity, expected a finite number."),
        ({"command": "go"}, "Command: received 'go', expected 'run', 'pause' or 'stop'."),
    ],
)
def test_a_wish_that_cannot_be(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.write_control(command="pause")
    with pytest.raises(RunError) as caught:
        run.write_control(**changes)
    assert str(caught.value).startswith(words)
    assert run.control() == Control(command="pause")


@pytest.mark.parametrize("content", [b"", b'{"command": "pa', b"[]", b'{"command": "go"}', bytes(range(256))])
def test_writing_mends_a_damaged_control(tmp_path: Path, content: bytes) -> None:
    run = Run.create(CONFIG, tmp_path)
    (run.path / "control.json").write_bytes(content)
    with pytest.raises(RunError, match="control.json"):
        run.control()
    run.write_control(command="stop")
    assert run.control() == Control(command="stop")


def test_two_tabs_write_at_once_and_the_trainer_reads(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)

    def keep_writing(name: str) -> None:
        for number in range(60):
            run.write_control(name=name * (1 + number))
            change(run, step=number, message=name * number)

    writers = [threading.Thread(target=keep_writing, args=(letter,)) for letter in "ab"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert summarize(run.path).problem is None
        assert len(set(run.control().name or "-")) == 1
    for writer in writers:
        writer.join()
    assert len(list(run.path.iterdir())) == 4


def test_more_epochs_and_the_queue(tmp_path: Path) -> None:
    run = Run.create(CONFIG.replace(epochs=4), tmp_path)
    assert run.cycles() == ((0, 4),)
    change(run, state="stopped", epoch=3, error="old", message="old", heartbeat=1.0)  # early, after three
    run.ask_for_more(5)
    run.assign(ENGINE, run.queue())
    assert run.cycles() == ((0, 4), (3, 5))
    status = run.status()
    assert (status.state, status.epochs, status.epoch, status.engine) == ("queued", 8, 3, ENGINE)
    assert (status.error, status.message) == (None, None)
    assert abs(status.heartbeat - time.time()) < 5 and abs(status.queued_at - status.heartbeat) < 5
    change(run, state="finished", epoch=8)
    run.ask_for_more(2)
    assert run.cycles() == ((0, 4), (3, 5), (8, 2))


def test_queueing_takes_back_a_stop(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    run.write_control(command="stop", learning_rate=0.5)
    run.queue()
    assert run.control() == Control(command="run", learning_rate=0.5)


@pytest.mark.parametrize("epochs", [0, -1, 10_001])
def test_more_epochs_that_cannot_be(tmp_path: Path, epochs: int) -> None:
    run = Run.create(CONFIG, tmp_path)
    with pytest.raises(RunError, match=f"More epochs: received {epochs}, expected 1 to 10,000"):
        run.ask_for_more(epochs)
    assert run.cycles() == ((0, CONFIG.epochs),)


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_a_run_fails_with_a_sentence(tmp_path: Path, state: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state=state)
    run.mark_failed("The engine is gone.")
    assert (run.status().state, run.status().error) == ("failed", "The engine is gone.")


@pytest.mark.parametrize("state", ["finished", "stopped", "failed"])
def test_a_run_that_ended_does_not_fail_afterwards(tmp_path: Path, state: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state=state)
    run.mark_failed("The engine is gone.")
    assert (run.status().state, run.status().error) == (state, None)


@pytest.mark.parametrize(
    ("state", "engine", "silence", "expected"),
    [
        ("running", ENGINE, 100, False),  # loading, compiling or testing takes a while
        ("running", ENGINE, 130, True),
        ("running", "another", 10, False),
        ("running", "another", 20, True),
        ("paused", "another", 20, True),
        ("paused", ENGINE, 20, False),
        ("queued", ENGINE, 10_000, False),  # it waits for its turn
        ("queued", "another", 10, False),
        ("queued", "another", 20, True),
        ("queued", None, 20, False),  # the command line loads TensorFlow
        ("queued", None, 130, True),
        ("running", None, 20, False),
        ("running", None, 130, True),
        ("finished", "another", 10_000, False),
        ("stopped", None, 10_000, False),
        ("failed", "another", 10_000, False),
    ],
)
def test_interrupted(state: Any, engine: str | None, silence: float, expected: bool) -> None:
    status = Status(state=state, engine=engine, heartbeat=time.time() - silence)
    assert interrupted(status, ENGINE) is expected


def test_without_an_engine_nobody_can_tell_that_a_run_waits_in_vain(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, engine="a dashboard's", heartbeat=time.time() - 10_000)
    assert [line.state for line in list_runs(tmp_path)] == ["queued"]
    assert [line.state for line in list_runs(tmp_path, ENGINE)] == ["interrupted"]


def test_a_run_that_nobody_trains_is_listed_as_interrupted(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, state="running", engine="another", heartbeat=time.time() - 60)
    assert [line.state for line in list_runs(tmp_path, ENGINE)] == ["interrupted"]
    assert [line.state for line in list_runs(tmp_path, "another")] == ["running"]
    assert run.status().state == "running"  # looking changes nothing


def test_accuracy_is_that_of_the_test_if_there_is_one(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    change(run, val_accuracy=0.9)
    assert only(tmp_path).accuracy == 0.9
    change(run, test_accuracy=0.0)
    assert only(tmp_path).accuracy == 0.0


# Curves


def test_curves_before_the_first_row(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    assert run.steps() == {name: [] for name in STEP_COLUMNS}
    assert run.epochs() == {name: [] for name in EPOCH_COLUMNS}


def test_rows_there_and_back(tmp_path: Path) -> None:
    run = Run.create(CONFIG, tmp_path)
    rows = Rows(run.path / "steps.csv", STEP_COLUMNS, take(run.path))
    rows.append([(1, 2.302585093, 0.125, 1e-3)])
    rows.append([(10, 1 / 3, 1.0, 1e-30), (123456789, 0.0, 0.0, 1e9)])
    rows.close()
    text = (run.path / "steps.csv").read_text()
    assert text.splitlines()[:2] == ["step,loss,accuracy,learning_rate", "1,2.30258509,0.125,0.001"]
    assert text.count("step") == 1
    steps = run.steps()
    assert steps["step"] == [1, 10, 123456789]
    assert steps["loss"] == pytest.approx([2.302585093, 1 / 3, 0], rel=1e-8)
    assert steps["learning_rate"] == pytest.approx([1e-3, 1e-30, 1e9])


HEADER = "step,loss,accuracy,learning_rate\n"
GOOD = "1,2.5,0.25,0.01\n2,1.5,0.5,0.01\n"


@pytest.mark.parametrize(
    "rest",
    ["", "3", "3,1.2", "3,1.2,0.5,0.0", "3,1.2\n", "3,1.2,0.5,0.01,9\n", "three,1,1,1\n", "\n\n", ",,,\n",
     "\0" * 50, "\0\0\n", "é,1,1,1\n"],
)  # fmt: skip
def test_damaged_rows_are_left_out(tmp_path: Path, rest: str) -> None:
    run = Run.create(CONFIG, tmp_path)
    (run.path / "steps.csv").write_bytes((HEADER + GOOD + rest).encode())
    assert run.steps() == {
        "step": [1, 2],
        "loss": [2.5, 1.5],
        "accuracy": [0.25, 0.5],
        "learning_rate": [0.01, 0.01],
    }


@pytest.mark.parametrize("content", [b"", b"ste", HEADER.encode(), bytes(range(256)), b"\xff" * 1000])
def test_a_file_of_curves_without_rows(tmp_path: Path, content: bytes) -> None:
    run = Run.create(CONFIG, tmp_path)
    (run.path / "steps.csv").write_bytes(content)
    assert run.steps() == {name: [] for name in STEP_COLUMNS}


@pytest.mark.parametrize("rest", ["", "3,1.2", "3,1.2,0.5,0.0", "é,x\n", "7,1,1,1\n", "\0\0\0"])
def test_rows_after_the_checkpoint_are_dropped(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "steps.csv"
    path.write_bytes((HEADER + GOOD + "3,1,0.5,0.01\n" + rest).encode())
    rows = Rows(path, STEP_COLUMNS, take(tmp_path))
    rows.keep_until(2)
    assert path.read_text() == HEADER + GOOD
    rows.append([(3, 1.25, 0.5, 0.01)])
    rows.close()
    assert path.read_text() == HEADER + GOOD + "3,1.25,0.5,0.01\n"


@pytest.mark.parametrize("content", [b"", b"ste", b"step,loss,accuracy,learning_rate"])
def test_a_run_killed_while_it_wrote_the_header_goes_on(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "steps.csv"
    path.write_bytes(content)
    rows = Rows(path, STEP_COLUMNS, take(tmp_path))
    rows.keep_until(0)
    rows.append([(1, 2.5, 0.25, 0.01)])
    rows.close()
    assert path.read_text() == HEADER + "1,2.5,0.25,0.01\n"


def test_no_rows_to_drop(tmp_path: Path) -> None:
    Rows(tmp_path / "steps.csv", STEP_COLUMNS, take(tmp_path)).keep_until(2)
    assert [path.name for path in tmp_path.iterdir()] == ["lease"]


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


# Speed


@pytest.mark.alone
def test_a_thousand_runs_are_listed_at_once(tmp_path: Path) -> None:
    for _ in range(1000):
        change(Run.create(CONFIG, tmp_path), state="finished", test_accuracy=0.9835)
    times = []
    for _ in range(3):
        started = time.perf_counter()
        lines = list_runs(tmp_path, ENGINE)
        times.append(time.perf_counter() - started)
    assert len(lines) == 1000 and all(line.accuracy == 0.9835 for line in lines)
    assert min(times) < 0.5
