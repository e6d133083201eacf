"""A convolution as a product of spectra is the convolution, and so are its gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.training.fft_convolution import convolve, is_faster, stretch_length

SIZES = {  # image, kernel, maps in and out, padding
    "that of lenet-20-50": ((14, 14), (5, 5), (20, 50), "same"),
    "a wide image": ((9, 12), (3, 7), (2, 3), "same"),
    "a high image": ((12, 9), (5, 5), (3, 4), "valid"),
    "even kernels": ((10, 7), (4, 2), (2, 3), "same"),
    "even and odd": ((11, 8), (4, 3), (2, 3), "valid"),
    "a kernel like the image": ((6, 6), (6, 6), (2, 3), "valid"),
    "a kernel larger than the image": ((3, 4), (5, 7), (1, 2), "same"),
    "a kernel of one": ((5, 5), (1, 1), (2, 2), "same"),
    "an image of one": ((1, 1), (3, 3), (2, 2), "same"),
}


def convolution(image: tuple, kernel: tuple, maps: tuple, padding: str) -> keras.layers.Conv2D:
    images = keras.Input((*image, maps[0]))
    layer = keras.layers.Conv2D(maps[1], kernel, padding=padding, kernel_initializer="random_normal")
    layer(images)
    return layer


def noise(*shape: int) -> tf.Tensor:
    return tf.constant(np.random.default_rng(len(shape)).standard_normal(shape), tf.float32)


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_values_and_gradients_are_those_of_the_convolution(sizes: tuple) -> None:
    layer = convolution(*sizes)
    images, kernel = noise(7, *layer.input.shape[1:]), layer.kernel.value
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(images)
        expected = tf.nn.conv2d(images, kernel, 1, layer.padding.upper())
        last = tf.transpose(images, (1, 2, 3, 0))
        received = tf.concat(convolve([layer], [last[..., :3], last[..., 3:]]), axis=3)
        received = tf.transpose(received, (3, 0, 1, 2))
        weights = noise(*expected.shape)
        sums = [tf.reduce_sum(each * weights) for each in (expected, received)]
    close_to(received, expected)
    for gradient, own in zip(*(tape.gradient(each, [images, kernel]) for each in sums), strict=True):
        close_to(own, gradient)


def close_to(received: tf.Tensor, expected: tf.Tensor) -> None:
    """All but for rounding, of which there is as much as in the largest number."""
    largest = float(tf.reduce_max(tf.abs(expected)))
    np.testing.assert_allclose(received, expected, rtol=0, atol=4e-6 * largest)


CHOSEN = {
    "lenet-20-50": ["3_conv"],  # the first has a single map, and sums are not worth a transform
    "lenet5-relu": ["3_conv"],
    "cnn-16-32": [],  # kernels of 3×3
    "mnist-fast": [],
    "lenet5-best": [],
}


@pytest.mark.parametrize("name", CHOSEN)
def test_it_is_chosen_for_large_kernels(name: str) -> None:
    layers = build(ARCHITECTURES[name].layers, (28, 28, 1), 0).layers[1:]
    assert [each.name for each in layers if is_faster(each, 128)] == CHOSEN[name]
    assert not any(is_faster(each, 1) for each in layers)  # the kernel's spectrum is shared


@pytest.mark.parametrize(
    ("activation", "length"), [("linear", 3), ("relu", 2)], ids=["linear", "an activation between"]
)
def test_average_pools_around_a_convolution_are_part_of_it(activation: str, length: int) -> None:
    images = keras.Input((17, 15, 6))
    stretch = [
        keras.layers.AveragePooling2D((2, 1)),
        keras.layers.Conv2D(16, 5, padding="same", activation=activation),
        keras.layers.AveragePooling2D((3, 2)),
    ]
    model = keras.Sequential([images, *stretch])
    assert stretch_length(model.layers, 128) == length and stretch_length(model.layers[:1], 128) == 0
    values = noise(7, 17, 15, 6)
    sums = convolve(stretch[:length], [tf.transpose(values, (1, 2, 3, 0))])
    received = tf.transpose(sums[0], (3, 0, 1, 2))
    if length == 2:
        received = stretch[2](stretch[1].activation(received))
    close_to(received, model(values))


def test_pools_that_overlap_or_are_padded_stay_layers() -> None:
    for options in ({"strides": 1}, {"padding": "same"}):
        layers = [keras.layers.AveragePooling2D(2, **options), keras.layers.Conv2D(16, 5, padding="same")]
        keras.Sequential([keras.Input((17, 15, 6)), *layers])
        assert stretch_length(layers, 128) == 0 and stretch_length(layers[1:], 128) == 1


def test_only_plain_steps_are_transformed() -> None:
    images = keras.Input((14, 14, 32))
    for options, fast in (
        ({}, True),
        ({"strides": 2}, False),
        ({"dilation_rate": 2}, False),
        ({"groups": 2}, False),
    ):
        layer = keras.layers.Conv2D(32, 5, padding="same", **options)
        layer(images)
        assert is_faster(layer, 128) == fast


def test_matrices_of_large_images_and_kernels_are_not_made() -> None:
    small = convolution((28, 28), (9, 9), (16, 16), "same")
    large = convolution((96, 96), (33, 33), (16, 16), "same")
    assert [is_faster(each, 128) for each in (small, large)] == [True, False]
