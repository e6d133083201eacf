"""Layers of the network of 1998 that Keras does not have. To import this module registers them:

    import keras
    import paper1998_layers  # before the file is opened
    model = keras.models.load_model("lenet5-1998.keras")

Source: LeCun, Bottou, Bengio, Haffner, “Gradient-Based Learning Applied to Document Recognition”, 1998,
section II and appendix A. Needs Keras 3.0 or later, with any backend.
"""

import math

import keras
import numpy as np
from keras import ops

# The codes of the ten digits, rows of their 12×7 bitmaps one after the other: `#` is +1, `.` is −1.
CODES = (
    "................###...##.##.##...####...####...####...##.##.##...###................",
    "...##....###...####.....##.....##.....##.....##.....##.....##...######..............",
    "...............#####.##...###....##....##...###...##....##.....#######..............",
    "#######.....##....##....##....####......##.....##.....####...##.#####...............",
    "......................##..##.##..#####..####...####...####..###.######.....##.....##",
    "..............#########.....##......####....####......####...##.#####...............",
    "..####..##....##.....##.....######.###..####...####...#####..##.#####...............",
    "#######.....##.....##....##....##.....##....##.....##.....##.....##.................",
    ".#####.##...####...####...##.#####.##...####...####...####...##.#####...............",
    ".#####.##..#####...####...####..###.######.....##.....##....##..####................",
)
registered = keras.saving.register_keras_serializable("lenet")


@registered
def scaled_tanh(values):
    """1.7159 · tanh(2a/3) of each value."""
    return 1.7159 * ops.tanh(2 / 3 * values)


@registered
class PaperUniform(keras.initializers.Initializer):
    """Uniform in ±2.4/F, where F is how many inputs a unit has; None: all but the last axis of the shape."""

    def __init__(self, fan_in=None):
        self.fan_in = fan_in

    def __call__(self, shape, dtype=None):
        """Numbers of that shape."""
        limit = 2.4 / (self.fan_in or math.prod(shape[:-1]))
        return keras.random.uniform(shape, -limit, limit, dtype)

    def get_config(self):
        """Its arguments."""
        return {"fan_in": self.fan_in}


class _WithActivation(keras.layers.Layer):
    def __init__(self, activation=None, **options):
        super().__init__(**options)
        self.activation = keras.activations.get(activation)

    def get_config(self):
        return super().get_config() | {"activation": keras.activations.serialize(self.activation)}


@registered
class Subsampling(_WithActivation):
    """The sum of each size×size window, times a coefficient and plus a bias, each one a map."""

    def __init__(self, size=2, activation=None, **options):
        super().__init__(activation, **options)
        self.size = size

    def build(self, input_shape):
        """A coefficient and a bias for each of the input's maps."""
        maps, start = (input_shape[-1],), PaperUniform(self.size**2)
        self.coefficient = self.add_weight(name="coefficient", shape=maps, initializer=start)
        self.bias = self.add_weight(name="bias", shape=maps, initializer="zeros")

    def call(self, inputs):
        """(N, H, W, C) → (N, H/size, W/size, C)."""
        means = ops.average_pool(inputs, self.size, self.size, "valid", "channels_last")
        return self.activation(means * self.size**2 * self.coefficient + self.bias)

    def compute_output_shape(self, input_shape):
        """(N, H/size, W/size, C)."""
        return (input_shape[0], input_shape[1] // self.size, input_shape[2] // self.size, input_shape[3])

    def get_config(self):
        """Its arguments."""
        return super().get_config() | {"size": self.size}


@registered
class PartialConvolution(_WithActivation):
    """A convolution whose every map sees some of the input maps: `table` says which; then squashed.

    Its kernel, (size, size, pairs), has a plane for each pair of an input map and a map, in the order of the
    table.
    """

    def __init__(self, table, kernel_size=5, activation=None, **options):
        super().__init__(activation, **options)
        self.table, self.kernel_size = [list(each) for each in table], kernel_size

    def build(self, input_shape):
        """A plane of the kernel for each pair, a bias for each map."""
        pairs = [(source, number) for number, sources in enumerate(self.table) for source in sources]
        self.planes = np.full(
            (input_shape[-1], len(self.table)), len(pairs), "int32"
        )  # the last: no connection
        for plane, pair in enumerate(pairs):
            self.planes[pair] = plane
        shape = (self.kernel_size, self.kernel_size, len(pairs))
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=self.first_kernel)
        self.bias = self.add_weight(name="bias", shape=(len(self.table),), initializer="zeros")

    def first_kernel(self, shape, dtype=None):
        """Uniform in ±2.4/F; the fan-in F is another one for maps that see more."""
        limits = [2.4 / (self.kernel_size**2 * len(each)) for each in self.table for _ in each]
        return keras.random.uniform(shape, -1, 1, dtype) * np.array(limits, "float32")

    def call(self, inputs):
        """(N, H, W, C) → (N, H', W', maps)."""
        none = ops.zeros((self.kernel_size, self.kernel_size, 1), self.kernel.dtype)
        planes = ops.concatenate([ops.convert_to_tensor(self.kernel), none], axis=-1)
        kernel = ops.reshape(
            ops.take(planes, self.planes.ravel(), axis=-1),
            (self.kernel_size, self.kernel_size, *self.planes.shape),
        )
        return self.activation(ops.conv(inputs, kernel, 1, "valid", "channels_last") + self.bias)

    def compute_output_shape(self, input_shape):
        """(N, H', W', maps)."""
        lost = self.kernel_size - 1
        return (input_shape[0], input_shape[1] - lost, input_shape[2] - lost, len(self.table))

    def get_config(self):
        """Its arguments."""
        return super().get_config() | {"table": self.table, "kernel_size": self.kernel_size}


@registered
class RadialBasis(keras.layers.Layer):
    """For each class the negated squared distance to its code: the largest wins."""

    def call(self, inputs):
        """(N, 84) → (N, 10), logits."""
        codes = np.array([[1 if pixel == "#" else -1 for pixel in code] for code in CODES], "float32")
        return -ops.sum(ops.square(ops.expand_dims(inputs, 1) - codes), axis=-1)

    def compute_output_shape(self, input_shape):
        """(N, 10)."""
        return (input_shape[0], len(CODES))
