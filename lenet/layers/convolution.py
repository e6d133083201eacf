"""Convolution: every map sees all maps before it, through a window that moves over them.

Must not import Streamlit, TensorFlow or Keras.
"""

from math import prod
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from lenet.layers import arithmetic
from lenet.layers.arithmetic import WeightedSum
from lenet.layers.kind import ActivationName, Choice, LayerKind, Number, Shape, Side, format_shape
from lenet.layers.operation import Convolution, same_margins
from lenet.layers.view import LayerView


class Conv(LayerKind):
    """2-D convolution; `padding="same"` keeps height and width (at stride 1)."""

    kind: Literal["conv"] = "conv"
    filters: Annotated[int, Number("maps", 36)] = Field(6, ge=1, le=1024)
    kernel_size: Side = Field(5, ge=1, le=64)
    strides: Annotated[int, Choice("stride {0}", 94)] = Field(1, ge=1, le=16)
    padding: Annotated[Literal["valid", "same"], Choice("{0}", 84)] = "valid"
    activation: ActivationName = "relu"

    words: ClassVar[str] = "Convolution"
    letter: ClassVar[str] = "C"
    terms: ClassVar[tuple[str, ...]] = ("convolution", "kernel", "stride", "padding", "activation")
    output_word: ClassVar[str] = "filters"
    look: ClassVar[str] = "convolution"
    needs_maps: ClassVar[bool] = True
    keras_name: ClassVar[str] = "Conv2D"
    variables: ClassVar[tuple[str, ...]] = ("kernel", "bias")
    has_kernel: ClassVar[bool] = True

    @classmethod
    def new(cls) -> Self:
        """Small kernels that keep the size."""
        return cls(filters=16, kernel_size=3, padding="same")

    def title(self) -> str:
        """As in `conv 6@5×5`."""
        size = f"conv {self.filters}@{self.kernel_size}×{self.kernel_size}"
        return size if self.strides == 1 else f"{size} stride {self.strides}"

    def misfit(self, shape: Shape) -> str | None:
        """Its kernel is larger than the maps."""
        room, side = min(shape[:2]), self.kernel_size
        if self.padding == "same" or side <= room:
            return None
        return (
            f"received {format_shape(shape)}; its {side}×{side} kernel is larger than that. "
            f"Use a kernel of at most {room}, or padding same."
        )

    def output_shape(self, shape: Shape) -> Shape:
        """A map for each filter."""
        lost = self.kernel_size - 1 if self.padding == "valid" else 0
        height, width = (-(-(side - lost) // self.strides) for side in shape[:2])  # rounded up
        return height, width, self.filters

    def parameters(self, shape: Shape) -> int:
        """Kernels and biases."""
        return (self.kernel_size**2 * shape[2] + 1) * self.filters

    def connections(self, shape: Shape) -> int:
        """Those of one place, at every place."""
        height, width, _ = self.output_shape(shape)
        return self.parameters(shape) * height * width

    def multiply_adds(self, shape: Shape) -> int:
        """Kernels alone."""
        return self.kernel_size**2 * shape[2] * prod(self.output_shape(shape))

    def window(self, shape: Shape | None) -> tuple[int, int]:
        """The kernel."""
        return self.kernel_size, self.strides

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Convolution]:
        """One."""
        is_same = self.padding == "same"
        margins = same_margins(shape, self.kernel_size, self.strides) if is_same else ((0, 0), (0, 0))
        return (Convolution(self.activation, weights["kernel"], weights["bias"], self.strides, margins),)

    @classmethod
    def work_out(
        cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int
    ) -> WeightedSum:
        """Patch times kernel, input map by input map."""
        return arithmetic.convolution(layer, inputs, channel, row, column)
