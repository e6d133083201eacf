"""The first convolution of a network with few maps, and the max pool behind it, as one product of matrices.

A convolution fills the processor's vectors with its maps: with six of them two thirds stay empty. Here the
number of the image is the last axis and fills them, whatever the maps. A window of the pool, two by two
outputs, sees a patch of the image; its four outputs are four products of that patch, and `_PLACES` windows
side by side share one. So all patches times one matrix give all outputs, a row each, in four blocks of which
the pool takes the largest numbers: it compares whole blocks, where it would go from window to window.

For what stands behind an image only: the gradient by the image is never asked for. Imports TensorFlow and
Keras: workers and the command line only. Must not import Streamlit.
"""

from functools import lru_cache
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

_COLOURS = 3  # maps of an image
_VECTOR = 16  # numbers in one of the processor's, which a convolution fills with maps
_WINDOW = (2, 2)
_PLACES = 2  # windows that share a patch: more of them read less, and multiply more zeros


class _Plan(NamedTuple):
    """Sizes: (rows, columns), but for the maps."""

    image: tuple[int, int]
    maps: int
    kernel: tuple[int, int]
    windows: tuple[int, int]

    @property
    def places(self) -> int:
        """Windows that share a patch."""
        return _PLACES if self.windows[1] % _PLACES == 0 else 1

    @property
    def patch(self) -> tuple[int, int]:
        """What they see."""
        return self.kernel[0] + 1, self.kernel[1] + 2 * self.places - 1


def is_faster(layer: keras.layers.Layer, following: keras.layers.Layer) -> bool:
    """Whether the two are a convolution of an image and a max pool that take less time here."""
    if not (_is_plain(layer) and _is_plain_pool(following)):
        return False
    if layer.input.shape[3] > _COLOURS or min(_windows(layer, layer.input.shape)) < 1:
        return False
    sizes = _plan(layer, layer.input.shape)
    multiplied = sizes.patch[0] * sizes.patch[1] * layer.filters
    return multiplied < sizes.kernel[0] * sizes.kernel[1] * -(-layer.filters // _VECTOR) * _VECTOR


def _is_plain(layer: keras.layers.Layer) -> bool:
    if not isinstance(layer, keras.layers.Conv2D):
        return False
    steps = (*layer.strides, *layer.dilation_rate)
    return steps == (1, 1, 1, 1) and layer.groups == 1 and layer.padding == "valid"


def _is_plain_pool(layer: keras.layers.Layer) -> bool:
    if not isinstance(layer, keras.layers.MaxPooling2D):
        return False
    return tuple(layer.pool_size) == tuple(layer.strides) == _WINDOW and layer.padding == "valid"


def convolve(layer: keras.layers.Conv2D, images: tf.Tensor) -> tf.Tensor:
    """The convolution and the pool, without the bias and the activation.

    Args:
        layer: built; with the pool behind it such that `is_faster`.
        images: (H, W, C, n) float32, of which no gradient is asked.

    Returns:
        (H', W', C', n) float32.
    """
    sizes = _plan(layer, (None, *images.shape[:3]))
    (down, across), filters, places = sizes.windows, layer.filters, sizes.places
    rows = tf.reshape(images, (images.shape[0] * images.shape[1] * images.shape[2], -1))
    patches = tf.reshape(tf.gather(rows, _pixels(sizes)), (sizes.patch[0] * sizes.patch[1] * sizes.maps, -1))
    outputs = tf.matmul(_matrix(sizes, layer.kernel.value), patches)
    largest = tf.nn.max_pool2d(tf.reshape(outputs, (1, 4, 1, -1)), (4, 1), (4, 1), "VALID")
    windows = tf.reshape(largest, (places, filters, down, across // places, -1))
    return tf.reshape(tf.transpose(windows, (2, 3, 0, 1, 4)), (down, across, filters, -1))


def _plan(layer: keras.layers.Conv2D, shape: tuple[int | None, ...]) -> _Plan:
    """Of that layer and the pool, on (n, H, W, C)."""
    return _Plan(tuple(shape[1:3]), shape[3], tuple(layer.kernel_size), _windows(layer, shape))


def _windows(layer: keras.layers.Conv2D, shape: tuple[int | None, ...]) -> tuple[int, int]:
    """Those of the pool, in a column and in a row; what they leave out is not computed."""
    sides = zip(shape[1:3], layer.kernel_size, _WINDOW, strict=True)
    down, across = ((side - kernel + 1) // window for side, kernel, window in sides)
    return down, across


def _matrix(sizes: _Plan, kernel: tf.Tensor) -> tf.Tensor:
    """(h, w, C, C') → (4 · places · C', numbers of a patch): what takes patches to their outputs."""
    filters, (high, wide) = kernel.shape[3], sizes.patch
    taps = tf.reshape(kernel, (sizes.kernel[0] * sizes.kernel[1], sizes.maps * filters))
    placed = tf.reshape(tf.matmul(_taps(sizes), taps), (4 * sizes.places, high * wide * sizes.maps, filters))
    return tf.reshape(tf.transpose(placed, (0, 2, 1)), (4 * sizes.places * filters, -1))


@lru_cache
def _taps(sizes: _Plan) -> np.ndarray:
    """(4 · places · a patch, h · w) float32: where each tap of a kernel lies, for each output.

    Outputs are ordered by their place in the window, then by window.
    """
    (height, width), (high, wide), places = sizes.kernel, sizes.patch, sizes.places
    taps = np.zeros((2, 2, places, high, wide, height, width), np.float32)
    for row, column, place, down, across in np.ndindex(2, 2, places, height, width):
        taps[row, column, place, row + down, 2 * place + column + across, down, across] = 1
    return taps.reshape(-1, height * width)


@lru_cache
def _pixels(sizes: _Plan) -> np.ndarray:
    """(numbers of a patch · patches,) int32: which pixel of an image each number is."""
    (down, across), (high, wide), places = sizes.windows, sizes.patch, sizes.places
    rows = 2 * np.arange(down) + np.arange(high)[:, None]  # (high, down)
    columns = 2 * places * np.arange(across // places) + np.arange(wide)[:, None]  # (wide, across / places)
    pixels = rows[:, None, :, None] * sizes.image[1] + columns[None, :, None, :]
    maps = np.arange(sizes.maps)[:, None, None]
    return (pixels[:, :, None] * sizes.maps + maps).astype(np.int32).ravel()
