"""From a name to a model that answers: pretrained ones, runs, their epochs, `.keras` files.

A network is traced by TensorFlow once for each list of layers; weights are arguments of what was traced. So
all runs with the same layers, and all their epochs, share it, two of them can be asked side by side, and
another one costs a file's reading. What was traced is kept with its network, and goes with it.
Imports Keras and TensorFlow: workers and the command line only. Must not import Streamlit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lenet.cache import Cache
from lenet.data.preprocessing import network_input_shape
from lenet.errors import DatasetError, ModelError, WeightsError
from lenet.networks import elsewhere, keras_file_check, pixel_trial, saving
from lenet.networks.build import build
from lenet.networks.file_input import FileInput
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.networks.model_reference import FINAL, Model, resolve
from lenet.networks.weights import weights_of
from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.sentences import reason

_NETWORKS = 6  # kept, by their layers: about 50 ms to trace again
_FILES = 6  # kept: models from elsewhere
_MOST_BYTES = 40_000_000  # of weights that are kept: a hundred epochs of small networks, eight of large ones


def once_a_network(trace: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a function of a network and its layers: what it traces is kept as long as the network."""

    @wraps(trace)
    def traced(made: Network, *about: Any) -> Any:
        return made.traced(trace, *about)

    return traced


def load_model(name: str, runs_folder: Path | None = None) -> LoadedModel:
    """The model of that name, see `lenet.networks.model_reference`.

    Raises:
        ModelError: there is no such model, or it is damaged.
    """
    return load(resolve(name, runs_folder))


def load(model: Model) -> LoadedModel:
    """Raises `ModelError`: it is gone meanwhile, or damaged."""
    model.check_weights()
    label = str(model.reference)
    try:
        if model.weights is None:
            return _untrained(model, label)
        if model.config is None:
            return _from_elsewhere(model)
        if model.run_folder is None:
            return _from_file(model.weights, model.config, label)
        if model.reference.epoch == FINAL:
            return _of_ended_run(model, label)
        return _in_network_of(model, label, lambda: load_arrays(model.weights, WEIGHTS))
    except (WeightsError, DatasetError) as error:
        raise ModelError(str(error)) from error


def file_input(name: str, runs_folder: str | None = None) -> FileInput:
    """How the file of that name wants its images, and why. Raises `ModelError` as `load_model` does."""
    return load_model(name, Path(runs_folder) if runs_folder else None).file_input


def _from_elsewhere(model: Model) -> LoadedModel:
    """With the range of pixels that its name asks for, else that of the file, else that of a trial."""
    pixels, file = model.reference.pixels, (model.weights.resolve(), model.weights.stat().st_mtime_ns)
    try:
        network, weights, _ = _read_elsewhere(*file)
        about = _tried(*file)
    except ModelError as error:
        raise ModelError(str(error).replace(str(model.weights.resolve()), model.title)) from error
    if pixels:
        about = about.with_pixels(pixels, "chosen by hand.")
    return LoadedModel(network, weights, None, model.title, about)


@lru_cache(maxsize=_FILES)
def _read_elsewhere(path: Path, changed: int) -> tuple[Network, Weights, FileInput]:
    read, about = elsewhere.read(path)
    network = Network(read)
    return network, network.own_weights, about


@lru_cache(maxsize=_FILES)
def _tried(path: Path, changed: int) -> FileInput:
    """With what a trial finds: its pixels, where the file does not say, and its data set."""
    network, weights, about = _read_elsewhere(path, changed)
    return pixel_trial.tried(LoadedModel(network, weights, None, path.name, about))


def _from_file(path: Path, config: RunConfig, label: str) -> LoadedModel:
    return LoadedModel(*_read_file(path.resolve(), path.stat().st_mtime_ns), config, label)


def _of_ended_run(model: Model, label: str) -> LoadedModel:
    """Its final weights in the network of its layers, which all runs with these layers share."""
    try:
        return _in_network_of(model, label, lambda: weights_of(_read_model(model.weights)))
    except (DatasetError, WeightsError):  # its data are gone; or another model lies there
        return replace(_from_file(model.weights, model.config, label), run_folder=model.run_folder)


@lru_cache(maxsize=_FILES)
def _read_file(path: Path, changed: int) -> tuple[Network, Weights]:
    read = Network(_read_model(path))
    return read, read.own_weights


def _read_model(path: Path) -> keras.Model:
    keras_file_check.check_file(path)
    try:
        return saving.load(path)
    except Exception as error:  # Keras makes almost anything of what somebody changed
        raise ModelError(f"{path} is no Keras model, or is damaged: {reason(error)}") from error


def _untrained(model: Model, label: str) -> LoadedModel:
    """What a pretrained model was before its first epoch: its seed decides that."""
    config = model.config
    built = built_network(config, model.image_shape())
    initial = build(config.layers, built.input_shape, config.seed, config.initializer)
    return LoadedModel(built, built.weights(weights_of(initial), label), config, label)


def _in_network_of(model: Model, label: str, read: Callable[[], dict[str, np.ndarray]]) -> LoadedModel:
    """The weights that `read` finds in the model's file, unless they are kept from the last time."""
    path, built = model.weights, built_network(model.config, model.image_shape())
    # Not by the network: what is kept would hold it, and all that it has traced, for longer than it is used.
    key = model.config.layers, built.input_shape, path.resolve(), path.stat().st_mtime_ns
    weights = _weights.get(None, key, lambda: built.weights(read(), str(path)))
    return LoadedModel(built, weights, model.config, label, run_folder=model.run_folder)


def built_network(config: RunConfig, image_shape: Sequence[int]) -> Network:
    """The network of that config: the same one for the same layers, whatever else is in the config."""
    return _build(config.layers, tuple(network_input_shape(config, tuple(image_shape))))


@lru_cache(maxsize=_NETWORKS)
def _build(layers: tuple, input_shape: tuple[int, ...]) -> Network:
    return Network(build(layers, input_shape, seed=0))


def _num_bytes(weights: Weights) -> int:
    return sum(each.dtype.size * math.prod(each.shape) for each in tf.nest.flatten(weights))


_weights = Cache(_MOST_BYTES, _num_bytes)  # by layers, file and when it was changed
