"""Which marks on paper are digits, which belong together, and in which order they are read.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csgraph

from lenet.drawing.marks import WRITTEN, Marks, cluster_boxes, is_line, is_written, typical_height
from lenet.drawing.other_marks import TESTS, TOO_SMALL
from lenet.errors import DrawingError

MOST_DIGITS = 200
_MOST_MARKS = 1_500  # each is compared with each: 200 MB
_SMALLEST = 0.01  # of the picture's longer side; what is smaller is a speck
_FEWEST_PIXELS = 6  # of a mark's longer side
_HAIR = 0.4  # of the pen's width; what is thinner is left of a ruled line
_PIECE = 0.5  # of a digit's height: what is lower may be a piece of one, as the flag of a 5
WHOLE = 0.7  # of a digit's height: what is as high beside another one is a digit of its own
_LOOKED_BACK = 3  # digits of a row: a low one may be beside none of the last two, but beside a tall one
_NEAR = 0.2  # of a digit's height: how far a piece may be from its digit


@dataclass(frozen=True)
class Groups:
    """Marks that make a digit each, by their indices, and marks that make none: why, in a few words."""

    digits: list[list[int]]
    left_out: dict[int, str]


def digit_groups(marks: Marks) -> Groups:
    """The marks that make a digit each; without specks, hairs, frames and the edges of tables.

    Raises:
        DrawingError: there are more than MOST_DIGITS, or so many marks that there must be.
    """
    sizes = marks.boxes[:, 2:] - marks.boxes[:, :2]
    extents = sizes.max(axis=1, initial=0)
    least = max(_FEWEST_PIXELS, _SMALLEST * max(marks.parts.labels.shape))
    seen = np.flatnonzero((extents >= least) & (sizes.min(axis=1) >= _HAIR * marks.pen))
    _check_count(len(seen), _MOST_MARKS)
    left_out: dict[int, str] = {}
    for test, reason in TESTS.items():
        if len(seen):
            refused = test(marks.only(seen))
            left_out |= dict.fromkeys(seen[refused].tolist(), reason)
            seen = seen[~refused]
    if not len(seen):
        return Groups([], left_out)
    owners = _owners(marks.only(seen))
    groups = [seen[owners == owner].tolist() for owner in np.unique(owners)]
    digits = []
    for group in groups:
        if is_written(marks.only(group)):
            digits.append(group)
        else:
            left_out |= dict.fromkeys(group, TOO_SMALL)
    _check_count(len(digits), MOST_DIGITS)
    return Groups(digits, left_out)


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise DrawingError(
            f"There are {count:,} marks like digits in the picture, expected at most {MOST_DIGITS}. "
            "Take plain paper, or cut out a part of the picture."
        )


def _is_piece(marks: Marks) -> bool:
    """Whether a low mark is no digit of its own: a point, a dash, or a line that is not upright."""
    width, height = (marks.boxes[0, 2:] - marks.boxes[0, :2]).tolist()
    return bool(height < WRITTEN * marks.own_pen() or (is_line(marks) and height < 1.5 * width))


def _owners(marks: Marks) -> np.ndarray:
    """(N,) int: equal for marks of one digit."""
    boxes, typical = marks.boxes, typical_height(cluster_boxes(marks))
    low, high = boxes[:, :2], boxes[:, 2:]
    overlaps = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])  # (N, N, 2): x, y
    heights = boxes[:, 3] - boxes[:, 1]
    together = _same_digit(boxes, overlaps, typical)
    whole = heights >= WHOLE * typical
    are_near = marks.clusters[:, None] == marks.clusters[None]
    together |= are_near & ~(whole[:, None] & whole[None]) & _is_one_high(boxes, typical)
    gaps = np.linalg.norm(np.maximum(0, -overlaps), axis=2)
    larger = heights[None] >= 2 * heights[:, None]
    small = heights < _PIECE * typical
    small[small] = [_is_piece(marks.only([index])) for index in np.flatnonzero(small)]
    for piece in np.flatnonzero(small):
        distances = np.where(larger[piece], gaps[piece], np.inf)
        if distances.min() <= _NEAR * typical:
            together[piece, distances.argmin()] = True
    return csgraph.connected_components(together, directed=False)[1]


def _is_one_high(boxes: np.ndarray, typical: float) -> np.ndarray:
    """(N, N) bool: two that are together no higher than a digit, nor wider."""
    low, high = boxes[:, :2], boxes[:, 2:]
    sizes = np.maximum(high[:, None], high[None]) - np.minimum(low[:, None], low[None])
    return (sizes <= 1.2 * typical).all(axis=2)


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

    boxes: (N, 4): left, top, right, bottom. A box goes on the row whose last ones it overlaps most in height.
    """
    rows: list[list[int]] = []
    for index in np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable").tolist():
        shares = [
            max(_shared_height(boxes[each], boxes[index]) for each in row[-_LOOKED_BACK:]) for row in rows
        ]
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
