"""The strokes of digits that thirty people wrote with a pen, from a file in a data folder.

They are the training part of the UCI data set “Pen-Based Recognition of Handwritten Digits” (E. Alpaydin,
F. Alimoglu, 1998; CC BY 4.0), a JSON line a digit. It names no writers and is shuffled, so every sixth
drawing is held out: nothing is ever trained on those. Must not import Streamlit, TensorFlow or Keras.
"""

from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

from lenet.data.published_files import data_folders
from lenet.drawing.jsonl_files import from_json, lines
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError
from lenet.sentences import reason

FILE_NAME = "pen_strokes.jsonl.gz"
NUM_DRAWINGS = 7_494
HELD_OUT = 6  # every sixth drawing


def path() -> Path | None:
    """The file of strokes, in the first data folder that has one."""
    return next((each for each in (folder / FILE_NAME for folder in data_folders()) if each.is_file()), None)


def state() -> str:
    """A text that changes when the file does; empty where there is none."""
    try:
        found = each.stat() if (each := path()) else None
    except OSError:  # deleted this moment
        found = None
    return f"{found.st_size} {found.st_mtime_ns}" if found else ""


def missing_sentence() -> str:
    """What to do where the strokes are not on this machine."""
    return (
        f"The pen strokes are not on this machine. Put {FILE_NAME} into {data_folders()[0]}: the UCI pen "
        'digits, training part, 7,494 lines {"label": 3, "strokes": [[[x, y], …], …]}.'
    )


def drawings(file: Path) -> tuple[list[Drawing], np.ndarray]:
    """The drawings in the order of the file, and their labels, (N,) int32. Raises `DatasetError`."""
    try:
        rows = [from_json(line) for _, line in islice(lines(file, str(file)), NUM_DRAWINGS + 1)]
        strokes = [tuple(np.array(each, float).reshape(-1, 2) for each in row["strokes"]) for row in rows]
        labels = np.array([row["label"] for row in rows], np.int32)
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise DatasetError(
            f"{file} cannot be read as pen strokes ({reason(error)}). Get it again."
        ) from error
    if len(rows) != NUM_DRAWINGS:
        received = f"{len(rows):,}" if len(rows) < NUM_DRAWINGS else "more"
        raise DatasetError(f"{file}: received {received} digits, expected {NUM_DRAWINGS:,}. Get it again.")
    return [Drawing(each) for each in strokes], labels


def held_out() -> np.ndarray:
    """(NUM_DRAWINGS,) bool: the drawings that nothing is trained on."""
    return np.arange(NUM_DRAWINGS) % HELD_OUT == HELD_OUT - 1


def strokes() -> tuple[list[Drawing], np.ndarray]:
    """`drawings` of the file that is here; at once the second time. Raises `DatasetError`."""
    found = path()
    if found is None:
        raise DatasetError(missing_sentence())
    return _read_strokes(found, found.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_strokes(file: Path, modified_ns: int) -> tuple[list[Drawing], np.ndarray]:
    return drawings(file)
