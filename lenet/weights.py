"""Weights as `.npz` files: snapshots of a network, and the checkpoint that a run goes on from.

Keys of weights are Keras' paths, `1_conv/kernel`; numpy only, so that pages can read kernels too. Must not
import Streamlit, TensorFlow or Keras: models and optimizers come in as arguments.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from lenet.files import write_atomically

# What numpy and zipfile raise for damaged bytes. TypeError: one array in a file of its own, as numpy.save
# writes; RuntimeError: bytes that say that they are encrypted, or compressed in an unknown way.
_DAMAGE = (OSError, ValueError, KeyError, EOFError, TypeError, RuntimeError, MemoryError)
_DAMAGE += (zipfile.BadZipFile, zlib.error)


class WeightsError(ValueError):
    """A file of weights that is missing, damaged, or of another network; the message is for the person."""


def save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write the arrays as one file, atomically. Raises `OSError`."""
    write_atomically(path, lambda file: np.savez(file, **arrays))


def load_arrays(path: Path, prefix: str = "") -> dict[str, np.ndarray]:
    """The arrays of a file whose key starts with `prefix`. Pickled arrays are refused.

    Raises:
        WeightsError: there is no such file, or it is damaged.
    """
    try:
        # Opened here, for numpy leaves it open where it finds it damaged.
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as file:
            return {key: file[key] for key in file.files if key.startswith(prefix)}
    except FileNotFoundError as error:
        raise WeightsError(f"There are no weights at {path}. Choose another epoch.") from error
    except _DAMAGE as error:
        raise WeightsError(f"{path} is damaged ({error}). Choose another epoch, or delete it.") from error


def weights_of(model: Any) -> dict[str, np.ndarray]:
    """Path → value of each weight of a Keras model."""
    return {variable.path: np.asarray(variable) for variable in model.weights}


def matching(model: Any, arrays: dict[str, np.ndarray], source: str) -> dict[str, np.ndarray]:
    """Path → value of each weight of a Keras model, of the arrays that a file holds.

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
    """Give a Keras model the weights in `arrays`.

    Raises:
        WeightsError: the arrays are those of another network; the model is as it was.
    """
    values = matching(model, arrays, source)
    for variable in model.weights:
        variable.assign(values[variable.path])


def are_finite(arrays: dict[str, np.ndarray]) -> bool:
    """Whether no weight is NaN or infinite."""
    return all(np.isfinite(array).all() for array in arrays.values())
