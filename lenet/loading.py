"""From a name to a model that answers: shipped ones, runs, their epochs, `.keras` files.

A network is traced by TensorFlow once for each list of layers; weights are arguments of what was traced. So
all runs with the same layers, and all their epochs, share it, two of them can be asked side by side, and
another one costs a file's reading. What was traced is kept with its network, and goes with it.
Imports Keras and TensorFlow: workers and the command line only. Must not import Streamlit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lenet import datasets, keras_files, network, shipped
from lenet.answers import ModelError
from lenet.config import RunConfig
from lenet.kept import Kept
from lenet.preprocessing import prepare
from lenet.runs import Run, RunError
from lenet.sentences import reason, shortened, shown
from lenet.summary import network_input_shape
from lenet.weights import WeightsError, load_arrays, matching, weights_of

# Layers that pass on what they are given.
_SILENT = (keras.layers.InputLayer, keras.layers.Flatten, keras.layers.Dropout)

_NETWORKS = 8  # kept, by their layers: about 50 ms to trace again
_FILES = 8  # kept: models from elsewhere
_MOST_BYTES = 40_000_000  # of weights that are kept: a hundred epochs of small networks, eight of large ones
_MOST_VALUES = 2_000_000  # that all layers of a stranger's file give for one image
_PASS_VALUES = 250_000_000  # that they give for all images of one pass: 1 GB

Weights = tuple[tuple[tf.Tensor, ...], tuple[tf.Tensor, ...]]  # trainable, others; in the order of the model


class Network:
    """A Keras model up to its logits, as functions of weights and inputs, each traced at its first use."""

    def __init__(self, model: keras.Model) -> None:
        self.model = network.logits_model(model)
        self.input_shape: tuple[int | None, ...] = tuple(model.input_shape[1:])
        self.num_classes: int = model.output_shape[-1]
        self._traced: dict[tuple[Any, ...], Any] = {}

    def traced(self, trace: Callable[..., Any], *about: Any) -> Any:
        """What `trace(self, *about)` gives, made once; see `once_a_network`."""
        key = trace, *about
        if key not in self._traced:
            self._traced[key] = trace(self, *about)
        return self._traced[key]

    @cached_property
    def values(self) -> int:
        """Numbers that all layers give for one image."""
        return sum(math.prod(each.shape[1:]) for layer in self.model.layers for each in _outputs(layer))

    def at_once(self, most: int) -> int:
        """How many images go through in one pass, `most` at most: fewer of a network with large maps."""
        return max(1, min(most, _PASS_VALUES // self.values))

    @cached_property
    def own_weights(self) -> Weights:
        """Those that the Keras model came with."""
        return self.weights({each.path: np.asarray(each) for each in self.model.weights}, "this model")

    def weights(self, arrays: dict[str, np.ndarray], source: str) -> Weights:
        """The values in `arrays`, by Keras' paths. Raises `WeightsError`: they are another network's."""
        values = matching(self.model, arrays, source)
        trainable, others = self.model.trainable_variables, self.model.non_trainable_variables
        return tuple(
            tuple(tf.constant(values.get(each.path, np.asarray(each))) for each in variables)
            for variables in (trainable, others)
        )

    @property
    def signature(self) -> tuple[Weights, tf.TensorSpec]:
        """Of a traced function of weights and inputs, for any number of images."""
        weights = tf.nest.map_structure(lambda each: tf.TensorSpec(each.shape, each.dtype), self.own_weights)
        return weights, tf.TensorSpec((None, *self.input_shape), tf.float32)

    @cached_property
    def probabilities(self) -> tf.types.experimental.ConcreteFunction:
        """(weights, inputs (N, H, W, C) float32) → (N, classes) float32, rows sum to 1."""

        @tf.function(input_signature=self.signature)
        def probabilities(weights: Weights, inputs: tf.Tensor) -> tf.Tensor:
            logits, _ = self.model.stateless_call(*weights, inputs, training=False)
            return tf.nn.softmax(logits)

        return probabilities.get_concrete_function()

    @cached_property
    def map_layers(self) -> tuple[keras.layers.Layer, ...]:
        """Those that do something, in order."""
        return tuple(layer for layer in self.model.layers if not isinstance(layer, _SILENT))

    @cached_property
    def with_maps(self) -> keras.Model:
        """The same network; its outputs are those of `map_layers`, and the logits."""
        outputs = [layer.output for layer in self.map_layers]
        return keras.Model(self.model.inputs[0], [*outputs, self.model.outputs[0]])

    @cached_property
    def maps(self) -> tf.types.experimental.ConcreteFunction:
        """(weights, inputs (N, H, W, C) float32) → the outputs of `map_layers`, and the probabilities."""

        @tf.function(input_signature=self.signature)
        def maps(weights: Weights, inputs: tf.Tensor) -> list[tf.Tensor]:
            (*maps, logits), _ = self.with_maps.stateless_call(*weights, inputs, training=False)
            return [*maps, tf.nn.softmax(logits)]

        return maps.get_concrete_function()


def once_a_network(trace: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a function of a network and its layers: what it traces is kept as long as the network."""

    @wraps(trace)
    def traced(made: Network, *about: Any) -> Any:
        return made.traced(trace, *about)

    return traced


