"""What changes values where they stand: batch normalization, dropout, an activation by itself.

Must not import Streamlit, TensorFlow or Keras.
"""

from math import prod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from lenet.layers import arithmetic
from lenet.layers.arithmetic import Scaled
from lenet.layers.kind import ActivationName, Fraction, LayerKind, Shape
from lenet.layers.operation import Function, ScaleAndShift
from lenet.layers.view import LayerView

_EPSILON = 1e-3  # added to the variance: Keras' default


class InPlace(LayerKind):
    """What all of these have in common; none by itself."""

    @classmethod
    def work_out(cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Scaled:
        """The value, scaled and shifted where the layer does that, through its function where it has one."""
        return arithmetic.scaled(layer, inputs, channel, row, column)


class BatchNorm(InPlace):
    """Each channel to mean 0 and variance 1, then a trainable scale and shift."""

    kind: Literal["batch_norm"] = "batch_norm"

    words: ClassVar[str] = "Batch normalization"
    letter: ClassVar[str] = "N"
    terms: ClassVar[tuple[str, ...]] = ("batch normalization",)
    keras_name: ClassVar[str] = "BatchNormalization"
    variables: ClassVar[tuple[str, ...]] = ("gamma", "beta", "moving_mean", "moving_variance")
    of_whole_batch: ClassVar[bool] = True

    def parameters(self, shape: Shape) -> int:
        """Scale and shift; the running mean and variance are not trained."""
        return 2 * shape[-1]

    def connections(self, shape: Shape) -> int:
        """The value and the shift."""
        return 2 * prod(shape)

    def multiply_adds(self, shape: Shape) -> int:
        """One each value."""
        return prod(shape)

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[ScaleAndShift]:
        """With the running mean and variance."""
        scale = weights["gamma"] / np.sqrt(weights["moving_variance"] + np.float32(_EPSILON))
        return (ScaleAndShift("linear", scale, weights["beta"] - weights["moving_mean"] * scale),)


class Dropout(InPlace):
    """While training, each value becomes 0 with probability `rate`."""

    kind: Literal["dropout"] = "dropout"
    rate: Annotated[float, Fraction("of the values", 110)] = Field(0.25, ge=0, lt=1)

    words: ClassVar[str] = "Dropout"
    letter: ClassVar[str] = "D"
    terms: ClassVar[tuple[str, ...]] = ("dropout",)
    comes_late: ClassVar[bool] = True
    keras_name: ClassVar[str] = "Dropout"

    def title(self) -> str:
        """As in `dropout 0.25`."""
        return f"dropout {self.rate:g}"

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[()]:
        """None: it does something while training alone."""
        return ()


class Activation(InPlace):
    """An activation function as a layer of its own."""

    kind: Literal["activation"] = "activation"
    function: ActivationName = "relu"

    words: ClassVar[str] = "Activation"
    terms: ClassVar[tuple[str, ...]] = ("activation",)
    keras_name: ClassVar[str] = "Activation"

    def title(self) -> str:
        """The function."""
        return self.function

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Function]:
        """One."""
        return (Function(self.function),)
