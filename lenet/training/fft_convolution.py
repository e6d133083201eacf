"""Convolution by FFT, a product of spectra: with kernels of 5×5 it takes a third to two thirds of the time.

At each frequency of a discrete Fourier transform, a convolution is one product of matrices, input maps by
output maps: a quarter of the multiply-adds with 20 and 50 maps. The transforms are products with constant
matrices too: they are short (16 for 14×14), and a product uses the processor better than a fast transform
does. The image's number is the last axis all along, so that every product is a wide one. An average pool
before or behind the convolution costs nothing: it is linear, and so a part of the constant matrices.

A map and its spectrum are real. Of a transform along rows `_packed` keeps the `n` numbers that are not said
twice: in pairs (real, imaginary), but in the first pair the first and the middle frequency, both real. Then
the columns: the complex rows give complex columns, the first pair two packed transforms. So a spectrum is a
list of pairs, each a complex number but for two pairs of real ones.

Source: M. Mathieu, M. Henaff, Y. LeCun, "Fast Training of Convolutional Networks through FFTs", 2014.
Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

_LEAST_GAIN = 3  # times fewer multiply-adds, for they are slower ones
_COLOURS = 3  # maps of an image, which needs no gradient: that is half of the gain
_MOST_CONSTANTS = 1 << 20  # numbers in a layer's transforms, which stay in its graph


class _Plan(NamedTuple):
    """The sizes of a convolution and of average pools around it, (rows, columns) each."""

    given: tuple[int, int]
    averaged: tuple[int, int]  # windows of the pool before it; of one: none
    image: tuple[int, int]  # what the convolution sees
    kernel: tuple[int, int]
    before: tuple[int, int]  # zeros above and left of the image
    output: tuple[int, int]  # of the convolution
    averages: tuple[int, int]  # windows of the pool behind it
    result: tuple[int, int]

    @property
    def period(self) -> tuple[int, int]:
        """Lengths of the transforms: even, and so long that no output sees both ends of the image."""
        sides = zip(self.image, self.kernel, self.before, self.output, strict=True)
        least = [max(i + b, o + k - 1 - b) for i, k, b, o in sides]
        return least[0] + least[0] % 2, least[1] + least[1] % 2


def stretch_length(layers: Sequence[keras.layers.Layer], batch_size: int) -> int:
    """How many layers at the head of the chain `convolve` does sooner than they do, there and back.

    None, or a convolution, with the average pool before it, and the one behind it where no activation is
    between them.
    """
    start = int(_is_average(layers[0]))
    if len(layers) == start or not is_faster(layers[start], batch_size):
        return 0
    linear = layers[start].activation is keras.activations.linear
    return start + 1 + (linear and len(layers) > start + 1 and _is_average(layers[start + 1]))


def _is_average(layer: keras.layers.Layer) -> bool:
    plain = isinstance(layer, keras.layers.AveragePooling2D) and layer.padding == "valid"
    return plain and tuple(layer.strides) == tuple(layer.pool_size)


def is_faster(layer: keras.layers.Layer, batch_size: int) -> bool:
    """Whether that layer is a convolution which takes less time as a product of spectra."""
    if not _is_plain(layer) or layer.input.shape[3] <= _COLOURS:
        return False
    sizes, maps, filters = _plan([layer], layer.input.shape), layer.input.shape[3], layer.filters
    direct = math.prod(sizes.output) * math.prod(sizes.kernel) * _full(maps) * _full(filters)
    fits = _num_constants(sizes) <= _MOST_CONSTANTS
    return fits and _LEAST_GAIN * _multiply_adds(sizes, maps, filters, batch_size) < direct


def _is_plain(layer: keras.layers.Layer) -> bool:
    steps = (*layer.strides, *layer.dilation_rate) if isinstance(layer, keras.layers.Conv2D) else ()
    return steps == (1, 1, 1, 1) and layer.groups == 1


def _multiply_adds(sizes: _Plan, maps: int, filters: int, batch_size: int) -> float:
    """Of an image: the transforms there and back, the product, and its share of the kernel's transform."""
    (rows, columns), (height, width), (high, wide) = sizes.period, sizes.image, sizes.output
    there = rows * width * (height + 2 * columns) * maps
    back = rows * wide * (high + 2 * columns) * filters
    product = 2 * rows * columns * maps * filters
    return there + back + product * (1 + math.prod(sizes.kernel) / batch_size)


