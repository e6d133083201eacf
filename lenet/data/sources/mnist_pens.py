"""MNIST, pen digits and allographs, distorted: for a network that people draw for.

MNIST's 60,000; of each pen digit that is not held out NUM_VARIANTS distorted ones; NUM_HANDS of each style of
`lenet.data.allographs` that is not held out. Lines are distorted before they are drawn, which leaves strokes
that a pen could have made. The test part is MNIST's. Must not import Streamlit, TensorFlow, Keras or
scikit-learn.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from lenet.data import allographs, pen_digits
from lenet.data.dataset import Dataset, DatasetInfo, check_rows
from lenet.data.downloads import Progress
from lenet.data.pen_digits import HELD_OUT, NUM_DRAWINGS
from lenet.data.sources.mnist import MNIST
from lenet.data.sources.pens import PENS
from lenet.data.sources.source import Source
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing

NUM_VARIANTS = 4  # distorted images of each drawing
NUM_HANDS = 120  # that write each style of an allograph
SEED = 1998

# Distortions of a drawing, each drawn at random; lengths are fractions of its longer side.
ROTATION = 12.0  # degrees, at most
SHEAR = 15.0  # degrees, at most
ASPECT = 0.2  # width × and height ÷ exp(±0.2), at most
WAVES = 3  # sine waves of random direction, length and phase that bend the drawing …
WAVE_NUMBER = 4.0  # … of this standard deviation, in radians a side …
BEND = 0.035  # … and of this amplitude's standard deviation each
SHIFT = 0.02  # standard deviation by which each stroke is moved on its own
PEN_WIDTHS = (1.6, 4.2)  # pixels: thinnest and thickest

VALIDATION_MNIST, VALIDATION_DRAWINGS = 2_000, 400  # at the end of the training part, undistorted
NUM_VALIDATION = VALIDATION_MNIST + VALIDATION_DRAWINGS
NUM_MNIST = 60_000
NUM_FOR_TRAINING = NUM_DRAWINGS - NUM_DRAWINGS // HELD_OUT - VALIDATION_DRAWINGS
NUM_ALLOGRAPHS = NUM_HANDS * sum(len(styles) - 1 for _, styles in allographs.KINDS.values())
NUM_TRAIN = NUM_MNIST + NUM_VARIANTS * NUM_FOR_TRAINING + NUM_ALLOGRAPHS + VALIDATION_DRAWINGS

_ABOUT = DatasetInfo(
    name="mnist-pens",
    title="MNIST and distorted pen digits",
    image_shape=(28, 28, 1),
    num_classes=10,
    class_names=tuple("0123456789"),
    num_train=NUM_TRAIN,
    num_test=10_000,
    licence="CC BY-SA 3.0 and CC BY 4.0",
    source="MNIST; Pen-Based Recognition of Handwritten Digits, and other shapes of digits, drawn here",
)


class _MnistPens(Source):
    name, about = _ABOUT.name, _ABOUT
    is_small = False
    loads_slowly = True  # half a minute

    def is_here(self) -> bool:
        return PENS.is_here() and MNIST.is_here()

    def where_to_put(self) -> str:
        return MNIST.where_to_put() if PENS.is_here() else PENS.where_to_put()

    def fetch(self, progress: Progress | None = None) -> None:
        PENS.fetch()
        MNIST.fetch(progress)

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        pen_digits.strokes()
        mnist = MNIST.load(progress, download)
        return _read(mnist, pen_digits.path(), self.state())

    def load_part(self, part: str, run: Path | None = None) -> Dataset:
        return MNIST.load(download=False) if part == "test" else self.load(download=False)

    def state(self, run: Path | None = None) -> str:
        return PENS.state()

    def sample(self, part: str, index: int) -> tuple[np.ndarray, int]:
        found = training_sample(index) if part == "train" else index
        return MNIST.sample(part, found) if isinstance(found, int) else found

    def samples(self, part: str, indices: Sequence[int]) -> np.ndarray:
        """Those of MNIST in one go, the others drawn."""
        if part == "test":
            return MNIST.samples(part, indices)
        check_rows(indices, _ABOUT.num_train, _ABOUT.title)
        found = [training_sample(index) for index in indices]
        of_mnist = iter(MNIST.samples("train", [each for each in found if isinstance(each, int)]))
        chosen = [next(of_mnist) if isinstance(each, int) else each[0] for each in found]
        return np.array(chosen, np.uint8).reshape(-1, *_ABOUT.image_shape)

    def labels(self, part: str) -> np.ndarray:
        if part == "test":
            return MNIST.labels(part)
        mnist, pens, fit = MNIST.labels("train"), PENS.labels("train"), NUM_MNIST - VALIDATION_MNIST
        variants = np.tile(pens[:-VALIDATION_DRAWINGS], NUM_VARIANTS)
        others = np.array([hand.label for hand in _hands()], np.int32)
        return np.concatenate([mnist[:fit], variants, others, mnist[fit:], pens[-VALIDATION_DRAWINGS:]])

    def mean_and_std(self) -> tuple[float, float]:
        """Those of MNIST: the pens are drawn with as much ink."""
        return MNIST.mean_and_std()


def training_sample(index: int) -> tuple[np.ndarray, int] | int:
    """A training image, (28, 28, 1) uint8, and its label; or which one of MNIST's it is."""
    first_pens, last_mnist = NUM_MNIST - VALIDATION_MNIST, NUM_TRAIN - NUM_VALIDATION
    first_allograph = last_mnist - NUM_ALLOGRAPHS
    if index < first_pens:
        return index
    if index < first_allograph:
        number, row = divmod(index - first_pens, NUM_FOR_TRAINING)
        label = pen_digits.strokes()[1][_for_training()[row]]
        return _variants([row], number)[0][..., None], int(label)
    if index < last_mnist:
        number = index - first_allograph
        return _allographs([number])[0][..., None], _hands()[number].label
    if index < last_mnist + VALIDATION_MNIST:
        return first_pens + index - last_mnist
    return PENS.sample("train", NUM_FOR_TRAINING + index - last_mnist - VALIDATION_MNIST)


