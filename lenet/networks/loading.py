"""From a name to a model that answers: shipped ones, runs, their epochs, `.keras` files.

A network is traced by TensorFlow once for each list of layers; weights are arguments of what was traced. So
all runs with the same layers, and all their epochs, share it, two of them can be asked side by side, and
another one costs a file's reading. What was traced is kept with its network, and goes with it.
Imports Keras and TensorFlow: workers and the command line only. Must not import Streamlit.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lenet.cache import Cache
from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape
from lenet.errors import DatasetError, ModelError, RunError, WeightsError
from lenet.networks import keras_file_check, pretrained, saving
from lenet.networks.build import build
from lenet.networks.loaded_model import LoadedModel, Network, Weights, outputs_of
from lenet.networks.weights import weights_of
from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.sentences import reason, shortened, shown

_NETWORKS = 6  # kept, by their layers: about 50 ms to trace again
_FILES = 6  # kept: models from elsewhere
_MOST_BYTES = 40_000_000  # of weights that are kept: a hundred epochs of small networks, eight of large ones
_MOST_VALUES = 2_000_000  # that all layers of a stranger's file give for one image


def once_a_network(trace: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a function of a network and its layers: what it traces is kept as long as the network."""

    @wraps(trace)
    def traced(made: Network, *about: Any) -> Any:
        return made.traced(trace, *about)

    return traced


def load_model(spec: str, runs_folder: Path | None = None) -> LoadedModel:
    """The model called so: a shipped one's name, `run-id`, `run-id@epoch`, or the path of a `.keras` file.

    Of a shipped one `name@0` is what it was before it learned.

    Raises:
        ModelError: there is no such model, or it is damaged.
    """
    if spec.endswith(".keras"):
        return _from_file(Path(spec), None, spec)
    name, at, epoch = spec.partition("@")
    if card := pretrained.PRETRAINED.get(name):
        return _shipped(card, epoch, spec) if at else _from_file(pretrained.path(name), card.config, spec)
    try:
        run = _run(name, runs_folder)
        if not at:
            return _of_ended_run(run, spec)
        path = _snapshot(run, epoch)
        return _in_network_of(run.config, path, spec, lambda: load_arrays(path, WEIGHTS))
    except (RunError, WeightsError, DatasetError) as error:
        raise ModelError(str(error)) from error


def _run(name: str, runs_folder: Path | None) -> Run:
    """The run of that id. Raises `RunError`, which also says what else a model may be called."""
    try:
        return Run.open(name, runs_folder)
    except RunError as error:
        raise RunError(f"{error} Models that are always here: {', '.join(pretrained.PRETRAINED)}.") from error


def _from_file(path: Path, config: RunConfig | None, label: str) -> LoadedModel:
    _check_is_file(path)
    return LoadedModel(*_read_file(path.resolve(), path.stat().st_mtime_ns), config, label)


def _of_ended_run(run: Run, label: str) -> LoadedModel:
    """Its final weights in the network of its layers, which all runs with these layers share."""
    path = run.path / "model.keras"
    _check_is_file(path)
    try:
        return _in_network_of(run.config, path, label, lambda: weights_of(_read_model(path)))
    except (DatasetError, WeightsError):  # its data are gone; or another model lies there
        return _from_file(path, run.config, label)


def _check_is_file(path: Path) -> None:
    if not path.is_file():
        raise ModelError(f"There is no model at {path}. A run has one once it ends; before, use run@epoch.")


@lru_cache(maxsize=_FILES)
def _read_file(path: Path, changed: int) -> tuple[Network, Weights]:
    read = Network(_read_model(path))
    return read, read.own_weights


def _read_model(path: Path) -> keras.Model:
    keras_file_check.check_file(path)
    try:
        _check_sizes(path)
        return saving.load(path)
    except ModelError:
        raise
    except Exception as error:  # Keras makes almost anything of a stranger's config
        raise ModelError(f"{path} is no Keras model, or is damaged: {reason(error)}") from error


def _check_sizes(path: Path) -> None:
    """Let Keras work out every shape, without making a weight. Raises `ModelError` where they are too large.

    Also where the network is none that answers one image with one row of numbers.
    """
    model = saving.outline(path)
    shapes = [tuple(each.shape[1:]) for each in (*model.inputs, *model.outputs)]
    is_classifier = len(shapes) == 2 and len(shapes[0]) == 3 and len(shapes[1]) == 1
    if not is_classifier or None in shapes[0] + shapes[1]:
        received = shortened(" and ".join(str(shape) for shape in shapes), 200)
        raise ModelError(
            f"{path} does not sort images into classes: received a network of {received}, expected one image "
            "(height, width, channels) as input and one number a class as output."
        )
    values = sum(math.prod(each.shape[1:]) for layer in model.layers for each in outputs_of(layer))
    parameters = sum(math.prod(each.shape) for each in model.weights)
    keras_file_check.check_sizes(path, parameters, values, _MOST_VALUES)


def _shipped(card: pretrained.Card, epoch: str, label: str) -> LoadedModel:
    """What a shipped model was before its first epoch: its seed decides that."""
    if epoch != "0" or card.config.initial_weights or card.config.initializer == "lsuv":
        raise ModelError(
            f"Epoch: received {shown(epoch)}, expected 0 (untrained) or none: {card.name} comes with its "
            "final weights only. Train its recipe to see the epochs between."
        )
    built = built_network(card.config, card.image_shape)
    untrained = build(card.config.layers, built.input_shape, card.config.seed, card.config.initializer)
    return LoadedModel(built, built.weights(weights_of(untrained), label), card.config, label)


def _in_network_of(
    config: RunConfig, path: Path, label: str, read: Callable[[], dict[str, np.ndarray]]
) -> LoadedModel:
    """The weights that `read` finds in the file `path`, unless they are kept from the last time."""
    built = built_network(config, datasets.info(config.dataset).image_shape)
    # Not by the network: what is kept would hold it, and all that it has traced, for longer than it is used.
    key = config.layers, built.input_shape, path.resolve(), path.stat().st_mtime_ns
    weights = _weights.get(None, key, lambda: built.weights(read(), str(path)))
    return LoadedModel(built, weights, config, label)


def _snapshot(run: Run, epoch: str) -> Path:
    epochs = run.snapshots()
    if not epoch.isdecimal() or len(epoch) > 9 or int(epoch) not in epochs:
        known = f"0 to {epochs[-1]}" if epochs else "none yet"
        raise ModelError(f"Epoch: received {shown(epoch)}, expected one that run {run.id} has: {known}.")
    return run.snapshot_path(int(epoch))


def built_network(config: RunConfig, image_shape: Sequence[int]) -> Network:
    """The network of that config: the same one for the same layers, whatever else is in the config."""
    return _build(config.layers, tuple(network_input_shape(config, tuple(image_shape))))


@lru_cache(maxsize=_NETWORKS)
def _build(layers: tuple, input_shape: tuple[int, ...]) -> Network:
    return Network(build(layers, input_shape, seed=0))


def _num_bytes(weights: Weights) -> int:
    return sum(each.dtype.size * math.prod(each.shape) for each in tf.nest.flatten(weights))


_weights = Cache(_MOST_BYTES, _num_bytes)  # by layers, file and when it was changed
