"""Looking inside a network: its answers, to test images and to drawings, and its feature maps.

Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from functools import lru_cache
from pathlib import Path

import keras
import numpy as np

from lenet import certainty, datasets, network
from lenet.answers import Answer, FeatureMaps, ModelError, NoAnswer
from lenet.architectures import network_input_shape
from lenet.config import RunConfig
from lenet.datasets import DatasetError
from lenet.loading import LoadedModel, load_model
from lenet.preprocessing import prepare
from lenet.runs import Run
from lenet.weights import load_arrays, set_weights

__all__ = ["LoadedModel", "ModelError", "answer", "live_feature_maps", "load_model", "predict", "softmax"]

_BATCH = 500
DRAWING = (28, 28, 1)  # height, width, channels


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
    answers = [loaded.probabilities(batch) for batch in batches]
    return np.concatenate(answers) if answers else np.zeros((0, loaded.network.num_classes), np.float32)


# Drawings


def answer(specs: list[str], image: np.ndarray, runs_folder: str | None = None) -> list[Answer | NoAnswer]:
    """What each model says to one drawing; a model that cannot answer takes no other one down.

    Args:
        specs: names as `load_model` takes them.
        image: (28, 28) uint8, as `strokes.render` gives it.

    Returns:
        One for each of `specs`, in that order.
    """
    folder = Path(runs_folder) if runs_folder else None
    return [_answer_or_not(spec, image, folder) for spec in specs]


def _answer_or_not(spec: str, image: np.ndarray, runs_folder: Path | None) -> Answer | NoAnswer:
    try:
        loaded = load_for_drawings(spec, runs_folder)
    except ModelError as error:
        return NoAnswer(spec, str(error))
    probabilities = loaded.probabilities(certainty.variants(image)[..., None])
    sure, reason = certainty.judge(image, probabilities)
    return Answer(spec, probabilities[0], sure, reason, _class_names(loaded))


def load_for_drawings(spec: str, runs_folder: Path | None = None) -> LoadedModel:
    """A model that takes 28×28 grey images and has ten classes. Raises `ModelError`: it is not one."""
    loaded = load_model(spec, runs_folder)
    images = network_input_shape(loaded.config, DRAWING) if loaded.config else DRAWING
    expected, received = (*images, 10), (*loaded.network.input_shape, loaded.network.num_classes)
    if received != expected:
        height, width, channels, classes = received
        raise ModelError(
            f"{spec} takes images of {height}×{width}×{channels} and has {classes} classes; a drawing is "
            "28×28×1 and one of ten digits. Choose a model that was trained on MNIST."
        )
    return loaded


def _class_names(loaded: LoadedModel) -> tuple[str, ...]:
    """Those of the data set that it was trained on; digits where nobody knows."""
    try:
        return (
            datasets.info(loaded.config.dataset).class_names
            if loaded.config
            else datasets.DATASETS["mnist"].class_names
        )
    except DatasetError:
        return datasets.DATASETS["mnist"].class_names


# A run that is training


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
    is_softmax = network.gives_probabilities(model)
    return FeatureMaps(image, label, named, (outputs if is_softmax else softmax(outputs))[0])
