"""The digits of 8×8 pixels that come with scikit-learn, read without importing it.

Must not import Streamlit, TensorFlow or Keras.
"""

import gzip
import importlib.util
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.data.catalogue import DATASETS
from lenet.data.dataset import Dataset
from lenet.errors import DatasetError

DIGITS_NUM_TRAIN = 1_500  # of 1,797, in their order; the last 297 are the test part


@lru_cache(maxsize=1)
def read_digits() -> Dataset:
    """scikit-learn's digits from its file, without importing scikit-learn. 0–16 becomes round(v·255/16)."""
    package = importlib.util.find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        raise DatasetError("The bundled digits come with scikit-learn, not found. Install requirements.txt.")
    path = Path(package.submodule_search_locations[0]) / "datasets" / "data" / "digits.csv.gz"
    with gzip.open(path) as lines:
        table = np.loadtxt(lines, delimiter=",")  # (1797, 65): 64 pixels, then the label
    images = np.rint(table[:, :64] * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8, 1)
    labels = table[:, 64]
    arrays = {
        "x_train": images[:DIGITS_NUM_TRAIN],
        "y_train": labels[:DIGITS_NUM_TRAIN],
        "x_test": images[DIGITS_NUM_TRAIN:],
        "y_test": labels[DIGITS_NUM_TRAIN:],
    }
    return Dataset.of(DATASETS["digits"], arrays, verified=False)
