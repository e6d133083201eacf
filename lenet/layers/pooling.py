"""Pooling: each map made smaller by itself, a value for each window; windows do not overlap.

Must not import Streamlit, TensorFlow or Keras.
"""

from math import prod
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from lenet.layers import arithmetic
from lenet.layers.arithmetic import Largest, Mean
from lenet.layers.kind import LayerKind, Shape, Side, format_shape
from lenet.layers.operation import Pooling
from lenet.layers.view import LayerView


class Pool(LayerKind):
    """What all pools have in common; none by itself."""

    size: Side = Field(2, ge=1, le=64)

    letter: ClassVar[str] = "S"  # subsampling, the paper's word
    terms: ClassVar[tuple[str, ...]] = ("pooling",)
    look: ClassVar[str] = "pool"
    needs_maps: ClassVar[bool] = True

    def title(self) -> str:
        """As in `max pool 2×2`."""
        return f"{self.kind.replace('_', ' ')} {self.size}×{self.size}"

    def misfit(self, shape: Shape) -> str | None:
        """Its windows are larger than the maps."""
        room = min(shape[:2])
        if self.size <= room:
            return None
        advice = f"Use a size of at most {room}, or remove this layer." if room > 1 else "Remove this layer."
        window = f"{self.size}×{self.size}"
        return f"received {format_shape(shape)}; windows of {window} would leave 0×0. {advice}"

    def output_shape(self, shape: Shape) -> Shape:
        """As many maps; what is no whole window is left out."""
        return shape[0] // self.size, shape[1] // self.size, shape[2]

    def connections(self, shape: Shape) -> int:
        """The paper's subsampling has a bias too, so 5 for 2×2; these pools have none, so 4."""
        return self.size**2 * prod(self.output_shape(shape))

    def window(self, shape: Shape | None) -> tuple[int, int]:
        """Side by side."""
        return self.size, self.size


class MaxPool(Pool):
    """The largest of each `size`×`size` window; windows do not overlap."""

    kind: Literal["max_pool"] = "max_pool"

    words: ClassVar[str] = "Max pooling"
    keras_name: ClassVar[str] = "MaxPooling2D"

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Pooling]:
        """One."""
        return (Pooling("max", self.size),)

    @classmethod
    def work_out(cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Largest:
        """The window and its largest value."""
        return Largest(arithmetic.values_under_window(layer, inputs, channel, row, column))


class AveragePool(Pool):
    """The mean of each `size`×`size` window; windows do not overlap."""

    kind: Literal["average_pool"] = "average_pool"

    words: ClassVar[str] = "Average pooling"
    keras_name: ClassVar[str] = "AveragePooling2D"

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Pooling]:
        """One."""
        return (Pooling("average", self.size),)

    @classmethod
    def work_out(cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Mean:
        """The window and its mean."""
        return Mean(arithmetic.values_under_window(layer, inputs, channel, row, column))
