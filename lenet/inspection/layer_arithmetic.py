"""One value of a layer, worked out by hand: what goes in, times the weights, their sum, bias, activation.

For pages and the command line, from what the worker sends (`results.LayerView`). Numpy only: must not import
Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lenet.errors import PlaceError
from lenet.inspection.results import LayerView
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
        kind: "max_pool" or "average_pool".
    """

    window: np.ndarray
    kind: str

    @property
    def after(self) -> float:
        """The largest, or the mean."""
        return float(self.window.max() if self.kind == "max_pool" else self.window.mean())

    @property
    def largest(self) -> tuple[int, int]:
        """Row and column of the largest value in the window; the first of several."""
        row, column = np.unravel_index(int(self.window.argmax()), self.window.shape)
        return int(row), int(column)


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
_CODE_WIDTH = 7  # of the 7×12 bitmaps of 1998


def work_out(layer: LayerView, inputs: np.ndarray, channel: int, row: int = 0, column: int = 0) -> Worked:
    """How `layer.after[row, column, channel]`, or `layer.after[channel]` of a dense layer, came about.

    Args:
        inputs: what the layer was given, float32: (height, width, channels) or (units,).

    Raises:
        PlaceError: the layer has no such place, or is of a kind whose arithmetic is not known here.
    """
    _check_place(layer, channel, row, column)
    if layer.kernel is not None and layer.kernel.ndim == 4 and layer.kind in ("conv", "partial_conv"):
        return convolution(layer, inputs, channel, row, column)
    if layer.kernel is not None and layer.kind == "dense":
        return dense(layer, inputs, channel)
    if layer.kind in ("max_pool", "average_pool"):
        return pool(layer, inputs, channel, row, column)
    if layer.kind == "subsampling":
        return subsampling(layer, inputs, channel, row, column)
    if layer.kind == "radial_basis":
        return distance(layer, inputs, channel)
    if layer.kind in ("batch_norm", "activation"):
        return _scaled(layer, inputs, channel, row, column)
    raise PlaceError(
        f"Arithmetic of {layer.name}: a layer of kind {shown(layer.kind)} is not worked out here. Its values "
        "are under Kernels and maps; choose a convolution, a pool or a dense layer."
    )


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
    return _weighted(layer, patch, layer.kernel[..., channel].astype(np.float64), channel)


def dense(layer: LayerView, inputs: np.ndarray, unit: int) -> WeightedSum:
    """Every input with its weight.

    Maps are one term a channel, as in a convolution whose kernel is as large as the map (flattening goes row
    by row, channels last); a row of units is one term of shape (1, units).
    """
    shape = inputs.shape if inputs.ndim == 3 else (1, len(inputs), 1)
    kernel = layer.kernel[:, unit].astype(np.float64).reshape(shape)
    return _weighted(layer, inputs.astype(np.float64).reshape(shape), kernel, unit)


def pool(layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Pooled:
    """The window of one channel; what is over the edge is left out."""
    top, left, height, width = window(layer, row, column)
    rows, columns = _inside(top, height, inputs.shape[0]), _inside(left, width, inputs.shape[1])
    return Pooled(inputs[rows, columns, channel].astype(np.float64), layer.kind)


def subsampling(layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Subsampled:
    """The sum of the window of one channel, its coefficient and its bias."""
    found = pool(layer, inputs, channel, row, column).window
    numbers = float(layer.scale[channel]), float(layer.shift[channel])
    return Subsampled(float(found.sum()), *numbers, layer.activation, found)


def distance(layer: LayerView, inputs: np.ndarray, unit: int) -> Distance:
    """Every input, and the code of that class, in rows as the bitmap is drawn."""
    rows = (-1, _CODE_WIDTH) if len(inputs) % _CODE_WIDTH == 0 else (1, -1)
    return Distance(*(each.astype(np.float64).reshape(rows) for each in (inputs, layer.kernel[:, unit])))


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


def _scaled(layer: LayerView, inputs: np.ndarray, channel: int, row: int, column: int) -> Scaled:
    value = float(inputs[row, column, channel] if inputs.ndim == 3 else inputs[channel])
    scale, shift = (
        default if numbers is None else float(numbers[channel])
        for numbers, default in ((layer.scale, 1.0), (layer.shift, 0.0))
    )
    return Scaled(value, scale, shift, layer.activation)


def _weighted(layer: LayerView, patch: np.ndarray, kernel: np.ndarray, channel: int) -> WeightedSum:
    """(height, width, channels) each → one term a channel."""
    terms = tuple(Term(patch[..., each], kernel[..., each]) for each in range(patch.shape[2]))
    bias = float(layer.bias[channel]) if layer.bias is not None else 0.0
    return WeightedSum(terms, bias, layer.activation)


def _inside(start: int, length: int, size: int) -> slice:
    """The part of start … start + length − 1 that is in 0 … size − 1."""
    return slice(max(start, 0), min(start + length, size))


def _check_place(layer: LayerView, channel: int, row: int, column: int) -> None:
    received = (row, column, channel) if layer.after.ndim == 3 else (channel,)
    if any(not 0 <= each < size for each, size in zip(received, layer.after.shape, strict=True)):
        raise PlaceError(
            f"Place: received {', '.join(map(str, received))}, expected one inside "
            f"{'×'.join(map(str, layer.after.shape))} of {layer.name}. Click another one."
        )
