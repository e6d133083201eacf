"""How an exported Python file gets its images: from Keras, from scikit-learn, or from a file beside it.

Must not import Streamlit, TensorFlow or Keras.
"""

import io

import numpy as np

from lenet.export.format import Data, Files
from lenet.export.network import TrainedNetwork

_KERAS = ("mnist", "fashion_mnist")  # `keras.datasets` has them
_BESIDE = "data.npz"

_OF_KERAS = '''\
def load_data():
    """(images, labels) to train on, and to test on: images (N, height, width, channels) uint8."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.{name}.load_data()
    return (x_train[..., None], y_train), (x_test[..., None], y_test)
'''
_DIGITS = '''\
def load_data():
    """(images, labels) to train on, and to test on: images (N, 8, 8, 1) uint8; pip install scikit-learn."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = np.rint(digits.images[..., None] * (255 / 16)).astype(np.uint8)
    return (images[:1500], digits.target[:1500]), (images[1500:], digits.target[1500:])
'''
_OF_FILE = f'''\
def load_data():
    """(images, labels) to train on, and to test on, of the file beside this one; images uint8."""
    with np.load("{_BESIDE}") as data:
        return (data["x_train"], data["y_train"]), (data["x_test"], data["y_test"])
'''


def function(network: TrainedNetwork) -> str:
    """The text of `load_data`."""
    name = network.config.dataset
    if name in _KERAS:
        return _OF_KERAS.format(name=name)
    return _DIGITS if name == "digits" else _OF_FILE


def files(network: TrainedNetwork, data: Data) -> Files:
    """The images, where nobody else has them. Raises `ModelError`: they are not here."""
    if network.config.dataset in (*_KERAS, "digits"):
        return {}
    packed = io.BytesIO()
    np.savez_compressed(packed, **data.arrays())
    return {_BESIDE: packed.getvalue()}
