"""The network that tells digits from other drawings, as a file for the browser.

Must not import Streamlit, TensorFlow or Keras.
"""

import json
from functools import cache

import numpy as np

from lenet.browser.network_file import layer_descriptions
from lenet.evaluation.out_of_distribution import CLASS_NAMES, IMAGE_SHAPE, LAYERS, weights
from lenet.networks.summary import summarize


@cache
def no_digit_file() -> bytes:
    """As `network_file` makes it of any network. 210 kB."""
    from safetensors.numpy import save

    about = {
        "image_shape": IMAGE_SHAPE,
        "input_shape": IMAGE_SHAPE,
        "scale": 1 / 255,
        "offset": 0,
        "classes": CLASS_NAMES,
        "layers": layer_descriptions(LAYERS, summarize(LAYERS, IMAGE_SHAPE)),
    }
    arrays = {name: np.ascontiguousarray(array) for name, array in weights().items()}
    return save(arrays, {"network": json.dumps(about)})
