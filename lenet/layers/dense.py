"""Dense: every input to every unit.

Must not import Streamlit, TensorFlow or Keras.
"""

from math import prod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from lenet.layers import arithmetic
from lenet.layers.arithmetic import WeightedSum
from lenet.layers.kind import ActivationName, LayerKind, Number, Shape
from lenet.layers.operation import Product
from lenet.layers.view import LayerView


class Dense(LayerKind):
    """Every input to every unit."""

    kind: Literal["dense"] = "dense"
    units: Annotated[int, Number("units", 36)] = Field(84, ge=1, le=16384)
    activation: ActivationName = "relu"

    words: ClassVar[str] = "Dense"
    letter: ClassVar[str] = "F"
    terms: ClassVar[tuple[str, ...]] = ("dense layer", "softmax")
    output_word: ClassVar[str] = "units"
    look: ClassVar[str] = "dense"
    flattens: ClassVar[bool] = True
    gives_row: ClassVar[bool] = True
    is_output: ClassVar[bool] = True
    comes_late: ClassVar[bool] = True
    keras_name: ClassVar[str] = "Dense"
    variables: ClassVar[tuple[str, ...]] = ("kernel", "bias")
    has_kernel: ClassVar[bool] = True

    def title(self) -> str:
        """As in `dense 84`."""
        return f"dense {self.units}"

    def output_shape(self, shape: Shape) -> Shape:
        """A row."""
        return (self.units,)

    def parameters(self, shape: Shape) -> int:
        """A weight for each input, and a bias."""
        return (prod(shape) + 1) * self.units

    def connections(self, shape: Shape) -> int:
        """Each weight is used once."""
        return self.parameters(shape)

    def multiply_adds(self, shape: Shape) -> int:
        """The weights alone."""
        return prod(shape) * self.units

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Product]:
        """One."""
        return (Product(self.activation, weights["kernel"], weights["bias"]),)

    @classmethod
    def work_out(
        cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int
    ) -> WeightedSum:
        """Every input with its weight.

        Maps are one term a channel, as in a convolution whose kernel is as large as the map (flattening goes
        row by row, channels last); a row of units is one term of shape (1, units).
        """
        shape = inputs.shape if inputs.ndim == 3 else (1, len(inputs), 1)
        kernel = layer.kernel[:, channel].astype(np.float64).reshape(shape)
        return arithmetic.weighted(layer, inputs.astype(np.float64).reshape(shape), kernel, channel)
