"""What a data set looks like: chosen images, random ones, mean images and how far those alone go.

`images` and `overview` hold the whole data set in memory: pages have the inference worker call them. Numpy
only. Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.data.dataset import Dataset
from lenet.errors import DatasetError
from lenet.sentences import shown

PARTS = ("train", "test")


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
    if datasets.loads_slowly(dataset):
        about = datasets.info(dataset)
        rows = _checked(indices, about.num_images(part), about.title)
        return datasets.samples(dataset, part, rows.tolist())
    data = _load_here(dataset, part, run)
    stored = getattr(data, f"x_{part}")
    return stored[_checked(indices, len(stored), data.info.title)]


def first(dataset: str, part: str, count: int, run: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The first images of a part, as `images` gives them, and their labels, (N,) int32; or all of them.

    Raises `DatasetError`.
    """
    if datasets.loads_slowly(dataset):
        labels = datasets.labels(dataset, part)[:count]
        return images(dataset, part, range(len(labels))), labels
    data = _load_here(dataset, part, run)
    return getattr(data, f"x_{part}")[:count], getattr(data, f"y_{part}")[:count]


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


def _load_here(dataset: str, part: str, run: str | None) -> Dataset:
    try:
        return datasets.load_part(dataset, part, Path(run) if run else None)
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
