"""What follows from one layer and the shape it is given: output shape, parameters, connections, misfits.

Plain arithmetic, a class for each kind of layer. Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from math import prod
from typing import Any

from lenet.networks.digit_codes import CODES
from lenet.runs.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    MaxPool,
    PartialConv,
    RadialBasis,
    Shape,
    Subsampling,
)


class LayerRules:
    """Rules of one kind of layer. As they stand: one that keeps the shape and has nothing to train.

    A new kind of layer is a subclass and one entry in `RULES`. `layer` is the layer's config, `shape` its
    input, which `misfit` has accepted before any other rule is asked.
    """

    letter = "A"  # of the layer's name, as in C1

    def title(self, layer: Any) -> str:
        """A few words, as in `conv 6@5×5`."""
        return layer.kind.replace("_", " ")

    def misfit(self, layer: Any, shape: Shape) -> str | None:
        """Why the layer cannot take `shape` and what would fit; None where it can."""
        return None

    def output_shape(self, layer: Any, shape: Shape) -> Shape:
        """Shape of one image's output."""
        return shape

    def parameters(self, layer: Any, shape: Shape) -> int:
        """Trainable numbers."""
        return 0

    def connections(self, layer: Any, shape: Shape) -> int:
        """Inputs and bias of each output, summed over all outputs, as the paper of 1998 counts them."""
        return 0

    def multiply_adds(self, layer: Any, shape: Shape) -> int:
        """Multiplications, each with its addition, for one image; biases are left out."""
        return 0

    def window(self, layer: Any) -> tuple[int, int]:
        """Side of the square that one output sees, and the step from one to the next."""
        return 1, 1


