"""Digits written with a pen by thirty people, as images: alone (`pens`) and with MNIST (`mnist-pens`).

The strokes are the training part of the UCI data set “Pen-Based Recognition of Handwritten Digits”
(E. Alpaydin, F. Alimoglu, 1998; CC BY 4.0), a JSON line a digit, in a file that a person puts into a data
folder. It names no writers and is shuffled, so every sixth drawing is held out: they are the test part of
`pens`, and nothing is ever trained on them.

`mnist-pens` is for a network that people draw for: MNIST's 60,000 and, of each drawing that is not held out,
NUM_VARIANTS distorted ones. Lines are distorted before they are drawn, which leaves strokes that a pen could
have made. Its test part is MNIST's. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

from lenet.data.catalogue import DATASETS
from lenet.data.dataset import Dataset
from lenet.data.published_files import data_folders
from lenet.drawing.jsonl_files import from_json, lines
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.errors import DatasetError
from lenet.sentences import reason

FILE_NAME = "pen_strokes.jsonl.gz"
NUM_DRAWINGS = 7_494
HELD_OUT = 6  # every sixth drawing
NUM_VARIANTS = 4  # distorted images of each drawing
SEED = 1998

# Distortions of a drawing, each drawn at random; lengths are fractions of its longer side.
ROTATION = 12.0  # degrees, at most
SHEAR = 15.0  # degrees, at most
ASPECT = 0.2  # width × and height ÷ exp(±0.2), at most
WAVES = 3  # sine waves of random direction, length and phase that bend the drawing …
WAVE_NUMBER = 4.0  # … of this standard deviation, in radians a side …
BEND = 0.035  # … and of this amplitude's standard deviation each
SHIFT = 0.02  # standard deviation by which each stroke is moved on its own
PENS = (1.6, 4.2)  # pixels: thinnest and thickest

VALIDATION_MNIST, VALIDATION_DRAWINGS = 2_000, 400  # at the end of `mnist-pens`' training part, undistorted
NUM_VALIDATION = VALIDATION_MNIST + VALIDATION_DRAWINGS
NUM_MNIST = 60_000
NUM_FOR_TRAINING = NUM_DRAWINGS - NUM_DRAWINGS // HELD_OUT - VALIDATION_DRAWINGS
NUM_TRAIN = NUM_MNIST + NUM_VARIANTS * NUM_FOR_TRAINING + VALIDATION_DRAWINGS


def path() -> Path | None:
    """The file of strokes, in the first data folder that has one."""
    return next((each for each in (folder / FILE_NAME for folder in data_folders()) if each.is_file()), None)


def read(name: str, mnist: Dataset | None = None) -> Dataset:
    """`pens`, or `mnist-pens` with `mnist`; rendered in half a minute at most, then kept.

    Raises `DatasetError`: no file of strokes, or not this one.
    """
    _strokes()
    return _read(name, path(), path().stat().st_mtime_ns, mnist)


@lru_cache(maxsize=2)
def _read(name: str, file: Path, modified_ns: int, mnist: Dataset) -> Dataset:
    arrays = _pens() if name == "pens" else _with_mnist(mnist)
    return Dataset.of(DATASETS[name], arrays, verified=False)


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


def variant(drawing: Drawing, random: np.random.Generator) -> tuple[Drawing, float]:
    """The same digit by another hand, and the width of that hand's pen in pixels of the 28×28 image."""
    return distort(drawing, random), float(random.uniform(*PENS))


