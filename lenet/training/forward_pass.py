"""The forward pass, arranged for the processor: the same numbers, but for rounding, sooner.

A batch goes through the network in shards, side by side, each operation on one thread: small operations split
over threads wait for each other more than they work. Besides, less is computed:

- A bias and a relu that a max pool follows are applied after it, to a quarter of the numbers: the largest of
  relu(x + b) is relu(largest x + b).
- An average pool is applied before a convolution without activation, which then moves in the pool's steps:
  both are linear, and a quarter of the products is left.
- A convolution that fits in one place only is a product of matrices.
- A convolution with a large kernel is a product of spectra, average pools around it included
  (`lenet/training/fft_convolution.py`); the first one, where it has few maps and a max pool behind it, is a
  product with patches of the images (`lenet/training/patch_convolution.py`). In both the number of the image
  is the last axis.
- What no later layer looks at is left out: a 2×2 pool of 11×11 drops the last row and column.

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import math
import os
from collections.abc import Sequence

import keras
import tensorflow as tf

from lenet.training import fft_convolution, patch_convolution

_MOST_SHARDS = 4  # more make each too small to be worth its overhead
_LEAST_IMAGES = 16  # of a shard


def use_one_thread_an_operation() -> None:
    """Let TensorFlow run operations side by side instead of splitting each; before its first operation.

    Later than that TensorFlow refuses: then batches are not sharded, and all still works, slower.
    """
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        threads = int(os.environ.get("TF_NUM_INTEROP_THREADS") or os.cpu_count() or 1)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:
        pass


def num_shards(largest_batch: int, smallest_batch: int) -> int:
    """How many shards batches are best split into, on this machine and with these threads; none is empty."""
    if tf.config.threading.get_intra_op_parallelism_threads() != 1:
        return 1
    shards = max(1, min(_MOST_SHARDS, os.cpu_count() or 1, largest_batch // _LEAST_IMAGES))
    return shards if smallest_batch >= shards else 1


def split_batch(batch: tf.Tensor, shards: int) -> list[tf.Tensor]:
    """(n, …) → `shards` parts of nearly n / shards each."""
    count = tf.shape(batch)[0]
    return [batch[count * index // shards : count * (index + 1) // shards] for index in range(shards)]


def forward(
    model: keras.Model, shards: Sequence[tf.Tensor], training: bool, batch_size: int
) -> list[tf.Tensor]:
    """The model, a chain of layers, on every shard of a batch.

    Args:
        model: as `build.build` makes it.
        shards: each (n, H, W, C) float32.
        training: whether dropout and batch normalisation are in training mode.
        batch_size: images of all shards together, about: what is done once a batch pays in large ones.

    Returns:
        For each shard (n, classes) float32. What a layer needs of the whole batch (the statistics of batch
        normalisation) is that of all shards together.
    """
    layers = list(model.layers[1:])
    looked_at = _looked_at(layers)
    values, is_last = _first_maps(layers, shards)
    while layers:
        length = fft_convolution.stretch_length(layers, batch_size)
        values, is_last = _laid_out(values, is_last, bool(length)), bool(length)
        values = [_crop(each, looked_at[layers[0].name], is_last) for each in values]
        if length:
            values = _maps_by_spectra(layers, length, values)
            continue
        layer = layers.pop(0)
        if training and isinstance(layer, keras.layers.BatchNormalization):
            values = _normalize_together(layer, values)
        elif layers and _may_pool_first(layer, layers[0]):
            pool = layers.pop(0)
            values = [_convolve_and_pool(layer, pool, each) for each in values]
        elif layers and _may_average_first(layer, layers[0]):
            pool = layers.pop(0)
            values = [_average_and_convolve(layer, pool, each) for each in values]
        elif _sees_all(layer):
            values = [_multiply(layer, each) for each in values]
        else:
            values = [layer(each, training=training) for each in values]
    return values


def _first_maps(
    layers: list[keras.layers.Layer], shards: Sequence[tf.Tensor]
) -> tuple[list[tf.Tensor], bool]:
    """What the layers at the head of the chain give that are done with patches, which are taken off it.

    Returns the images themselves where there are none; and whether their number is the last axis now.
    """
    if len(layers) < 2 or not patch_convolution.is_faster(*layers[:2]):
        return list(shards), False
    layer, _ = layers.pop(0), layers.pop(0)
    sums = [patch_convolution.convolve(layer, _images_last(each)) for each in shards]
    return [_finish_maps(layer, None, each) for each in sums], True


def _maps_by_spectra(
    layers: list[keras.layers.Layer], length: int, values: Sequence[tf.Tensor]
) -> list[tf.Tensor]:
    """What the first layers of the chain give, with a max pool behind them, which are taken off it.

    Args:
        length: as `fft_convolution.stretch_length` says.
        values: each (H, W, C, n).
    """
    stretch = [layers.pop(0) for _ in range(length)]
    pool = layers.pop(0) if layers and _may_pool_first(stretch[-1], layers[0]) else None
    sums = fft_convolution.convolve(stretch, values)
    return [_finish_maps(fft_convolution.convolution_of(stretch), pool, each) for each in sums]


def _looked_at(layers: Sequence[keras.layers.Layer]) -> dict[str, tuple[int, ...]]:
    """Name of each layer → how many rows and columns of its input matter to the end of the chain."""
    sizes, size = {}, tuple(layers[-1].output.shape[1:-1])
    for layer in reversed(layers):
        size = sizes[layer.name] = _looked_at_by(layer, size)
    return sizes


def _looked_at_by(layer: keras.layers.Layer, output: tuple[int, ...]) -> tuple[int, ...]:
    """The rows and columns of a layer's input that decide the first `output` ones of what it gives."""
    if isinstance(layer, keras.layers.Activation):
        return output
    window = getattr(layer, "pool_size", getattr(layer, "kernel_size", None))
    if window is None or layer.padding != "valid":
        return tuple(layer.input.shape[1:-1])  # all
    return tuple((o - 1) * s + w for o, s, w in zip(output, layer.strides, window, strict=True))


