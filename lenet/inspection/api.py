"""Looking inside a network: its prediction for a test image or a drawing, and its feature maps.

Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.errors import ModelError
from lenet.evaluation.prediction import DIGITS, Prediction
from lenet.evaluation.predictor import DRAWING, class_names, load_for_drawings, predict, predict_drawings
from lenet.inspection.attribution import attribute as attribute_loaded
from lenet.inspection.layer_activations import layer_activations
from lenet.inspection.results import Activations, Attribution, FeatureMaps
from lenet.networks.loaded_model import LoadedModel
from lenet.networks.loading import built_network, load_model
from lenet.npz import CHECKPOINT, load_arrays
from lenet.runs.folder import Run

# Drawings


def attribute(
    spec: str, image: np.ndarray, method: str, label: int | None = None, runs_folder: str | None = None
) -> Attribution:
    """Which pixels of an image speak for a class, and what each layer of the model makes of it.

    Args:
        spec: a name as `load_model` takes it.
        image: (H, W, C) uint8 as stored; or a drawing, (28, 28) uint8.
        method: one of `results.METHODS`.
        label: the class to explain; None: the most probable one.

    Raises:
        ModelError: there is no such model, it takes no such images, or the method cannot explain it.
    """
    loaded, image = _for_image(spec, image, runs_folder)
    return attribute_loaded(loaded, image, method, label)


def activations(spec: str, image: np.ndarray, runs_folder: str | None = None) -> Activations:
    """An image on its way through the model `spec`.

    Args:
        spec: a name as `load_model` takes it.
        image: (H, W, C) uint8 as stored; or a drawing, (28, 28) uint8.

    Raises:
        ModelError: there is no such model, or it takes no such images.
    """
    loaded, image = _for_image(spec, image, runs_folder)
    inputs = loaded.inputs(image[None])[0]
    return Activations(_prediction_of(loaded, image), inputs, layer_activations(loaded, inputs))


def _for_image(spec: str, image: np.ndarray, runs_folder: str | None) -> tuple[LoadedModel, np.ndarray]:
    """The model, and the image as (H, W, C)."""
    if image.dtype != np.uint8 or image.ndim not in (2, 3):
        raise ModelError(
            f"Image: received {image.dtype} of shape {image.shape}, expected uint8 (height, width, channels)."
        )
    folder = Path(runs_folder) if runs_folder else None
    if image.ndim == 2:
        return load_for_drawings(spec, folder), image[..., None]
    return load_model(spec, folder), image


def _prediction_of(loaded: LoadedModel, image: np.ndarray) -> Prediction:
    """For one image, (H, W, C) uint8."""
    names = class_names(loaded)
    if image.shape == DRAWING and names == DIGITS:
        return predict_drawings(loaded, image[None, ..., 0])[0]
    return Prediction(loaded.label, predict(loaded, image[None])[0], True, "", names)


# A run that is training


def live_feature_maps(run_path: str, index: int) -> FeatureMaps:
    """Feature maps of test image `index` with the weights that the run has at this moment.

    Raises:
        RunError, WeightsError, DatasetError: the run has no checkpoint yet, or something is damaged.
    """
    run = Run(Path(run_path))
    config, checkpoint = run.config, run.path / "checkpoint.npz"
    built = built_network(config, datasets.info(config.dataset, run.path).image_shape)
    loaded = LoadedModel(
        built, built.weights(load_arrays(checkpoint, CHECKPOINT), str(checkpoint)), config, run.id
    )
    dataset = datasets.load_for(run.path, config.dataset, download=False)
    index %= len(dataset.y_test)
    image, label = dataset.x_test[index], int(dataset.y_test[index])
    maps, probabilities = loaded.maps(image)
    images = {name: each for name, each in maps.items() if each.ndim == 3}
    return FeatureMaps(image, label, images, probabilities)
