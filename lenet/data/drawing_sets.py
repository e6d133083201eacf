"""Sets of drawings whose classes people name themselves: a folder a set, a file a class, a file a drawing.

    drawing-sets/our-symbols/set.json          {"title": "Our symbols"}
    drawing-sets/our-symbols/classes/….json    {"name": "cat", "added": "20261120-…"}
    drawing-sets/our-symbols/drawings/….json   a drawing with "label": "cat", as `labelled_drawings` has it

So a whole class adds to one set at once, and nobody overwrites what another has just added. A class is there
where its file is, or a drawing of it. Must not import Streamlit, TensorFlow or Keras.
"""

import hashlib
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Collection as Names
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.data.drawing_collection import Collection, File, listing_of, new_id, storing
from lenet.data.drawing_set_name import is_name, name_for, new_folder, title_of
from lenet.data.drawn_data import tested
from lenet.data.published_files import storage_folder
from lenet.drawing.class_name import class_name, same
from lenet.drawing.labelled_drawings import Entry, Label
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError, DrawingError
from lenet.files import read_json, write_json
from lenet.people import owner
from lenet.people.person import acting
from lenet.sentences import listed, plain, shown

FOLDER = "drawing-sets"
MIN_CLASSES, MAX_CLASSES = 2, 62
MIN_OF_CLASS, WANTED = 5, 10  # drawings: to train on, and for a network that reads most of what comes
_ABOUT = "set.json"
_MOST_BYTES = 2_000  # of a class' or a set's file


