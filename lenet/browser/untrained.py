"""Weights of pretrained models before they learned, which their seed decides, for the browser.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import numpy as np

from lenet.networks.loading import load_model


def weights(name: str) -> dict[str, np.ndarray]:
    """Keras' path (`1_conv/kernel`) → value, float32, of the model of that name. Raises `ModelError`."""
    return load_model(name).arrays()