def _crop(values: tf.Tensor, size: tuple[int, ...], is_last: bool) -> tf.Tensor:
    """(n, H, W, C), or (H, W, C, n) → its first rows and columns."""
    if tuple(values.shape[:2] if is_last else values.shape[1:-1]) == size:
        return values
    return values[: size[0], : size[1]] if is_last else values[:, : size[0], : size[1]]


def _may_pool_first(layer: keras.layers.Layer, following: keras.layers.Layer) -> bool:
    """Whether the activation commutes with a maximum, bit for bit."""
    return (
        isinstance(layer, keras.layers.Conv2D)
        and isinstance(following, keras.layers.MaxPooling2D)
        and layer.activation in (keras.activations.relu, keras.activations.linear)
    )


def _convolve_and_pool(
    layer: keras.layers.Conv2D, pool: keras.layers.MaxPooling2D, images: tf.Tensor
) -> tf.Tensor:
    """(n, H, W, C) → what the two layers give, with the bias and the activation after the pool."""
    maps = pool(tf.nn.conv2d(images, layer.kernel, layer.strides, layer.padding.upper()))
    _, height, width, channels = maps.shape
    # As one long row an image: adding so few numbers to each position costs twice the time.
    rows = tf.reshape(maps, (-1, height * width * channels)) + tf.tile(layer.bias, [height * width])
    return layer.activation(tf.reshape(rows, (-1, height, width, channels)))


