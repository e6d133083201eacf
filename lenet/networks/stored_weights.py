"""The weights of a trained model, and the shapes of its layers, read without Keras: for what is no Keras.

Must not import Streamlit, TensorFlow or Keras.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lenet.data.preprocessing import network_input_shape
from lenet.errors import DatasetError, ModelError, RunError, WeightsError
from lenet.networks.keras_file_weights import read_weights
from lenet.networks.model_reference import FINAL, Model, parse, resolve
from lenet.networks.summary import LayerSummary, Summary, summarize
from lenet.npz import CHECKPOINT, WEIGHTS, load_arrays
from lenet.runs.folder import Run
from lenet.runs.layers import keras_names

CHECKPOINT_FILE = "checkpoint.npz"
Untrained = Callable[
    [str], dict[str, np.ndarray]
]  # a model whose weights the seed alone decides → path → value


def find(name: str, runs_folder: Path | None) -> Model:
    """The model of that name; of a run without a final model, its checkpoint. Raises `ModelError`."""
    return _newest(name, runs_folder) or resolve(name, runs_folder)


def _newest(name: str, runs_folder: Path | None) -> Model | None:
    """A run that trains for the first time, with the weights of its checkpoint."""
    reference = parse(name)
    if reference.is_file or reference.is_pretrained or reference.epoch != FINAL:
        return None
    try:
        run = Run.open(reference.name, runs_folder)
        checkpoint = run.path / CHECKPOINT_FILE
        if os.path.isfile(run.path / "model.keras") or not os.path.isfile(checkpoint):
            return None
        return Model(reference, run.config, run.path.resolve(), checkpoint)
    except RunError:  # `resolve` says what is wrong, and which models there are
        return None


def summary_of(model: Model) -> Summary:
    """Of its layers. Raises `ModelError`: its data are not known here any more, or they do not fit."""
    try:
        shape = network_input_shape(model.config, model.image_shape())
    except DatasetError as error:
        raise ModelError(str(error)) from error
    summary = summarize(model.config.layers, shape)
    if summary.problems:
        raise ModelError(f"{model.title}: {summary.problems[0].sentence}")
    return summary


def stored_weights(
    model: Model, summary: Summary, untrained: Untrained | None = None
) -> dict[str, np.ndarray]:
    """Keras' path (`1_conv/kernel`) → value, float32, of each weight of a model that has a config.

    Raises:
        ModelError: they are another network's, damaged, or gone; or the seed decides them, and `untrained` is
            None.
    """
    found, layers = _read(model, untrained), model.config.layers
    arrays = {}
    for name, layer, about in zip(keras_names(layers), layers, summary.layers, strict=True):
        own = {each: found.get(f"{name}/{each}") for each in layer.variables}
        if not _fit(own, about):
            raise ModelError(f"{model.reference} has the weights of another network. Choose another epoch.")
        arrays |= {f"{name}/{each}": value for each, value in own.items()}
    return {name: np.ascontiguousarray(each, np.float32) for name, each in arrays.items()}


def _read(model: Model, untrained: Untrained | None) -> dict[str, np.ndarray]:
    if model.weights is None:
        if untrained is None:
            raise ModelError(f"{model.reference} has no file of weights. Choose another model.")
        return untrained(str(model.reference))
    if model.weights.suffix == ".keras":
        return read_weights(model.weights, model.config.layers)
    try:
        contents = CHECKPOINT if model.weights.name == CHECKPOINT_FILE else WEIGHTS
        return load_arrays(model.weights, contents)
    except WeightsError as error:
        raise ModelError(str(error)) from error


def _fit(arrays: dict[str, np.ndarray | None], layer: LayerSummary) -> bool:
    """Whether a layer has as many numbers: those that it learns, and a `moving_mean` for each channel."""
    if any(each is None or each.dtype.kind not in "fiu" for each in arrays.values()):
        return False
    moving = [name for name in arrays if name.startswith("moving_")]
    learned = sum(each.size for name, each in arrays.items() if name not in moving)
    return learned == layer.parameters and all(arrays[name].size == layer.output_shape[-1] for name in moving)
