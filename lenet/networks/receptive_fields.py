"""Receptive fields: which part of the network's input one pixel of a feature map depends on.

Reads Keras layers without importing Keras. Must not import Streamlit.
"""

from dataclasses import dataclass
from typing import Any

Pair = tuple[float, float]  # of rows, of columns


@dataclass(frozen=True)
class ReceptiveField:
    """What the pixels of a map look at, in pixels of the network's input; the middle of the first one is 0.5.

    Attributes:
        center: the middle of what the first pixel looks at.
        step: from there to the middle of what the next pixel looks at.
        size: sides of what each looks at.
    """

    center: Pair = (0.5, 0.5)
    step: Pair = (1.0, 1.0)
    size: Pair = (1.0, 1.0)

    def box(self, row: int, column: int) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what that pixel looks at; a part of it may be padding."""
        middle = [c + s * place for c, s, place in zip(self.center, self.step, (row, column), strict=True)]
        (top, left), (height, width) = middle, self.size
        return left - width / 2, top - height / 2, left + width / 2, top + height / 2


def receptive_field(model: Any, name: str) -> ReceptiveField:
    """That of the layer called so. Exact for a chain of convolutions, pools and what keeps places."""
    field = ReceptiveField()
    names = [layer.name for layer in model.layers]
    for layer in model.layers[: names.index(name) + 1]:
        if (window := window_of(layer)) is not None:
            field = _through(field, window, padding_of(layer, window), layer.strides)
    return field


def window_of(layer: Any) -> tuple[int, int] | None:
    """Height and width of what one output of a convolution or pool sees of its input; None of others."""
    window = getattr(layer, "pool_size", getattr(layer, "kernel_size", None))
    gaps = getattr(layer, "dilation_rate", (1, 1))
    return tuple((side - 1) * gap + 1 for side, gap in zip(window, gaps, strict=True)) if window else None


def padding_of(layer: Any, window: tuple[int, int]) -> tuple[int, int]:
    """Rows of zeros above, and columns left of, its input that the layer adds, as TensorFlow does."""
    if layer.padding == "valid":
        return 0, 0
    sides = zip(layer.input.shape[1:3], layer.output.shape[1:3], layer.strides, window, strict=True)
    rows, columns = (max((out - 1) * step + size - side, 0) // 2 for side, out, step, size in sides)
    return rows, columns


def _through(field: ReceptiveField, window: Pair, padding: Pair, strides: Pair) -> ReceptiveField:
    """That of a layer whose input has the field given."""
    axes = zip(field.center, field.step, field.size, window, padding, strides, strict=True)
    moved = [
        (center + step * ((side - 1) / 2 - margin), step * stride, size + step * (side - 1))
        for center, step, size, side, margin, stride in axes
    ]
    return ReceptiveField(*zip(*moved, strict=True))
