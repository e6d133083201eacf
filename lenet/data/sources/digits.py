"""The digits of 8×8 pixels that come with scikit-learn, read without importing it.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

import gzip
import importlib.util
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.downloads import Progress
from lenet.data.sources.source import Source
from lenet.errors import DatasetError

_ABOUT = DatasetInfo(
    name="digits",
    title="Small digits, 8×8 (bundled)",
    image_shape=(8, 8, 1),
    num_classes=10,
    class_names=tuple("0123456789"),
    num_train=1_500,  # of 1,797, in their order; the last 297 are the test part
    num_test=297,
    licence="CC BY 4.0",
    source="E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits; in scikit-learn",
)


class _Digits(Source):
    name, about = _ABOUT.name, _ABOUT

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        return _read()


@lru_cache(maxsize=1)
def _read() -> Dataset:
    """From scikit-learn's file. 0–16 becomes round(v·255/16)."""
    package = importlib.util.find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        raise DatasetError("The bundled digits come with scikit-learn, not found. Install requirements.txt.")
    path = Path(package.submodule_search_locations[0]) / "datasets" / "data" / "digits.csv.gz"
    with gzip.open(path) as lines:
        table = np.loadtxt(lines, delimiter=",")  # (1797, 65): 64 pixels, then the label
    images = np.rint(table[:, :64] * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    labels, num_train = table[:, 64], _ABOUT.num_train
    arrays = {"x_train": images[:num_train], "y_train": labels[:num_train]}
    arrays |= {"x_test": images[num_train:], "y_test": labels[num_train:]}
    return Dataset.of(_ABOUT, arrays, verified=False)


DIGITS = _Digits()
