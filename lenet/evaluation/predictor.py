"""Predictions of models: many images at once, or a drawing with the question whether it is a digit at all.

Runs in the inference worker. Imports TensorFlow; must not import Streamlit.
"""

from pathlib import Path

import numpy as np

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import network_input_shape
from lenet.errors import ModelError
from lenet.evaluation import abstention
from lenet.evaluation.prediction import DIGITS, NoPrediction, Prediction
from lenet.networks.loaded_model import LoadedModel
from lenet.networks.loading import load_model

BATCH = 125  # images of one pass: the outputs of 64 maps of 28×28 are 25 MB, and `memory.reuse` keeps 32
_DRAWINGS = 100  # whose variants are made at once
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
    batches = [images[start : start + BATCH] for start in range(0, len(images), BATCH)]
    found = [loaded.probabilities(batch) for batch in batches]
    return np.concatenate(found) if found else np.zeros((0, loaded.network.num_classes), np.float32)


def predictions(
    specs: list[str], image: np.ndarray, runs_folder: str | None = None
) -> list[Prediction | NoPrediction]:
    """What each model predicts for one drawing; one that takes no drawings leaves the others alone.

    Args:
        specs: names as `load_model` takes them.
        image: (28, 28) uint8, as `strokes.render` gives it.

    Returns:
        One for each of `specs`, in that order.
    """
    folder = Path(runs_folder) if runs_folder else None
    return [_prediction_or_not(spec, image, folder) for spec in specs]


def _prediction_or_not(spec: str, image: np.ndarray, runs_folder: Path | None) -> Prediction | NoPrediction:
    try:
        return predict_drawings(load_for_drawings(spec, runs_folder), image[None])[0]
    except ModelError as error:
        return NoPrediction(spec, str(error))


def predict_drawings(loaded: LoadedModel, images: np.ndarray) -> list[Prediction]:
    """One model's prediction for each drawing, (N, 28, 28) uint8. Raises `ModelError` as `predict` does."""
    names, is_drawn = _classes(loaded)
    predictions = []
    for start in range(0, len(images), _DRAWINGS):
        batch = images[start : start + _DRAWINGS]
        variants = abstention.variants(batch)
        probabilities = predict(loaded, variants.reshape(-1, *DRAWING))
        probabilities = probabilities.reshape(*variants.shape[:2], -1)
        for image, each in zip(batch, probabilities, strict=True):
            sure, reason = abstention.decide(image, each, names) if is_drawn else (False, _no_digits(names))
            predictions.append(Prediction(loaded.label, each[0], sure, reason, names))
    return predictions


def _no_digits(class_names: tuple[str, ...]) -> str:
    return f"This model was not trained on digits, but on {', '.join(class_names[:3])} and so on."


def drawing_probabilities(
    spec: str, images: np.ndarray, runs_folder: str | None = None, num_classes: int = len(DIGITS)
) -> np.ndarray | NoPrediction:
    """Probabilities that one model gives to its classes, for many drawings.

    Args:
        spec: a name as `load_model` takes it.
        images: (N, 28, 28) uint8.
        num_classes: how many it must have; those of digits.

    Returns:
        (N, num_classes) float32, rows sum to 1; or why there are none.
    """
    try:
        loaded = load_for_drawings(spec, Path(runs_folder) if runs_folder else None)
        if loaded.network.num_classes != num_classes:
            raise ModelError(_other_classes(loaded, num_classes))
        return predict(loaded, images[..., None])
    except ModelError as error:
        return NoPrediction(spec, str(error))


def load_for_drawings(spec: str, runs_folder: Path | None = None) -> LoadedModel:
    """A model that takes 28×28 grey images.

    Raises:
        ModelError: it is not one.
    """
    loaded = load_model(spec, runs_folder)
    if loaded.file_input is not None:
        if not loaded.file_input.takes(DRAWING):
            raise ModelError(_other_size(loaded))
        return loaded
    if loaded.network.input_shape != network_input_shape(loaded.config, DRAWING):
        raise ModelError(_other_size(loaded))
    return loaded


def _other_size(loaded: LoadedModel) -> str:
    height, width, channels = loaded.network.input_shape
    return (
        f"{loaded.label} takes images of {height}×{width}×{channels}; a drawing is 28×28×1. Choose a model "
        "that was trained on images of that size, as MNIST's are."
    )


def _other_classes(loaded: LoadedModel, expected: int) -> str:
    return (
        f"{loaded.label} tells {loaded.network.num_classes} classes apart, expected {expected}. Choose a "
        "model that was trained on these."
    )


def class_names(loaded: LoadedModel) -> tuple[str, ...]:
    """Those of the file, or of the data set that it was trained on; numbers where nobody knows."""
    return _classes(loaded)[0]


def _classes(loaded: LoadedModel) -> tuple[tuple[str, ...], bool]:
    """What it calls its classes, and whether drawings are what it was trained for.

    They are for digits, and for what nobody says is something else.
    """
    own, data = loaded.file_input.class_names if loaded.file_input else (), _learned(loaded)
    names = own or (data.class_names if data else tuple(map(str, range(loaded.network.num_classes))))
    return names, data.is_drawn if data else names == DIGITS or not names[0].isdecimal()


def _learned(loaded: LoadedModel) -> DatasetInfo | None:
    """The data set that it was trained on; of a file from elsewhere that which it classifies, or names."""
    about = loaded.file_input
    if about is None:
        return loaded.training_data
    known = datasets.all_datasets()
    named = (each for each in known.values() if each.class_names == about.class_names)
    return known.get(about.dataset) or next(named, None)