def _finish_maps(
    layer: keras.layers.Conv2D, pool: keras.layers.MaxPooling2D | None, sums: tf.Tensor
) -> tf.Tensor:
    """(H, W, C, n) of a convolution → (H', W', C, n): pool, bias and activation."""
    height, width, channels, _ = sums.shape
    if pool is not None:
        sums = pool(tf.reshape(sums, (1, height, width, -1)))  # all maps of all images are alike to it
        _, height, width, _ = sums.shape
    columns = tf.reshape(sums, (height * width, channels, -1)) + tf.reshape(layer.bias, (channels, 1))
    return tf.reshape(layer.activation(columns), (height, width, channels, -1))


def _laid_out(values: list[tf.Tensor], is_last: bool, wants_last: bool) -> list[tf.Tensor]:
    """The same values with the number of the image as their last axis, or as their first."""
    if is_last == wants_last:
        return values
    return [_images_last(each) if wants_last else _images_first(each) for each in values]


def _images_last(images: tf.Tensor) -> tf.Tensor:
    """(n, H, W, C) → (H, W, C, n)."""
    sizes = images.shape[1:]
    return tf.reshape(tf.transpose(tf.reshape(images, (-1, math.prod(sizes)))), (*sizes, -1))


def _images_first(maps: tf.Tensor) -> tf.Tensor:
    """(H, W, C, n) → (n, H, W, C)."""
    sizes = maps.shape[:3]
    return tf.reshape(tf.transpose(tf.reshape(maps, (math.prod(sizes), -1))), (-1, *sizes))


def _may_average_first(layer: keras.layers.Layer, following: keras.layers.Layer) -> bool:
    """Whether the two are one linear map, without borders."""
    return (
        isinstance(layer, keras.layers.Conv2D)
        and isinstance(following, keras.layers.AveragePooling2D)
        and layer.activation is keras.activations.linear
        and tuple(layer.strides) == (1, 1)
        and layer.padding == following.padding == "valid"
    )


def _average_and_convolve(
    layer: keras.layers.Conv2D, pool: keras.layers.AveragePooling2D, images: tf.Tensor
) -> tf.Tensor:
    """(n, H, W, C) → what the two layers give: the means of all windows first."""
    means = tf.nn.avg_pool2d(images, pool.pool_size, 1, "VALID")
    return tf.nn.conv2d(means, layer.kernel, pool.strides, "VALID") + layer.bias


def _sees_all(layer: keras.layers.Layer) -> bool:
    """Whether it is a convolution with a single place, like C5 of LeNet-5."""
    is_convolution = isinstance(layer, keras.layers.Conv2D) and layer.padding == "valid"
    return is_convolution and tuple(layer.kernel_size) == tuple(layer.input.shape[1:3])


def _multiply(layer: keras.layers.Conv2D, images: tf.Tensor) -> tf.Tensor:
    """(n, H, W, C) → (n, 1, 1, C'): a product of matrices, faster than a convolution with one place."""
    inputs = math.prod(images.shape[1:])
    kernel = tf.reshape(layer.kernel, (inputs, layer.filters))
    units = layer.activation(tf.matmul(tf.reshape(images, (-1, inputs)), kernel) + layer.bias)
    return tf.reshape(units, (-1, 1, 1, layer.filters))


def _normalize_together(
    layer: keras.layers.BatchNormalization, shards: Sequence[tf.Tensor]
) -> list[tf.Tensor]:
    """Batch normalisation with the mean and variance of all shards, which the moving averages follow too."""
    axes = list(range(len(shards[0].shape) - 1))
    count = tf.add_n([tf.size(each, tf.int32) for each in shards]) // shards[0].shape[-1]
    count = tf.cast(count, tf.float32)
    mean = tf.add_n([tf.reduce_sum(each, axes) for each in shards]) / count
    squares = [tf.reduce_sum(tf.math.squared_difference(each, mean), axes) for each in shards]
    variance = tf.add_n(squares) / count
    for moving, value in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        moving.assign(moving * layer.momentum + value * (1 - layer.momentum))
    scale = layer.gamma * tf.math.rsqrt(variance + layer.epsilon)
    return [each * scale + (layer.beta - mean * scale) for each in shards]
