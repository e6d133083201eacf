"""All there is to say of a kind of layer in one class: settings, shapes, counts, words, looks, arithmetic.

A kind is a subclass of `LayerKind`, its Keras part one of `keras_kind.KerasKind`. Must not import Streamlit,
TensorFlow or Keras.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self

import numpy as np

from lenet.layers.arithmetic import Worked
from lenet.layers.operation import Operation, Shape
from lenet.layers.view import LayerView
from lenet.values import Frozen


def format_shape(shape: Shape | None) -> str:
    """`28×28×6`, `84`, or a dash where the shape is unknown."""
    return "×".join(str(side) for side in shape) if shape else "–"


# How the layer editor asks for a setting: what stands in the annotation of a field. One without any stays
# as it is.


@dataclass(frozen=True)
class Number:
    """A box for a whole number between the field's bounds, with `unit` after it."""

    unit: str
    width: int  # of the unit, in pixels


@dataclass(frozen=True)
class Fraction:
    """A box for a number from 0 to less than 1, with `unit` after it."""

    unit: str
    width: int


@dataclass(frozen=True)
class Choice:
    """A menu of the field's values, each in `words` that need no label: `{0}` is the value."""

    words: str
    width: int


Widget = Number | Fraction | Choice

# scaled_tanh: 1.7159 · tanh(2a/3), the paper's of 1998; its units start with weights uniform in ±2.4/fan-in
ActivationName = Annotated[
    Literal["linear", "relu", "tanh", "scaled_tanh", "sigmoid", "elu", "gelu", "softmax"],
    Choice("{0}", 104),
]
Side = Annotated[int, Choice("{0}×{0}", 74)]  # of a square


class LayerKind(Frozen):
    """One layer, and the rules of its kind. As they stand: it keeps the shape, and has no weights.

    A subclass has its name as `kind: Literal["…"] = "…"`, and its settings as fields. `shape` is that of one
    image's input to the layer, which `misfit` has accepted before any other rule is asked.
    """

    kind: str

    # Words and looks
    words: ClassVar[str] = ""  # of the kind in sentences; empty: as Keras calls its layer
    letter: ClassVar[str] = "A"  # of a layer's name, as in C1
    terms: ClassVar[tuple[str, ...]] = ()  # of the glossary, that say what it is
    output_word: ClassVar[Literal["", "filters", "units"]] = ""  # what gives its outputs, where it has any
    look: ClassVar[Literal["convolution", "pool", "dense", "mark"]] = "mark"  # in the drawing of a network

    # Where it may stand
    needs_maps: ClassVar[bool] = False  # else a row of units will do
    flattens: ClassVar[bool] = False  # maps become one row of numbers first
    gives_row: ClassVar[bool] = False  # of units, whatever it is given
    is_output: ClassVar[bool] = False  # it may give the scores of the classes
    gives_distances: ClassVar[bool] = False  # to fixed codes of the classes
    comes_late: ClassVar[bool] = False  # the editor adds it before the output, else before the first row

    # What it does
    keras_name: ClassVar[str] = ""  # of the class of its Keras layer
    variables: ClassVar[tuple[str, ...]] = ()  # of its Keras layer, in the order in which it makes them
    has_kernel: ClassVar[bool] = False  # weights that are learned, one filter or unit each output
    of_whole_batch: ClassVar[bool] = False  # while training an image's values depend on the other images

    @classmethod
    def new(cls) -> Self | None:
        """What the editor's "Add layer" adds, of sizes that fit nearly everywhere; None: not offered."""
        return cls()

    def title(self) -> str:
        """A few words, as in `conv 6@5×5`."""
        return self.kind.replace("_", " ")

    def misfit(self, shape: Shape) -> str | None:
        """Why the layer cannot take `shape` and what would fit; None where it can. Maps are where needed."""
        return None

    def output_shape(self, shape: Shape) -> Shape:
        """Shape of one image's output."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """Trainable numbers."""
        return 0

    def connections(self, shape: Shape) -> int:
        """Inputs and bias of each output, summed over all outputs, as the paper of 1998 counts them."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """Multiplications, each with its addition, for one image; biases are left out."""
        return 0

    def window(self, shape: Shape | None) -> tuple[int, int]:
        """Side of the square that one output sees, and the step from one to the next."""
        return 1, 1

    def constants(self) -> dict[str, np.ndarray]:
        """Name → float32 array of what it computes with besides settings and variables."""
        return {}

    def operations(self, shape: Shape, weights: dict[str, np.ndarray]) -> tuple[Operation, ...]:
        """What it computes once trained, for programs elsewhere.

        Args:
            weights: each of `variables`, as Keras keeps it, float32.
        """
        raise NotImplementedError(f"{self.kind} does not say what it computes")

    def num_connected_maps(self) -> int:
        """Pairs of maps in its settings, where these say which map sees which."""
        return 0

    @classmethod
    def work_out(
        cls, layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int
    ) -> Worked | None:
        """How `layer.after[row, column, channel]`, or `layer.after[channel]` of a row, came about.

        Args:
            inputs: what the layer was given, float32: (height, width, channels) or (units,).

        Returns:
            None: nobody has written down how.
        """
        return None
