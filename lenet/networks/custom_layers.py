"""The layers of the paper of 1998 that Keras lacks: scaled tanh, subsampling, partial convolution, RBF codes.

Source: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998,
section II and appendix A. Imports TensorFlow and Keras: workers and the command line only. Must not import
Streamlit.
"""

import math
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from lenet.networks.digit_codes import CODES

AMPLITUDE, SLOPE = 1.7159, 2 / 3  # so that 1 gives 1 and −1 gives −1, where the curvature is largest
_registered = keras.saving.register_keras_serializable("lenet")


@_registered
def scaled_tanh(values: tf.Tensor) -> tf.Tensor:
    """1.7159 · tanh(2a/3) of each value."""
    return AMPLITUDE * tf.tanh(SLOPE * values)


@_registered
class PaperUniform(keras.initializers.Initializer):
    """Uniform in ±2.4/F, where F is the fan-in: how many inputs a unit has.

    Args:
        seed: of the draws.
        fan_in: F; None: all but the last axis of the shape that is drawn.
    """

    def __init__(self, seed: int, fan_in: int | None = None) -> None:
        self.seed, self.fan_in = seed, fan_in

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> tf.Tensor:
        """Numbers of that shape."""
        limit = 2.4 / (self.fan_in or math.prod(shape[:-1]))
        return keras.random.uniform(shape, -limit, limit, dtype, self.seed)

    def get_config(self) -> dict[str, int | None]:
        """Its arguments, for Keras to save and load it."""
        return {"seed": self.seed, "fan_in": self.fan_in}


class _WithActivation(keras.layers.Layer):
    """A linear map of its inputs, then an activation; `linear` takes the weights as arguments."""

    def __init__(self, activation: str | None, name: str | None, **options: object) -> None:
        super().__init__(name=name, **options)
        self.activation = keras.activations.get(activation)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """(N, H, W, C) float32 → (N, H', W', C') float32."""
        return self.activation(self.linear(inputs, *self.trainable_weights))

    def get_config(self) -> dict[str, object]:
        """Its arguments, for Keras to save and load it."""
        return super().get_config() | {"activation": keras.activations.serialize(self.activation)}


