"""Keras models to `.keras` files and back.

Imports Keras; must not import Streamlit.
"""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

import keras

from lenet.archives import read_member, zip_archive
from lenet.files import written_aside
from lenet.networks import hdf5_models, keras_file_check
from lenet.networks.model_containers import HDF5, container_of
from lenet.sentences import shown


def save(model: keras.Model, path: Path, folder: Path | None = None) -> None:
    """Write the model as a `.keras` file, atomically: `lenet.files.written_aside`. Raises OSError."""
    with written_aside(path, folder) as aside:
        model.save(aside)


def load(path: Path) -> keras.Model:
    """The model in a `.keras` file, in safe mode: code that somebody put in the file is not run.

    Raises:
        ValueError: the file is damaged, or is no Keras model.
        OSError: it cannot be read.
    """
    return keras.saving.load_model(path, compile=False, safe_mode=True)


def outlined(config: dict[str, Any]) -> keras.Model:
    """The model of a config with the shapes of its weights and outputs, but no weights: no memory.

    Raises:
        ValueError: its layers do not fit together, or are unknown.
    """

    def without_weights() -> keras.Model:
        with keras.StatelessScope(initialize_variables=False):
            return of_config(config)

    # Keras remembers, thread by thread, which weights it still owes values: another one would give them.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(without_weights).result()


def of_config(config: dict[str, Any]) -> keras.Model:
    """The model that a config describes, its weights as they are drawn, in safe mode; a graph of layers.

    A `Sequential` is joined here: Keras calls its layers anew for each that is added, and their outputs are
    then those of the first call, which nothing that follows depends on.
    """
    about = {key: value for key, value in config.items() if key not in ("compile_config", "build_config")}
    about = deepcopy(about)  # for what makes a model of it takes it apart
    layers = about["config"]["layers"] if about["class_name"] == "Sequential" else []
    if not layers or layers[0]["class_name"] != "InputLayer":
        return keras.saving.deserialize_keras_object(about, safe_mode=True)
    first, *others = (keras.saving.deserialize_keras_object(each, safe_mode=True) for each in layers)
    values = first.output
    for layer in others:
        if not isinstance(layer, keras.layers.Layer):
            raise ValueError(f"{shown(str(layer))} stands in the place of a layer")
        values = layer(values)
    return keras.Model(first.output, values)


def load_weights(model: keras.Model, path: Path) -> None:
    """Give a model the weights in a file of Keras, a zip or HDF5. Raises `ValueError`: they do not fit."""
    if container_of(path) == HDF5:
        return set_in_order(model, hdf5_models.layer_weights(path, keras_file_check.MAX_WEIGHT_BYTES))
    with tempfile.TemporaryDirectory() as folder, zip_archive(path) as archive:
        weights = Path(folder) / keras_file_check.WEIGHTS
        weights.write_bytes(read_member(archive, keras_file_check.WEIGHTS, keras_file_check.MAX_WEIGHT_BYTES))
        model.load_weights(weights)


def set_in_order(model: keras.Model, found: list[list[Any]]) -> None:
    """Arrays for each layer that has weights, its trainable ones first: as Keras 2 knows them, by order.

    Raises:
        ValueError: they do not fit.
    """
    layers = [layer for layer in model.layers if layer.weights]
    for layer, arrays in zip(layers, found, strict=True):
        own = layer.trainable_weights + layer.non_trainable_weights
        for variable, array in zip(own, arrays, strict=True):
            if tuple(variable.shape) != array.shape:
                raise ValueError(f"{variable.path} needs {tuple(variable.shape)}, received {array.shape}")
            variable.assign(array)
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
