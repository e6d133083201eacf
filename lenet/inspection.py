"""Looking inside a network: finding the model that is meant, its answers, its feature maps.

Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import keras
import numpy as np

from lenet import datasets, network
from lenet.answers import FeatureMaps, ModelError
from lenet.architectures import network_input_shape
from lenet.config import RunConfig
from lenet.preprocessing import prepare
from lenet.runs import Run, RunError
from lenet.weights import load_arrays, set_weights

_BATCH = 500


@dataclass(frozen=True)
class LoadedModel:
    """A model and how its images are prepared.

    Attributes:
        model: (N, H, W, C) float32 → (N, classes), probabilities or logits.
        config: the run's; None for a `.keras` file from elsewhere, which is given pixels 0–1.
        label: what it was asked for by.
    """

    model: keras.Model
    config: RunConfig | None
    label: str


def load_model(spec: str, runs_folder: Path | None = None) -> LoadedModel:
    """The model called `run-id`, `run-id@epoch`, or the path of a `.keras` file.

    Raises:
        ModelError: there is no such model, or it is damaged.
    """
    if spec.endswith(".keras"):
        return LoadedModel(_load_file(Path(spec)), None, spec)
    run_id, at, epoch = spec.partition("@")
    try:
        run = Run.open(run_id, runs_folder)
        if not at:
            return LoadedModel(_load_file(run.path / "model.keras"), run.config, spec)
        return LoadedModel(_load_weights(run, _snapshot(run, epoch))[0], run.config, spec)
    except RunError as error:
        raise ModelError(str(error)) from error


def _load_file(path: Path) -> keras.Model:
    if not path.is_file():
        raise ModelError(f"There is no model at {path}. A run has one once it ends; before, use run@epoch.")
    try:
        return network.load(path)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is no Keras model, or is damaged: {str(error).splitlines()[0]}") from error


def _snapshot(run: Run, epoch: str) -> Path:
    epochs = run.snapshots()
    if not epoch.isdigit() or int(epoch) not in epochs:
        known = f"0 to {epochs[-1]}" if epochs else "none yet"
        raise ModelError(f"Epoch: received {epoch!r}, expected one that run {run.id} has: {known}.")
    return run.snapshot_path(int(epoch))


@lru_cache(maxsize=8)
def _build(config: RunConfig, image_shape: tuple[int, ...]) -> tuple[keras.Model, keras.Model]:
    """The network of that config, to be given weights; and the same with all its maps beside its answer."""
    model = network.build(config.layers, network_input_shape(config, image_shape), config.seed)
    maps = [layer.output for layer in _map_layers(model)]
    return model, keras.Model(model.inputs[0], [*maps, model.outputs[0]])


def _map_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """The layers whose output is (N, height, width, channels), but the input."""
    return [layer for layer in model.layers[1:] if len(layer.output.shape) == 4]


def _load_weights(run: Run, path: Path) -> tuple[keras.Model, keras.Model]:
    """Both networks of `_build` with the weights of a snapshot or of the run's checkpoint."""
    config = run.config
    model, with_maps = _build(config, datasets.info(config.dataset).image_shape)
    set_weights(model, load_arrays(path), str(path))
    return model, with_maps


def predict(loaded: LoadedModel, images: np.ndarray) -> np.ndarray:
    """Probabilities for images as stored.

    Args:
        images: (N, H, W, C) uint8.

    Returns:
        (N, classes) float32, rows sum to 1.

    Raises:
        ModelError: the images are not of the size that the model takes.
    """
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    answers = [_forward(loaded, batch) for batch in batches]
    return np.concatenate(answers) if answers else np.zeros((0, loaded.model.output_shape[-1]), np.float32)


def _forward(loaded: LoadedModel, images: np.ndarray) -> np.ndarray:
    inputs = prepare(images, loaded.config) if loaded.config else images.astype(np.float32) / 255
    if inputs.shape[1:] != loaded.model.input_shape[1:]:
        raise ModelError(
            f"{loaded.label} takes images of {loaded.model.input_shape[1:]}, received {inputs.shape[1:]}. "
            "Choose the data set that it was trained on."
        )
    outputs = np.asarray(loaded.model(inputs, training=False))
    return outputs if loaded.model.layers[-1].name == network.SOFTMAX else softmax(outputs)


def softmax(logits: np.ndarray) -> np.ndarray:
    """(N, K) logits → (N, K) probabilities."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def live_feature_maps(run_path: str, index: int) -> FeatureMaps:
    """Feature maps of test image `index` with the weights that the run has at this moment.

    Raises:
        RunError, WeightsError, DatasetError: the run has no checkpoint yet, or something is damaged.
    """
    run = Run(Path(run_path))
    config, (model, with_maps) = run.config, _load_weights(run, run.path / "checkpoint.npz")
    dataset = datasets.load(config.dataset, download=False)
    index %= len(dataset.y_test)
    image, label = dataset.x_test[index], int(dataset.y_test[index])
    *maps, outputs = (np.asarray(each) for each in with_maps(prepare(image[None], config), training=False))
    named = {layer.name: each[0] for layer, each in zip(_map_layers(model), maps, strict=True)}
    is_softmax = model.layers[-1].name == network.SOFTMAX
    return FeatureMaps(image, label, named, (outputs if is_softmax else softmax(outputs))[0])
