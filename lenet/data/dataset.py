"""The catalogue of data sets: what is known of each (`DatasetInfo`), what it holds (`Dataset`), its error.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from dataclasses import dataclass

import numpy as np


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


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels, held once per process: the arrays are read-only.

    x_train, x_test: uint8 (N, H, W, C), 0 to 255. y_train, y_test: int32 (N,), 0 to num_classes − 1.
    `verified`: the arrays have the SHA-256 values of the published data set.
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
