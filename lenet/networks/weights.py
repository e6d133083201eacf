"""Weights as `.npz` files: snapshots of a network, and the checkpoint that a run goes on from.

Keys of weights are Keras' paths, `1_conv/kernel`; numpy only, so that pages can read kernels too. Must not
import Streamlit, TensorFlow or Keras: models and optimizers come in as arguments.
"""

from typing import Any

import numpy as np

from lenet.errors import WeightsError


def weights_of(model: Any) -> dict[str, np.ndarray]:
    """Path → value of each weight of a Keras model, float32: a kernel is (height, width, in, out)."""
    return {variable.path: np.asarray(variable) for variable in model.weights}


def matching(model: Any, arrays: dict[str, np.ndarray], source: str) -> dict[str, np.ndarray]:
    """Path → value of each weight of a Keras model, of the arrays that a file holds.

    Args:
        arrays: Keras' path → value; those that are no weights of the model are left out.
        source: what the file is called in the sentence of the error.

    Raises:
        WeightsError: the arrays are those of another network.
    """
    for variable in model.weights:
        value = arrays.get(variable.path)
        if value is None or value.shape != tuple(variable.shape):
            received = "nothing" if value is None else value.shape
            raise WeightsError(
                f"{source} is of another network: {variable.path} needs {tuple(variable.shape)}, "
                f"received {received}. Choose a run with the same layers."
            )
    return {variable.path: arrays[variable.path] for variable in model.weights}


def set_weights(model: Any, arrays: dict[str, np.ndarray], source: str) -> None:
    """Give a Keras model the weights in `arrays`, Keras' path → value, as `matching` takes them.

    Raises:
        WeightsError: the arrays are those of another network; the model is as it was.
    """
    values = matching(model, arrays, source)
    for variable in model.weights:
        variable.assign(values[variable.path])


def are_finite(arrays: dict[str, np.ndarray]) -> bool:
    """Whether no value of float arrays of any shape is NaN or infinite."""
    return all(np.isfinite(array).all() for array in arrays.values())
