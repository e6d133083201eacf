"""Strokes as streamlit-drawable-canvas 0.13 gives them (paths of Fabric 7) → points of the mouse, and back.

Fabric's pencil writes a stroke p0 … pn as `M p0`, then `Q pk (pk + pk+1)/2` for every point but the last,
then `L pn`: so the points are the control points, and the last one follows from the last middle. Fabric moves
both ends by a thousandth of the pen's width; it leaves out a stroke's last point but one, and what is nearer
than 0.4 pixels to the point before. Numpy only; must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from lenet.drawing.strokes import MOST_POINTS, Drawing, parse
from lenet.errors import DrawingError

_NUDGE = 1000  # an end of a path is this many times finer than the pen away from its point
_DIGITS = 3  # after the point, in pixels of the canvas: Fabric rounds the place of a path to four


def to_drawing(data: Any, size: float) -> Drawing | None:
    """What is drawn on the canvas.

    Args:
        data: `json_data` of `st_canvas`, or None.
        size: width and height of the canvas in pixels.

    Returns:
        None where nothing is drawn.

    Raises:
        DrawingError: what was sent is no drawing, or too large a one.
    """
    objects = data.get("objects") if isinstance(data, dict) else None
    objects = objects if isinstance(objects, list) else []
    paths = [each for each in objects if isinstance(each, dict) and each.get("type") == "Path"]
    if not paths:
        return None
    try:
        _check_length(paths)
        with np.errstate(all="ignore"):  # what is not finite is refused by `parse`
            strokes = [np.round(_on_canvas(path), _DIGITS).tolist() for path in paths]
        pen = float(paths[-1]["strokeWidth"])
    except DrawingError:
        raise
    except (TypeError, ValueError, IndexError, KeyError, ArithmeticError, AttributeError) as error:
        raise DrawingError(
            "The canvas sent a stroke that cannot be read. Press Undo, or Clear, and draw it again."
        ) from error
    return parse({"strokes": strokes}, size, min(max(pen, 1.0), size))


def _check_length(paths: list[dict[str, Any]]) -> None:
    """Before anything is worked out: what would take long is not looked at."""
    if (count := sum(len(path["path"]) for path in paths)) > 2 * MOST_POINTS:
        raise DrawingError(
            f"The drawing has {count:,} points, expected at most {MOST_POINTS:,}. Press Clear and draw again."
        )


def to_data(drawing: Drawing | None, size: float, color: str) -> dict[str, Any]:
    """The drawing for `initial_drawing` of a canvas of that size: what the pencil would have written.

    Args:
        drawing: what to draw; None: nothing.
        size: width and height of that canvas in pixels.
        color: of the strokes, CSS.
    """
    if drawing is None:
        return {"objects": []}
    scale = size / drawing.canvas
    strokes = [stroke * scale for stroke in drawing.strokes]
    return {"objects": [_path_object(stroke, drawing.pen * scale, color) for stroke in strokes]}


def _on_canvas(path: dict[str, Any]) -> np.ndarray:
    """(points, 2): where the stroke lies, also after it was moved, turned or scaled on the canvas."""
    commands = path["path"]
    points = _points(commands)
    low, high = _bounds(commands)
    middle = np.array([path["left"], path["top"]], np.float64)  # of the path, wherever it is now
    return (points - (low + high) / 2) @ _turned_and_scaled(path).T + middle


def _points(commands: list[list[Any]]) -> np.ndarray:
    curves = np.array([command[1:5] for command in commands if command[0] == "Q"], np.float64).reshape(-1, 4)
    first, last = (np.array(commands[place][-2:], np.float64) for place in (0, -1))
    if not len(curves):
        return (first + last)[None] / 2  # a dot: its two ends lie on both sides of it
    return np.concatenate([curves[:, :2], 2 * curves[-1:, 2:] - curves[-1:, :2]])


def _bounds(commands: list[list[Any]]) -> tuple[np.ndarray, np.ndarray]:
    """The corners (2,) and (2,) of the box that Fabric takes for the path's own; its middle is the pivot.

    Fabric takes a curve with one control point for one that has it twice; so does this.
    """
    ends = np.array([command[-2:] for command in commands], np.float64)
    controls = np.array([command[1:3] for command in commands[1:]], np.float64).reshape(-1, 2)
    corners = np.concatenate([ends, *_extremes(ends[:-1], controls, ends[1:])])
    return corners.min(axis=0), corners.max(axis=0)


def _extremes(start: np.ndarray, control: np.ndarray, end: np.ndarray) -> Iterator[np.ndarray]:
    """Where x and y of the cubic curves with that control point twice are largest or smallest inside them.

    All are (curves, 2). What is not inside is where the curve starts.
    """
    for share in _roots(3 * (end - start), 6 * (start - control), 3 * (control - start)):
        rest = 1 - share
        value = rest**3 * start + 3 * rest * share * control + share**3 * end
        yield np.where((share > 0) & (share < 1), value, start)


def _roots(square: np.ndarray, linear: np.ndarray, constant: np.ndarray) -> Iterator[np.ndarray]:
    """The zeros of the polynomials; what is not finite where there is none."""
    with np.errstate(all="ignore"):
        root = np.sqrt(linear**2 - 4 * square * constant)
        only = -constant / linear
        for sign in (1, -1):
            yield np.where(np.abs(square) < 1e-12, only, (-linear + sign * root) / (2 * square))


def _turned_and_scaled(path: dict[str, Any]) -> np.ndarray:
    """(2, 2): what was done to the path on the canvas."""
    angle = math.radians(path["angle"])
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    flips = [-1 if path["flipX"] else 1, -1 if path["flipY"] else 1]
    return turn * [path["scaleX"] * flips[0], path["scaleY"] * flips[1]]


def _path_object(stroke: np.ndarray, pen: float, color: str) -> dict[str, Any]:
    commands = _commands(stroke, pen / _NUDGE)
    low, high = _bounds(commands)
    left, top = (low + high) / 2
    return {
        "type": "Path",
        "path": commands,
        "originX": "center",
        "originY": "center",
        "left": float(left),
        "top": float(top),
        "scaleX": 1,
        "scaleY": 1,
        "angle": 0,
        "flipX": False,
        "flipY": False,
        "fill": None,
        "stroke": color,
        "strokeWidth": float(pen),
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
    }


def _commands(stroke: np.ndarray, nudge: float) -> list[list[Any]]:
    first, last = stroke[0].tolist(), stroke[-1].tolist()
    if len(stroke) == 1:
        return [["M", first[0] - nudge, first[1]], ["L", last[0] + nudge, last[1]]]
    middles = (stroke[:-1] + stroke[1:]) / 2
    curves = [["Q", *each] for each in np.concatenate([stroke[:-1], middles], axis=1).tolist()]
    return [["M", *first], *curves, ["L", *last]]
