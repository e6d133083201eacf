"""The forward pass of an update, arranged for the processor: the same numbers sooner.

Two things make it fast. A batch goes through the network in shards, side by side, each operation on one
thread: small operations split over threads wait for each other more than they work. And a bias and a relu
that a max pool follows are applied after it, to a quarter of the numbers: the largest of relu(x + b) is
relu(largest x + b).

Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import os
from collections.abc import Sequence

import keras
import tensorflow as tf

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


def forward(model: keras.Model, shards: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """The model, a chain of layers, in training mode on every shard of a batch.

    Args:
        model: as `network.build` makes it.
        shards: each (n, H, W, C) float32.

    Returns:
        For each shard (n, classes) float32. What a layer needs of the whole batch (the statistics of batch
        normalisation) is that of all shards together.
    """
    layers, values = list(model.layers[1:]), list(shards)
    while layers:
        layer = layers.pop(0)
        if isinstance(layer, keras.layers.BatchNormalization):
            values = _normalize_together(layer, values)
        elif layers and _may_pool_first(layer, layers[0]):
            pool = layers.pop(0)
            values = [_convolve_and_pool(layer, pool, each) for each in values]
        else:
            values = [layer(each, training=True) for each in values]
    return values


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
    maps = tf.nn.conv2d(images, layer.kernel, layer.strides, layer.padding.upper())
    return layer.activation(tf.nn.bias_add(pool(maps), layer.bias))


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
