"""A convolution and its max pool as a product of patches are these two layers, and so are their gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.training.patch_convolution import convolve, is_faster

SIZES = {  # image, kernel, maps in and out
    "that of lenet5-relu": ((28, 28), (5, 5), (1, 6)),
    "in color": ((12, 12), (3, 3), (3, 4)),
    "a high kernel": ((11, 9), (4, 2), (2, 3)),
    "what the pool leaves out": ((8, 10), (4, 4), (1, 2)),
    "an odd number of windows": ((9, 9), (4, 4), (1, 2)),
    "a single window": ((6, 6), (5, 5), (1, 3)),
    "a kernel of one": ((4, 6), (1, 1), (1, 1)),
}


def layers_of(image: tuple, kernel: tuple, maps: tuple, **options: object) -> tuple:
    convolution = keras.layers.Conv2D(maps[1], kernel, kernel_initializer="random_normal", **options)
    pool = keras.layers.MaxPooling2D()
    pool(convolution(keras.Input((*image, maps[0]))))
    return convolution, pool


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_values_and_gradients_are_those_of_the_two_layers(sizes: tuple) -> None:
    convolution, pool = layers_of(*sizes)
    images = noise(7, *convolution.input.shape[1:])
    kernel = convolution.kernel.value
    with tf.GradientTape(persistent=True) as tape:
        expected = pool(tf.nn.conv2d(images, kernel, 1, "VALID"))
        received = tf.transpose(convolve(convolution, tf.transpose(images, (1, 2, 3, 0))), (3, 0, 1, 2))
        weights = noise(*expected.shape)
        sums = [tf.reduce_sum(each * weights) for each in (expected, received)]
    close_to(received, expected)
    close_to(tape.gradient(sums[1], kernel), tape.gradient(sums[0], kernel))


def test_of_equal_outputs_the_first_is_the_largest_as_in_the_pool() -> None:
    """A gradient goes to one of them, though all four windows see the same."""
    convolution, pool = layers_of((8, 8), (3, 3), (1, 2))
    images, kernel = tf.ones((1, 8, 8, 1)), convolution.kernel.value
    with tf.GradientTape(persistent=True) as tape:
        expected = tf.reduce_sum(pool(tf.nn.conv2d(images, kernel, 1, "VALID")))
        received = tf.reduce_sum(convolve(convolution, tf.transpose(images, (1, 2, 3, 0))))
    close_to(tape.gradient(received, kernel), tape.gradient(expected, kernel))


def noise(*shape: int) -> tf.Tensor:
    return tf.constant(np.random.default_rng(len(shape)).standard_normal(shape), tf.float32)


def close_to(received: tf.Tensor, expected: tf.Tensor) -> None:
    """All but for rounding, of which there is as much as in the largest number."""
    largest = float(tf.reduce_max(tf.abs(expected)))
    np.testing.assert_allclose(received, expected, rtol=0, atol=4e-6 * largest)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("lenet5-relu", True),
        ("cnn-16-32", False),  # maps fill the processor's vectors
        ("lenet-20-50", False),
        ("lenet5-tanh", False),  # another pool
        ("mnist-fast", False),  # in steps of two
    ],
)
def test_it_is_chosen_for_few_maps(name: str, chosen: bool) -> None:
    layers = build(ARCHITECTURES[name].layers, (28, 28, 1), 0).layers[1:]
    assert is_faster(*layers[:2]) == chosen
    assert not any(is_faster(*pair) for pair in zip(layers[1:], layers[2:], strict=False))


@pytest.mark.parametrize("options", [{"padding": "same"}, {"strides": 2}, {"dilation_rate": 2}])
def test_other_convolutions_stay_layers(options: dict) -> None:
    assert is_faster(*layers_of((12, 12), (5, 5), (1, 6)))
    assert not is_faster(*layers_of((12, 12), (5, 5), (1, 6), **options))