def _num_constants(sizes: _Plan) -> int:
    """How many numbers the larger transforms have."""
    return 2 * math.prod(sizes.period) * (math.prod(sizes.kernel) + sizes.image[1] + sizes.output[1])


def _full(maps: int) -> int:
    """As so many a convolution counts them: it fills the processor's vectors of 16 numbers with maps."""
    return -(-maps // 16) * 16


def convolve(stretch: Sequence[keras.layers.Layer], shards: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """The convolution of a stretch of layers and its average pools, without the bias and the activation.

    Args:
        stretch: as many built layers as `stretch_length` says.
        shards: each (H, W, C, n) float32: the number of the image comes last.

    Returns:
        For each shard (H', W', C', n) float32.
    """
    sizes = _plan(stretch, (None, *shards[0].shape[:3]))
    blocks = _kernel_blocks(sizes, convolution_of(stretch).kernel)  # once for all shards
    spectra = [_spectrum(sizes, each) for each in shards]
    return [_maps(sizes, tf.matmul(blocks, each, transpose_a=True)) for each in spectra]


def convolution_of(stretch: Sequence[keras.layers.Layer]) -> keras.layers.Conv2D:
    """The one convolution among them."""
    return next(layer for layer in stretch if isinstance(layer, keras.layers.Conv2D))


def _plan(stretch: Sequence[keras.layers.Layer], shape: Sequence[int | None]) -> _Plan:
    """Of that stretch, on (n, H, W, C)."""
    layer = convolution_of(stretch)
    averaged, averages = (_window(each) for each in (stretch[0], stretch[-1]))
    given, kernel, before = tuple(shape[1:3]), tuple(layer.kernel_size), (0, 0)
    image = output = _divided(given, averaged)
    if layer.padding == "same":
        before = ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2)
    else:
        output = (image[0] - kernel[0] + 1, image[1] - kernel[1] + 1)
    return _Plan(given, averaged, image, kernel, before, output, averages, _divided(output, averages))


def _window(layer: keras.layers.Layer) -> tuple[int, int]:
    return tuple(getattr(layer, "pool_size", (1, 1)))


def _divided(size: tuple[int, int], window: tuple[int, int]) -> tuple[int, int]:
    return size[0] // window[0], size[1] // window[1]


def _spectrum(sizes: _Plan, images: tf.Tensor) -> tf.Tensor:
    """(H, W, C, n) → (pairs, 2 C, n)."""
    (rows, columns), (height, width) = sizes.period, sizes.given
    matrices, maps = _matrices(sizes), images.shape[2]
    values = tf.matmul(matrices.rows, tf.reshape(images, (height, -1)))
    values = tf.reshape(values, (rows // 2, 2 * width, -1))
    return tf.reshape(tf.matmul(matrices.columns, values), (rows // 2 * columns, 2 * maps, -1))


def _maps(sizes: _Plan, spectrum: tf.Tensor) -> tf.Tensor:
    """(pairs, 2 C', n) → (H', W', C', n)."""
    (rows, columns), (height, width) = sizes.period, sizes.result
    matrices, maps = _matrices(sizes), spectrum.shape[1] // 2
    values = tf.reshape(spectrum, (rows // 2, 2 * columns, -1))
    values = tf.reshape(tf.matmul(matrices.columns_back, values), (rows, -1))
    return tf.reshape(tf.matmul(matrices.rows_back, values), (height, width, maps, -1))


def _kernel_blocks(sizes: _Plan, kernel: tf.Tensor) -> tf.Tensor:
    """(h, w, C, C') → (pairs, 2 C, 2 C'): what takes each pair of the inputs to that of the outputs."""
    height, width, maps, filters = kernel.shape
    blocks = tf.matmul(_matrices(sizes).taps, tf.reshape(kernel, (height * width, maps * filters)))
    blocks = tf.transpose(tf.reshape(blocks, (-1, 2, 2, maps, filters)), (0, 1, 3, 2, 4))
    return tf.reshape(blocks, (-1, 2 * maps, 2 * filters))


class _Matrices(NamedTuple):
    """The transforms of a plan, pools included, float32."""

    rows: np.ndarray  # (rows, H)
    columns: np.ndarray  # (rows / 2, 2 columns, 2 W)
    columns_back: np.ndarray  # (rows / 2, 2 W', 2 columns)
    rows_back: np.ndarray  # (H', rows)
    taps: np.ndarray  # (pairs · 2 · 2, h · w): what each tap of a kernel adds to a block


@lru_cache
def _matrices(sizes: _Plan) -> _Matrices:
    (rows, columns), (height, width), (high, wide) = sizes.period, sizes.image, sizes.output
    averaged = [_means(*each) for each in zip(sizes.given, sizes.averaged, strict=True)]
    averages = [_means(*each) for each in zip(sizes.output, sizes.averages, strict=True)]
    across = _along_columns(sizes.period, width).reshape(rows // 2, 2 * columns, 2, width) @ averaged[1]
    rows_back = np.linalg.inv(_packed(rows, rows))[:high]
    columns_back = np.linalg.inv(_along_columns(sizes.period, columns))
    columns_back = averages[1] @ columns_back.reshape(rows // 2, 2, columns, -1)[:, :, :wide]
    matrices = (
        _packed(rows, height) @ averaged[0],
        across.reshape(rows // 2, 2 * columns, -1),
        columns_back.reshape(rows // 2, -1, 2 * columns),
        averages[0] @ rows_back,
        _taps(sizes),
    )
    return _Matrices(*(each.astype(np.float32) for each in matrices))


def _means(count: int, window: int) -> np.ndarray:
    """(count // window, count): the means of `window` numbers each; a rest is left out."""
    means = np.repeat(np.eye(count // window), window, axis=1) / window
    return np.pad(means, ((0, 0), (0, count % window)))


def _packed(period: int, count: int) -> np.ndarray:
    """(period, count): the transform of `count` real numbers, to pairs."""
    angles = 2 * np.pi / period * np.outer(np.arange(period // 2), np.arange(count))
    pairs = np.stack([np.cos(angles), -np.sin(angles)], axis=1)
    pairs[0, 1] = (-1.0) ** np.arange(count)  # the middle frequency; the first one's sines are zeros
    return pairs.reshape(period, count)


def _along_columns(period: tuple[int, int], count: int) -> np.ndarray:
    """(rows / 2, 2 columns, 2 count): that of `count` pairs, first all of their first numbers, to pairs."""
    rows, columns = period
    angles = 2 * np.pi / columns * np.outer(np.arange(columns), np.arange(count))
    real, imaginary = np.cos(angles), -np.sin(angles)
    of_complex = np.stack([np.hstack([real, -imaginary]), np.hstack([imaginary, real])], axis=1)
    of_two_real = np.kron(np.eye(2), _packed(columns, count))
    return np.stack([of_two_real, *[of_complex.reshape(2 * columns, -1)] * (rows // 2 - 1)])


def _taps(sizes: _Plan) -> np.ndarray:
    """(pairs · 2 · 2, h · w): a kernel with a single one is an impulse, whose spectrum multiplies."""
    rows, columns = sizes.period
    places = [
        (b - np.arange(k)) % n for b, k, n in zip(sizes.before, sizes.kernel, sizes.period, strict=True)
    ]
    down = _packed(rows, rows).reshape(rows // 2, 2, rows)[:, :, places[0]]
    across = _along_columns(sizes.period, columns).reshape(rows // 2, 2 * columns, 2, columns)[..., places[1]]
    first, second = np.moveaxis(np.einsum("gsic,gir->gsrc", across, down).reshape(-1, 2, *sizes.kernel), 1, 0)
    blocks = np.array([[first, second], [-second, first]])  # a complex number times a complex number
    for pair in (0, columns // 2):  # two real ones, each times its own
        blocks[:, :, pair] = [[first[pair], 0 * first[pair]], [0 * first[pair], second[pair]]]
    return np.moveaxis(blocks, 2, 0).reshape(-1, np.prod(sizes.kernel))