def distort(drawing: Drawing, random: np.random.Generator) -> Drawing:
    """The drawing bent, its strokes moved, its axes stretched, sheared and turned."""
    points = np.concatenate(drawing.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    middle, side = (low + high) / 2, max(float((high - low).max()), 1e-9)
    waves, phases = random.normal(0, WAVE_NUMBER, (2, WAVES)), random.uniform(0, 2 * np.pi, WAVES)
    amplitudes = random.normal(0, BEND, (WAVES, 2))
    transform = _random_transform(random)
    strokes = []
    for stroke in drawing.strokes:
        unit = (stroke - middle) / side  # (points, 2), within ±0.5
        bent = unit + np.sin(unit @ waves + phases) @ amplitudes + random.normal(0, SHIFT, 2)
        strokes.append(bent @ transform.T)
    return Drawing(tuple(strokes), canvas=1.0)


def _random_transform(random: np.random.Generator) -> np.ndarray:
    """(2, 2): rotation · shear · aspect."""
    angle = np.radians(random.uniform(-ROTATION, ROTATION))
    shear = np.tan(np.radians(random.uniform(-SHEAR, SHEAR)))
    aspect = np.exp(random.uniform(-ASPECT, ASPECT))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return rotation @ np.array([[1, shear], [0, 1]]) @ np.diag([aspect, 1 / aspect])


def sample(index: int, part: str) -> tuple[np.ndarray, int]:
    """An image of `pens`, (28, 28, 1) uint8, and its label. Raises `DatasetError` as `read` does."""
    strokes, labels = _strokes()
    row = np.flatnonzero(held_out() == (part == "test"))[index]
    return render([strokes[row]])[0][..., None], int(labels[row])


def sample_with_mnist(index: int) -> tuple[np.ndarray, int] | int:
    """A training image of `mnist-pens`, (28, 28, 1) uint8, and its label; or which one of MNIST's it is."""
    first_pens, last_mnist = NUM_MNIST - VALIDATION_MNIST, NUM_TRAIN - NUM_VALIDATION
    if index < first_pens:
        return index
    if index < last_mnist:
        number, row = divmod(index - first_pens, NUM_FOR_TRAINING)
        return _variants([row], number)[0][..., None], int(_strokes()[1][_for_training()[row]])
    if index < last_mnist + VALIDATION_MNIST:
        return first_pens + index - last_mnist
    return sample(NUM_FOR_TRAINING + index - last_mnist - VALIDATION_MNIST, "train")


def labels(part: str) -> np.ndarray:
    """The labels of `pens`, (N,) int32. Raises `DatasetError` as `read` does."""
    return _strokes()[1][held_out() == (part == "test")]


def labels_with_mnist(mnist: np.ndarray) -> np.ndarray:
    """The training labels of `mnist-pens`, (NUM_TRAIN,) int32, with those of MNIST, (60000,)."""
    pens, fit = labels("train"), NUM_MNIST - VALIDATION_MNIST
    variants = np.tile(pens[:-VALIDATION_DRAWINGS], NUM_VARIANTS)
    return np.concatenate([mnist[:fit], variants, mnist[fit:], pens[-VALIDATION_DRAWINGS:]])


def _strokes() -> tuple[list[Drawing], np.ndarray]:
    found = path()
    if found is None:
        raise DatasetError(missing_sentence())
    return _read_strokes(found, found.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_strokes(file: Path, modified_ns: int) -> tuple[list[Drawing], np.ndarray]:
    return drawings(file)


def _for_training() -> np.ndarray:
    """Rows of the drawings that are distorted: neither held out nor for validation."""
    return np.flatnonzero(~held_out())[:-VALIDATION_DRAWINGS]


def _pens() -> dict[str, np.ndarray]:
    strokes, labels = _strokes()
    arrays = {}
    for part, rows in {"train": np.flatnonzero(~held_out()), "test": np.flatnonzero(held_out())}.items():
        arrays |= {f"x_{part}": render([strokes[row] for row in rows]), f"y_{part}": labels[rows]}
    return arrays


def _with_mnist(mnist: Dataset) -> dict[str, np.ndarray]:
    """MNIST and the distorted drawings; at the end, for validation, some of both that are nowhere else."""
    pens, last = _pens(), slice(-VALIDATION_DRAWINGS, None)
    variants = [_variants(np.arange(NUM_FOR_TRAINING), number) for number in range(NUM_VARIANTS)]
    labels = [pens["y_train"][:-VALIDATION_DRAWINGS]] * NUM_VARIANTS
    images, names = mnist.x_train[..., 0], mnist.y_train
    fit, validate = slice(None, -VALIDATION_MNIST), slice(-VALIDATION_MNIST, None)
    return {
        "x_train": np.concatenate([images[fit], *variants, images[validate], pens["x_train"][last]]),
        "y_train": np.concatenate([names[fit], *labels, names[validate], pens["y_train"][last]]),
        "x_test": mnist.x_test.copy(),
        "y_test": mnist.y_test.copy(),
    }


def _variants(rows: Sequence[int] | np.ndarray, number: int) -> np.ndarray:
    """(n,) of the drawings for training → (n, 28, 28) uint8, the variant `number` of each."""
    strokes, chosen = _strokes()[0], _for_training()[rows]
    random = [np.random.default_rng((SEED, number, row)) for row in chosen]
    pairs = [variant(strokes[row], each) for row, each in zip(chosen, random, strict=True)]
    distorted, pens = zip(*pairs, strict=True)
    return render(distorted, pen=np.array(pens))
