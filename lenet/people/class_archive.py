"""All that a class has made as one zip file, made while it is read: it is nowhere as a whole.

    about.json      when it was made, of which class
    people.json     names, ids, when each joined; accounts where an institution is the door
    deeds.jsonl     what was done, or tried, to what is another's
    activities/…    what the class wrote and guessed together
    progress/…      how far each person is in each lesson, a file a person
    lessons/…       those that were written here
    runs/…  data/…  every folder and file of theirs, where it lies beside the runs and in the folder of data

In it is what has one of the class, or the teacher, as its owner. What lets people in (key, code) is not.
Must not import Streamlit, TensorFlow or Keras.
"""

import io
import json
import os
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from lenet.people import deeds, owner
from lenet.people.classroom import Classroom
from lenet.people.person import TEACHER

_PIECE = 1 << 20  # bytes that are read at a time
_DENSE = {".npz", ".keras", ".zip", ".png", ".jpg", ".gz", ".h5", ".onnx"}  # packed already


class _Sink(io.RawIOBase):
    """Where the archive is written: keeps what nobody has taken yet."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def file_name() -> str:
    """Of the file, "class-20261120-1412.zip"."""
    return time.strftime("class-%Y%m%d-%H%M.zip")


def archive(room: Classroom, folders: Mapping[str, Path]) -> Iterator[bytes]:
    """The zip file, piece by piece. What is deleted or cannot be read meanwhile is left out.

    Args:
        folders: where things are looked for, by their names in the archive.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        about = {"class": room.id, "made": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "people": len(room.people)}
        made.writestr("about.json", json.dumps(about, indent=1))
        for name in ("people.json", deeds.FILE):
            yield from _member(made, sink, name, room.root / name)
        for name, path in (*_together(room), *things(room, folders)):
            for file in _files(path):
                inside = file.relative_to(path.parent).as_posix()
                yield from _member(made, sink, f"{name}/{inside}" if name else inside, file)
    yield sink.take()


def _together(room: Classroom) -> Iterator[tuple[str, Path]]:
    """What the class did together: as `things` has it."""
    yield "", room.root / "activities"
    yield from (("progress", each) for each in _entries(room.root / "lessons"))
    yield from (("lessons", each) for each in _entries(room.root.parent / ".lessons") if each.suffix == ".md")


def things(room: Classroom, folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """What belongs to somebody of the class: the folder where it lies, by its name there, and its path."""
    ids = room.ids | {TEACHER.id}
    for name, folder in folders.items():
        for path in _entries(folder):
            if _is_of(path, ids):
                yield name, path
            elif (
                path.is_dir() and path != room.root and not (path / owner.FILE).exists()
            ):  # a shelf of things
                yield from ((f"{name}/{path.name}", each) for each in _entries(path) if _is_of(each, ids))


def _is_of(path: Path, ids: set[str]) -> bool:
    whose = owner.owner_of(path)
    return whose is not None and whose.id in ids


def _entries(folder: Path) -> list[Path]:
    """In their order; none where there is no such folder."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _files(thing: Path) -> Iterator[Path]:
    """All of a folder, but links; of a file also what says whose it is, hidden beside it."""
    if not thing.is_dir():
        yield from (
            each for each in (thing, thing.with_name(f".{thing.name}.{owner.FILE}")) if each.is_file()
        )
        return
    for folder, _, names in os.walk(thing):
        yield from (Path(folder, name) for name in sorted(names) if not Path(folder, name).is_symlink())


def _member(made: zipfile.ZipFile, sink: _Sink, name: str, path: Path) -> Iterator[bytes]:
    with suppress(FileNotFoundError, PermissionError), open(path, "rb") as file:
        changed = max(315_532_800.0, os.fstat(file.fileno()).st_mtime)  # a zip knows no time before 1980
        about = zipfile.ZipInfo(name, time.localtime(changed)[:6])
        about.compress_type = zipfile.ZIP_STORED if path.suffix in _DENSE else zipfile.ZIP_DEFLATED
        with made.open(about, "w", force_zip64=True) as member:
            while piece := file.read(_PIECE):
                member.write(piece)
                yield sink.take()
