"""Global average pooling: each map becomes one number, its mean, and so the maps a row.

Source: M. Lin, Q. Chen, S. Yan, “Network In Network”, 2013, section 3.2. Must not import Streamlit,
TensorFlow or Keras.
"""

from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal

import numpy as np

from lenet.layers.arithmetic import Mean
from lenet.layers.kind import LayerKind, Shape
from lenet.layers.operation import MeanOfMaps
from lenet.layers.view import LayerView


class GlobalAveragePool(LayerKind):
    """The mean of each map: a row of as many numbers as there are maps."""

    kind: Literal["global_average_pool"] = "global_average_pool"

    words: ClassVar[str] = "Global average pooling"
    letter: ClassVar[str] = "S"
    terms: ClassVar[tuple[str, ...]] = ("pooling",)
    look: ClassVar[str] = "pool"
    needs_maps: ClassVar[bool] = True
    gives_row: ClassVar[bool] = True
    keras_name: ClassVar[str] = "GlobalAveragePooling2D"

    def output_shape(self, shape: Shape) -> Shape:
        """A number for each map."""
        return (shape[2],)

    def connections(self, shape: Shape) -> int:
        """Every value once, as of an average pool with one window."""
        return prod(shape)

    def window(self, shape: Shape | None) -> tuple[int, int]:
        """The whole map."""
        return max(shape[:2]) if shape and len(shape) == 3 else 1, 1

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[MeanOfMaps]:
        """One."""
        return (MeanOfMaps(),)

    @classmethod
    def work_out(cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> "MapMean":
        """The map and its mean."""
        return MapMean(inputs[..., channel].astype(np.float64))


@dataclass(frozen=True)
class MapMean(Mean):
    """The mean of a whole map."""

    @property
    def words(self) -> str:
        """What it is."""
        return f"mean of one map of {self.window.size} values"
