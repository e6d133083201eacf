"""Marks that are no digits: frames, the edges of tables, specks, commas.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.drawing.found_digits import COMMA, FRAME, LINE
from lenet.drawing.marks import Marks, cluster_boxes, is_line, is_written, typical_height
from lenet.drawing.rings import enclosed_by

# Why a mark is no digit
EDGE, TABLE, TOO_SMALL = "at the edge", "large and at the edge", "too small"

_SPECK = 0.12  # of a digit's height; what is smaller either way is a speck too, or a point
_AS_HIGH = 0.8  # of a ring's height: what may be a digit beside a zero
_RINGED = 0.3  # of a ring's height: what is in it at least
_ROUND = 0.85  # of its height: how wide a ring is around a one; a zero with a stroke is narrower
_LONG, _FLAT = 1.3, 3  # of a digit's height: how long a line is that is no dash; of its own height
# Of a digit's height: a comma that hangs below a digit, an apostrophe, what stands beside it like a short one
_COMMA, _APOSTROPHE, _STANDING = 0.52, 0.4, 0.3
_HANGS, _FLOATS = 0.08, 0.6  # of it: how far below a comma goes; of a digit how far down an apostrophe goes
_TALLER = 1.6  # of its own height: what is beside a comma
_BESIDE = 0.25  # of its own height: how far it is beside a digit
_BAND = 0.06  # of the picture's longer side: how far from its edge a strip, or a frame, may go


def _is_frame(marks: Marks) -> np.ndarray:
    """(N,) bool: around three others or more, which the loops of a digit never are, or a ring around one."""
    boxes = marks.boxes
    inside = (boxes[None, :, :2] >= boxes[:, None, :2]) & (boxes[None, :, 2:] <= boxes[:, None, 2:])
    within = inside.all(axis=2)
    is_frame = within.sum(axis=1) > 3  # itself is one of them
    heights = boxes[:, 3] - boxes[:, 1]
    within &= heights[None] >= _RINGED * heights[:, None]
    np.fill_diagonal(within, False)
    for outer, inner in np.argwhere(within):
        as_high = (heights >= _AS_HIGH * heights[outer]) & ~within[outer] & ~within.any(axis=1)
        is_frame[outer] |= _is_ring(marks.only([outer]), marks.only([inner]), as_high.any())
    return is_frame


def _is_ring(outer: Marks, inner: Marks, is_among_digits: bool) -> bool:
    """Whether a mark goes around another one that is written, and is no zero with a stroke in it.

    is_among_digits: whether others are as high that are around nothing.
    """
    left, top, right, bottom = outer.boxes[0].tolist()
    x, y = (inner.boxes[0, :2] + inner.boxes[0, 2:]) // 2 - (left, top)
    hollow = enclosed_by(outer.parts.mask(outer.chosen[0]), outer.pen)
    if not hollow[y, x] or not is_written(inner):
        return False
    width, height = inner.boxes[0, 2:] - inner.boxes[0, :2]
    is_round = right - left >= _ROUND * (bottom - top)
    return not is_line(inner) or bool(is_round and height >= 2 * width and not is_among_digits)


def _is_edge(marks: Marks) -> np.ndarray:
    """(N,) bool: all of it is beside the picture's edge, and not all marks are: a strip, a frame."""
    labels, touches = marks.parts.labels, _touches_edge(marks.boxes, marks.parts.labels.shape)
    if not touches.any():
        return touches
    band = round(_BAND * max(labels.shape))
    is_further_in = np.zeros(len(marks.parts.boxes) + 1, bool)
    is_further_in[labels[band : labels.shape[0] - band, band : labels.shape[1] - band]] = True
    beside = touches & ~is_further_in[marks.chosen + 1]
    return beside & ~beside.all()


def _touches_edge(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return (boxes[:, :2] <= 0).any(axis=1) | (boxes[:, 2:] >= shape[::-1]).any(axis=1)


def _is_table(marks: Marks) -> np.ndarray:
    """(N,) bool: touches the picture's edge and is far larger than what does not: a table, a hand."""
    boxes = cluster_boxes(marks)
    touches = _touches_edge(boxes, marks.parts.labels.shape)
    if touches.all():
        return np.zeros(len(boxes), bool)
    extents = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    large = touches & (extents > 1.6 * typical_height(boxes[~touches]))
    if not large.any() or any(is_written(marks.only([each])) for each in np.flatnonzero(~large)):
        return large
    return np.zeros(len(boxes), bool)


def _is_speck(marks: Marks) -> np.ndarray:
    """(N,) bool: far smaller than digits are, and near no other mark."""
    extents = (marks.boxes[:, 2:] - marks.boxes[:, :2]).max(axis=1)
    small = extents < _SPECK * typical_height(cluster_boxes(marks))
    _, cluster, members = np.unique(marks.clusters, return_inverse=True, return_counts=True)
    return small & (members[cluster] == 1)


def _is_rule(marks: Marks) -> np.ndarray:
    """(N,) bool: a line about horizontal, longer than a digit is high: what is above it is underlined."""
    sizes, typical = marks.boxes[:, 2:] - marks.boxes[:, :2], typical_height(cluster_boxes(marks))
    is_rule = (sizes[:, 0] >= _LONG * typical) & (sizes[:, 0] >= _FLAT * sizes[:, 1])
    is_rule[is_rule] = [is_line(marks.only([each])) for each in np.flatnonzero(is_rule)]
    return is_rule & ~is_rule.all()


def _is_comma(marks: Marks) -> np.ndarray:
    """(N,) bool: a short upright line by itself, after a digit, beside no low one: hanging, or floating."""
    boxes, typical = marks.boxes, typical_height(cluster_boxes(marks))
    sizes, middles = boxes[:, 2:] - boxes[:, :2], (boxes[:, 0] + boxes[:, 2]) / 2
    is_comma = np.zeros(len(boxes), bool)
    for each in np.flatnonzero((sizes[:, 1] < _COMMA * typical) & (sizes[:, 1] >= sizes[:, 0])):
        left, top, right, bottom = boxes[each]
        shared = np.minimum(bottom, boxes[:, 3]) - np.maximum(top, boxes[:, 1])
        beside = shared >= _BESIDE * (bottom - top)
        sides = [np.flatnonzero(beside & side) for side in (middles < left, middles > middles[each])]
        neighbors = [some[np.abs(middles[some] - middles[each]).argmin()] for some in sides if len(some)]
        is_over = np.minimum(boxes[:, 2], right) - np.maximum(boxes[:, 0], left) >= (right - left) / 2
        is_alone = np.count_nonzero(is_over & (marks.clusters == marks.clusters[each])) == 1
        if len(sides[0]) and is_alone and (sizes[neighbors, 1] >= _TALLER * sizes[each, 1]).all():
            is_low = sizes[each, 1] < _highest_comma(boxes[each], boxes[neighbors[0]], typical)
            is_comma[each] = is_low and is_line(marks.only([each]))
    return is_comma


def _highest_comma(box: np.ndarray, digit: np.ndarray, typical: float) -> float:
    """Pixels: below that height a line in a box, after a digit in another, is a comma, or an apostrophe."""
    if box[3] >= digit[3] + _HANGS * typical:
        return _COMMA * typical
    floats = box[3] <= digit[1] + _FLOATS * (digit[3] - digit[1])
    return (_APOSTROPHE if floats else _STANDING) * typical


TESTS = {_is_frame: FRAME, _is_edge: EDGE, _is_table: TABLE, _is_speck: TOO_SMALL, _is_rule: LINE,
         _is_comma: COMMA}  # fmt: skip
