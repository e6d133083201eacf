"""Lines drawn under digits that touch them: found and taken out.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.drawing.connected_components import Components, connected_components, large_components
from lenet.drawing.found_digits import Box
from lenet.drawing.marks import WRITTEN
from lenet.drawing.ruled_lines import THICKEST, lines_across

_WIDE = 1.25  # of its height: narrower ones are digits, whose base may be a line
_LOW = 0.6  # of the height: a line under digits is below that
_SHARE = 0.8  # of the width: how far it goes at least
_BEYOND = 1  # widths of the pen: how far it goes on, either way, from a single digit
_TALL = 0.4  # of the height: digits, without what is left of the line


def without_underlines(foreground: np.ndarray, parts: Components, pen: float) -> tuple[np.ndarray, list[Box]]:
    """The strokes without lines under several digits that touch one of them, or several.

    Where one alone is above a line, that may be the base of a two.

    Args:
        foreground: (H, W) bool.
        parts: its components.
        pen: the width of its strokes in pixels.

    Returns:
        (H, W) bool, and the boxes of the lines.
    """
    sizes = parts.boxes[:, 2:] - parts.boxes[:, :2]
    is_wide = (sizes[:, 0] >= _WIDE * sizes[:, 1]) & (sizes[:, 1] >= WRITTEN * pen)
    kept, lines = foreground.copy(), []
    for part in np.flatnonzero(is_wide):
        left, top, right, bottom = parts.boxes[part].tolist()
        own = parts.mask(part)
        line = _underline(own, pen, _num_others(parts, part))
        if line.any():  # and scraps of it
            kept[top:bottom, left:right] &= ~own | large_components(own & ~line, WRITTEN * pen)
            rows = top + np.flatnonzero(line.any(axis=1))
            lines.append((left, int(rows[0]), right, int(rows[-1]) + 1))
    return kept, lines


def _num_others(parts: Components, part: int) -> int:
    """How many other marks stand beside what is above a line: of about their height, and within its ends."""
    left, top, right, bottom = parts.boxes[part]
    starts, ends = parts.boxes[:, :2], parts.boxes[:, 2:]
    middles, heights = (starts[:, 0] + ends[:, 0]) / 2, ends[:, 1] - starts[:, 1]
    is_within = (middles > left) & (middles < right) & (ends[:, 1] > top) & (starts[:, 1] < bottom)
    return int(np.count_nonzero(is_within & (heights >= _TALL * (bottom - top)))) - 1  # itself


def _underline(own: np.ndarray, pen: float, others: int) -> np.ndarray:
    """(h, w) bool: the line, nowhere True where there is none. `others`: digits that do not touch it."""
    height, width = own.shape
    line = lines_across(own, _SHARE, THICKEST * pen)
    line[: int(_LOW * height)] = False
    boxes = connected_components(own & ~line).boxes
    digits = boxes[boxes[:, 3] - boxes[:, 1] >= max(WRITTEN * pen, _TALL * height)]
    is_line = line.any(axis=0).mean() >= _SHARE and len(digits) > 0 and len(digits) + others > 1
    if is_line and len(digits) == 1:
        is_line = min(digits[0, 0], width - digits[0, 2]) >= _BEYOND * pen
    return line if is_line else np.zeros_like(line)
