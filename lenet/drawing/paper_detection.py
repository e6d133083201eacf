"""The paper, or the board, in a picture that also shows a table, a room or a person.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np
from PIL import Image
from scipy import ndimage

from lenet.drawing.connected_components import connected_components
from lenet.drawing.normalization import resized

_COARSE = 160  # pixels of the longer side of the picture in which it is looked for
_LEVELS = 9  # grey levels that are tried as the border between the paper and what is around it
_THIN = 5  # coarse pixels: what is thinner is no part of a border
_SMALLEST = 0.1  # of the picture's area
_STRAIGHT = 0.88  # of the smallest rectangle around it, turned as may be: an ellipse fills 0.79 of its own
_OFF = 0.3  # of the picture's edge: as much of the paper may be cut off
_STEP = 0.15  # of the range of grey: what a border is at least, within _NEAR coarse pixels
_NEAR = 7
_MARGIN = 0.02  # of the picture's longer side: its own edge is left out


def crop_to_paper(grey: np.ndarray) -> tuple[np.ndarray, tuple[int, int]] | None:
    """The largest paper alone, what is around it painted over with its own edge.

    Args:
        grey: (H, W) uint8.

    Returns:
        (h, w) uint8, and the left and the top of it in the picture; None where there is no paper.
    """
    scale = min(1, _COARSE / max(grey.shape))
    shape = tuple(max(1, round(length * scale)) for length in grey.shape)
    edges = _largest_paper(resized(grey, shape, Image.Resampling.BOX))
    if edges is None:
        return None
    top, left, right = edges[0], _straightened(edges[1]), _straightened(edges[2])
    rows = np.arange(len(left) * grey.shape[0] // shape[0])
    at = rows * shape[0] // grey.shape[0]
    factor, margin = grey.shape[1] / shape[1], _MARGIN * max(grey.shape)
    first = (left[at] * factor + margin).astype(int).clip(max=grey.shape[1] - 1)
    last = np.maximum(first, (right[at] * factor - margin).astype(int))
    start, stop = int(first.min()), int(last.max()) + 1
    inset = int(margin)
    rows = rows[inset : len(rows) - inset] if len(rows) > 3 * inset else rows
    columns = np.clip(np.arange(start, stop)[None, :], first[rows][:, None], last[rows][:, None])
    above = top * grey.shape[0] // shape[0]
    return grey[(rows + above)[:, None], columns], (start, above + int(rows[0]))


def _largest_paper(small: np.ndarray) -> tuple[int, np.ndarray, np.ndarray] | None:
    """The top, and for each row of it the left and the right end, of the largest part that is paper."""
    thick = (_THIN, _THIN)  # writing on the paper is thinner
    smooth = ndimage.grey_opening(ndimage.grey_closing(small, thick), thick)
    low, high = np.percentile(small, [5, 95])
    steps = ndimage.maximum_filter(smooth, _NEAR) - ndimage.minimum_filter(smooth, _NEAR)
    best, largest = None, _SMALLEST * small.size
    for level in np.linspace(low, high, _LEVELS + 2)[1:-1]:
        parts = connected_components(smooth > level)
        for part in np.flatnonzero(parts.areas > 0.5 * largest):
            mask = parts.labels == part + 1
            if not _ends_in_steps(mask, steps, _STEP * (high - low)):
                continue
            edges = _edges(mask)
            area = float((edges[2] - edges[1]).sum())
            if area > largest and _is_paper(small.shape, *edges, area):
                best, largest = edges, area
    return best


def _ends_in_steps(mask: np.ndarray, steps: np.ndarray, least: float) -> bool:
    """Whether the grey changes so much at the border of a part; where light fades over a page it does not."""
    border = mask & ~ndimage.binary_erosion(mask, border_value=True)
    return bool(border.any() and np.median(steps[border]) >= least)


def _edges(mask: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """The first row of a part, and the left and the right end of each of its rows."""
    rows = np.flatnonzero(mask.any(axis=1))
    own = mask[rows]
    return int(rows[0]), own.argmax(axis=1), own.shape[1] - own[:, ::-1].argmax(axis=1)


def _straightened(ends: np.ndarray) -> np.ndarray:
    """(R,) the ends of rows without bumps that are short: the running median."""
    return ndimage.median_filter(ends, 2 * (len(ends) // 10) + 1, mode="nearest")


def _is_paper(shape: tuple[int, int], top: int, left: np.ndarray, right: np.ndarray, area: float) -> bool:
    """Whether its sides are straight and about at right angles, and most of them in the picture."""
    height, width = shape
    on_edge = (left == 0).sum() + (right == width).sum()
    on_edge += (right[0] - left[0]) * (top == 0) + (right[-1] - left[-1]) * (top + len(left) == height)
    if on_edge > _OFF * 2 * (height + width):
        return False
    rows = np.arange(len(left))
    x, y = np.concatenate([left, right, left, right]), np.concatenate([rows, rows, rows + 1, rows + 1])
    angles = np.radians(np.arange(0, 90, 3))
    across = np.ptp(np.outer(np.cos(angles), x) + np.outer(np.sin(angles), y), axis=1)
    along = np.ptp(np.outer(np.cos(angles), y) - np.outer(np.sin(angles), x), axis=1)
    return area >= _STRAIGHT * float((across * along).min())