@_registered
class Subsampling(_WithActivation):
    """The sum of each size×size window, times a coefficient and plus a bias, each one a map; then squashed.

    Args:
        size: side of the windows, which do not overlap.
        activation: name or function.
        seed: of the coefficients' draws.
    """

    def __init__(
        self,
        size: int = 2,
        activation: str | None = None,
        seed: int = 0,
        name: str | None = None,
        **options: object,
    ) -> None:
        super().__init__(activation, name, **options)
        self.size, self.seed = size, seed
        self.pool_size, self.strides, self.padding = (size, size), (size, size), "valid"

    def build(self, input_shape: Sequence[int | None]) -> None:
        """A coefficient and a bias for each of the input's maps."""
        maps = (input_shape[-1],)
        start = PaperUniform(self.seed, fan_in=self.size**2)
        self.coefficient = self.add_weight(name="coefficient", shape=maps, initializer=start)
        self.bias = self.add_weight(name="bias", shape=maps, initializer="zeros")

    def sums(self, inputs: tf.Tensor) -> tf.Tensor:
        """(N, H, W, C) → (N, H/size, W/size, C): the sum of each window."""
        return self.size**2 * tf.nn.avg_pool2d(inputs, self.size, self.size, "VALID")

    def linear(self, inputs: tf.Tensor, coefficient: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
        """Before the activation."""
        return self.sums(inputs) * coefficient + bias

    def get_config(self) -> dict[str, object]:
        """Its arguments, for Keras to save and load it."""
        return super().get_config() | {"size": self.size, "seed": self.seed}


@_registered
class PartialConvolution(_WithActivation):
    """A convolution, without padding, whose every map sees some of the input maps; then squashed.

    Its kernel, (size, size, pairs), has a plane for each pair of an input map and a map: what is not
    connected is no weight. The pairs are in the order of the table.

    Args:
        table: for each map the input maps that it sees.
        kernel_size: side of the kernels.
        activation: name or function.
        seed: of the kernels' draws.
    """

    def __init__(
        self,
        table: Sequence[Sequence[int]],
        kernel_size: int = 5,
        activation: str | None = None,
        seed: int = 0,
        name: str | None = None,
        **options: object,
    ) -> None:
        super().__init__(activation, name, **options)
        self.table = tuple(tuple(each) for each in table)
        self.kernel_size, self.seed = (kernel_size, kernel_size), seed
        self.strides, self.padding = (1, 1), "valid"

    def build(self, input_shape: Sequence[int | None]) -> None:
        """A plane of the kernel for each pair, a bias for each map."""
        pairs = sum(map(len, self.table))
        self._planes = _plane_of_each_place(self.table, input_shape[-1], pairs)
        self.kernel = self.add_weight(
            name="kernel", shape=(*self.kernel_size, pairs), initializer=self._first_kernel
        )
        self.bias = self.add_weight(name="bias", shape=(len(self.table),), initializer="zeros")

    def full_kernel(self, kernel: tf.Tensor) -> tf.Tensor:
        """(size, size, pairs) → (size, size, input maps, maps), 0 where there is no connection."""
        none = tf.zeros((*self.kernel_size, 1), kernel.dtype)
        full = tf.gather(tf.concat([kernel, none], axis=-1), self._planes, axis=-1)
        return tf.reshape(full, (*self.kernel_size, -1, len(self.table)))

    def linear(self, inputs: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
        """Before the activation."""
        return tf.nn.conv2d(inputs, self.full_kernel(kernel), 1, "VALID") + bias

    def get_config(self) -> dict[str, object]:
        """Its arguments, for Keras to save and load it."""
        own = {"table": self.table, "kernel_size": self.kernel_size[0], "seed": self.seed}
        return super().get_config() | own

    def _first_kernel(self, shape: Sequence[int], dtype: str | None = None) -> tf.Tensor:
        """Uniform in ±2.4/F; the fan-in F is another one for maps that see more."""
        limits = [2.4 / (math.prod(self.kernel_size) * len(each)) for each in self.table for _ in each]
        return keras.random.uniform(shape, -1, 1, dtype, self.seed) * tf.constant(limits, tf.float32)


def _plane_of_each_place(table: Sequence[Sequence[int]], num_inputs: int, none: int) -> np.ndarray:
    """(input maps × maps,) int32: which plane of the kernel connects the two; `none` where none does."""
    planes = np.full((num_inputs, len(table)), none, np.int32)
    pairs = [(source, number) for number, sources in enumerate(table) for source in sources]
    for plane, pair in enumerate(pairs):
        planes[pair] = plane
    return planes.ravel()


@_registered
class RadialBasis(keras.layers.Layer):
    """Euclidean radial basis functions with fixed centers, the codes of the ten digits.

    The paper's outputs y_i = Σ_j (x_j − w_ij)² are penalties: the smallest wins. Here they are negated, so
    that they are logits like those of every other network: the largest wins. (N, 84) float32 → (N, 10).
    """

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Nothing to train."""
        self.codes = tf.constant(CODES, tf.float32)  # (10, 84), ±1

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Negated squared distances."""
        return -tf.reduce_sum(tf.math.squared_difference(inputs[:, None, :], self.codes), axis=-1)


def linear(layer: keras.layers.Layer, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
    """What a layer computes before its activation, with these weights in the place of its own."""
    if isinstance(layer, Subsampling | PartialConvolution):
        return layer.linear(inputs, *weights)
    kernel, bias = weights
    if isinstance(layer, keras.layers.Conv2D):
        return tf.nn.conv2d(inputs, kernel, layer.strides, layer.padding.upper()) + bias
    return tf.matmul(inputs, kernel) + bias
