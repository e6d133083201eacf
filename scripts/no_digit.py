"""Trains the network that tells digits from what is none, see `lenet/evaluation/out_of_distribution.py`.

Digits: MNIST's and the pen strokes' training images, and those of Hershey's fonts, drawn by hand. No digits:
letters and signs of those fonts, other signs, random strokes (`scripts/signs.py`). Imports Keras.
"""

import keras
import numpy as np

from lenet.data import datasets
from lenet.evaluation.out_of_distribution import LAYERS, NO_DIGIT
from lenet.networks import build
from scripts import signs

LETTERS, PUNCTUATION, SIGNS, RANDOM, DIGITS = 90_000, 12_000, 12_000, 8_000, 600  # drawings; of each digit
EPOCHS, BATCH = 12, 256
LEARNING_RATE, DECAY, SEED = 2e-3, 2e-3, 11


def images() -> tuple[np.ndarray, np.ndarray]:
    """(N, 28, 28) uint8 and (N,) int32: digits, and what is none. Raises `DatasetError`."""
    random = np.random.default_rng(SEED)
    known = [datasets.load(name) for name in ("mnist", "pens")]
    pictures, labels = [each.x_train[..., 0] for each in known], [each.y_train for each in known]
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
    labels.append(np.full(sum(map(len, others)), NO_DIGIT))
    return np.concatenate(pictures + others), np.concatenate(labels).astype(np.int32)


def train() -> dict[str, np.ndarray]:
    """Keras' path → value, float32. Raises `DatasetError`."""
    pictures, labels = images()
    keras.utils.set_random_seed(SEED)
    model = build.build(LAYERS, (*pictures.shape[1:], 1), SEED)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, EPOCHS * -(-len(labels) // BATCH))
    model.compile(keras.optimizers.AdamW(rate, weight_decay=DECAY), "sparse_categorical_crossentropy")
    model.fit(np.float32(pictures)[..., None] / 255, labels, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    return {each.path: np.asarray(each) for each in model.weights}
