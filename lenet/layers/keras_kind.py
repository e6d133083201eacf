"""What Keras has to do with a kind of layer, and how initial weights are drawn.

Source of scaled tanh and of its weights: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to
Document Recognition”, 1998, appendix A. Imports TensorFlow and Keras: workers and the command line only. Must
not import Streamlit.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

AMPLITUDE, SLOPE = 1.7159, 2 / 3  # so that 1 gives 1 and −1 gives −1, where the curvature is largest
registered = keras.saving.register_keras_serializable("lenet")


@registered
def scaled_tanh(values: tf.Tensor) -> tf.Tensor:
    """1.7159 · tanh(2a/3) of each value."""
    return AMPLITUDE * tf.tanh(SLOPE * values)


@registered
class PaperUniform(keras.initializers.Initializer):
    """Uniform in ±2.4/F, where F is the fan-in: how many inputs a unit has.

    Args:
        seed: of the draws.
        fan_in: F; None: all but the last axis of the shape that is drawn.
    """

    def __init__(self, seed: int, fan_in: int | None = None) -> None:
        self.seed, self.fan_in = seed, fan_in

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> tf.Tensor:
        """Numbers of that shape."""
        limit = 2.4 / (self.fan_in or math.prod(shape[:-1]))
        return keras.random.uniform(shape, -limit, limit, dtype, self.seed)

    def get_config(self) -> dict[str, int | None]:
        """Its arguments, for Keras to save and load it."""
        return {"seed": self.seed, "fan_in": self.fan_in}


def function(name: str) -> str | Callable:
    """What Keras takes for the activation called so; softmax is a layer of its own."""
    return {"softmax": "linear", "scaled_tanh": scaled_tanh}.get(name, name)


class Draw(NamedTuple):
    """How the initial weights of one layer are drawn."""

    seed: int
    initializer: str  # Keras' name, or lsuv

    def kernel(self, activation: str) -> keras.initializers.Initializer:
        """Of layers that end in scaled tanh the paper's, whatever the others have."""
        if activation == "scaled_tanh":
            return PaperUniform(self.seed)
        if self.initializer == "lsuv":
            return keras.initializers.Orthogonal(seed=self.seed)
        return keras.initializers.get({"class_name": self.initializer, "config": {"seed": self.seed}})


Array = Callable[[str], np.ndarray | None]  # name of a layer's variable → its value


class Numbers(NamedTuple):
    """What a layer has learned, or was given, as `view.LayerView` has it."""

    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None
    scale: np.ndarray | None = None
    shift: np.ndarray | None = None


class KerasKind:
    """The Keras part of one kind of layer. As it stands: one without weights."""

    type: type[keras.layers.Layer]
    of_each_channel = False  # changes each by itself: a filter that is off before it is a constant after it
    is_silent = False  # passes on what it is given, but while it trains

    def make(self, layer: Any, name: str, draw: Draw) -> keras.layers.Layer:
        """The Keras layer of that name which does what `layer`, a `LayerKind`, says."""
        raise NotImplementedError

    def numbers(self, layer: Any, array: Array) -> Numbers:
        """Its weights as they are shown: as Keras keeps them, where it has any."""
        return Numbers(array("kernel"), array("bias"))

    def slope(self, layer: Any) -> float:
        """Of a layer without weights: the derivative of an output by an input that it is made of."""
        return 1.0

    def linear(self, layer: Any, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
        """What a layer with weights computes before its activation, with these in the place of its own."""
        raise NotImplementedError

    def linear_of_squares(self, layer: Any, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
        """The same, linear in the weights, with what each of them is multiplied by squared."""
        return self.linear(layer, tf.square(inputs), *weights)
