"""The drawings that people collect on this machine, in a folder of files: the digits of `my-digits`.

Sets with classes of their own are `drawing_sets.py`. Must not import Streamlit, TensorFlow or Keras.
"""

import gzip
import os
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO
from weakref import WeakKeyDictionary

import numpy as np

from lenet.data import storage
from lenet.data.published_files import storage_folder
from lenet.drawing.jsonl_files import MOST_LINE_BYTES
from lenet.drawing.labelled_drawings import (
    ID,
    MOST_DRAWINGS,
    Entry,
    Label,
    LabelReader,
    digit,
    from_line,
    id_from_content,
    read_file,
    to_line,
)
from lenet.drawing.mnist_format import SIZE
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError, DrawingError
from lenet.files import read_bytes, write_atomically
from lenet.formatting import counted
from lenet.people import owner
from lenet.people.person import acting
from lenet.runs.folder import default_folder
from lenet.sentences import plain, reason, shortened, shown

NAME = "my-digits"
DIGITS = tuple("0123456789")  # its classes
MIN_DRAWINGS = 10  # to train on
BYTES_A_DRAWING = 4_000  # about

File = tuple[str, int, int]  # path, size, time of change in nanoseconds


_RENDERED: WeakKeyDictionary[Entry, np.ndarray] = WeakKeyDictionary()
storing = threading.Lock()  # what was found free, or there, stays so until it is written


@dataclass(frozen=True)
class Imported:
    """What an import brought: drawings that are new, and such as were here already."""

    added: int
    known: int


class Collection:
    """The drawings in a folder. Every read is fresh from the disk; every write is atomic.

    `folder`: None for the one that the data set is made of.

    Attributes:
        name: of the data set.
        title: the same for people.
        source: where its drawings come from, in words.
        read_label: what a file may have as the label of a drawing.
        each_class_tests: whether the test part has drawings of each class, see `drawn_data.in_test_part`.
    """

    name, source = NAME, "the Draw page: “The correct digit is …”"
    read_label: LabelReader = staticmethod(digit)
    each_class_tests = False  # a digit may be learned from before there is another of its class

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or storage_folder() / NAME

    @property
    def title(self) -> str:
        """In a class, where each has digits of their own, these are what it wrote together."""
        return "My digits" if acting() is None else "The class's digits"

    @property
    def made(self) -> Path:
        """By which it is known whose it is."""
        return self.folder

    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the labels that a network learns."""
        return self.classes_of(self.entries())

    def classes_of(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        """The same where these are the drawings: each of them has its class there."""
        return DIGITS

    def label_of(self, name: str) -> Label:
        """The label that drawings of that class have."""
        return int(name)

    def lack(self) -> str:
        """Why it is no data set yet, a sentence; empty where it is one."""
        return self.lack_of(self.entries())

    def lack_of(self, entries: Sequence[Entry]) -> str:
        """The same where these are the drawings."""
        count = len(entries)
        if count >= MIN_DRAWINGS:
            return ""
        drawings = counted(count, "drawing")
        return (
            f"{self.title}, drawn here: {drawings} so far, expected at least {MIN_DRAWINGS} to train and "
            "test on. Draw some more on the Draw page and say which digits they are, or import some there."
        )

    def add(self, drawing: Drawing | None, label: Label, image: np.ndarray) -> str:
        """Store a drawing and return its id.

        Args:
            drawing: None for a photograph.
            label: the digit that was meant, 0–9; of another set, the name of a class.
            image: (28, 28) uint8, what the network was shown.

        Raises:
            DatasetError: the label or the drawing is none, or the folder cannot be written.
            NotAllowed: it is another's, who does not let others add to it, or there is more than may be.
        """
        self._check_may_add()
        storage.check(BYTES_A_DRAWING)
        if image.shape != (SIZE, SIZE) or image.dtype != np.uint8:
            raise DatasetError(f"Image: received {image.dtype} {image.shape}, expected uint8 (28, 28).")
        entry = Entry(new_id(), label, drawing, image)
        with _as_dataset_error():
            from_line(to_line(entry), self.read_label)  # what could not be read back is not stored
        self._write([entry])
        return entry.id

    def entries(self) -> list[Entry]:
        """All drawings, the oldest first, without damaged files (see `problems`)."""
        return entries_of(listing_of(self.folder), self.read_label)

    def problems(self) -> list[str]:
        """A sentence for each file that cannot be used."""
        looks = (_look_into(file, self.read_label) for file in listing_of(self.folder))
        return [each for each in looks if isinstance(each, str)]

    def remove(self, entry_id: str) -> None:
        """Delete a drawing; one that is gone already is no error. Raises `DatasetError`, `NotAllowed`."""
        if not ID.fullmatch(entry_id):
            raise DatasetError(f"Drawing: received {shown(entry_id)}, expected one of the collection.")
        path = self._path(entry_id)
        if not owner.may_change(path, acting()):  # of what is shared, who added it takes it back
            self._check("delete a drawing")
        try:
            path.unlink(missing_ok=True)
            owner.unsign(path)
        except OSError as error:
            raise DatasetError(f"{path} cannot be deleted ({error.strerror or error}).") from error

    def export(self) -> bytes:
        """All drawings as one `.jsonl.gz`, which `import_` reads; `python -m lenet predict` too, whatever the
        labels, unless there are photographs among them.
        """
        return gzip.compress(b"".join(map(to_line, self.entries())), mtime=0)

    def import_(self, content: bytes, name: str = "The file") -> Imported:
        """Add the drawings of an export, or of any file of labelled strokes, under their own ids.

        What is here stays as it is: a drawing that is here already is not stored again, and one whose id
        another drawing has gets an id of its own.

        Args:
            name: what the file is called in sentences.

        Raises:
            DatasetError: something in the file is wrong, or the folder cannot be written; nothing was added.
            NotAllowed: as in `add`.
        """
        self._check_may_add()
        with _as_dataset_error():
            received, new = read_file(content, name, self.read_label), []
        with storing:
            received = self._as_kept(received)
            known = {entry.id: to_line(entry) for entry in self.entries()}
            for entry in (self._with_free_id(each, known) for each in received):
                if entry.id not in known:
                    known[entry.id] = to_line(entry)
                    new.append(entry)
            storage.check(len(new) * BYTES_A_DRAWING)
            self._write(new)
        return Imported(len(new), len(received) - len(new))

    def _as_kept(self, received: list[Entry]) -> list[Entry]:
        """The drawings of a file under the labels that they have here. Raises `DatasetError`."""
        return received

    def _with_free_id(self, entry: Entry, known: dict[str, bytes]) -> Entry:
        """The entry; under another id where its own is that of a different drawing, or of a damaged file."""
        if entry.id in known:
            is_free = known[entry.id] == to_line(entry)
        else:
            is_free = not self._path(entry.id).exists()
        return entry if is_free else replace(entry, id=id_from_content(entry))

    def _write(self, entries: Sequence[Entry]) -> None:
        """All of them or none."""
        paths = [self._path(entry.id) for entry in entries]
        try:
            self._make_folder()
            for path, entry in zip(paths, entries, strict=True):
                write_atomically(path, partial(_write_line, entry))
                if not owner.may_change(self.made, acting()):
                    owner.sign(path)
        except OSError as error:
            for path in paths:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise self._not_written(error) from error

    def _write_over(self, entry: Entry) -> None:
        """In the place of the drawing of that id, which stays where this one cannot be written."""
        try:
            write_atomically(self._path(entry.id), partial(_write_line, entry))
        except OSError as error:
            raise self._not_written(error) from error

    def _not_written(self, error: OSError) -> DatasetError:
        return DatasetError(
            f"{self.folder} cannot be written ({error.strerror or error}), so nothing was stored. Free some "
            "space there, or point LENET_DATA to another folder."
        )

    def _check(self, deed: str) -> None:
        owner.check(self.made, deed, default_folder())

    def _check_may_add(self) -> None:
        owner.check_adding(self.made, "draw into it", default_folder())

    def _make_folder(self) -> None:
        """Before anything is written. Raises `OSError`."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def _path(self, entry_id: str) -> Path:
        return self.folder / f"{entry_id}.json"


