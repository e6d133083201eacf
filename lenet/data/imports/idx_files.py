"""IDX files, gzipped or not: images and labels, a file each. Must not import Streamlit or TensorFlow."""

import gzip
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from lenet.array_stream import ArrayStream, idx_array
from lenet.data.imports.contents import Contents, Part, check_lengths, contents
from lenet.data.imports.files import Files
from lenet.data.imports.mapping import names_of
from lenet.data.imports.part_names import part_of, without_part, words_of
from lenet.data.upload import MAX_LABEL_BYTES, MAX_PIXELS, check_size
from lenet.errors import DatasetError
from lenet.sentences import listed, reason

MOST_MAPPING_BYTES = 10_000


def is_idx(start: bytes) -> bool:
    """Whether a file that begins so is one, once it is unpacked."""
    return start[:2] == b"\0\0" and len(start) > 3 and 8 <= start[2] <= 14 and 1 <= start[3] <= 4


@contextmanager
def read(files: Files, names: Sequence[str], class_names: Sequence[str]) -> Iterator[Contents]:
    """The images and labels in the files of these names. Raises `DatasetError`."""
    pairs = _pairs(files, names)
    found, shapes = {}, {}
    for part, (x, y) in pairs.items():
        with _array(files, y) as stream:
            check_size(files.shown(y), stream.num_bytes, MAX_LABEL_BYTES, "bytes")
            labels = stream.read()
        with _array(files, x) as stream:
            check_size(files.shown(x), stream.num_bytes, MAX_PIXELS, "numbers")
            shapes[x] = stream.shape
        check_lengths(files.shown(x), shapes[x][0], files.shown(y), len(labels))
        found[part] = Part(labels, partial(_blocks, files, x))
    if len({shape[1:] for shape in shapes.values()}) > 1:
        raise DatasetError(
            f"Images: received {listed(map(str, shapes.values()))}, expected one size. Scale them."
        )
    height, width = next(iter(shapes.values()))[1:]
    may_lie = any("emnist" in words_of(name) for name in (files.title, *names))
    given = class_names or _mapped_names(files)
    yield contents("IDX files", found, given, (height, width, 1), may_lie=may_lie)


def _pairs(files: Files, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Of each part the names of its images and its labels."""
    dimensions = {}
    for name in names:
        with _array(files, name) as stream:
            dimensions[name] = len(stream.shape)
    found = {wanted: {(_set_of(name), part_of(PurePosixPath(name).name) or "train"): name
                      for name, count in dimensions.items() if count == wanted}
             for wanted in (1, 3)}  # fmt: skip
    if not found[3] or set(found[1]) != set(found[3]):
        raise DatasetError(
            f"IDX files: received {listed(map(files.shown, names))}, expected a file of labels beside each "
            "file of images. Give the folder that both lie in, or a zip of it."
        )
    sets = sorted({each for each, _ in found[3]})
    if len(sets) > 1:
        raise DatasetError(
            f"IDX files: received {len(sets)} data sets: {listed(sets)}; expected one. "
            "Put its files into a folder of their own."
        )
    return {part: (found[3][sets[0], part], found[1][sets[0], part]) for _, part in sorted(found[3])}


def _set_of(name: str) -> str:
    """What a data set's files have in common: `emnist-letters`."""
    rest = without_part(PurePosixPath(name).name).split()
    known = {
        "images",
        "image",
        "labels",
        "label",
        "idx",
        "idx1",
        "idx3",
        "ubyte",
        "gz",
        "1",
        "3",
        "byte",
        "bin",
    }
    return "-".join(word for word in rest if word not in known)


@contextmanager
def _array(files: Files, name: str) -> Iterator[ArrayStream]:
    title = files.shown(name)
    try:
        is_packed = files.start(name, 2) == b"\x1f\x8b"
        with files.open(name) as file:
            yield idx_array(gzip.GzipFile(fileobj=file) if is_packed else file)
    except DatasetError as error:
        message = str(error).rstrip(".")
        raise DatasetError(f"{message}." if title in message else f"{title}: {message}.") from error
    except struct.error as error:
        raise DatasetError(f"{title} is damaged or cut short ({reason(error)}).") from error


def _blocks(files: Files, name: str) -> Iterator[np.ndarray]:
    with _array(files, name) as stream:
        for block in stream.blocks():
            yield block[..., np.newaxis]


def _mapped_names(files: Files) -> list[str]:
    for name in files.names:
        if name.lower().endswith("mapping.txt") and files.size(name) <= MOST_MAPPING_BYTES:
            with files.open(name) as file:
                lines = file.read(MOST_MAPPING_BYTES).decode(errors="replace").splitlines()
            rows = [line.split() for line in lines]
            return names_of([[int(word) for word in row] for row in rows if all(map(str.isdecimal, row))])
    return []
