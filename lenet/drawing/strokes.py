"""Pen strokes to images the way MNIST's digits were made: scaled into a box first, drawn after.

What is drawn is the same whatever the pen, the place and the size on the canvas: the strokes' middle lines
are scaled to fit 20×20 pixels with their aspect ratio kept, drawn there with one pen width, and shifted so
that the centre of mass is where it is in MNIST's images. Must not import Streamlit, TensorFlow or Keras.
"""

import math
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lenet.errors import DrawingError

MOST_POINTS = 20_000  # of one drawing; a digit has about 50, five minutes without a lift have as many
FARTHEST = 10  # canvases from the corner that a coordinate may be
_CANVAS_SIZES = 0.01, 1e6
_CANVAS, _PEN_SHARE = 500.0, 0.06  # where a file names neither: the box of the UCI pen digits, and their pen


@dataclass(frozen=True)
class Drawing:
    """What somebody drew.

    Attributes:
        strokes: each (points, 2) float: x to the right, y down, from the pen's touch to its lift.
        canvas: width and height of what it was drawn on, in the same unit; square.
        pen: the pen's width on that canvas.
    """

    strokes: tuple[np.ndarray, ...]
    canvas: float = _CANVAS
    pen: float = _CANVAS * _PEN_SHARE


def parse(value: Any, canvas: float = _CANVAS, pen: float | None = None) -> Drawing:
    """The drawing in JSON that was read.

    Args:
        value: `{"strokes": [[[x, y], …], …]}`, with "canvas" and "pen" where known; or the strokes alone.
        canvas: width and height of the canvas, where `value` does not say.
        pen: the pen's width, where `value` does not say; None: 6 % of the canvas.

    Raises:
        DrawingError: it is something else, holds NaN or text, nothing at all, or more than MOST_POINTS.
    """
    if isinstance(value, dict):
        canvas, pen = value.get("canvas", canvas), value.get("pen", pen)
        value = value.get("strokes")
    canvas = _width("canvas", canvas, *_CANVAS_SIZES)
    pen = _width("pen", canvas * _PEN_SHARE if pen is None else pen, canvas / 1000, canvas / 4)
    _check_counts(value)
    strokes = tuple(_stroke(number, points, canvas) for number, points in enumerate(value, start=1))
    return Drawing(strokes, canvas, pen)


def to_json(drawing: Drawing) -> dict[str, Any]:
    """What `parse` reads back as the same drawing, made of what `json` writes."""
    strokes = [stroke.tolist() for stroke in drawing.strokes]
    return {"strokes": strokes, "canvas": float(drawing.canvas), "pen": float(drawing.pen)}


def _width(name: str, value: Any, least: float, most: float) -> float:
    if not _is_number(value) or not least <= value <= most:
        raise DrawingError(
            f"The drawing's {name}: received {_shown(value)}, expected its width, a number from {least:.10g} "
            f"to {most:.10g}. Leave it out where it is not known."
        )
    return float(value)


def _check_counts(strokes: Any) -> None:
    """Raise `DrawingError` unless it is a list of lists with some points, and not too many."""
    if not isinstance(strokes, list | tuple):
        raise DrawingError(
            f'Strokes: received {_shown(strokes)}, expected a list like [[[x, y], …], …] under "strokes".'
        )
    if not strokes:
        raise DrawingError(
            "The drawing has no strokes, expected one or more. Draw something, or leave it out."
        )
    for number, points in enumerate(strokes, start=1):
        if not isinstance(points, list | tuple):
            raise DrawingError(
                f"Stroke {number}: received {_shown(points)}, expected a list of points [x, y], "
                "from the pen's touch to its lift."
            )
    if (count := sum(map(len, strokes))) > MOST_POINTS:
        raise DrawingError(
            f"The drawing has {count:,} points, expected at most {MOST_POINTS:,}. "
            "Split it into one drawing a digit, or keep fewer points."
        )


def _stroke(number: int, points: Sequence[Any], canvas: float) -> np.ndarray:
    if not points:
        raise DrawingError(f"Stroke {number} has no points, expected one or more. Leave that stroke out.")
    for point in points:
        if not (isinstance(point, list | tuple) and len(point) == 2 and all(map(_is_number, point))):
            raise DrawingError(
                f"Stroke {number}: received the point {_shown(point)}, expected two finite numbers [x, y]."
            )
    stroke = np.array(points, np.float64)
    if (farthest := np.abs(stroke).max()) > FARTHEST * canvas:
        raise DrawingError(
            f"Stroke {number}: received a coordinate of {farthest:g} on a canvas of {canvas:g}, expected "
            f'at most {FARTHEST * canvas:g}. Name the true width as "canvas".'
        )
    return stroke


def _is_number(value: Any) -> bool:
    """Whether it is a finite int or float; neither True nor False, nor what is too large for a float."""
    if type(value) is int:
        return abs(value) < 1 << 63
    return isinstance(value, float) and math.isfinite(value)


def _shown(value: Any) -> str:
    """The value as a person may read it, cut to a few words however long it is."""
    return "nothing" if value is None else reprlib.repr(value)