def images(entries: Sequence[Entry]) -> np.ndarray:
    """What the network sees of each drawing, (N, 28, 28) uint8: strokes rendered, photographs as stored."""
    new = [entry for entry in entries if entry.drawing and entry not in _RENDERED]
    _RENDERED.update(zip(new, render([entry.drawing for entry in new]), strict=True))
    pictures = [_RENDERED[entry] if entry.drawing else entry.pixels for entry in entries]
    return np.stack(pictures) if pictures else np.zeros((0, SIZE, SIZE), np.uint8)


def listing_of(folder: Path) -> tuple[File, ...]:
    """The files of drawings in their present state, by name; none where there is no folder."""
    files = []
    with suppress(OSError), os.scandir(folder) as found:
        for each in found:
            if each.name.endswith(".json") and not each.name.startswith(".") and each.name != owner.FILE:
                with suppress(OSError):  # deleted this moment
                    files.append((each.path, each.stat().st_size, each.stat().st_mtime_ns))
    return tuple(sorted(files))


def entries_of(files: Sequence[File], label: LabelReader = digit) -> list[Entry]:
    """The drawings in these files, in order; files that are damaged or gone are left out."""
    looks = (_look_into(file, label) for file in files)
    return [each for each in looks if isinstance(each, Entry)]


def _look_into(file: File, label: LabelReader) -> Entry | str | None:
    """The drawing in a file, or a sentence about what is wrong with the file; None where it has just gone."""
    try:
        return _read(file, label)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return f"{shortened(plain(file[0]), 200)} is damaged: {reason(error)} Restore it, or delete it."


@lru_cache(maxsize=MOST_DRAWINGS)
def _read(file: File, label: LabelReader) -> Entry:
    path, size, _ = file
    if size > MOST_LINE_BYTES:
        raise DrawingError(f"It has {size:,} bytes, expected at most {MOST_LINE_BYTES:,} for one drawing.")
    if not ID.fullmatch(Path(path).stem):
        raise DrawingError("Its name is none that this program gives.")
    return replace(from_line(read_bytes(Path(path), MOST_LINE_BYTES), label), id=Path(path).stem)


@contextmanager
def _as_dataset_error() -> Iterator[None]:
    try:
        yield
    except DrawingError as error:
        raise DatasetError(str(error)) from error


def _write_line(entry: Entry, file: BinaryIO) -> None:
    file.write(to_line(entry))


def new_id() -> str:
    """The moment in UTC, to the microsecond, and a random number, for two tabs may add at once."""
    seconds, rest = divmod(time.time_ns(), 10**9)
    moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds))
    return f"{moment}-{rest // 1000:06d}-{secrets.token_hex(4)}"
