"""A model that can be asked: its network, traced once for all models of its layers, and its weights.

Imports TensorFlow and Keras; must not import Streamlit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.data.preprocessing import prepare, scale_and_offset
from lenet.errors import DatasetError, ModelError
from lenet.networks.build import logits_model
from lenet.networks.file_input import FileInput
from lenet.networks.keras_kinds import keras_part
from lenet.networks.weights import matching
from lenet.runs.config import RunConfig

_PASS_VALUES = 250_000_000  # that they give for all images of one pass: 1 GB


Weights = tuple[tuple[tf.Tensor, ...], tuple[tf.Tensor, ...]]  # trainable, others; in the order of the model


# Layers that only say where a number is.
SILENT = (keras.layers.InputLayer, keras.layers.Flatten, keras.layers.Reshape, keras.layers.Permute)


class Network:
    """A Keras model up to its logits, as functions of weights and inputs, each traced at its first use."""

    def __init__(self, model: keras.Model) -> None:
        self.model = logits_model(model)
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
        return sum(math.prod(each.shape[1:]) for layer in self.model.layers for each in outputs_of(layer))

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
        """Of a traced function of weights and inputs, (N, H, W, C) float32, for any number of images."""
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
        doing = [layer for layer in self.model.layers if not isinstance(layer, SILENT)]
        return tuple(layer for layer in doing if not keras_part(layer).is_silent)

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


@dataclass(frozen=True)
class LoadedModel:
    """A model and how its images are prepared.

    Attributes:
        network: its layers.
        weights: what its layers have learned.
        config: the run's; None for a file from elsewhere.
        label: what it was asked for by.
        file_input: how a file from elsewhere wants its images; None of the others.
        run_folder: of its run; None of the others.
    """

    network: Network
    weights: Weights
    config: RunConfig | None
    label: str
    file_input: FileInput | None = None
    run_folder: Path | None = None

    @property
    def scale_and_offset(self) -> tuple[float, float]:
        """The network's input is pixel × scale + offset, pixels 0 to 255."""
        if self.config:
            return scale_and_offset(self.config)
        return self.file_input.range.scale, self.file_input.range.offset

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width, channels) of its data set's images as stored; padded where that is gone."""
        data = self.training_data
        return data.image_shape if data else self.network.input_shape

    @property
    def training_data(self) -> DatasetInfo | None:
        """What it was trained on; None where nobody knows, or that is not here any more."""
        try:
            return datasets.info(self.config.dataset, self.run_folder) if self.config else None
        except DatasetError:
            return None

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
            inputs = prepare(images, self.config) if self.config else self.file_input.prepare(images)
        except ModelError as error:
            raise ModelError(f"{self.label} {error}") from error
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
                f"{self.label} predicts NaN: its weights are damaged, or it diverged. Train it again."
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


def outputs_of(layer: keras.layers.Layer) -> Sequence[keras.KerasTensor]:
    """What a layer gives: one tensor, or several."""
    return layer.output if isinstance(layer.output, list | tuple) else [layer.output]
