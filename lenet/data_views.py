"""What a data set looks like: chosen images, mean images and counts of its classes, what a network is given.

Numpy only. Must not import Streamlit, TensorFlow, Keras or scikit-learn. `images` and `overview` hold the
whole data set in memory, so pages have the inference worker call them.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lenet import datasets
from lenet.dataset_info import Dataset, DatasetError

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
    if dataset == "mnist-pens":  # rendering all of it takes half a minute, a few are there at once
        about = datasets.info(dataset)
        rows = _checked(indices, about.num_train if part == "train" else about.num_test, about.title)
        return datasets.samples(dataset, part, rows.tolist())
    data = _load(dataset, run)
    stored = getattr(data, f"x_{part}")
    return stored[_checked(indices, len(stored), data.info.title)]


def check_part(part: str) -> None:
    """Raise `DatasetError` unless `part` is "train" or "test"."""
    if part not in PARTS:
        raise DatasetError(f"Part: received {str(part)[:40]!r}, expected train or test. Choose one of these.")


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
