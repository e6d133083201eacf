"""What a data set looks like: chosen images, random ones, mean images and how far those alone go.

`images` and `overview` hold the whole data set in memory: pages have the inference worker call them. Numpy
only. Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet import datasets
from lenet.dataset_info import Dataset, DatasetError
from lenet.sentences import shown

PARTS = ("train", "test")
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


def images(
    dataset: str, part: str, indices: Sequence[int] | np.ndarray, run: str | None = None
) -> np.ndarray:
    """Chosen images, (N, H, W, C) uint8, as stored; nothing is downloaded.

    Args:
        dataset: its name.
        part: "train" or "test".
        indices: (N,) rows of that part.
        run: absolute path of a run's folder: the data as that run has them, where a data set grows.

    Raises:
        DatasetError: there is no such data set or part on this machine, or no such row.
    """
    check_part(part)
    if dataset == "mnist-pens":  # rendering all of it takes half a minute, a few are there at once
        about = datasets.info(dataset)
        rows = _checked(indices, about.num_train if part == "train" else about.num_test, about.title)
        return datasets.samples(dataset, part, rows.tolist())
    data = _load(dataset, run)
    stored = getattr(data, f"x_{part}")
    return stored[_checked(indices, len(stored), data.info.title)]


def first(dataset: str, part: str, count: int, run: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The first images of a part, as `images` gives them, and their labels, (N,) int32; or all of them.

    Raises `DatasetError`.
    """
    if dataset == "mnist-pens":
        labels = datasets.labels(dataset, part)[:count]
        return images(dataset, part, range(len(labels))), labels
    data = _load(dataset, run)
    return getattr(data, f"x_{part}")[:count], getattr(data, f"y_{part}")[:count]


def overview(dataset: str) -> Overview:
    """Statistics of a data set; at once the second time. Raises `DatasetError`."""
    if dataset != "mnist-pens":
        return _overview(_load(dataset, None))
    rows = np.random.default_rng(0).permutation(datasets.info(dataset).num_train)[:MOST_MADE]
    mnist = datasets.load("mnist", download=False)
    train = datasets.samples(dataset, "train", rows.tolist()), datasets.labels(dataset, "train")[rows]
    return _overview_of(*train, mnist.x_test, mnist.y_test, mnist.info.num_classes)


def random_rows(groups: Sequence[np.ndarray], count: int, seed: int, page: int) -> list[np.ndarray]:
    """Of each group of rows `count`: the page `page`, from 0, of them in a random order; fewer at the end.

    Another seed is another order.
    """
    orders = [np.random.default_rng((seed, number)).permutation(rows) for number, rows in enumerate(groups)]
    return [order[page * count : (page + 1) * count] for order in orders]


def check_part(part: str) -> None:
    """Raise `DatasetError` unless `part` is "train" or "test"."""
    if part not in PARTS:
        raise DatasetError(f"Part: received {shown(part)}, expected train or test. Choose one of these.")


def _load(dataset: str, run: str | None) -> Dataset:
    if run is None:
        return datasets.load(dataset, download=False)
    try:
        return datasets.load_for(Path(run), dataset, download=False)
    except OSError as error:
        raise DatasetError(f"The data in {run} cannot be read ({error.strerror or error}).") from error


def _checked(indices: Sequence[int] | np.ndarray, count: int, title: str) -> np.ndarray:
    """(N,) int64, each from 0 to count − 1."""
    try:
        rows = np.asarray(indices, np.int64).reshape(-1)
    except (ValueError, TypeError, OverflowError) as error:
        raise DatasetError(f"Example: received {str(indices)[:60]}, expected 0 to {count - 1}.") from error
    outside = rows[(rows < 0) | (rows >= count)]
    if len(outside):
        raise DatasetError(f"Example: received number {outside[0]}, expected 0 to {count - 1} of {title}.")
    return rows


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
