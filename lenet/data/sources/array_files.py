"""Data sets whose arrays lie in files: single rows are read from there, whole sets are not held in memory.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from lenet.data.dataset import check_rows
from lenet.data.published_files import ArrayFile
from lenet.data.sources.source import Source
from lenet.data.upload import label_range_words
from lenet.errors import DatasetError


class ArrayFileSource(Source):
    """One whose arrays are files of uint8 images and whole numbers; `array_file` says where."""

    is_small = False

    def array_file(self, key: str) -> ArrayFile:
        """Where the array `key` is: x_train, y_train, x_test or y_test. Raises `DatasetError`."""
        raise NotImplementedError

    def sample(self, part: str, index: int) -> tuple[np.ndarray, int]:
        """One image, uint8 (H, W, C), and its label."""
        image, label = (_row(self.array_file(f"{letter}_{part}"), index) for letter in "xy")
        return image.reshape(self.info().image_shape), int(label)

    def samples(self, part: str, indices: Sequence[int]) -> np.ndarray:
        """Some images, uint8 (N, H, W, C); the more, and the later in the file, the slower."""
        about = self.info()
        chosen = np.empty((len(indices), *about.image_shape), np.uint8)
        with self.array_file(f"x_{part}").open() as stream:
            check_rows(indices, stream.shape[0], about.title)
            for place in np.argsort(indices):  # forwards, for what is compressed cannot be read backwards
                chosen[place] = stream.row(indices[place]).reshape(about.image_shape)
        return chosen

    def labels(self, part: str) -> np.ndarray:
        """The labels of a part, (N,) int32, read-only."""
        about, found = self.info(), _labels(self.array_file(f"y_{part}"))
        if found.min() < 0 or found.max() >= about.num_classes:
            raise DatasetError(label_range_words(int(found.min()), int(found.max()), about.class_names))
        return found

    def mean_and_std(self) -> tuple[float, float]:
        """Mean and standard deviation of the training pixels, scaled to 0–1."""
        return _mean_and_std(self.array_file("x_train"))


@lru_cache(maxsize=128)
def _row(file: ArrayFile, index: int) -> np.ndarray:
    with file.open() as stream:
        return stream.row(index)


@lru_cache(maxsize=16)
def _labels(file: ArrayFile) -> np.ndarray:
    with file.open() as stream:
        numbers = stream.read().astype(np.int32)
    numbers.flags.writeable = False
    return numbers


@lru_cache(maxsize=8)
def _mean_and_std(file: ArrayFile) -> tuple[float, float]:
    counts = np.zeros(256)
    with file.open() as stream:
        for block in stream.blocks():
            counts += np.bincount(block.ravel(), minlength=256)
    values = np.arange(256) / 255
    mean = np.average(values, weights=counts)
    return float(mean), float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
