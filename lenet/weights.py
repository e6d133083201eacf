"""Weights as `.npz` files: snapshots of a network, and the checkpoint that a run goes on from.

Keys of weights are Keras' paths, `1_conv/kernel`; numpy only, so that pages can read kernels too. Must not
import Streamlit, TensorFlow or Keras: models and optimizers come in as arguments.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from lenet.archives import zip_archive
from lenet.array_files import npz_array
from lenet.files import write_atomically
from lenet.sentences import SentenceError, reason
from lenet.summary import MAX_PARAMETERS

# Of all arrays that are read at once: the largest network there may be, with its optimizer.
MOST_BYTES = 4 * 4 * MAX_PARAMETERS
# What zipfile raises for damaged bytes; RuntimeError: they say that they are packed in an unknown way.
_DAMAGE = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


class WeightsError(SentenceError):
    """A file of weights that is missing, damaged, or of another network; the message is for the person."""


def save_arrays(path: Path, arrays: dict[str, np.ndarray], folder: Path | None = None) -> None:
    """Write the arrays as one file, atomically: `lenet.files.written_aside`. Raises `OSError`."""
    write_atomically(path, lambda file: np.savez(file, **arrays), folder)


def load_arrays(path: Path, prefix: str = "", most_bytes: int = MOST_BYTES) -> dict[str, np.ndarray]:
    """The arrays of a file whose key starts with `prefix`. Pickled arrays are refused.

    Raises:
        WeightsError: there is no such file, it is damaged, or they announce more than `most_bytes`.
    """
    try:
        with zip_archive(path) as archive:
            keys = [name.removesuffix(".npy") for name in archive.namelist() if name.startswith(prefix)]
            return _arrays(archive, keys, most_bytes)
    except FileNotFoundError as error:
        raise WeightsError(f"There are no weights at {path}. Choose another epoch.") from error
    except _DAMAGE as error:
        raise WeightsError(
            f"{path} is damaged ({reason(error)}). Choose another epoch, or delete it."
        ) from error


def _arrays(archive: zipfile.ZipFile, keys: list[str], most_bytes: int) -> dict[str, np.ndarray]:
    arrays, left = {}, most_bytes
    for key in keys:
        with npz_array(archive, key) as stream:
            left -= stream.num_bytes
            if left < 0:
                raise ValueError(f"its arrays take more than {most_bytes:,} bytes")
            arrays[key] = stream.read()
    return arrays


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
