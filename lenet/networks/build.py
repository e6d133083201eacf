"""A list of layers → `keras.Model`; which Keras layer each becomes, its kind says (`keras_kinds`).

Imports Keras, so neither a page nor a module that a page uses may import it.
"""

from collections.abc import Sequence

import keras
import numpy as np

from lenet.errors import ModelError
from lenet.layers.keras_kind import Draw
from lenet.networks.keras_kinds import KERAS_KINDS
from lenet.networks.summary import unbuildable
from lenet.runs.layers import Layer, keras_names

SOFTMAX = "softmax"  # name of the layer that turns logits into probabilities


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
    for index, (name, layer) in enumerate(zip(keras_names(layers), layers, strict=True)):
        if layer.flattens and len(values.shape) > 2:
            values = keras.layers.Flatten(name="flatten")(values)
        draw = Draw(_layer_seed(seed, index), initializer)
        values = KERAS_KINDS[layer.kind].make(layer, name, draw)(values)
        if _has_softmax(layer):
            values = keras.layers.Activation("softmax", name=SOFTMAX)(values)
    return keras.Model(images, values)


def logits_model(model: keras.Model) -> keras.Model:
    """The same network up to its logits (N, classes), sharing its weights; `model` itself without softmax.

    Of a model from elsewhere the last layer may have a softmax as its activation: that is taken from it. Of
    one that ends in sigmoids the logits are the logarithms of what they give.
    """
    last = model.layers[-1]
    if gives_sigmoid(model):
        last.activation = keras.activations.log_sigmoid
        return model
    if not gives_probabilities(model):
        return model
    if isinstance(last, keras.layers.Activation) or _is_softmax(last):
        return keras.Model(model.inputs[0], last.input)
    last.activation = keras.activations.linear
    return model


def gives_probabilities(model: keras.Model) -> bool:
    """Whether the outputs are probabilities: the last layer is a softmax, or a layer that ends in one."""
    last = model.layers[-1]
    is_softmax = getattr(last, "activation", None) is keras.activations.softmax
    return is_softmax or _is_softmax(last)


def _is_softmax(layer: keras.Operation) -> bool:
    """Whether it is that layer, or `keras.ops.softmax` in a graph."""
    return type(layer).__name__ == "Softmax" and type(layer).__module__.startswith("keras.")


def gives_sigmoid(model: keras.Model) -> bool:
    """Whether each output is a probability of its own: the last layer ends in a sigmoid."""
    return getattr(model.layers[-1], "activation", None) is keras.activations.sigmoid


def _layer_seed(seed: int, index: int) -> int:
    """A seed for each layer, far from those of neighbouring seeds and layers."""
    return int(np.random.SeedSequence((seed, index)).generate_state(1)[0])


def _has_softmax(layer: Layer) -> bool:
    return getattr(layer, "activation", None) == "softmax" or getattr(layer, "function", None) == "softmax"
