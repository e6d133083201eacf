"""Out-of-distribution detection: how far a drawing is from all the 3s, all the 4s, … that people write.

For each digit, its mean and the directions in which it varies most (principal components) of images halved to
14×14. What they leave unexplained of a drawing is its distance from that digit. The numbers are in
`lenet/models/digit-shapes.npz`; `make models` works them out again. Numpy only; must not import Streamlit,
TensorFlow or Keras.
"""

from functools import cache
from pathlib import Path

import numpy as np

from lenet.npz import DIGIT_SHAPES, load_arrays, save_arrays

FILE = Path(__file__).parent.parent / "models" / "digit-shapes.npz"
NUM_DIRECTIONS = 20


def fit(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and directions of each digit.

    Args:
        images: (N, 28, 28) uint8.
        labels: (N,) int, 0–9; some hundreds of each.

    Returns:
        (10, 196) and (10, NUM_DIRECTIONS, 196) float16; directions have length 1 and are orthogonal.
    """
    points = _halved(images)
    means, directions = [], []
    for digit in range(10):
        own = points[labels == digit]
        means.append(own.mean(axis=0))
        _, vectors = np.linalg.eigh(np.cov(own.T))  # columns, the direction of largest variance last
        directions.append(vectors[:, : -NUM_DIRECTIONS - 1 : -1].T)
    return np.float16(means), np.float16(directions)


def store(means: np.ndarray, directions: np.ndarray, path: Path = FILE) -> None:
    """Write what `fit` gives. Raises `OSError`."""
    save_arrays(path, {"means": means, "directions": directions})


def distances(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 → (N, 10) float32: squared distance of each image from each digit."""
    means, directions = shapes()
    offsets = _halved(images)[:, None] - means  # (N, 10, 196)
    along = np.einsum("ndp,dkp->ndk", offsets, directions)
    return np.maximum((offsets**2).sum(axis=-1) - (along**2).sum(axis=-1), 0)


@cache
def shapes() -> tuple[np.ndarray, np.ndarray]:
    """Means (10, 196) and directions (10, NUM_DIRECTIONS, 196) that are stored, float32."""
    arrays = load_arrays(FILE, DIGIT_SHAPES)
    return np.float32(arrays["means"]), np.float32(arrays["directions"])


def _halved(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28) uint8 → (N, 196) float32, 0–1: means of 2×2 pixels."""
    return np.float32(images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255).reshape(-1, 196)
