"""Arrays of images and labels by the names and in the shapes that people give them.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from lenet import mapped_arrays
from lenet.array_stream import BLOCK_BYTES
from lenet.data.imports.contents import Contents, Part, check_lengths, contents
from lenet.data.imports.part_names import part_of, words_of
from lenet.data.upload import MAX_IMAGE_BYTES, MAX_LABEL_BYTES, MAX_PIXELS, check_size, in_words, read_names
from lenet.errors import DatasetError
from lenet.sentences import listed

_IMAGES = {"x", "image", "images", "img", "imgs", "data", "features", "inputs", "pixels", "samples"}
_LABELS = {"y", "label", "labels", "target", "targets", "classes", "class", "digits"}
_NAMES = ("class_names", "label_names", "target_names", "names", "categories")


class OpenArray(Protocol):
    """An array whose shape and dtype are known: `lenet.array_stream.ArrayStream`, or one in memory."""

    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def num_values(self) -> int:
        """How many numbers it has."""

    @property
    def num_bytes(self) -> int:
        """Its size in memory."""

    def blocks(self) -> Iterator[np.ndarray]:
        """Some rows at a time."""

    def read(self) -> np.ndarray:
        """All of it."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """Arrays by their names.

    Attributes:
        title: what their file is called in sentences.
        keys: their names.
        open: one of them, to be read.
    """

    title: str
    keys: Sequence[str]
    open: Callable[[str], AbstractContextManager[OpenArray]]


class ArrayInMemory:
    """An array that is read already; see `OpenArray`."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.shape, self.dtype = array, array.shape, array.dtype
        self.num_values, self.num_bytes = array.size, array.nbytes

    def blocks(self) -> Iterator[np.ndarray]:
        """Some rows at a time."""
        if self.array.ndim:
            yield from _slices(self.array)
        else:
            yield self.array

    def read(self) -> np.ndarray:
        """All of it."""
        return self.array


def contents_of(
    arrays: Arrays, format: str, class_names: Sequence[str] = (), may_lie: bool = False
) -> Contents:
    """The images and labels among the arrays. Raises `DatasetError`.

    Args:
        class_names: go before names among the arrays.
        may_lie: whether such files often hold images whose rows are columns.
    """
    pairs = _pairs(arrays)
    found, shapes, labels = {}, {}, {}
    for part, (_, key) in pairs.items():
        labels[part] = _read_labels(arrays, key)
    for part, (x, y) in pairs.items():
        layout = _layout(arrays, x, len(labels[part]))
        check_lengths(x, layout.num_images, y, len(labels[part]))
        shapes[x] = (layout.shape, layout.dtype)
        found[part] = Part(labels[part], partial(_blocks, arrays, x, layout))
    _check_alike(shapes)
    used = {key for pair in pairs.values() for key in pair} | set(_NAMES)
    unused = [key for key in arrays.keys if key not in used]
    notes = [f"Passed over: {listed(unused)}."] if unused else []
    names = class_names or _names_among(arrays)
    return contents(format, found, names, next(iter(shapes.values()))[0], notes, may_lie=may_lie)


# Which array is which


def _pairs(arrays: Arrays) -> dict[str, tuple[str, str]]:
    """Of each part the names of its images and its labels."""
    keys = [key for key in arrays.keys if key not in _NAMES]
    images = {part_of(key) or "train": key for key in reversed(keys) if _is(key, _IMAGES)}
    labels = {part_of(key) or "train": key for key in reversed(keys) if _is(key, _LABELS)}
    if not images and not labels and len(keys) == 2:
        return {"train": _by_shape(arrays, *keys)}
    missing = [
        part for part in {"train"} | set(images) | set(labels) if part not in images or part not in labels
    ]
    if missing:
        lacking = [name for part in sorted(missing) for name in _lacking(part, images, labels)]
        raise DatasetError(
            f"Arrays: received {listed(arrays.keys) or 'none'}; expected images and labels, such as x and y, "
            f"or x_train, y_train, x_test and y_test. Add {', '.join(lacking)}."
        )
    return {part: (images[part], labels[part]) for part in ("train", "validation", "test") if part in images}


def _lacking(part: str, images: dict[str, str], labels: dict[str, str]) -> list[str]:
    """The names to add, formed as those that there are."""
    end = "" if part == "train" and not {"test", "validation"} & (set(images) | set(labels)) else f"_{part}"
    return [f"{letter}{end}" for letter, found in (("x", images), ("y", labels)) if part not in found]


def _is(key: str, words: set[str]) -> bool:
    return not words.isdisjoint(words_of(key))


def _by_shape(arrays: Arrays, first: str, second: str) -> tuple[str, str]:
    """Images have more numbers than labels."""
    with arrays.open(first) as one, arrays.open(second) as other:
        return (first, second) if one.num_values > other.num_values else (second, first)


def _names_among(arrays: Arrays) -> list[str]:
    key = next((key for key in _NAMES if key in arrays.keys), None)
    if key is None:
        return []
    with arrays.open(key) as stream:
        return read_names(stream)


# Labels


