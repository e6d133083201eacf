"""What only a look at every image of a data set tells: mean images, mean and standard deviation.

Numpy only. Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lenet.data import datasets
from lenet.data.dataset import Dataset


def mean_and_std(name: str) -> tuple[float, float]:
    """Mean and standard deviation of the training pixels scaled to 0–1, without loading a large data set."""
    return datasets.source_of(name).mean_and_std()


MOST_MADE = 4_000  # images that `overview` looks at where each would have to be drawn first
_AT_ONCE = 2_000_000  # pixels in memory as floats


@dataclass(frozen=True)
class Overview:
    """What only a look at every image tells.

    Attributes:
        means: (classes, H, W, C) float32, 0 to 255: the mean training image of each class.
        used: how many training images these are the means of.
        low, high: the smallest and the largest pixel in them, 0 to 255.
        mean, std: of their pixels, scaled to 0–1.
        nearest_mean: fraction of the test images to whose class the nearest of the means belongs.
    """

    means: np.ndarray
    used: int
    low: int
    high: int
    mean: float
    std: float
    nearest_mean: float


def overview(dataset: str) -> Overview:
    """Statistics of a data set; at once the second time. Raises `DatasetError`."""
    if not datasets.loads_slowly(dataset):
        return _overview(datasets.load(dataset, download=False))
    about, test = datasets.info(dataset), datasets.load_part(dataset, "test")
    rows = np.random.default_rng(0).permutation(about.num_train)[:MOST_MADE]
    train = datasets.samples(dataset, "train", rows.tolist()), datasets.labels(dataset, "train")[rows]
    return _overview_of(*train, test.x_test, test.y_test, about.num_classes)


@lru_cache(maxsize=2)
def _overview(data: Dataset) -> Overview:
    return _overview_of(data.x_train, data.y_train, data.x_test, data.y_test, data.info.num_classes)


def _overview_of(
    images: np.ndarray, labels: np.ndarray, test_images: np.ndarray, test_labels: np.ndarray, num_classes: int
) -> Overview:
    means = class_means(images, labels, num_classes)
    counts = sum(np.bincount(images[rows].reshape(-1), minlength=256) for rows in _blocks(images))
    seen, levels = np.flatnonzero(counts), np.arange(256) / 255
    mean = np.average(levels, weights=counts)
    std = np.sqrt(np.average((levels - mean) ** 2, weights=counts))
    right = nearest_means(means, test_images) == test_labels
    return Overview(
        means, len(images), int(seen[0]), int(seen[-1]), float(mean), float(std), float(right.mean())
    )


def class_means(images: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """The mean image of each class.

    Args:
        images: (N, H, W, C) uint8.
        labels: (N,) integers, 0 to num_classes − 1.

    Returns:
        (num_classes, H, W, C) float32, 0 to 255; of a class without images, zeros.
    """
    pixels = images.reshape(len(images), -1)
    sums = np.zeros((num_classes, pixels.shape[1]))
    for rows in _blocks(images):
        is_class = (labels[rows] == np.arange(num_classes)[:, None]).astype(np.float32)  # (classes, rows)
        sums += is_class @ pixels[rows].astype(np.float32)
    counts = np.bincount(labels, minlength=num_classes)[:, None]
    means = sums / np.maximum(counts, 1)
    return means.reshape(num_classes, *images.shape[1:]).astype(np.float32)


def nearest_means(means: np.ndarray, images: np.ndarray) -> np.ndarray:
    """For each image the class whose mean has the smallest Euclidean distance to it, (N,) int64.

    Args:
        means: (classes, H, W, C) float32.
        images: (N, H, W, C) uint8.
    """
    flat = means.reshape(len(means), -1)
    nearest = []
    for rows in _blocks(images):
        pixels = images[rows].reshape(-1, flat.shape[1]).astype(np.float32)
        # |x − m|² = |x|² − 2 x·m + |m|², and |x|² is the same for all m
        nearest.append(((flat**2).sum(axis=1) - 2 * pixels @ flat.T).argmin(axis=1))
    return np.concatenate(nearest)


def _blocks(images: np.ndarray) -> Iterator[slice]:
    """Rows that are converted at once."""
    count = max(1, _AT_ONCE // images[0].size)
    return (slice(first, first + count) for first in range(0, len(images), count))
