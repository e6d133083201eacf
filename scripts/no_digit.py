"""Trains the network that tells digits from what is none, see `lenet/evaluation/out_of_distribution.py`.

Digits: what `lenet5-draw` learns (MNIST's, distorted pen strokes, allographs), and those of Hershey's fonts,
drawn by hand. No digits: letters and signs of those fonts, other signs, random strokes (`scripts/signs.py`),
and two digits that touch. Imports Keras.
"""

import keras
import numpy as np

from lenet.data import datasets, pen_digits
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.evaluation.out_of_distribution import LAYERS, NO_DIGIT
from lenet.networks import build
from scripts import signs

LETTERS, PUNCTUATION, SIGNS, RANDOM, DIGITS = 90_000, 12_000, 12_000, 8_000, 600  # drawings; of each digit
PAIRS, OVERLAP, NARROWEST = 16_000, (-0.02, 0.15), 0.9  # lengths: of the height of a digit
EPOCHS, BATCH = 12, 256
LEARNING_RATE, DECAY, SEED = 2e-3, 2e-3, 11


def images() -> tuple[np.ndarray, np.ndarray]:
    """(N, 28, 28) uint8 and (N,) int32: digits, and what is none. Raises `DatasetError`."""
    random = np.random.default_rng(SEED)
    known = datasets.load("mnist-pens")
    pictures, labels = [known.x_train[..., 0]], [known.y_train]
    for digit in range(10):
        pictures.append(signs.drawn(signs.digits(signs.WITH_DIGITS, digit), random, DIGITS))
        labels.append(np.full(DIGITS, digit))
    scribbles = [signs.random_strokes(random) for _ in range(RANDOM)]
    others = [
        signs.drawn(shapes, random, count)
        for shapes, count in (
            (signs.letters(signs.LEARNED), LETTERS),
            (signs.punctuation(signs.LEARNED), PUNCTUATION),
            (signs.signs(), SIGNS),
            (scribbles, RANDOM),
        )
    ]
    others.append(pairs(random, PAIRS))
    labels.append(np.full(sum(map(len, others)), NO_DIGIT))
    return np.concatenate(pictures + others), np.concatenate(labels).astype(np.int32)


def pairs(random: signs.Random, count: int) -> np.ndarray:
    """(count, 28, 28) uint8: two pen digits beside each other that touch, together wider than a digit is."""
    drawings, _ = pen_digits.strokes()
    known = [drawings[row].strokes for row in np.flatnonzero(~pen_digits.held_out())]
    found = []
    while len(found) < count:
        left, right = (_of_height_one(known[index]) for index in random.integers(len(known), size=2))
        width = max(stroke[:, 0].max() for stroke in left) - random.uniform(*OVERLAP)
        strokes = signs.by_hand([*left, *(stroke + [width, 0] for stroke in right)], random)
        if np.ptp(np.concatenate(strokes), axis=0) @ [1, -NARROWEST] > 0:
            found.append(Drawing(strokes, signs.CANVAS, random.uniform(*signs.PENS)))
    return render(found)


def _of_height_one(strokes: signs.Strokes) -> list[np.ndarray]:
    """With its upper left corner at 0."""
    points = np.concatenate(strokes)
    low, height = points.min(axis=0), max(float(np.ptp(points[:, 1])), 1e-9)
    return [(stroke - low) / height for stroke in strokes]


def train() -> dict[str, np.ndarray]:
    """Keras' path → value, float32. Raises `DatasetError`."""
    pictures, labels = images()
    keras.utils.set_random_seed(SEED)
    model = build.build(LAYERS, (*pictures.shape[1:], 1), SEED)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, EPOCHS * -(-len(labels) // BATCH))
    model.compile(keras.optimizers.AdamW(rate, weight_decay=DECAY), "sparse_categorical_crossentropy")
    model.fit(np.float32(pictures)[..., None] / 255, labels, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    return {each.path: np.asarray(each) for each in model.weights}
