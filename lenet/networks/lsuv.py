"""Layer-sequential unit variance (LSUV): initial weights, scaled until each layer gives variance one.

Source: D. Mishkin, J. Matas, "All you need is a good init", 2016; the kernels to begin with are orthogonal.
Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.layers.keras_kind import scaled_tanh
from lenet.networks.keras_kinds import linear

_SUMS = keras.layers.Conv2D | keras.layers.Dense


def give_unit_variance(model: keras.Model, images: tf.Tensor) -> None:
    """Scale each kernel so that its layer's sums, before bias and activation, have variance one.

    Args:
        model: a chain of layers as `build.build` makes it, its biases zero. Layers that end in scaled tanh
            keep their kernels: those are drawn as in the paper of 1998.
        images: (N, H, W, C) float32, some that it will learn from.
    """
    values = images
    for layer in model.layers[1:]:
        if isinstance(layer, _SUMS) and layer.activation is not scaled_tanh:
            deviation = tf.math.reduce_std(linear(layer, values, layer.kernel, layer.bias))
            if deviation > 0:  # it is not where all images are alike
                layer.kernel.assign(layer.kernel / deviation)
        values = layer(values, training=False)
