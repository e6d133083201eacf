"""Labels as people have them, numbered from 0: whole numbers of any kind, one-hot rows, words.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from lenet.data.upload import MAX_CLASSES, MIN_CLASSES, check_class_names
from lenet.errors import DatasetError
from lenet.sentences import listed, shown

LONGEST = 200  # characters of a label
_KINDS = "a whole number for each image, one-hot rows, or words"


@dataclass(frozen=True, eq=False)
class Numbered:
    """Labels of each part, (N,) int64, 0 to len(class_names) − 1, and what was done to them, in sentences."""

    of: dict[str, np.ndarray]
    class_names: tuple[str, ...]
    notes: tuple[str, ...]


def check_lengths(title: str, cells: pa.Array) -> None:
    """Raise `DatasetError` where text is too long for a label: numpy makes room for it in every row."""
    if isinstance(cells, pa.DictionaryArray):
        cells = cells.dictionary
    is_text = pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)
    longest = pc.max(pc.utf8_length(cells)).as_py() if is_text and len(cells) else 0
    if (longest or 0) > LONGEST:
        raise DatasetError(
            f"{title}: received a label of {longest:,} characters, expected at most {LONGEST}. "
            "Choose the column that says the class."
        )


def numbered(found: dict[str, np.ndarray], class_names: Sequence[str] = ()) -> Numbered:
    """Number the classes from 0 in the order of their labels, the same in all parts.

    Args:
        found: of each part labels (N,), numbers or text.
        class_names: where there are as many as labels in use, their names; else those of 0, 1, 2, …

    Raises:
        DatasetError: they are no labels, of one class or of too many, or they go beyond the names.
    """
    plain = _alike({part: _plain(labels) for part, labels in found.items()})
    values = sorted(set().union(*(np.unique(labels).tolist() for labels in plain.values())))
    if not MIN_CLASSES <= len(values) <= MAX_CLASSES:
        classes = "1 class" if len(values) == 1 else f"{len(values):,}"
        raise DatasetError(
            f"Classes: received {classes}, expected {MIN_CLASSES} to {MAX_CLASSES}. {_few_or_many(values)}"
        )
    names, notes = _names(values, tuple(class_names))
    check_class_names(names)
    ordered = np.array(values)
    labels = {part: np.searchsorted(ordered, each).astype(np.int64) for part, each in plain.items()}
    return Numbered(labels, names, tuple(notes))


def _few_or_many(values: list[int] | list[str]) -> str:
    if len(values) < MIN_CLASSES:
        return "A network that tells classes apart needs at least two: a folder, or a label, for each."
    return f"They begin with {listed(map(str, values[:4]))}: is this the label?"


def _plain(labels: np.ndarray) -> np.ndarray:
    """(N,) int64 or text."""
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    if labels.dtype.kind == "U":
        return _numbers_of(labels)
    if labels.dtype.kind == "f":
        return _whole(labels)
    return labels.astype(np.int64)


def _numbers_of(words: np.ndarray) -> np.ndarray:
    """Numbers where all of them are written as one; else the words."""
    words = np.char.strip(words)
    if not np.char.str_len(words).all():
        raise DatasetError(
            f"Labels: received nothing for an image, expected {_KINDS}. Fill it in, or drop it."
        )
    try:
        numbers = words.astype(np.float64)
    except ValueError:
        return words
    return _whole(numbers) if np.isfinite(numbers).all() else words


def _whole(numbers: np.ndarray) -> np.ndarray:
    broken = numbers[~(np.abs(numbers) < 2**53) | (numbers != np.rint(numbers))]
    if len(broken):
        raise DatasetError(
            f"Labels: received {shown(float(broken[0]))}, expected whole numbers, or words. "
            "Round them, or choose the column that says the class."
        )
    return numbers.astype(np.int64)


def _alike(labels: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Words in all parts where one of them has words."""
    if len({each.dtype.kind for each in labels.values()}) == 1:
        return labels
    return {part: each.astype(str) for part, each in labels.items()}


def _names(values: list, given: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """A name for each of the labels in use, and what is to be said of that."""
    is_counted = not isinstance(values[0], str) and values == list(range(len(values)))
    if len(given) == len(values):
        return given, [] if is_counted or isinstance(values[0], str) else [_renumbered(values)]
    if not given:
        return tuple(map(str, values)), [] if is_counted or isinstance(values[0], str) else [
            _renumbered(values)
        ]
    if isinstance(values[0], str) or values[0] < 0 or values[-1] >= len(given):
        raise DatasetError(
            f"Labels: received {len(values)} different ones, from {shown(values[0])} to {shown(values[-1])}, "
            f"with {len(given)} class names; expected as many, or labels from 0 to {len(given) - 1}. "
            "Name each class, or none."
        )
    unused = [name for number, name in enumerate(given) if number not in values]
    return tuple(given[value] for value in values), [f"No image is of {listed(unused)}: left out."]


def _renumbered(values: list[int]) -> str:
    """The sentence for labels that are not 0, 1, 2, …"""
    last = len(values) - 1
    if values == list(range(values[0], values[0] + len(values))):
        return f"Labels {values[0]} to {values[-1]} are classes 0 to {last}."
    return f"Labels {listed(map(str, values))} are classes 0 to {last}, in this order."
