"""The boxes that a form, or a hand, has around digits: found and taken out, also where digits touch them.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np

from lenet.drawing.connected_components import Components, connected_components, large_components
from lenet.drawing.found_digits import Box
from lenet.drawing.marks import WRITTEN, Marks, is_line
from lenet.drawing.ruled_lines import THICKEST, lines_across

_SMALLEST = 8  # widths of the pen: what is smaller is no box with writing in it
_SIDE = 0.7  # of a box: how far each of its sides goes at least; a hand rounds the corners
_STRAIGHT = 0.85  # likewise, where what is written in it touches it
_ALL = 0.95  # of a box: how far a wall inside it goes
_BAND = 0.2  # of a box: how far in a side may be that is askew
_CORNER = 1.5  # widths of the pen
_AS_HIGH = 0.8  # of a box: the height of what may be a digit beside a zero
_LEFT_OVER = 0.35  # of a box: how long what is left of its walls is at most
_SIMILAR = 1.25  # ratio of sizes: boxes of one form, of which some may be empty


@dataclass(frozen=True)
class _Outline:
    """A component with the sides of a box: where it is, and its ink that is no wall, (h, w) bool.

    is_straight: whether its sides go so far as those of no zero do.
    """

    box: Box
    own: np.ndarray
    writing: np.ndarray
    is_straight: bool


def without_boxes(foreground: np.ndarray, parts: Components, pen: float) -> tuple[np.ndarray, list[Box]]:
    """The strokes without the walls of boxes with something written in them, or as large as such a box.

    Boxes may share walls, and be open above. An outline with nothing in it may be a zero, and stays.

    Args:
        foreground: (H, W) bool.
        parts: its components.
        pen: the width of its strokes in pixels.

    Returns:
        (H, W) bool, and the boxes.
    """
    outlines = [each for part in range(len(parts.boxes)) if (each := _outline(parts, part, pen))]
    filled = np.array([_size(each) for each in outlines if _is_filled(each, parts, pen)])
    if not len(filled):
        return foreground, []
    foreground, boxes = foreground.copy(), []
    for each in outlines:
        ratios = filled / _size(each)
        if (np.maximum(ratios, 1 / ratios) <= _SIMILAR).all(axis=1).any():
            left, top, right, bottom = each.box
            foreground[top:bottom, left:right] &= ~each.own | each.writing
            boxes.append(each.box)
    return foreground, boxes


def _size(outline: _Outline) -> np.ndarray:
    return np.array(outline.own.shape, float)


def _outline(parts: Components, part: int, pen: float) -> _Outline | None:
    left, top, right, bottom = box = tuple(parts.boxes[part].tolist())
    if min(right - left, bottom - top) < _SMALLEST * pen:
        return None
    own = parts.mask(part)
    if _sides(own, own) < _SIDE:
        return None
    across, down = _walls(own, pen), _walls(own.T, pen).T
    share = _sides(across, down)
    if share < _SIDE:
        return None
    left_over = large_components(own & ~across & ~down, WRITTEN * pen)
    return _Outline(box, own, _without_corners(left_over, _CORNER * pen), share >= _STRAIGHT)


def _walls(own: np.ndarray, pen: float) -> np.ndarray:
    """What goes across: most of the way near the edges; further in all of it, unlike a digit's stroke."""
    walls, band = lines_across(own, _SIDE, THICKEST * pen), round(_BAND * min(own.shape))
    walls[band:-band] = lines_across(own, _ALL, THICKEST * pen)[band:-band]
    return walls


def _sides(across: np.ndarray, down: np.ndarray) -> float:
    """How far there is ink along the left, the right and the lower side; above, a box may be open."""
    height, width = across.shape
    band = round(_BAND * min(height, width))
    sides = across[-band:].any(axis=0), down[:, :band].any(axis=1), down[:, -band:].any(axis=1)
    return min(float(side.mean()) for side in sides)


def _without_corners(mask: np.ndarray, near: float) -> np.ndarray:
    """What is left of the walls in the corners of a box, or of a zero, is no writing."""
    parts, (height, width) = connected_components(mask), mask.shape
    left, top, right, bottom = parts.boxes.T
    is_small = np.maximum(right - left, bottom - top) <= _LEFT_OVER * min(height, width)
    is_corner = ((left <= near) | (right >= width - near)) & ((top <= near) | (bottom >= height - near))
    return mask & ~np.append(False, is_corner & is_small)[parts.labels]


def _is_filled(outline: _Outline, parts: Components, pen: float) -> bool:
    """Whether something is written in a box: another component, or one that touches it.

    A line alone in what is no higher than others around is the stroke of a zero.
    """
    starts, ends, least = parts.boxes[:, :2], parts.boxes[:, 2:], WRITTEN * pen
    heights = ends[:, 1] - starts[:, 1]
    inside = np.concatenate([starts > outline.box[:2], ends < outline.box[2:]], axis=1).all(axis=1)
    written = np.flatnonzero(inside & (heights >= least))
    own = np.concatenate([starts == outline.box[:2], ends == outline.box[2:]], axis=1).all(axis=1)
    is_among_digits = (heights[~inside & ~own] >= _AS_HIGH * len(outline.own)).any()
    if len(written) == 1 and is_among_digits and is_line(Marks(parts, written, written, pen)):
        return False
    if len(written) or not outline.is_straight:
        return len(written) > 0
    touching = connected_components(outline.writing).boxes
    return bool((touching[:, 3] - touching[:, 1] >= least).any())
