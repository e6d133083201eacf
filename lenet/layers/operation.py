"""What a trained layer computes, in the few operations that other programs have as well.

Each kind of layer says itself which of these it is (`LayerKind.operations`); whoever writes a network for
elsewhere writes these, and knows no kinds. Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass, replace
from math import prod
from typing import Literal

import numpy as np

Shape = tuple[int, ...]  # (height, width, channels), or (units,) once a dense layer has flattened them
Margins = tuple[tuple[int, int], tuple[int, int]]  # (top, bottom), (left, right)


def has_any(margins: Margins) -> bool:
    """Whether a row or a column is added anywhere."""
    return any(map(any, margins))


@dataclass(frozen=True, eq=False)
class Operation:
    """One step from an image's values to its classes; arrays are float32, maps (height, width, channels)."""

    def output_shape(self, shape: Shape) -> Shape:
        """Of one image. As it stands: it keeps the shape."""
        return shape


@dataclass(frozen=True, eq=False)
class WithActivation(Operation):
    """What ends in a function of each value.

    Attributes:
        activation: its name, as `kind.ActivationName` has it.
    """

    activation: str = "linear"

    @property
    def without_softmax(self) -> "WithActivation":
        """The same up to its logits."""
        return replace(self, activation="linear") if self.activation == "softmax" else self


@dataclass(frozen=True, eq=False)
class Convolution(WithActivation):
    """Every map sees all maps, through a window that moves.

    Attributes:
        kernel: (height, width, input maps, maps).
        bias: (maps,).
        strides: of the window, down and to the right.
        margins: rows and columns of zeros around the maps.
    """

    kernel: np.ndarray = None
    bias: np.ndarray = None
    strides: int = 1
    margins: Margins = ((0, 0), (0, 0))

    @property
    def is_padded(self) -> bool:
        """Whether there are any zeros around the maps."""
        return has_any(self.margins)

    def output_shape(self, shape: Shape) -> Shape:
        sides = zip(shape[:2], self.kernel.shape[:2], self.margins, strict=True)
        height, width = ((side + sum(margin) - window) // self.strides + 1 for side, window, margin in sides)
        return height, width, self.kernel.shape[3]


def same_margins(shape: Shape, window: int, strides: int) -> Margins:
    """The zeros of `padding="same"`: where they are odd, the extra row is at the bottom, as in Keras."""
    sums = (max((-(-side // strides) - 1) * strides + window - side, 0) for side in shape[:2])
    top, left = ((total // 2, total - total // 2) for total in sums)
    return top, left


@dataclass(frozen=True, eq=False)
class Pooling(Operation):
    """One value for each window of a map; windows do not overlap, and what is no whole one is left out."""

    what: Literal["max", "average"] = "max"
    size: int = 2

    def output_shape(self, shape: Shape) -> Shape:
        return shape[0] // self.size, shape[1] // self.size, shape[2]


@dataclass(frozen=True, eq=False)
class MeanOfMaps(Operation):
    """The mean of each map: a row."""

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[2],)


@dataclass(frozen=True, eq=False)
class ScaleAndShift(WithActivation):
    """Each value times the scale of its channel, plus the shift of its channel; both (channels,)."""

    scale: np.ndarray = None
    shift: np.ndarray = None


@dataclass(frozen=True, eq=False)
class Product(WithActivation):
    """A row times a matrix, plus a bias. Maps become a row first: row by row, channels last.

    Attributes:
        kernel: (inputs, units).
        bias: (units,).
    """

    kernel: np.ndarray = None
    bias: np.ndarray = None

    def output_shape(self, shape: Shape) -> Shape:
        return (self.kernel.shape[1],)

    def kernel_channels_first(self, shape: Shape) -> np.ndarray:
        """The kernel for maps of `shape` that become a row channel by channel, as in ONNX and PyTorch."""
        if len(shape) == 1:
            return self.kernel
        return self.kernel.reshape(*shape, -1).transpose(2, 0, 1, 3).reshape(prod(shape), -1)


@dataclass(frozen=True, eq=False)
class Function(WithActivation):
    """The activation alone."""


@dataclass(frozen=True, eq=False)
class Distances(Operation):
    """For each class the negated squared distance of a row to its code.

    Attributes:
        codes: (classes, units).
    """

    codes: np.ndarray = None

    def output_shape(self, shape: Shape) -> Shape:
        return (len(self.codes),)
