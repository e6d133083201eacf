"""Looking inside a network: its answers, to test images and to drawings, and its feature maps.

Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from pathlib import Path

import numpy as np

from lenet import certainty, datasets
from lenet.answers import DIGITS, Answer, Explanation, FeatureMaps, Insides, ModelError, NoAnswer
from lenet.datasets import DatasetError
from lenet.explanations import explain as explain_loaded
from lenet.layer_views import layer_views
from lenet.loading import LoadedModel, built_network, load_model
from lenet.runs import Run
from lenet.summary import network_input_shape
from lenet.weights import load_arrays

_BATCH = 500  # images of one pass
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
        return judged_answers(load_for_drawings(spec, runs_folder), image[None])[0]
    except ModelError as error:
        return NoAnswer(spec, str(error))


def judged_answers(loaded: LoadedModel, images: np.ndarray) -> list[Answer]:
    """One model's answer to each drawing, (N, 28, 28) uint8. Raises `ModelError` as `predict` does."""
    names = class_names(loaded)
    answers = []
    for start in range(0, len(images), _DRAWINGS):
        batch = images[start : start + _DRAWINGS]
        variants = certainty.variants(batch)
        probabilities = predict(loaded, variants.reshape(-1, *DRAWING))
        probabilities = probabilities.reshape(*variants.shape[:2], -1)
        for image, each in zip(batch, probabilities, strict=True):
            sure, reason = certainty.judge(image, each) if names == DIGITS else (False, _no_digits(names))
            answers.append(Answer(loaded.label, each[0], sure, reason, names))
    return answers


def _no_digits(class_names: tuple[str, ...]) -> str:
    return f"This model knows no digits: it was trained on {', '.join(class_names[:3])} and so on."


def answer_all(spec: str, images: np.ndarray, runs_folder: str | None = None) -> np.ndarray | NoAnswer:
    """What one model says to many drawings.

    Args:
        spec: a name as `load_model` takes it.
        images: (N, 28, 28) uint8.

    Returns:
        (N, 10) float32, rows sum to 1; or why it cannot answer.
    """
    try:
        return predict(load_for_drawings(spec, Path(runs_folder) if runs_folder else None), images[..., None])
    except ModelError as error:
        return NoAnswer(spec, str(error))


def explain(
    spec: str, image: np.ndarray, method: str, label: int | None = None, runs_folder: str | None = None
) -> Explanation:
    """Why a model says what it says to an image, and what each of its layers makes of it.

    Args:
        spec: a name as `load_model` takes it.
        image: (H, W, C) uint8 as stored; or a drawing, (28, 28) uint8.
        method: one of `answers.METHODS`.
        label: the class to explain; None: the most probable one.

    Raises:
        ModelError: there is no such model, it takes no such images, or the method cannot explain it.
    """
    loaded, image = _for_image(spec, image, runs_folder)
    return explain_loaded(loaded, image, method, label)


def look_inside(spec: str, image: np.ndarray, runs_folder: str | None = None) -> Insides:
    """An image on its way through the model `spec`.

    Args:
        spec: a name as `load_model` takes it.
        image: (H, W, C) uint8 as stored; or a drawing, (28, 28) uint8.

    Raises:
        ModelError: there is no such model, or it takes no such images.
    """
    loaded, image = _for_image(spec, image, runs_folder)
    inputs = loaded.inputs(image[None])[0]
    return Insides(_judged_if_digit(loaded, image), inputs, layer_views(loaded, inputs))


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


def _judged_if_digit(loaded: LoadedModel, image: np.ndarray) -> Answer:
    """Its answer to one image, (H, W, C) uint8."""
    names = class_names(loaded)
    if image.shape == DRAWING and names == DIGITS:
        return judged_answers(loaded, image[None, ..., 0])[0]
    return Answer(loaded.label, predict(loaded, image[None])[0], True, "", names)


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


def class_names(loaded: LoadedModel) -> tuple[str, ...]:
    """Those of the data set that it was trained on; numbers where nobody knows."""
    numbers = tuple(str(label) for label in range(loaded.network.num_classes))
    try:
        return datasets.info(loaded.config.dataset).class_names if loaded.config else numbers
    except DatasetError:
        return numbers


# A run that is training


def live_feature_maps(run_path: str, index: int) -> FeatureMaps:
    """Feature maps of test image `index` with the weights that the run has at this moment.

    Raises:
        RunError, WeightsError, DatasetError: the run has no checkpoint yet, or something is damaged.
    """
    run = Run(Path(run_path))
    config, checkpoint = run.config, run.path / "checkpoint.npz"
    built = built_network(config, datasets.info(config.dataset).image_shape)
    loaded = LoadedModel(built, built.weights(load_arrays(checkpoint), str(checkpoint)), config, run.id)
    dataset = datasets.load_for(run.path, config.dataset, download=False)
    index %= len(dataset.y_test)
    image, label = dataset.x_test[index], int(dataset.y_test[index])
    maps, probabilities = loaded.maps(image)
    images = {name: each for name, each in maps.items() if each.ndim == 3}
    return FeatureMaps(image, label, images, probabilities)