class DrawingSet(Collection):
    """One set. As a `Collection`, every read is fresh from the disk, and every write is atomic."""

    source = "the Draw page: Collect"
    read_label = staticmethod(class_name)
    each_class_tests = True

    def __init__(self, root: Path) -> None:
        super().__init__(root / "drawings")
        self.root, self.name = root, root.name

    @property
    def made(self) -> Path:
        return self.root

    @property
    def title(self) -> str:
        """What people call it; its name where its file is damaged or gone."""
        with suppress(OSError, ValueError):
            return title_of(read_json(self.root / _ABOUT, _MOST_BYTES).get("title"))
        return self.name

    def rename(self, title: str) -> None:
        """Another title; its name, which links and runs have, stays. Raises `DatasetError`, `NotAllowed`."""
        self._check("rename")
        title, others = title_of(title), every_drawing_set().values()
        if title.casefold() in {each.title.casefold() for each in others if each != self}:
            raise DatasetError(f"Name: {shown(title)} is the name of another set. Choose another name.")
        self._write_json(self.root / _ABOUT, {"title": title})

    def delete(self) -> None:
        """The set with all its drawings; runs keep what they began with.

        Raises `DatasetError`, `NotAllowed`.
        """
        self._check("delete")
        doomed = self.root.with_name(f".{self.name}.{secrets.token_hex(4)}.deleted")
        try:
            os.rename(self.root, doomed)  # in one step, whoever adds at this moment
        except FileNotFoundError:
            return
        except OSError as error:
            raise DatasetError(f"{self.root} cannot be deleted ({error.strerror or error}).") from error
        shutil.rmtree(doomed, ignore_errors=True)

    # Classes

    def classes_of(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        """In the order in which they were added; those that came with drawings alone at the end."""
        return tuple(self.counts_of(entries))

    def label_of(self, name: str) -> str:
        """Of a drawing of that class: its name."""
        return name

    def counts(self) -> dict[str, int]:
        """How many drawings each class has."""
        return self.counts_of(self.entries())

    def counts_of(self, entries: Sequence[Entry]) -> dict[str, int]:
        """The same where these are the drawings."""
        counts = Counter(str(entry.label) for entry in entries)
        return {name: counts[name] for name in [*(name for _, name in self._added()), *counts]}

    def _added(self) -> list[tuple[str, str]]:
        return sorted(filter(None, map(_class_in, listing_of(self.root / "classes"))))

    def add_classes(self, names: Iterable[str]) -> list[str]:
        """Add all of them, or none; returns them as they are kept.

        Raises:
            DatasetError: one is no name, or is there already; there are too many; nothing can be written.
            NotAllowed: it is another's, who does not let others add to it.
        """
        self._check_may_add()
        known, new = list(self.classes()), [_class_name(each) for each in names]
        for name in new:
            if same(name) in map(same, known):
                raise DatasetError(f"Class: {shown(name)} is there already. Type another name.")
            known.append(name)
        if len(known) > MAX_CLASSES:
            raise DatasetError(
                f"Classes: received {len(known)}, expected at most {MAX_CLASSES}. Remove one before."
            )
        for name in new:
            self._write_json(self._class_file(name), {"name": name, "added": new_id()})
        return new

    def remove_class(self, name: str) -> None:
        """The class, and all drawings of it. Raises `DatasetError`, `NotAllowed`."""
        self._check("remove a class")
        with storing:
            self._remove_class(name)

    def _remove_class(self, name: str) -> None:
        for entry in self.entries():
            if entry.label == name:
                self.remove(entry.id)
        self._remove_class_file(name)

    def _remove_class_file(self, name: str) -> None:
        try:
            self._class_file(name).unlink(missing_ok=True)
        except OSError as error:
            raise DatasetError(
                f"Class {shown(name)} cannot be removed ({error.strerror or error})."
            ) from error

    def rename_class(self, name: str, new: str) -> None:
        """Another name for a class and its drawings, which join those of a class that has it already.

        A drawing at a time: what stops halfway, the same once more completes. Raises `DatasetError`,
        `NotAllowed`.
        """
        self._check("rename a class")
        new = _class_name(new)
        with storing:
            known = {same(each): each for each in self.classes()}
            if name not in known.values():
                raise DatasetError(f"The class {shown(name)} is not here any more. Choose another one.")
            is_other = same(new) != same(name)
            self._move_class(name, known.get(same(new), new) if is_other else new)
            if is_other:
                self._remove_class_file(name)

    def _move_class(self, name: str, new: str) -> None:
        """The new one at the place of the former, unless it has a place; then the drawings."""
        if new not in self.classes():
            added = {each: when for when, each in self._added()}
            self._write_json(self._class_file(new), {"name": new, "added": added.get(name, new_id())})
        for entry in self.entries():
            if entry.label == name:
                self._write_over(replace(entry, label=new))

    # Drawings

    def add(self, drawing: Drawing | None, label: Label, image: np.ndarray) -> str:
        """As in every collection; a class that is not here any more does not come back with a drawing."""
        with storing:
            self._check_is_here()
            if label not in self.classes():
                raise DatasetError(f"The class {shown(label)} is not here any more. Choose another one.")
            return super().add(drawing, label, image)

    def _as_kept(self, received: list[Entry]) -> list[Entry]:
        """Under the names that classes have here, of those that look alike; no more classes than can be."""
        known = {same(name): name for name in self.classes()}
        before, kept = len(known), []
        for entry in received:
            kept.append(replace(entry, label=known.setdefault(same(str(entry.label)), entry.label)))
        if len(known) > max(before, MAX_CLASSES):
            raise DatasetError(
                f"Classes: with those of the file they are {len(known)}, expected at most {MAX_CLASSES}. "
                "Remove some here, or keep fewer in the file."
            )
        return kept

    # As a data set

    def lack_of(self, entries: Sequence[Entry]) -> str:
        """Why no network can be trained on these drawings yet, a sentence; empty where one can."""
        counts = self.counts_of(entries)
        if not MIN_CLASSES <= len(counts) <= MAX_CLASSES:
            return (
                f"{plain(self.title)}: {len(counts)} classes so far, expected {MIN_CLASSES} to "
                f"{MAX_CLASSES}. Add or remove some on the Draw page, under Collect."
            )
        few = [f"{name} ({count})" for name, count in counts.items() if count < MIN_OF_CLASS]
        if few:
            return (
                f"{plain(self.title)}: expected at least {MIN_OF_CLASS} drawings of each class, received "
                f"fewer of {listed(few)}. Draw some more on the Draw page, under Collect, or remove these."
            )
        return self._lack_of_training(entries, counts)

    def _lack_of_training(self, entries: Sequence[Entry], names: Iterable[str]) -> str:
        test = tested(self, entries)
        trained = {entry.label for entry, is_test in zip(entries, test, strict=True) if not is_test}
        only_tested = [name for name in names if name not in trained]
        if not only_tested:
            return ""
        return f"{plain(self.title)}: all drawings of {listed(only_tested)} are for the test. Draw one more."

    # Files

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DrawingSet) and other.root == self.root

    def __hash__(self) -> int:
        return hash(self.root)

    def _class_file(self, name: str) -> Path:
        """The same for names that look alike: who adds one at the same moment adds the same file."""
        return self.root / "classes" / f"{hashlib.sha256(same(name).encode()).hexdigest()[:24]}.json"

    def _make_folder(self) -> None:
        self._check_is_here()
        self.folder.mkdir(exist_ok=True)

    def _check_is_here(self) -> None:
        """What is added to a set that somebody has deleted would be a set without a title."""
        if not (self.root / _ABOUT).is_file():
            raise DatasetError(f"The set {shown(self.name)} is not here any more. Choose another one.")

    def _write_json(self, path: Path, value: dict[str, str]) -> None:
        self._check_is_here()
        try:
            path.parent.mkdir(exist_ok=True)
            write_json(path, value)
        except OSError as error:
            raise DatasetError(
                f"{path.parent} cannot be written ({error.strerror or error}), so nothing was stored. "
                "Free some space there."
            ) from error


