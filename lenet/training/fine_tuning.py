"""Starting from what a model has learned: what a run must share with it.

Light: must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import network_input_shape, scale_and_offset
from lenet.errors import DatasetError, ModelError
from lenet.layers.kind import Shape, format_shape
from lenet.networks.model_reference import Model, parse, resolve
from lenet.networks.output_classes import classes_of, with_classes
from lenet.networks.summary import summarize
from lenet.runs.config import RunConfig
from lenet.runs.layers import Layer
from lenet.training.fitting_batch import fitted

# For a few dozen drawings. `lenet5-relu` on 60 pen digits, 30 epochs: other pen digits from 93.4 to 95.8 %,
# MNIST from 98.6 to 98.5 %. At a learning rate of 0.001 MNIST falls to 97.8 %; at 0.0001 pens rise to 95.1 %.
FINE_TUNING = {
    "optimizer": "adam",
    "learning_rate": 3e-4,
    "schedule": "constant",
    "batch_size": 8,
    "epochs": 20,
    "validation": "last_fraction",
    "validation_fraction": 0.1,
    "early_stopping": None,
    "keep_best": False,
}
# For some drawings of each of some other classes: all layers but the output go on, with distorted images.
# What else was tried is in docs/results.md.
OTHER_CLASSES = FINE_TUNING | {
    "learning_rate": 3e-3,
    "schedule": "cosine",
    "validation": "test",
    "rotation": 15.0,
    "shift": 0.06,
    "zoom": 0.15,
    "shear": 10.0,
    "aspect": 0.1,
}
_UPDATES = 600  # of a training on other classes: some seconds
_FEWEST_EPOCHS, _MOST_EPOCHS = 10, 60

_NONE = "none with weights"


def find(name: str, folder: Path | None = None) -> Model:
    """The model of that name, to start from.

    Raises:
        ModelError: there is none, or nobody knows what it was trained on.
        DatasetError: what it was trained on is not here any more.
    """
    model = resolve(name, folder)
    if model.image_shape() is None:
        raise ModelError(
            f"{name} does not say what it was trained on, so nobody knows what fits it. Choose a run, or a "
            "model that comes with LeNet Lab."
        )
    return model


def with_source(config: RunConfig, source: Model) -> RunConfig:
    """The config with the source's layers and preprocessing, starting from its weights."""
    shared = ("architecture", "layers", "pad_to", "scaling", "mean", "std")
    values = {name: getattr(source.config, name) for name in shared}
    return config.model_copy(update=values | {"initial_weights": str(source.reference)})


def fine_tuned(source: Model, on: DatasetInfo) -> RunConfig:
    """A config that goes on from the source on another, small data set."""
    about = {"recipe": None, "name": f"{source.title} on {on.name}"[:80], "dataset": on.name}
    config = source.config.model_copy(update=settings_on(source, on) | about)
    return fitted(config.model_copy(update={"initial_weights": str(source.reference)}), on)


def settings_on(source: Model, on: DatasetInfo) -> dict[str, Any]:
    """What is set to go on from the source on these data: gently where they have its classes."""
    if goes_on_whole(source, on):
        return FINE_TUNING
    epochs = round(_UPDATES * OTHER_CLASSES["batch_size"] / max(1, on.num_train))
    return OTHER_CLASSES | {
        "layers": with_classes(source.config.layers, on.num_classes or 1),
        "epochs": min(max(epochs, _FEWEST_EPOCHS), _MOST_EPOCHS),
    }


def goes_on_whole(source: Model, on: DatasetInfo) -> bool:
    """Whether the output goes on from the source's weights, too: its classes are those of the data.

    Raises `DatasetError` where what the source was trained on is not known here any more.
    """
    learned = source.training_data()
    return learned is None or learned.class_names == on.class_names


def mismatches(config: RunConfig, on: DatasetInfo, folder: Path | None = None) -> list[str]:
    """Every reason why `config` cannot start from the weights that it names; empty where it names none.

    What a `.keras` file from elsewhere has learned from, nobody knows: the training says whether it fits.
    """
    if config.initial_weights is None or parse(config.initial_weights).is_file:
        return []
    try:
        source = find(config.initial_weights, folder)
        expected = network_input_shape(source.config, source.image_shape())
    except (ModelError, DatasetError) as error:
        return [f"Start from: {error}"]
    received = network_input_shape(config, on.image_shape)
    if received != expected:
        return [_other_size(source, expected, received)]
    return [*_other_layers(source, config, expected), *_other_scaling(source, config)]


def _other_size(source: Model, expected: Shape, received: Shape) -> str:
    height, width, channels = expected
    can_pad = height == width and channels == received[2] and max(received[:2]) < height
    advice = f"Pad the images to {height}" if can_pad else "Choose data of that size"
    return (
        f"Start from: {source.title} takes images of {format_shape(expected)}, received "
        f"{format_shape(received)}. {advice}, or start from random weights."
    )


def _other_layers(source: Model, config: RunConfig, input_shape: Shape) -> list[str]:
    """But for the units of the output, which is drawn anew for other classes."""
    classes, layers = classes_of(config.layers), source.config.layers
    there = _layers_with_weights(with_classes(layers, classes) if classes else layers, input_shape)
    here = _layers_with_weights(config.layers, input_shape)
    different = [index for index in sorted(there.keys() | here.keys()) if here.get(index) != there.get(index)]
    return [
        f"Start from: layer {index + 1} is {here.get(index, _NONE)} here and {there.get(index, _NONE)} in "
        f"{source.title}: its weights do not fit. Take over its layers, or start from random weights."
        for index in different[:1]
    ]


def _layers_with_weights(layers: Sequence[Layer], shape: Shape) -> dict[int, str]:
    """By its place, which is in Keras' name for it: what decides the shapes of a layer's weights."""
    rows = summarize(layers, shape).layers
    return {row.index: f"{row.title} of {row.parameters:,} weights" for row in rows if row.parameters}


def _other_scaling(source: Model, config: RunConfig) -> list[str]:
    """Weights as they were drawn fit any pixels."""
    if not source.has_learned or scale_and_offset(config) == scale_and_offset(source.config):
        return []
    return [
        f"Start from: {source.title} has learned from pixels of {_pixels(source.config)}, received "
        f"{_pixels(config)}. Take over its preprocessing, or start from random weights."
    ]


def _pixels(config: RunConfig) -> str:
    """What the network sees of 0 and of 255."""
    scale, offset = scale_and_offset(config)
    return f"{offset:.3g} to {255 * scale + offset:.3g}"
