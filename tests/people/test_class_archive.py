"""A class as one file: what is in it, what is not, and that it opens again."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lenet.lessons import shelf
from lenet.people import deeds
from lenet.people.class_archive import archive, things
from lenet.people.classroom import Classroom
from lenet.people.person import TEACHER, Person
from lenet.runs.folder import Run
from tests.command_line import lenet_here
from tests.small_runs import small_config
from tests.small_sweeps import sweep_of

Act = Callable[[Person | None], None]


@pytest.fixture
def room(tmp_path: Path, act_as: Act) -> Classroom:
    """With runs of Ada, the teacher, nobody and somebody of another class; of Ada also a sweep and data."""
    room = Classroom.opened(tmp_path / "runs")
    ada = room.join(room.code, "Ada")
    for person in (ada, TEACHER, None, Person("0" * 16, "Gone")):
        act_as(person)
        Run.create(small_config(), tmp_path / "runs")
    act_as(ada)
    sweep_of(tmp_path / "runs", "seed=1,2")
    folder = tmp_path / "data" / "drawing-sets" / "signs"
    folder.mkdir(parents=True)
    (folder / "owner.json").write_text(json.dumps({"id": ada.id, "name": "Ada"}))
    (folder / "set.json").write_text("{}")
    (folder / "elsewhere").symlink_to(room.root / "key")
    (tmp_path / "data" / "mnist.npz").write_bytes(b"everybody's")
    for path in ("activities/20261201-120000-0123abcd/about.json", f"lessons/{ada.id}.json"):
        (room.root / path).parent.mkdir(parents=True)
        (room.root / path).write_text("{}")
    act_as(None)
    shelf.save("mine", "---\ntitle: Mine\n---\n", tmp_path / "runs")
    shelf.keep_draft("", "typed", tmp_path / "runs")
    deeds.write(tmp_path / "runs", ada, "stop", "x", None, False)
    act_as(None)
    return room


def folders(room: Classroom) -> dict[str, Path]:
    runs = room.root.parent
    return {"runs": runs, "data": runs.parent / "data"}


def test_it_has_what_the_class_made_and_opens_again(room: Classroom, tmp_path: Path) -> None:
    made = zipfile.ZipFile(io.BytesIO(b"".join(archive(room, folders(room)))))
    assert made.testzip() is None
    names = made.namelist()
    assert {"about.json", "people.json", "deeds.jsonl", "data/drawing-sets/signs/set.json"} <= set(names)
    runs = {name.split("/")[1] for name in names if name.startswith("runs/2")}
    assert len(runs) == 2 and sum(name.endswith("/sweep.json") for name in names) == 1
    (progress,) = (name for name in names if name.startswith("progress/"))
    assert {"activities/20261201-120000-0123abcd/about.json", "lessons/mine.md"} <= set(names)
    assert progress.endswith(".json") and not any("draft" in name for name in names)
    assert not [name for name in names if "key" in name or "elsewhere" in name or "mnist" in name]
    everything = b"".join(made.read(name) for name in names)
    assert room._key.encode() not in everything and room.code.encode() not in everything
    assert json.loads(made.read("people.json"))["people"][0]["name"] == "Ada"
    made.extractall(tmp_path / "again")
    for each in runs:
        assert Run.open(each, tmp_path / "again" / "runs").config == small_config()


def test_it_is_made_piece_by_piece(room: Classroom) -> None:
    _, run = next(things(room, folders(room)))
    (run / "model.keras").write_bytes(b"x" * 40_000_000)
    tracemalloc.start()
    size = sum(map(len, archive(room, folders(room))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 40_000_000 and peak < 8_000_000


def test_the_command(room: Classroom, tmp_path: Path) -> None:
    where = {"LENET_RUNS": str(room.root.parent), "LENET_DATA": str(tmp_path / "data")}
    file = tmp_path / "class.zip"
    assert lenet_here("class", "--export", file, **where).returncode == 0
    assert "people.json" in zipfile.ZipFile(file).namelist()
    for given, words in ((file, "is there already"), (tmp_path / "no" / "x.zip", "cannot be written")):
        refused = lenet_here("class", "--export", given, **where)
        assert refused.returncode == 2 and words in " ".join(refused.stderr.split())
    refused = lenet_here("class", "--export", tmp_path / "y.zip", LENET_RUNS=str(tmp_path / "none"))
    assert refused.returncode == 2 and "has no class" in " ".join(refused.stderr.split())
    assert not (tmp_path / "none").exists()


def test_what_they_made_whom_the_teacher_took_out_is_in_it(room: Classroom, act_as: Act) -> None:
    (ada,) = room.people
    before = list(things(room, folders(room)))
    act_as(TEACHER)
    room.remove(ada.id)
    assert Classroom.opened(room.root.parent).ids == {ada.id} and room.people == []
    assert list(things(room, folders(room))) == before
    room.end()
    assert room.ids == set() and len(list(things(room, folders(room)))) == 1, "the teacher's run"
