"""The boxes that a form, or a hand, has around digits: found and taken out, also where digits touch them.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np

from lenet.drawing.connected_components import Components, connected_components, large_components
from lenet.drawing.found_digits import Box
from lenet.drawing.marks import WRITTEN
from lenet.drawing.ruled_lines import THICKEST, lines_across

_SMALLEST = 8  # widths of the pen: what is smaller is no box with writing in it
_SIDE = 0.7  # of a box: how far each of its sides goes at least; a hand rounds the corners
_ALL = 0.95  # of a box: how far a wall inside it goes
_BAND = 0.15  # of a box: how far in a side may be that is askew
_CORNER = 1.5  # widths of the pen
_SIMILAR = 1.25  # ratio of sizes: boxes of one form, of which some may be empty


@dataclass(frozen=True)
class _Outline:
    """A component with the sides of a box: where it is, and its ink that is no wall, (h, w) bool."""

    box: Box
    own: np.ndarray
    writing: np.ndarray


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
    own = parts.labels[top:bottom, left:right] == part + 1
    if not _has_sides(own, own):
        return None
    across, down = _walls(own, pen), _walls(own.T, pen).T
    if not _has_sides(across, down):
        return None
    return _Outline(box, own, large_components(own & ~across & ~down, WRITTEN * pen))


def _walls(own: np.ndarray, pen: float) -> np.ndarray:
    """What goes across: most of the way near the edges; further in all of it, unlike a digit's stroke."""
    walls, band = lines_across(own, _SIDE, THICKEST * pen), round(_BAND * min(own.shape))
    walls[band:-band] = lines_across(own, _ALL, THICKEST * pen)[band:-band]
    return walls


def _has_sides(across: np.ndarray, down: np.ndarray) -> bool:
    """Whether there is ink all along the left, the right and the lower side; above, a box may be open."""
    height, width = across.shape
    band = round(_BAND * min(height, width))
    sides = across[-band:].any(axis=0), down[:, :band].any(axis=1), down[:, -band:].any(axis=1)
    return all(side.mean() >= _SIDE for side in sides)


def _is_filled(outline: _Outline, parts: Components, pen: float) -> bool:
    """Whether something is written in a box: another component, or one that touches it."""
    starts, ends, least = parts.boxes[:, :2], parts.boxes[:, 2:], WRITTEN * pen
    inside = np.concatenate([starts > outline.box[:2], ends < outline.box[2:]], axis=1).all(axis=1)
    if (ends[inside, 1] - starts[inside, 1] >= least).any():
        return True
    touching = connected_components(outline.writing).boxes
    height, width = outline.own.shape
    is_tall = touching[:, 3] - touching[:, 1] >= least
    near = _CORNER * pen
    beside = (touching[:, 0] <= near) | (touching[:, 2] >= width - near)
    below = (touching[:, 1] <= near) | (touching[:, 3] >= height - near)
    return bool((is_tall & ~(beside & below)).any())  # the corners of a zero are no writing
