"""What people write for each digit, as a file for the browser, which tells from it what is no digit.

Must not import Streamlit, TensorFlow or Keras.
"""

from functools import cache

import numpy as np

from lenet.evaluation.out_of_distribution import shapes


@cache
def digit_shapes_file() -> bytes:
    """In the format of safetensors: means (10, 196) and directions (10, K, 196), float32. 170 kB."""
    from safetensors.numpy import save

    means, directions = shapes()
    return save({"means": np.ascontiguousarray(means), "directions": np.ascontiguousarray(directions)})
