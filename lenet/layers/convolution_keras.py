"""Convolution in Keras.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.layers.convolution import Conv
from lenet.layers.keras_kind import Draw, KerasKind, function


class ConvKeras(KerasKind):
    """A kernel and a bias."""

    type = keras.layers.Conv2D

    def make(self, layer: Conv, name: str, draw: Draw) -> keras.layers.Conv2D:
        """Kernels drawn, biases zero."""
        return keras.layers.Conv2D(
            layer.filters,
            layer.kernel_size,
            strides=layer.strides,
            padding=layer.padding,
            activation=function(layer.activation),
            kernel_initializer=draw.kernel(layer.activation),
            name=name,
        )

    def linear(self, layer: keras.layers.Conv2D, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
        """Kernel and bias."""
        kernel, bias = weights
        return tf.nn.conv2d(inputs, kernel, layer.strides, layer.padding.upper()) + bias