def _read_labels(arrays: Arrays, key: str) -> np.ndarray:
    """(N,) numbers or text, from the same, from (N, 1), or from one-hot rows (N, K)."""
    with arrays.open(key) as stream:
        check_size(key, stream.num_bytes, MAX_LABEL_BYTES, "bytes")
        is_one_hot = len(stream.shape) == 2 and min(stream.shape) > 1
        if len(stream.shape) not in (1, 2) or stream.dtype.kind not in ("iufb" if is_one_hot else "iufbUS"):
            raise DatasetError(
                f"{key}: received {in_words(stream.dtype)} of shape {stream.shape}, expected labels: whole "
                "numbers or words of shape (N,), or one-hot rows of shape (N, classes). "
                f"Convert them, for example with {key}.astype('int64')."
            )
        read = partial(_from_one_hot, key) if is_one_hot else np.ravel
        empty = np.zeros(0, np.int64 if is_one_hot else stream.dtype)
        if stream.dtype.kind in "US":
            return stream.read().ravel()  # which looks at what is a character
        return np.concatenate([empty, *map(read, stream.blocks())])


def _from_one_hot(key: str, labels: np.ndarray) -> np.ndarray:
    valid = ((labels == 0) | (labels == 1)).all() and (np.count_nonzero(labels, axis=1) == 1).all()
    if not valid:
        raise DatasetError(
            f"{key}: received rows of {labels.shape[1]} numbers that are not one-hot, expected a single 1 in "
            "each row and 0 elsewhere. Probabilities become labels with argmax(axis=1)."
        )
    return labels.argmax(axis=1)


# Images


@dataclass(frozen=True)
class _Layout:
    """How images lie in an array: as they are, with the channels before them, or with N at the end."""

    kind: str
    num_images: int
    shape: tuple[int, int, int]  # (H, W, C)
    dtype: np.dtype


def _layout(arrays: Arrays, key: str, num_labels: int) -> _Layout:
    """From the header alone."""
    with arrays.open(key) as stream:
        shape, dtype = stream.shape, stream.dtype
        check_size(key, stream.num_values, MAX_PIXELS, "numbers")
        check_size(key, stream.num_bytes, MAX_IMAGE_BYTES, "bytes")
    if dtype.kind not in "iufb":
        raise DatasetError(f"{key}: received {in_words(dtype)}, expected uint8 or floats. Convert it.")
    found = _shape_of(shape, num_labels)
    if found is None:
        raise DatasetError(
            f"{key}: received the shape {shape}, expected (N, height, width), with 1 or 3 channels before or "
            "behind them, or rows of as many numbers as a square has pixels. Reshape it."
        )
    kind, num_images, of_each = found
    return _Layout(kind, num_images, of_each, dtype)


def _shape_of(shape: tuple[int, ...], num_labels: int) -> tuple[str, int, tuple[int, int, int]] | None:
    """How they lie, how many there are, and (H, W, C)."""
    if len(shape) in (3, 4) and shape[-1] == num_labels != shape[0] and (*shape, 0)[2] in (1, 3, num_labels):
        return "images last", num_labels, (shape[0], shape[1], shape[2] if len(shape) == 4 else 1)
    if len(shape) == 3:
        return "as is", shape[0], (shape[1], shape[2], 1)
    if len(shape) == 4 and shape[3] in (1, 3):
        return "as is", shape[0], shape[1:]
    if len(shape) == 4 and shape[1] in (1, 3):
        return "planes", shape[0], (shape[2], shape[3], shape[1])
    if len(shape) == 2:
        return _shape_of_rows(*shape)
    return None


def _shape_of_rows(num_images: int, length: int) -> tuple[str, int, tuple[int, int, int]] | None:
    for kind, channels in (("as is", 1), ("planes", 3)):
        side = math.isqrt(length // channels)
        if side**2 * channels == length and side > 1:
            return kind, num_images, (side, side, channels)
    return None


def _blocks(arrays: Arrays, key: str, layout: _Layout) -> Iterator[np.ndarray]:
    """(n, H, W, C), some images at a time."""
    height, width, channels = layout.shape
    with arrays.open(key) as stream:
        if layout.kind == "images last":
            blocks = _slices(np.moveaxis(mapped_arrays.read(stream), -1, 0))
        else:
            blocks = stream.blocks()
        for block in blocks:
            if layout.kind == "planes":
                block = np.moveaxis(block.reshape(-1, channels, height, width), 1, -1)
            yield block.reshape(-1, height, width, channels)


def _slices(array: np.ndarray) -> Iterator[np.ndarray]:
    length = max(1, BLOCK_BYTES // max(1, math.prod(array.shape[1:]) * array.itemsize))
    for first in range(0, len(array), length):
        yield np.ascontiguousarray(array[first : first + length])


def _check_alike(shapes: dict[str, tuple[tuple[int, int, int], np.dtype]]) -> None:
    """Raise `DatasetError` unless all parts have images of one shape and one kind of number."""
    if len(set(shapes.values())) > 1:
        received = " and ".join(f"{dtype} {shape}" for shape, dtype in sorted(set(shapes.values()), key=str))
        raise DatasetError(
            f"{' and '.join(shapes)}: received {received}, expected images of one shape and one type. "
            "Convert one of them."
        )
