"""A data set: what is known of it (`DatasetInfo`), and what it holds (`Dataset`).

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lenet.errors import DatasetError


@dataclass(frozen=True)
class DatasetInfo:
    """A data set without its arrays: light enough for every page."""

    name: str
    title: str
    image_shape: tuple[int, int, int]  # height, width, channels
    num_classes: int
    class_names: tuple[str, ...]
    num_train: int
    num_test: int
    licence: str
    source: str
    is_drawn: bool = True  # False: a drawing is nothing like its images

    def num_images(self, part: str) -> int:
        """How many images the part "train" or "test" has."""
        return self.num_train if part == "train" else self.num_test


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels, held once per process: the arrays are read-only.

    x_train, x_test: uint8 (N, H, W, C), 0 to 255. y_train, y_test: int32 (N,), 0 to num_classes − 1.
    `verified`: the arrays, or the files that they were read from, have the SHA-256 values of the published
    data set.
    """

    info: DatasetInfo
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    verified: bool

    @classmethod
    def of(cls, info: DatasetInfo, arrays: dict[str, np.ndarray], verified: bool) -> "Dataset":
        """From uint8 images, with or without the axis of channels, and labels of any whole numbers."""
        ready = {}
        for key, array in arrays.items():
            if key.startswith("x"):
                ready[key] = array.reshape(-1, *info.image_shape)
            else:
                ready[key] = array.astype(np.int32)
            ready[key].flags.writeable = False
        return cls(info=info, verified=verified, **ready)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class, in the order of the labels."""
        return self.info.class_names


def check_rows(indices: Sequence[int], count: int, title: str) -> None:
    """Raise `DatasetError` unless each is a number from 0 to count − 1 of what is called `title`."""
    outside = [index for index in indices if not 0 <= index < count]
    if outside:
        raise DatasetError(f"Example: received number {outside[0]}, expected 0 to {count - 1} of {title}.")
