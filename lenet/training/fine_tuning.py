"""Starting from what a model has learned: which models there are, and what a run must share with them.

Light: must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lenet.data.dataset import DatasetInfo
from lenet.data.datasets import info
from lenet.data.preprocessing import network_input_shape, scale_and_offset
from lenet.data.splits import num_training_images
from lenet.errors import DatasetError, RunError
from lenet.layers.kind import Shape, format_shape
from lenet.networks.pretrained import PRETRAINED
from lenet.networks.summary import summarize
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Layer
from lenet.runs.listing import summarize as summarize_run
from lenet.sentences import shown

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


_NONE = "none with weights"


@dataclass(frozen=True)
class Source:
    """A model to start from, looked into.

    Attributes:
        spec: what a config calls it: a shipped model, `run-id` or `run-id@epoch`.
        title: its name for people.
        config: what it was trained with.
        image_shape: (height, width, channels) of its images before preprocessing.
        has_learned: False where its weights are as they were drawn.
    """

    spec: str
    title: str
    config: RunConfig
    image_shape: Shape
    has_learned: bool

    @property
    def input_shape(self) -> Shape:
        """(height, width, channels) after padding."""
        return network_input_shape(self.config, self.image_shape)


def find(spec: str, folder: Path | None = None) -> Source:
    """The model that a config calls `spec`.

    Raises:
        RunError: there is none; DatasetError: nobody knows what its images were.
    """
    name, at, epoch = spec.partition("@")
    if name in PRETRAINED:
        card = PRETRAINED[name]
        if at and epoch != "0":
            raise RunError(f"{name} comes without epoch {shown(epoch)}. Leave the epoch out.")
        return Source(spec, name, card.config, card.image_shape, has_learned=not at)
    run = Run.open(name, folder)
    _check_weights(run, at, epoch)
    title = summarize_run(run.path).name
    has_learned = epoch != "0" or run.config.initial_weights is not None
    return Source(spec, title, run.config, info(run.config.dataset).image_shape, has_learned)


def with_source(config: RunConfig, source: Source) -> RunConfig:
    """The config with the source's layers and preprocessing, starting from its weights."""
    shared = ("architecture", "layers", "pad_to", "scaling", "mean", "std")
    values = {name: getattr(source.config, name) for name in shared}
    return config.model_copy(update=values | {"initial_weights": source.spec})


def fine_tuned(source: Source, on: DatasetInfo) -> RunConfig:
    """A config that goes on from the source on another, small data set, gently."""
    about = {"recipe": None, "name": f"{source.title} on {on.name}"[:80], "dataset": on.name}
    config = source.config.model_copy(update=FINE_TUNING | about | {"initial_weights": source.spec})
    size = min(config.batch_size, num_training_images(config, on.num_train))
    return config.model_copy(update={"batch_size": max(4, size)})  # also while there are too few to train on


def mismatches(config: RunConfig, on: DatasetInfo, folder: Path | None = None) -> list[str]:
    """Every reason why `config` cannot start from the weights that it names; empty where it names none.

    What a `.keras` file from elsewhere has learned from, nobody knows: the training says whether it fits.
    """
    if config.initial_weights is None or config.initial_weights.endswith(".keras"):
        return []
    try:
        source = find(config.initial_weights, folder)
    except (RunError, DatasetError) as error:
        return [f"Start from: {error}"]
    shape = network_input_shape(config, on.image_shape)
    if shape != source.input_shape:
        return [_other_size(source, shape)]
    return [*_other_layers(source, config), *_other_scaling(source, config)]


def _check_weights(run: Run, at: str, epoch: str) -> None:
    """Raise `RunError` unless the run has the weights that are asked for."""
    if not at and not (run.path / "model.keras").is_file():
        raise RunError(f"Run {run.id} has no model yet: it has one once it ends. Choose one of its epochs.")
    if at and (not epoch.isdecimal() or len(epoch) > 9 or int(epoch) not in run.snapshots()):
        raise RunError(f"Run {run.id} has no epoch {shown(epoch)}. Choose another one.")


def _other_size(source: Source, shape: Shape) -> str:
    height, width, channels = source.input_shape
    can_pad = height == width and channels == shape[2] and max(shape[:2]) < height
    advice = f"Pad the images to {height}" if can_pad else "Choose data of that size"
    return (
        f"Start from: {source.title} takes images of {format_shape(source.input_shape)}, received "
        f"{format_shape(shape)}. {advice}, or start from random weights."
    )


def _other_layers(source: Source, config: RunConfig) -> list[str]:
    there = _layers_with_weights(source.config.layers, source.input_shape)
    here = _layers_with_weights(config.layers, source.input_shape)
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


def _other_scaling(source: Source, config: RunConfig) -> list[str]:
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
