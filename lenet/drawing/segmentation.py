"""Which marks on paper are digits, which belong together, and in which order they are read.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np
from scipy.sparse import csgraph

from lenet.errors import DrawingError

MOST_DIGITS = 200
_MOST_MARKS = 1_500  # each is compared with each: 200 MB
_SMALLEST = 0.01  # of the picture's longer side; what is smaller is a speck
_FEWEST_PIXELS = 6  # of a mark's longer side
_HAIR = 0.4  # of the pen's width; what is thinner is left of a ruled line
_SPECK = 0.12  # of a digit's height; what is smaller either way is a speck too, or a point
_PIECE = 0.5  # of a digit's height: what is lower may be a piece of one, as the flag of a 5
_ALONE = 0.35  # of a digit's height: what is lower is no digit of its own
_NEAR = 0.2  # of a digit's height: how far a piece may be from its digit


def digit_groups(boxes: np.ndarray, shape: tuple[int, int], pen: float) -> list[list[int]]:
    """The marks that make a digit each.

    Args:
        boxes: (N, 4) int: left, top, right, bottom of each mark.
        shape: height and width of the picture.
        pen: the pen's width in pixels.

    Returns:
        For each digit the indices of its marks; without specks, hairs, frames and the edges of tables.

    Raises:
        DrawingError: there are more than MOST_DIGITS, or so many marks that there must be.
    """
    sizes = boxes[:, 2:] - boxes[:, :2]
    extents = sizes.max(axis=1, initial=0)
    least = max(_FEWEST_PIXELS, _SMALLEST * max(shape))
    marks = np.flatnonzero((extents >= least) & (sizes.min(axis=1) >= _HAIR * pen))
    _check_count(len(marks), _MOST_MARKS)
    marks = marks[~_is_frame(boxes[marks])]
    marks = marks[~_is_table(boxes[marks], shape)]
    if not len(marks):
        return []
    typical = _typical_height(boxes[marks])
    marks = marks[extents[marks] >= _SPECK * typical]
    owners = _owners(boxes[marks], typical)
    groups = [marks[owners == owner].tolist() for owner in np.unique(owners)]
    groups = [group for group in groups if _height(boxes[group]) >= _ALONE * typical]
    _check_count(len(groups), MOST_DIGITS)
    return groups


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise DrawingError(
            f"There are {count:,} marks like digits in the picture, expected at most {MOST_DIGITS}. "
            "Take plain paper, or cut out a part of the picture."
        )


def _height(boxes: np.ndarray) -> int:
    return int(boxes[:, 3].max() - boxes[:, 1].min())


def _typical_height(boxes: np.ndarray) -> float:
    """A digit's height: the median of the marks that are not much lower than the highest."""
    heights = boxes[:, 3] - boxes[:, 1]
    return float(np.median(heights[heights >= 0.4 * heights.max()]))


def _is_frame(boxes: np.ndarray) -> np.ndarray:
    """(N,) bool: around three others or more, which the loops of a digit never are."""
    inside = (boxes[None, :, :2] >= boxes[:, None, :2]) & (boxes[None, :, 2:] <= boxes[:, None, 2:])
    return inside.all(axis=2).sum(axis=1) > 3  # itself is one of them


def _is_table(boxes: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(N,) bool: touches the picture's edge and is far larger than what does not: a table, a hand."""
    touches = (boxes[:, :2] <= 0).any(axis=1) | (boxes[:, 2:] >= shape[::-1]).any(axis=1)
    if touches.all():
        return np.zeros(len(boxes), bool)
    extents = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    return touches & (extents > 1.6 * _typical_height(boxes[~touches]))


def _owners(boxes: np.ndarray, typical: float) -> np.ndarray:
    """(N,) int: equal for marks of one digit."""
    low, high = boxes[:, :2], boxes[:, 2:]
    overlaps = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])  # (N, N, 2): x, y
    together = _same_digit(boxes, overlaps, typical)
    gaps = np.linalg.norm(np.maximum(0, -overlaps), axis=2)
    whole = boxes[:, 3] - boxes[:, 1] >= _PIECE * typical
    for piece in np.flatnonzero(~whole):
        distances = np.where(whole, gaps[piece], np.inf)
        if distances.min() <= _NEAR * typical:
            together[piece, distances.argmin()] = True
    return csgraph.connected_components(together, directed=False)[1]


def _same_digit(boxes: np.ndarray, overlaps: np.ndarray, typical: float) -> np.ndarray:
    """(N, N) bool: boxes that share much of their area, or one above the other, no higher than a digit."""
    sizes = boxes[:, 2:] - boxes[:, :2]
    shared = np.maximum(0, overlaps).prod(axis=2)
    areas = sizes.prod(axis=1)
    much = shared >= 0.2 * np.minimum(areas[:, None], areas[None])
    narrower = np.minimum(sizes[:, None, 0], sizes[None, :, 0])
    bottoms, tops = boxes[:, 3], boxes[:, 1]
    heights = np.maximum(bottoms[:, None], bottoms[None]) - np.minimum(tops[:, None], tops[None])
    stacked = (overlaps[..., 0] >= 0.5 * narrower) & (overlaps[..., 1] >= -0.15 * typical)
    return much | (stacked & (heights <= 1.2 * typical))


def reading_order(boxes: np.ndarray) -> list[int]:
    """The indices of boxes, row by row, each from left to right; rows may be askew.

    boxes: (N, 4): left, top, right, bottom. A box goes on the row whose last one it overlaps most in height.
    """
    rows: list[list[int]] = []
    for index in np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable").tolist():
        shares = [_shared_height(boxes[row[-1]], boxes[index]) for row in rows]
        if shares and max(shares) >= 0.4:
            rows[int(np.argmax(shares))].append(index)
        else:
            rows.append([index])
    rows.sort(key=lambda row: float(boxes[row][:, [1, 3]].mean()))
    return [index for row in rows for index in row]


def _shared_height(one: np.ndarray, other: np.ndarray) -> float:
    """How much of the lower box's height the two have in common, 0 to 1."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, float(shared / min(one[3] - one[1], other[3] - other[1])))