# All sets


def drawing_sets() -> dict[str, DrawingSet]:
    """Those that whoever acts may see, by their names."""
    return {name: each for name, each in every_drawing_set().items() if owner.may_see(each.root, acting())}


def every_drawing_set() -> dict[str, DrawingSet]:
    """Those on this machine, by their names."""
    try:
        with os.scandir(storage_folder() / FOLDER) as found:
            names = sorted(each.name for each in found if not each.name.startswith(".") and each.is_dir())
    except OSError:
        return {}
    return {name: DrawingSet(storage_folder() / FOLDER / name) for name in names if is_name(name)}


def titles() -> dict[str, str]:
    """Name → title of each set; no two are the same."""
    found = {name: each.title for name, each in drawing_sets().items()}
    count = Counter(found.values())
    return {name: title if count[title] == 1 else f"{title} ({name})" for name, title in found.items()}


def create(title: str, taken: Names[str]) -> DrawingSet:
    """A new set without classes.

    Args:
        taken: names of other data sets, in small letters.

    Raises:
        DatasetError: the title is none, or that of another set; or the folder cannot be written.
        NotAllowed: whoever asks is not in the class.
    """
    owner.check_is_joined()
    title, folder = title_of(title), storage_folder() / FOLDER
    if title.casefold() in {each.title.casefold() for each in every_drawing_set().values()}:
        raise DatasetError(f"Name: there is a set {shown(title)} already. Choose another name, or that set.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        root = new_folder(folder, name_for(title), taken)
        owner.sign(root)
        write_json(root / _ABOUT, {"title": title})
    except OSError as error:
        raise DatasetError(
            f"{folder} cannot be written ({error.strerror or error}). Free some space there, or point "
            "LENET_DATA to another folder."
        ) from error
    return DrawingSet(root)


def _class_name(value: str) -> str:
    try:
        return class_name(value)
    except DrawingError as error:
        raise DatasetError(str(error)) from error


@lru_cache(maxsize=1_000)
def _class_in(file: File) -> tuple[str, str] | None:
    """When the class of that file was added, and its name; None where the file is damaged or gone."""
    try:
        record = read_json(Path(file[0]), _MOST_BYTES)
        return str(record.get("added")), class_name(record.get("name"))
    except (OSError, ValueError):
        return None


def wanted(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Each class that has fewer than `WANTED` drawings, and how many more it wants."""
    return [(name, WANTED - count) for name, count in counts.items() if count < WANTED]


def names_in(text: str) -> Sequence[str]:
    """What a person typed as one name, or as several with commas between; a comma alone is one."""
    return [part for part in text.split(",") if part.strip()] or [text]