@lru_cache(maxsize=1)
def _read(mnist: Dataset, file: Path, state: str) -> Dataset:
    return Dataset.of(_ABOUT, with_mnist(mnist), verified=False)


def with_mnist(mnist: Dataset) -> dict[str, np.ndarray]:
    """The four arrays; the training part ends with what is for validation and nowhere else, some of both."""
    pens, last = PENS.load(), slice(-VALIDATION_DRAWINGS, None)
    variants = [_variants(np.arange(NUM_FOR_TRAINING), number) for number in range(NUM_VARIANTS)]
    variants.append(_allographs(range(NUM_ALLOGRAPHS)))
    labels = [pens.y_train[:-VALIDATION_DRAWINGS]] * NUM_VARIANTS
    labels.append(np.array([hand.label for hand in _hands()], np.int32))
    images, names = mnist.x_train[..., 0], mnist.y_train
    fit, validate = slice(None, -VALIDATION_MNIST), slice(-VALIDATION_MNIST, None)
    return {
        "x_train": np.concatenate([images[fit], *variants, images[validate], pens.x_train[last, ..., 0]]),
        "y_train": np.concatenate([names[fit], *labels, names[validate], pens.y_train[last]]),
        "x_test": mnist.x_test.copy(),
        "y_test": mnist.y_test.copy(),
    }


def _for_training() -> np.ndarray:
    """Rows of the drawings that are distorted: neither held out nor for validation."""
    return np.flatnonzero(~pen_digits.held_out())[:-VALIDATION_DRAWINGS]


def _variants(rows: Sequence[int] | np.ndarray, number: int) -> np.ndarray:
    """(n,) of the drawings for training → (n, 28, 28) uint8, the variant `number` of each."""
    strokes, chosen = pen_digits.strokes()[0], _for_training()[rows]
    return _distorted([strokes[row] for row in chosen], [(SEED, number, row) for row in chosen])


@cache
def _hands() -> tuple[allographs.Hand, ...]:
    """Those that write the allographs, in the order of the training part."""
    return tuple(allographs.hands(NUM_HANDS))


def _allographs(numbers: Sequence[int]) -> np.ndarray:
    """(n,) of the allographs for training → (n, 28, 28) uint8, distorted."""
    drawings = [_hands()[number].drawing() for number in numbers]
    return _distorted(drawings, [(SEED, NUM_VARIANTS, number) for number in numbers])


def _distorted(drawings: Sequence[Drawing], seeds: Sequence[tuple[int, ...]]) -> np.ndarray:
    """(n, 28, 28) uint8: a variant of each."""
    random = map(np.random.default_rng, seeds)
    distorted, pens = zip(*map(variant, drawings, random), strict=True)
    return render(distorted, pen=np.array(pens))


def variant(drawing: Drawing, random: np.random.Generator) -> tuple[Drawing, float]:
    """The same digit by another hand, and the width of that hand's pen in pixels of the 28×28 image."""
    return distort(drawing, random), float(random.uniform(*PEN_WIDTHS))


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


MNIST_PENS = _MnistPens()