@dataclass(frozen=True)
class LoadedModel:
    """A model and how its images are prepared.

    Attributes:
        network: its layers.
        weights: what its layers have learned.
        config: the run's; None for a `.keras` file from elsewhere, which is given pixels 0–1.
        label: what it was asked for by.
    """

    network: Network
    weights: Weights
    config: RunConfig | None
    label: str

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width, channels) of its data set's images as stored; padded where that is gone."""
        try:
            return datasets.info(self.config.dataset).image_shape if self.config else self.network.input_shape
        except datasets.DatasetError:
            return self.network.input_shape

    def arrays(self) -> dict[str, np.ndarray]:
        """Keras' path → value of each weight, and of the seeds of dropout."""
        variables = self.network.model.trainable_variables, self.network.model.non_trainable_variables
        pairs = (zip(*each, strict=True) for each in zip(variables, self.weights, strict=True))
        return {variable.path: value.numpy() for each in pairs for variable, value in each}

    def inputs(self, images: np.ndarray) -> np.ndarray:
        """(N, H, W, C) uint8 as stored → (N, H', W', C) float32 as the network takes them.

        Raises:
            ModelError: the images are not of the size that the model takes.
        """
        try:
            inputs = prepare(images, self.config) if self.config else images.astype(np.float32) / 255
        except ValueError as error:  # they are larger than what they should be padded to
            raise ModelError(f"{self.label} cannot take these images. {error}") from error
        if inputs.shape[1:] != self.network.input_shape:
            raise ModelError(
                f"{self.label} takes images of {self.network.input_shape}, received {inputs.shape[1:]}. "
                "Choose the data set that it was trained on."
            )
        return inputs

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """(N, H, W, C) uint8 → (N, classes) float32.

        Raises:
            ModelError: as `inputs` does; or what comes out are no numbers.
        """
        inputs = self.inputs(images)
        count = self.network.at_once(len(inputs))
        passes = (inputs[start : start + count] for start in range(0, max(1, len(inputs)), count))
        found = np.concatenate([self.network.probabilities(self.weights, each).numpy() for each in passes])
        if not np.isfinite(found).all():
            raise ModelError(
                f"{self.label} answers NaN: its weights are damaged, or it diverged. Train it again."
            )
        return found

    def maps(self, image: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """What each layer gives for one image, and the answer.

        Args:
            image: (H, W, C) uint8.

        Returns:
            Layer name → float32, (height, width, channels) or (units,); and (classes,) float32.

        Raises:
            ModelError: as `inputs` does.
        """
        *maps, probabilities = self.network.maps(self.weights, tf.constant(self.inputs(image[None])))
        names = (layer.name for layer in self.network.map_layers)
        return {name: each.numpy()[0] for name, each in zip(names, maps, strict=True)}, probabilities.numpy()[
            0
        ]


def load_model(spec: str, runs_folder: Path | None = None) -> LoadedModel:
    """The model called so: a shipped one's name, `run-id`, `run-id@epoch`, or the path of a `.keras` file.

    Of a shipped one `name@0` is what it was before it learned.

    Raises:
        ModelError: there is no such model, or it is damaged.
    """
    if spec.endswith(".keras"):
        return _from_file(Path(spec), None, spec)
    name, at, epoch = spec.partition("@")
    if card := shipped.SHIPPED.get(name):
        return _shipped(card, epoch, spec) if at else _from_file(shipped.path(name), card.config, spec)
    try:
        run = _run(name, runs_folder)
        if not at:
            return _of_ended_run(run, spec)
        path = _snapshot(run, epoch)
        return _in_network_of(run.config, path, spec, lambda: load_arrays(path))
    except (RunError, WeightsError, datasets.DatasetError) as error:
        raise ModelError(str(error)) from error


def _run(name: str, runs_folder: Path | None) -> Run:
    """The run of that id. Raises `RunError`, which also says what else a model may be called."""
    try:
        return Run.open(name, runs_folder)
    except RunError as error:
        raise RunError(f"{error} Models that are always here: {', '.join(shipped.SHIPPED)}.") from error


def _from_file(path: Path, config: RunConfig | None, label: str) -> LoadedModel:
    _check_is_file(path)
    return LoadedModel(*_read_file(path.resolve(), path.stat().st_mtime_ns), config, label)


def _of_ended_run(run: Run, label: str) -> LoadedModel:
    """Its final weights in the network of its layers, which all runs with these layers share."""
    path = run.path / "model.keras"
    _check_is_file(path)
    try:
        return _in_network_of(run.config, path, label, lambda: weights_of(_read_model(path)))
    except (datasets.DatasetError, WeightsError):  # its data are gone; or another model lies there
        return _from_file(path, run.config, label)


def _check_is_file(path: Path) -> None:
    if not path.is_file():
        raise ModelError(f"There is no model at {path}. A run has one once it ends; before, use run@epoch.")


@lru_cache(maxsize=_FILES)
def _read_file(path: Path, changed: int) -> tuple[Network, Weights]:
    read = Network(_read_model(path))
    return read, read.own_weights


def _read_model(path: Path) -> keras.Model:
    keras_files.check_file(path)
    try:
        _check_sizes(path)
        return network.load(path)
    except ModelError:
        raise
    except Exception as error:  # Keras makes almost anything of a stranger's config
        raise ModelError(f"{path} is no Keras model, or is damaged: {reason(error)}") from error


def _check_sizes(path: Path) -> None:
    """Let Keras work out every shape, without making a weight. Raises `ModelError` where they are too large.

    Also where the network is none that answers one image with one row of numbers.
    """
    model = network.outline(path)
    shapes = [tuple(each.shape[1:]) for each in (*model.inputs, *model.outputs)]
    is_classifier = len(shapes) == 2 and len(shapes[0]) == 3 and len(shapes[1]) == 1
    if not is_classifier or None in shapes[0] + shapes[1]:
        received = shortened(" and ".join(str(shape) for shape in shapes), 200)
        raise ModelError(
            f"{path} does not sort images into classes: received a network of {received}, expected one image "
            "(height, width, channels) as input and one number a class as output."
        )
    values = sum(math.prod(each.shape[1:]) for layer in model.layers for each in _outputs(layer))
    parameters = sum(math.prod(each.shape) for each in model.weights)
    keras_files.check_sizes(path, parameters, values, _MOST_VALUES)


def _outputs(layer: keras.layers.Layer) -> Sequence[keras.KerasTensor]:
    return layer.output if isinstance(layer.output, list | tuple) else [layer.output]


def _shipped(card: shipped.Card, epoch: str, label: str) -> LoadedModel:
    """What a shipped model was before its first epoch: its seed decides that."""
    if epoch != "0" or card.config.initial_weights or card.config.initializer == "unit_variance":
        raise ModelError(
            f"Epoch: received {shown(epoch)}, expected 0 (untrained) or none: {card.name} comes with its "
            "final weights only. Train its recipe to see the epochs between."
        )
    built = built_network(card.config, card.image_shape)
    untrained = network.build(
        card.config.layers, built.input_shape, card.config.seed, card.config.initializer
    )
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
    return Network(network.build(layers, input_shape, seed=0))


def _num_bytes(weights: Weights) -> int:
    return sum(each.dtype.size * math.prod(each.shape) for each in tf.nest.flatten(weights))


_weights = Kept(_MOST_BYTES, _num_bytes)  # by layers, file and when it was changed
