"""A list of layers → `keras.Model`; the only place where Keras layers are chosen.

Imports Keras, so neither a page nor a module that a page uses may import it.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from lenet.errors import ModelError
from lenet.networks import custom_layers as own_layers
from lenet.networks.summary import unbuildable
from lenet.runs.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Layer,
    MaxPool,
    PartialConv,
    RadialBasis,
    Subsampling,
)

SOFTMAX = "softmax"  # name of the layer that turns logits into probabilities


class Draw(NamedTuple):
    """How the initial weights of one layer are drawn."""

    seed: int
    initializer: str  # Keras' name, or lsuv

    def kernel(self, activation: str) -> keras.initializers.Initializer:
        """Of layers that end in scaled tanh the paper's, whatever the others have."""
        if activation == "scaled_tanh":
            return own_layers.PaperUniform(self.seed)
        if self.initializer == "lsuv":
            return keras.initializers.Orthogonal(seed=self.seed)
        return keras.initializers.get({"class_name": self.initializer, "config": {"seed": self.seed}})


def build(
    layers: Sequence[Layer],
    input_shape: tuple[int, ...],
    seed: int,
    initializer: str = "glorot_uniform",
) -> keras.Model:
    """Build `layers` for images of `input_shape` (height, width, channels).

    The model takes float32 (N, height, width, channels) and gives float32 (N, classes): probabilities where
    the last layer is softmax, else logits. Softmax is a Keras layer of its own, so that `logits_model` can
    end before it. Layers are named `1_conv`, `2_max_pool`, …

    Initial kernels are drawn by Keras' `initializer`, those of layers that end in scaled tanh as in the paper
    (uniform in ±2.4/fan-in); biases are zero. "lsuv" are orthogonal ones, which `lsuv.py`
    scales once there are images. They depend on `seed` and on each layer's position alone: two builds give
    the same weights bit for bit. Raises `ModelError` where a layer does not fit, or the network would take
    too much memory, before any of it is made.
    """
    if problem := unbuildable(layers, tuple(input_shape)):
        raise ModelError(problem)
    images = values = keras.Input(shape=tuple(input_shape), name="images")
    for index, layer in enumerate(layers):
        if isinstance(layer, Dense) and len(values.shape) > 2:
            values = keras.layers.Flatten(name="flatten")(values)
        draw = Draw(_layer_seed(seed, index), initializer)
        values = _MAKERS[type(layer)](layer, f"{index + 1}_{layer.kind}", draw)(values)
        if _has_softmax(layer):
            values = keras.layers.Activation("softmax", name=SOFTMAX)(values)
    return keras.Model(images, values)


def logits_model(model: keras.Model) -> keras.Model:
    """The same network up to its logits (N, classes), sharing its weights; `model` itself without softmax.

    Of a model from elsewhere the last layer may have a softmax as its activation: that is taken from it.
    """
    last = model.layers[-1]
    if not gives_probabilities(model):
        return model
    if isinstance(last, keras.layers.Softmax | keras.layers.Activation):
        return keras.Model(model.inputs[0], last.input)
    last.activation = keras.activations.linear
    return model


def gives_probabilities(model: keras.Model) -> bool:
    """Whether the outputs are probabilities: the last layer is a softmax, or a layer that ends in one."""
    last = model.layers[-1]
    is_softmax = getattr(last, "activation", None) is keras.activations.softmax
    return is_softmax or isinstance(last, keras.layers.Softmax)


def _layer_seed(seed: int, index: int) -> int:
    """A seed for each layer, far from those of neighbouring seeds and layers."""
    return int(np.random.SeedSequence((seed, index)).generate_state(1)[0])


def _has_softmax(layer: Layer) -> bool:
    return getattr(layer, "activation", None) == "softmax" or getattr(layer, "function", None) == "softmax"


def _function(name: str) -> str | Callable:
    """What Keras takes for the activation called so; softmax is a layer of its own."""
    return {"softmax": "linear", "scaled_tanh": own_layers.scaled_tanh}.get(name, name)


def _convolution(layer: Conv, name: str, draw: Draw) -> keras.layers.Layer:
    return keras.layers.Conv2D(
        layer.filters,
        layer.kernel_size,
        strides=layer.strides,
        padding=layer.padding,
        activation=_function(layer.activation),
        kernel_initializer=draw.kernel(layer.activation),
        name=name,
    )


def _dense(layer: Dense, name: str, draw: Draw) -> keras.layers.Layer:
    return keras.layers.Dense(
        layer.units,
        activation=_function(layer.activation),
        kernel_initializer=draw.kernel(layer.activation),
        name=name,
    )


# Another kind of layer is one entry more: its config, its Keras name and its draw → its Keras layer.
_MAKERS: dict[type, Callable[[Any, str, Draw], keras.layers.Layer]] = {
    Conv: _convolution,
    MaxPool: lambda layer, name, draw: keras.layers.MaxPooling2D(layer.size, name=name),
    AveragePool: lambda layer, name, draw: keras.layers.AveragePooling2D(layer.size, name=name),
    Dense: _dense,
    Dropout: lambda layer, name, draw: keras.layers.Dropout(layer.rate, seed=draw.seed, name=name),
    BatchNorm: lambda layer, name, draw: keras.layers.BatchNormalization(name=name),
    Activation: lambda layer, name, draw: keras.layers.Activation(_function(layer.function), name=name),
    Subsampling: lambda layer, name, draw: own_layers.Subsampling(
        layer.size, _function(layer.activation), draw.seed, name
    ),
    PartialConv: lambda layer, name, draw: own_layers.PartialConvolution(
        layer.table, layer.kernel_size, _function(layer.activation), draw.seed, name
    ),
    RadialBasis: lambda layer, name, draw: own_layers.RadialBasis(name=name),
}
