"""The Keras layers of `paper1998`, which Keras lacks: subsampling, partial convolution, distances to codes.

Source: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998,
section II and appendix A. Imports TensorFlow and Keras: workers and the command line only. Must not import
Streamlit.
"""

import math
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from lenet.layers import paper1998
from lenet.layers.keras_kind import Array, Draw, KerasKind, Numbers, PaperUniform, function, registered
from lenet.layers.paper1998_tables import CODES


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


@registered
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


@registered
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


@registered
class RadialBasis(keras.layers.Layer):
    """Euclidean radial basis functions with fixed centers, the codes of the ten digits.

    The paper's outputs y_i = Σ_j (x_j − w_ij)² are penalties: the smallest wins. Here they are negated, so
    that they are logits like those of every other network: the largest wins. (N, 84) float32 → (N, 10).
    """

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Nothing to train."""
        self.codes = tf.constant(CODES, tf.float32)  # (10, 84), ±1

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """(N, inputs) → (N, classes): negated squared distances."""
        return -tf.reduce_sum(tf.math.squared_difference(inputs[:, None, :], self.codes), axis=-1)


class SubsamplingKeras(KerasKind):
    """Each map by itself, with numbers to learn."""

    type = Subsampling
    of_each_channel = True

    def make(self, layer: paper1998.Subsampling, name: str, draw: Draw) -> Subsampling:
        """Its coefficients are drawn as in the paper."""
        return Subsampling(layer.size, function(layer.activation), draw.seed, name)

    def numbers(self, layer: Subsampling, array: Array) -> Numbers:
        """The coefficients are a scale."""
        return Numbers(scale=array("coefficient"), shift=array("bias"))

    def linear(self, layer: Subsampling, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
        """As the layer has it."""
        return layer.linear(inputs, *weights)

    def linear_of_squares(self, layer: Subsampling, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
        """The coefficient is of the sum of the window, not of each input: that is squared."""
        coefficient, bias = weights
        return tf.square(layer.sums(inputs)) * coefficient + bias


class PartialConvolutionKeras(KerasKind):
    """A kernel with a plane for each pair of maps."""

    type = PartialConvolution

    def make(self, layer: paper1998.PartialConv, name: str, draw: Draw) -> PartialConvolution:
        """Its kernels are drawn as in the paper."""
        return PartialConvolution(layer.table, layer.kernel_size, function(layer.activation), draw.seed, name)

    def numbers(self, layer: PartialConvolution, array: Array) -> Numbers:
        """The kernel with 0 where nothing is connected."""
        return Numbers(layer.full_kernel(tf.constant(array("kernel"))).numpy(), array("bias"))

    def linear(self, layer: PartialConvolution, inputs: tf.Tensor, *weights: tf.Tensor) -> tf.Tensor:
        """As the layer has it."""
        return layer.linear(inputs, *weights)


class RadialBasisKeras(KerasKind):
    """Fixed codes."""

    type = RadialBasis

    def make(self, layer: paper1998.RadialBasis, name: str, draw: Draw) -> RadialBasis:
        """Nothing is drawn."""
        return RadialBasis(name=name)

    def numbers(self, layer: RadialBasis, array: Array) -> Numbers:
        """The codes in the place of weights."""
        return Numbers(np.array(CODES, np.float32).T)
