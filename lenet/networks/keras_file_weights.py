"""The weights in a `.keras` file, read without Keras: for the processes that have none.

Keras 3 keeps them as HDF5, a group for each layer with its name and its variables in order. Must not import
Streamlit, TensorFlow or Keras.
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lenet.archives import read_member, zip_archive
from lenet.errors import ModelError
from lenet.networks.keras_file_check import MAX_WEIGHT_BYTES, WEIGHTS
from lenet.runs.layers import Layer, keras_names
from lenet.sentences import reason


def read_weights(path: Path, layers: Sequence[Layer]) -> dict[str, np.ndarray]:
    """Keras' path (`1_conv/kernel`) → value, float32, of each weight of a network of these layers.

    Raises:
        ModelError: the file is damaged, or is of other layers.
    """
    import h5py  # 10 MB, which a page that shows no network spares

    try:
        with zip_archive(path) as archive:
            data = read_member(archive, WEIGHTS, MAX_WEIGHT_BYTES)
        with h5py.File(io.BytesIO(data), "r") as file:
            groups = {str(each["vars"].attrs["name"]): each["vars"] for each in file["layers"].values()}
            return {
                f"{name}/{variable}": np.asarray(groups[name][str(index)], np.float32)
                for name, layer in zip(keras_names(layers), layers, strict=True)
                for index, variable in enumerate(layer.variables)
            }
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path} is damaged, or of another network: {reason(error)}.") from error