class _Convolution(LayerRules):
    letter = "C"

    def title(self, layer: Conv) -> str:
        size = f"conv {layer.filters}@{layer.kernel_size}×{layer.kernel_size}"
        return size if layer.strides == 1 else f"{size} stride {layer.strides}"

    def misfit(self, layer: Conv, shape: Shape) -> str | None:
        if len(shape) == 1:
            return _needs_maps(shape)
        room, side = min(shape[:2]), layer.kernel_size
        if layer.padding == "same" or side <= room:
            return None
        return (
            f"received {format_shape(shape)}; its {side}×{side} kernel is larger than that. "
            f"Use a kernel of at most {room}, or padding same."
        )

    def output_shape(self, layer: Conv, shape: Shape) -> Shape:
        lost = layer.kernel_size - 1 if layer.padding == "valid" else 0
        height, width = (-(-(side - lost) // layer.strides) for side in shape[:2])  # rounded up
        return height, width, layer.filters

    def parameters(self, layer: Conv, shape: Shape) -> int:
        return (layer.kernel_size**2 * shape[2] + 1) * layer.filters

    def connections(self, layer: Conv, shape: Shape) -> int:
        height, width, _ = self.output_shape(layer, shape)
        return self.parameters(layer, shape) * height * width

    def multiply_adds(self, layer: Conv, shape: Shape) -> int:
        return layer.kernel_size**2 * shape[2] * prod(self.output_shape(layer, shape))

    def window(self, layer: Conv) -> tuple[int, int]:
        return layer.kernel_size, layer.strides


class _Pool(LayerRules):
    letter = "S"  # subsampling, the paper's word

    def title(self, layer: MaxPool | AveragePool) -> str:
        return f"{layer.kind.replace('_', ' ')} {layer.size}×{layer.size}"

    def misfit(self, layer: MaxPool | AveragePool, shape: Shape) -> str | None:
        if len(shape) == 1:
            return _needs_maps(shape)
        room = min(shape[:2])
        if layer.size <= room:
            return None
        advice = f"Use a size of at most {room}, or remove this layer." if room > 1 else "Remove this layer."
        window = f"{layer.size}×{layer.size}"
        return f"received {format_shape(shape)}; windows of {window} would leave 0×0. {advice}"

    def output_shape(self, layer: MaxPool | AveragePool, shape: Shape) -> Shape:
        return shape[0] // layer.size, shape[1] // layer.size, shape[2]

    def connections(self, layer: MaxPool | AveragePool, shape: Shape) -> int:
        # The paper's subsampling has a bias too, so 5 for 2×2; these pools have none, so 4.
        return layer.size**2 * prod(self.output_shape(layer, shape))

    def window(self, layer: MaxPool | AveragePool) -> tuple[int, int]:
        return layer.size, layer.size


class _FullyConnected(LayerRules):
    letter = "F"

    def title(self, layer: Dense) -> str:
        return f"dense {layer.units}"

    def output_shape(self, layer: Dense, shape: Shape) -> Shape:
        return (layer.units,)

    def parameters(self, layer: Dense, shape: Shape) -> int:
        return (prod(shape) + 1) * layer.units

    def connections(self, layer: Dense, shape: Shape) -> int:
        return self.parameters(layer, shape)

    def multiply_adds(self, layer: Dense, shape: Shape) -> int:
        return prod(shape) * layer.units


class _Dropout(LayerRules):
    letter = "D"

    def title(self, layer: Dropout) -> str:
        return f"dropout {layer.rate:g}"


class _BatchNormalization(LayerRules):
    letter = "N"

    def parameters(self, layer: BatchNorm, shape: Shape) -> int:
        return 2 * shape[-1]  # scale and shift; the running mean and variance are not trained

    def connections(self, layer: BatchNorm, shape: Shape) -> int:
        return 2 * prod(shape)

    def multiply_adds(self, layer: BatchNorm, shape: Shape) -> int:
        return prod(shape)


class _Function(LayerRules):
    def title(self, layer: Activation) -> str:
        return layer.function


class _Subsampling(_Pool):
    def title(self, layer: Subsampling) -> str:
        return f"subsampling {layer.size}×{layer.size}"

    def parameters(self, layer: Subsampling, shape: Shape) -> int:
        return 2 * shape[2]

    def connections(self, layer: Subsampling, shape: Shape) -> int:
        return (layer.size**2 + 1) * prod(self.output_shape(layer, shape))

    def multiply_adds(self, layer: Subsampling, shape: Shape) -> int:
        return prod(self.output_shape(layer, shape))


class _PartialConvolution(LayerRules):
    letter = "C"

    def title(self, layer: PartialConv) -> str:
        return f"partial conv {len(layer.table)}@{layer.kernel_size}×{layer.kernel_size}"

    def misfit(self, layer: PartialConv, shape: Shape) -> str | None:
        if len(shape) == 1:
            return _needs_maps(shape)
        needed, room = 1 + max(map(max, layer.table)), min(shape[:2])
        if shape[2] < needed:
            return (
                f"received {format_shape(shape)}; its table names input map {needed - 1}, so it needs "
                f"{needed} maps or more. Give the layer before it {needed} maps."
            )
        if layer.kernel_size <= room:
            return None
        side = layer.kernel_size
        return (
            f"received {format_shape(shape)}; its {side}×{side} kernel is larger than that. "
            f"Use a kernel of at most {room}."
        )

    def output_shape(self, layer: PartialConv, shape: Shape) -> Shape:
        return shape[0] - layer.kernel_size + 1, shape[1] - layer.kernel_size + 1, len(layer.table)

    def parameters(self, layer: PartialConv, shape: Shape) -> int:
        return layer.kernel_size**2 * sum(map(len, layer.table)) + len(layer.table)

    def connections(self, layer: PartialConv, shape: Shape) -> int:
        height, width, _ = self.output_shape(layer, shape)
        return self.parameters(layer, shape) * height * width

    def multiply_adds(self, layer: PartialConv, shape: Shape) -> int:
        height, width, _ = self.output_shape(layer, shape)
        return layer.kernel_size**2 * sum(map(len, layer.table)) * height * width

    def window(self, layer: PartialConv) -> tuple[int, int]:
        return layer.kernel_size, 1


class _RadialBasis(LayerRules):
    letter = "R"

    def title(self, layer: RadialBasis) -> str:
        return f"radial basis {len(CODES)}"

    def misfit(self, layer: RadialBasis, shape: Shape) -> str | None:
        if shape == (len(CODES[0]),):
            return None
        return (
            f"received {format_shape(shape)}; its codes have {len(CODES[0])} numbers. "
            f"Put a dense layer of {len(CODES[0])} units before it."
        )

    def output_shape(self, layer: RadialBasis, shape: Shape) -> Shape:
        return (len(CODES),)

    def connections(self, layer: RadialBasis, shape: Shape) -> int:
        return len(CODES) * len(CODES[0])

    def multiply_adds(self, layer: RadialBasis, shape: Shape) -> int:
        return len(CODES) * len(CODES[0])


_POOL = _Pool()
RULES: dict[type, LayerRules] = {
    Conv: _Convolution(),
    MaxPool: _POOL,
    AveragePool: _POOL,
    Dense: _FullyConnected(),
    Dropout: _Dropout(),
    BatchNorm: _BatchNormalization(),
    Activation: _Function(),
    Subsampling: _Subsampling(),
    PartialConv: _PartialConvolution(),
    RadialBasis: _RadialBasis(),
}


def _needs_maps(shape: Shape) -> str:
    return (
        f"received a row of {shape[0]:,} numbers; it needs feature maps (height×width×channels). "
        "Move it before the first dense layer."
    )


def format_shape(shape: Shape | None) -> str:
    """`28×28×6`, `84`, or a dash where the shape is unknown."""
    return "×".join(str(side) for side in shape) if shape else "–"
