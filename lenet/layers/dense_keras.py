"""Dense in Keras.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.layers.dense import Dense
from lenet.layers.keras_kind import Draw, KerasKind, function


class DenseKeras(KerasKind):
    """A kernel, which is a matrix, and a bias."""

    type = keras.layers.Dense

    def make(self, layer: Dense, name: str, draw: Draw) -> keras.layers.Dense:
        """Kernel drawn, biases zero."""
        return keras.layers.Dense(
            layer.units,
            activation=function(layer.activation),
            kernel_initializer=draw.kernel(layer.activation),
            name=name,
        )

    def linear(self, layer: keras.layers.Dense, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
        """Kernel and bias."""
        kernel, bias = weights
        return tf.matmul(inputs, kernel) + bias
