"""Pictures in folders by class, or whose names begin with it.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

import numpy as np

from lenet.data.imports.contents import UNREAD, Contents, Part, contents, in_lists
from lenet.data.imports.decoding import common_shape, decoded
from lenet.data.imports.files import Files
from lenet.data.imports.part_names import part_of
from lenet.drawing.image_files import MOST_BYTES
from lenet.errors import DatasetError
from lenet.formatting import counted
from lenet.sentences import listed

_PARTS = re.compile(
    r"(train|training|trainset|test|testing|testset|val|valid|validation|dev)(set|[-_ ]?(images?|data))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-_ .(]*\d[\d_ ().-]*$")  # at the end of a name: `cat-12`, `cat (3)`


@contextmanager
def read(files: Files, names: Sequence[str], class_names: Sequence[str]) -> Iterator[Contents]:
    """The pictures of these names, with the names of their folders for labels. Raises `DatasetError`."""
    rows, notes = _classes(names)
    found = {}
    for part in ("train", "validation", "test"):
        chosen = [(name, label) for name, of, label in rows if of == part]
        if chosen:
            found[part] = _part(files, [name for name, _ in chosen], [label for _, label in chosen])
    shape = common_shape(found["train"]) if "train" in found else None
    yield contents("pictures in folders", found, class_names, shape, notes, are_pictures=True)


def _part(files: Files, names: list[str], labels: list[str]) -> Part:
    unread: dict[int, str] = {}

    def picture(row: int) -> np.ndarray:
        try:
            return _picture(files, names[row])
        except DatasetError as error:
            unread[row] = str(error)
            return UNREAD

    def some(rows: Sequence[int]) -> list[np.ndarray]:
        return [picture(row) for row in rows]

    return Part(np.array(labels), lambda: in_lists(map(picture, range(len(names)))), some, lambda: unread)


def _picture(files: Files, name: str) -> np.ndarray:
    title = files.shown(name)
    if files.size(name) > MOST_BYTES:
        raise DatasetError(
            f"{title} has {files.size(name):,} bytes, expected at most {MOST_BYTES:,}. "
            "Save it smaller, as a JPEG."
        )
    with files.open(name) as file:
        return decoded(file.read(MOST_BYTES), title)


def _classes(names: Sequence[str]) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Of each picture its name, part and class; and what is to be said of that."""
    rows = []
    for name in names:
        folders = PurePosixPath(name).parts[:-1]
        parts = [folder for folder in folders if _PARTS.fullmatch(folder)]
        rest = [folder for folder in folders if not _PARTS.fullmatch(folder)]
        rows.append((name, part_of(parts[-1]) or "train" if parts else "train", rest))
    above = len(os.path.commonprefix([rest for _, _, rest in rows]))
    if all(len(rest) == above for _, _, rest in rows):  # all in one folder: no folder is a class
        return _by_names(rows)
    notes, spelled = [], {}
    if _are_collections(inside := [tuple(rest[above:]) for _, _, rest in rows]):
        around = sorted({path[0] for path in inside})
        notes = [f"Folders of the same names are in {listed(around)}: these are the classes."]
        spelled, above = _spellings(inside), above + 1
    labelled = [(name, part, rest[above] if len(rest) > above else "") for name, part, rest in rows]
    labelled = [(name, part, spelled.get(label, label)) for name, part, label in labelled]
    loose = [name for name, _, label in labelled if not label]
    if loose:
        _refuse_parts(loose)
        raise DatasetError(
            f"{loose[0]}: received {counted(len(loose), 'picture')} beside the folders, expected each in the "
            "folder of its class. Move them into one."
        )
    return labelled, notes


def _are_collections(paths: list[tuple[str, ...]]) -> bool:
    """Whether the outer folders hold the same classes, as those of several people do; some may lack one."""
    if not all(len(path) > 1 for path in paths):
        return False
    inner = {(path[0], path[1].casefold()) for path in paths}
    people = Counter(name for _, name in inner)
    shared = {name for name, count in people.items() if count > 1}
    return len(shared) > 1 and {path[0] for path in paths} == {
        outer for outer, name in inner if name in shared
    }


def _spellings(paths: list[tuple[str, ...]]) -> dict[str, str]:
    """`Cat` of one person is `cat` of others; unless somebody has both, as where they are letters."""
    inner = sorted({(path[0], path[1]) for path in paths})
    first = {label.casefold(): label for _, label in sorted(inner, key=lambda each: each[1], reverse=True)}
    if len({(outer, label.casefold()) for outer, label in inner}) < len(inner):
        return {}
    return {label: first[label.casefold()] for _, label in inner}


def _by_names(rows: list[tuple[str, str, list[str]]]) -> tuple[list[tuple[str, str, str]], list[str]]:
    named = [(name, part, _NUMBER.sub("", PurePosixPath(name).stem)) for name, part, _ in rows]
    labels = {label for _, _, label in named}
    if "" in labels or len(labels) < 2:
        _refuse_parts([name for name, _, _ in rows])
        folder = rows[0][2][-1] if rows[0][2] else "no folder"
        raise DatasetError(
            f"Classes: received 1 class, {folder}; expected a folder for each of at least two. "
            "Put the pictures of each class into a folder of its name."
        )
    return named, ["The classes are from the names of the files, for there are no folders."]


def _refuse_parts(names: list[str]) -> None:
    """Raise `DatasetError` for folders such as `train` that hold no classes, or stand for classes."""
    parents = {folder for name in names for folder in PurePosixPath(name).parts[:-1]}
    if folders := sorted(filter(_PARTS.fullmatch, parents)):
        raise DatasetError(
            f"Classes: received pictures right in {listed(folders)}, which is what parts of a data set are "
            "called, expected a folder for each class inside. Where these are the classes, give them other "
            f"names, such as class-{folders[0]}."
        )
