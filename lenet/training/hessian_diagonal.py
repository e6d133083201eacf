"""The diagonal of the Hessian: the loss's curvature in each weight, for Levenberg–Marquardt's steps.

Source: LeCun et al., “Gradient-Based Learning Applied to Document Recognition”, 1998, appendix C: second
derivatives are propagated backward like first ones, each weight and each derivative squared, without the
terms between different units (Gauss–Newton, diagonal). Imports TensorFlow and Keras: workers and the command
line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.layers.paper1998_keras import RadialBasis
from lenet.networks.keras_kinds import keras_part, linear


def curvatures(model: keras.Model, inputs: tf.Tensor) -> list[tf.Tensor]:
    """The mean over images of the second derivative of the loss by each weight.

    Args:
        model: a chain of layers up to its logits, without batch normalisation.
        inputs: (N, H, W, C) float32.

    Returns:
        One for each of `model.trainable_variables`, of its shape; at least 0. Where the network ends in codes
        the loss is the squared distance to the right one, whose second derivative is 2 in every direction;
        otherwise the cross-entropy of a softmax, p (1 − p) in each logit.
    """
    values, seen = inputs, []
    for layer in model.layers[1:]:
        seen.append((layer, values))
        values = layer(values, training=False)
    if isinstance(seen[-1][0], RadialBasis):
        bend = tf.fill(tf.shape(seen.pop()[1]), 2.0)
    else:
        probabilities = tf.nn.softmax(values)
        bend = probabilities * (1 - probabilities)
    found: dict[str, tf.Tensor] = {}
    for layer, given in reversed(seen):
        bend, own = _backward(layer, given, bend)
        found |= {each.path: value for each, value in zip(layer.trainable_weights, own, strict=True)}
    count = tf.cast(tf.shape(inputs)[0], tf.float32)
    return [found[each.path] / count for each in model.trainable_variables]


def _backward(
    layer: keras.layers.Layer, inputs: tf.Tensor, bend: tf.Tensor
) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """From the second derivatives by a layer's outputs to those by its inputs, and by its weights, summed."""
    if not layer.trainable_weights:
        return _through(layer, inputs, bend), []
    weights = [each.value for each in layer.trainable_weights]
    before = linear(layer, inputs, *weights)
    bend = _through(layer.activation, before, bend)
    squared = [tf.square(each) for each in weights]
    by_input = _product(lambda each: linear(layer, each, *squared), inputs, bend)
    return by_input, _by_weights(layer, inputs, weights, bend)


def _by_weights(
    layer: keras.layers.Layer, inputs: tf.Tensor, weights: list[tf.Tensor], bend: tf.Tensor
) -> list[tf.Tensor]:
    """A linear map with its inputs squared, differentiated by its weights."""
    with tf.GradientTape() as tape:
        tape.watch(weights)
        outputs = keras_part(layer).linear_of_squares(layer, inputs, *weights)
    return tape.gradient(outputs, weights, output_gradients=bend)


def _through(function, inputs: tf.Tensor, bend: tf.Tensor) -> tf.Tensor:
    """Times the squared derivative of a function that has no weights: an activation, a pool, flattening."""
    if isinstance(function, keras.layers.Layer) and not isinstance(function, keras.layers.Activation):
        return keras_part(function).slope(function) * _product(function, inputs, bend)
    ones = _product(function, inputs, tf.ones_like(inputs))
    return tf.square(ones) * bend


def _product(function, inputs: tf.Tensor, bend: tf.Tensor) -> tf.Tensor:
    """The derivative of a function by its inputs, times `bend`."""
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs, output_gradients=bend)
