"""One value of a layer, worked out by hand: what goes in, times the weights, their sum, bias, activation.

For pages and the command line, from what the worker sends (`view.LayerView`); each kind of layer says in its
`work_out` which of these it is. Numpy only: must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lenet.errors import PlaceError
from lenet.layers.view import LayerView
from lenet.sentences import shown


@dataclass(frozen=True)
class Term:
    """What one input channel adds.

    Attributes:
        patch: (height, width) float64: the values under the window; 0 where the window is over the edge.
        kernel: (height, width) float64: their weights.
    """

    patch: np.ndarray
    kernel: np.ndarray

    @property
    def products(self) -> np.ndarray:
        """(height, width) float64."""
        return self.patch * self.kernel

    @property
    def total(self) -> float:
        """Their sum."""
        return float(self.products.sum())


@dataclass(frozen=True)
class WeightedSum:
    """A value of a convolution or of a dense layer.

    Attributes:
        terms: one for each input channel, in order.
        bias: what is added to their sum.
        activation: the function that follows; "softmax" is worked out by `softmax`, and `after` is then None.
    """

    terms: tuple[Term, ...]
    bias: float
    activation: str

    @property
    def total(self) -> float:
        """The sum over all channels."""
        return math.fsum(term.total for term in self.terms)

    @property
    def before(self) -> float:
        """The sum and the bias."""
        return self.total + self.bias

    @property
    def after(self) -> float | None:
        """What the layer gives."""
        return None if self.activation == "softmax" else activate(self.before, self.activation)


@dataclass(frozen=True)
class Pooled:
    """A value of a pool.

    Attributes:
        window: (height, width) float64: the values that it is made of.
    """

    window: np.ndarray

    @property
    def after(self) -> float:
        """What the layer gives."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """What it is, "mean of 4 values"."""
        raise NotImplementedError

    @property
    def marked(self) -> tuple[int, int] | None:
        """Row and column of the one value in the window that it is; None where it is made of all."""
        return None


@dataclass(frozen=True)
class Largest(Pooled):
    """A value of a max pool."""

    @property
    def after(self) -> float:
        """The largest."""
        return float(self.window.max())

    @property
    def words(self) -> str:
        """What it is."""
        return f"largest of {self.window.size} values"

    @property
    def marked(self) -> tuple[int, int]:
        """Where the largest value is; the first of several."""
        row, column = np.unravel_index(int(self.window.argmax()), self.window.shape)
        return int(row), int(column)


@dataclass(frozen=True)
class Mean(Pooled):
    """A value of an average pool."""

    @property
    def after(self) -> float:
        """The mean."""
        return float(self.window.mean())

    @property
    def words(self) -> str:
        """What it is."""
        return f"mean of {self.window.size} values"


@dataclass(frozen=True)
class Shares:
    """A softmax: every score becomes a share of the whole.

    Attributes:
        scores: (classes,) float64.
        powers: (classes,) float64: e to the power of the score less the largest score, so that none is huge.
    """

    scores: np.ndarray
    powers: np.ndarray

    @property
    def total(self) -> float:
        """Sum of the powers."""
        return float(self.powers.sum())

    @property
    def shares(self) -> np.ndarray:
        """(classes,) float64, sum 1."""
        return self.powers / self.powers.sum()


@dataclass(frozen=True)
class Scaled:
    """A value that a layer changes by itself: scaled and shifted, or through an activation alone.

    Attributes:
        value: what goes in.
        scale, shift: of batch normalization; 1 and 0 otherwise.
    """

    value: float
    scale: float
    shift: float
    activation: str

    @property
    def before(self) -> float:
        """Scaled and shifted."""
        return self.value * self.scale + self.shift

    @property
    def after(self) -> float | None:
        """What the layer gives; None for "softmax", as in `WeightedSum`."""
        return None if self.activation == "softmax" else activate(self.before, self.activation)


@dataclass(frozen=True)
class Subsampled(Scaled):
    """A value of a subsampling of 1998: the sum of a window, scaled, shifted, squashed.

    Attributes:
        window: (height, width) float64; `value` is their sum.
    """

    window: np.ndarray


@dataclass(frozen=True)
class Distance:
    """A radial basis function of 1998: how far what comes in is from the code of a class.

    Attributes:
        values, code: (rows, columns) float64, as the code is drawn.
    """

    values: np.ndarray
    code: np.ndarray
    activation: str = "softmax"

    @property
    def squares(self) -> np.ndarray:
        """(rows, columns) float64: the squared differences."""
        return (self.values - self.code) ** 2

    @property
    def before(self) -> float:
        """Less their sum: the nearest code has the largest score."""
        return -float(self.squares.sum())

    @property
    def after(self) -> None:
        """`softmax` works it out."""
        return None


Worked = WeightedSum | Pooled | Scaled | Distance


def is_same(worked: Worked, by_hand: float, own: float) -> bool:
    """Whether `own`, which the network added up in float32 and in an order of its own, is `by_hand`.

    All but for rounding, of which there is as much as what was added is large: pixels of 0 to 255 times
    weights of either sign may sum to next to nothing.
    """
    terms = worked.terms if isinstance(worked, WeightedSum) else ()
    added = sum(np.abs(term.products).sum() for term in terms)
    return bool(np.isclose(own, by_hand, rtol=1e-5, atol=1e-6 * max(1, added)))


def convolution(layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> WeightedSum:
    """The window of every input channel with its kernel; places over the edge are 0, as "same" pads."""
    height, width = layer.kernel.shape[:2]
    top, left, _, _ = window(layer, row, column)
    patch = np.zeros((height, width, inputs.shape[2]))
    rows, columns = _inside(top, height, inputs.shape[0]), _inside(left, width, inputs.shape[1])
    patch[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = inputs[
        rows, columns
    ]
    return weighted(layer, patch, layer.kernel[..., channel].astype(np.float64), channel)


def weighted(layer: LayerView, patch: np.ndarray, kernel: np.ndarray, channel: int) -> WeightedSum:
    """(height, width, channels) each → one term a channel."""
    terms = tuple(Term(patch[..., each], kernel[..., each]) for each in range(patch.shape[2]))
    bias = float(layer.bias[channel]) if layer.bias is not None else 0.0
    return WeightedSum(terms, bias, layer.activation)


def values_under_window(
    layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int
) -> np.ndarray:
    """(height, width) float64: the window of one channel; what is over the edge is left out."""
    top, left, height, width = window(layer, row, column)
    rows, columns = _inside(top, height, inputs.shape[0]), _inside(left, width, inputs.shape[1])
    return inputs[rows, columns, channel].astype(np.float64)


def scaled(layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Scaled:
    """One value alone: scaled and shifted where the layer does so, then through its activation."""
    value = float(inputs[row, column, channel] if inputs.ndim == 3 else inputs[channel])
    scale, shift = (
        default if numbers is None else float(numbers[channel])
        for numbers, default in ((layer.scale, 1.0), (layer.shift, 0.0))
    )
    return Scaled(value, scale, shift, layer.activation)


def softmax(scores: np.ndarray) -> Shares:
    """Scores, (classes,) float, as shares."""
    scores = scores.astype(np.float64)
    return Shares(scores, np.exp(scores - scores.max()))


def window(layer: LayerView, row: int, column: int) -> tuple[int, int, int, int]:
    """Top, left, height and width of what the output at (row, column) sees; top and left can be negative."""
    is_kernel = layer.kernel is not None and layer.kernel.ndim == 4
    height, width = layer.kernel.shape[:2] if is_kernel else (layer.window, layer.window)
    above, before = layer.padding
    return row * layer.stride - above, column * layer.stride - before, height, width


def activate(value: float, function: str) -> float:
    """The activation function of that name at one value. Raises `PlaceError`: it is not known here."""
    if function not in ACTIVATIONS:
        raise PlaceError(
            f"Activation: received {shown(function)}, expected one of {', '.join(ACTIVATIONS)}. "
            "Its values are shown, but not worked out."
        )
    return float(ACTIVATIONS[function](value))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


ACTIVATIONS: dict[str, Callable[[float], float]] = {
    "linear": lambda value: value,
    "relu": lambda value: max(value, 0.0),
    "tanh": math.tanh,
    "scaled_tanh": lambda value: 1.7159 * math.tanh(2 * value / 3),
    "sigmoid": _sigmoid,
    "elu": lambda value: value if value > 0 else math.expm1(value),
    "gelu": lambda value: value * 0.5 * (1 + math.erf(value / math.sqrt(2))),
}

FORMULAS = {
    "linear": "left as it is",
    "relu": "negative values become 0",
    "tanh": "squeezed between −1 and 1",
    "scaled_tanh": "squeezed between −1.7159 and 1.7159",
    "sigmoid": "squeezed between 0 and 1",
    "elu": "negative values become eˣ − 1",
    "gelu": "times the share of a normal distribution below it",
}


def _inside(start: int, length: int, size: int) -> slice:
    """The part of start … start + length − 1 that is in 0 … size − 1."""
    return slice(max(start, 0), min(start + length, size))
