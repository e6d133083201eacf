"""Which marks on paper are digits, which belong together, and in which order they are read.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csgraph

from lenet.drawing.connected_components import Components
from lenet.drawing.normalization import pen_width
from lenet.errors import DrawingError

MOST_DIGITS = 200
TABLE, TOO_SMALL = "large and at the edge", "too small"  # reasons for which a mark is no digit
_MOST_MARKS = 1_500  # each is compared with each: 200 MB
_SMALLEST = 0.01  # of the picture's longer side; what is smaller is a speck
_FEWEST_PIXELS = 6  # of a mark's longer side
_HAIR = 0.4  # of the pen's width; what is thinner is left of a ruled line
_SPECK = 0.12  # of a digit's height; what is smaller either way is a speck too, or a point
WRITTEN = 3  # widths of the pen: what is smaller either way is a point or a dash, not written
_PIECE = 0.5  # of a digit's height: what is lower may be a piece of one, as the flag of a 5
_LINE = 1.15  # of the ink of a straight line across its box: of digits only a 1 has so little
WHOLE = 0.7  # of a digit's height: what is as high beside another one is a digit of its own
_LOOKED_BACK = 3  # digits of a row: a low one may be beside none of the last two, but beside a tall one
_BAND = 0.06  # of the picture's longer side: how far from its edge a strip, or a frame, may go
_NEAR = 0.2  # of a digit's height: how far a piece may be from its digit


@dataclass(frozen=True)
class Groups:
    """Marks that make a digit each, by their indices, and marks that make none: why, in a few words."""

    digits: list[list[int]]
    left_out: dict[int, str]


@dataclass(frozen=True)
class Marks:
    """What stands on the paper.

    Attributes:
        parts: the components of the foreground.
        chosen: (N,) int: the indices of some of them.
        clusters: (N,) int: equal for marks that are nearer to each other than the pen is wide, or to others
            between them.
        pen: the pen's width in pixels.
    """

    parts: Components
    chosen: np.ndarray
    clusters: np.ndarray
    pen: float

    @property
    def boxes(self) -> np.ndarray:
        """(N, 4) int: left, top, right, bottom."""
        return self.parts.boxes[self.chosen]

    def only(self, some: np.ndarray) -> "Marks":
        """Those, by their place among these or as a mask."""
        return Marks(self.parts, self.chosen[some], self.clusters[some], self.pen)

    def own_pen(self) -> float:
        """The width of what these are drawn with, in pixels."""
        left, top, right, bottom = united(self.boxes)
        return pen_width(
            np.isin(self.parts.labels[top:bottom, left:right], self.chosen + 1).astype(np.float32)
        )


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
    for test, reason in _NO_DIGITS.items():
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
        if _is_written(marks.only(group)):
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


def united(boxes: np.ndarray) -> np.ndarray:
    """(N, 4) → (4,): the box around all."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _cluster_boxes(marks: Marks) -> np.ndarray:
    """(N, 4): of each mark the box around its cluster."""
    own = marks.boxes
    boxes = np.empty_like(own)
    for cluster in np.unique(marks.clusters):
        boxes[marks.clusters == cluster] = united(own[marks.clusters == cluster])
    return boxes


def _typical_height(boxes: np.ndarray) -> float:
    """A digit's height: the median of those that are not much lower than the highest."""
    heights = boxes[:, 3] - boxes[:, 1]
    return float(np.median(heights[heights >= 0.4 * heights.max()]))


def _is_frame(marks: Marks) -> np.ndarray:
    """(N,) bool: around three others or more, which the loops of a digit never are."""
    boxes = marks.boxes
    inside = (boxes[None, :, :2] >= boxes[:, None, :2]) & (boxes[None, :, 2:] <= boxes[:, None, 2:])
    return inside.all(axis=2).sum(axis=1) > 3  # itself is one of them


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
    boxes = _cluster_boxes(marks)
    touches = _touches_edge(boxes, marks.parts.labels.shape)
    if touches.all():
        return np.zeros(len(boxes), bool)
    extents = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    large = touches & (extents > 1.6 * _typical_height(boxes[~touches]))
    if not large.any() or any(_is_written(marks.only([each])) for each in np.flatnonzero(~large)):
        return large
    return np.zeros(len(boxes), bool)


def _is_speck(marks: Marks) -> np.ndarray:
    """(N,) bool: far smaller than digits are, and near no other mark."""
    extents = (marks.boxes[:, 2:] - marks.boxes[:, :2]).max(axis=1)
    small = extents < _SPECK * _typical_height(_cluster_boxes(marks))
    _, cluster, members = np.unique(marks.clusters, return_inverse=True, return_counts=True)
    return small & (members[cluster] == 1)


def _is_written(marks: Marks) -> bool:
    """Whether marks are as tall as writing with their pen is: no point, no dash."""
    box = united(marks.boxes)
    return bool(box[3] - box[1] >= WRITTEN * marks.own_pen())


_NO_DIGITS = {_is_frame: "a frame", _is_edge: "at the edge", _is_table: TABLE, _is_speck: TOO_SMALL}


def _is_piece(marks: Marks) -> bool:
    """Whether a low mark is no digit of its own: a point, a dash, or a line that is not upright."""
    width, height = (marks.boxes[0, 2:] - marks.boxes[0, :2]).tolist()
    pen = marks.own_pen()
    is_line = marks.parts.areas[marks.chosen[0]] <= _LINE * pen * (np.hypot(width, height) + pen)
    return bool(height < WRITTEN * pen or (is_line and height < 1.5 * width))


def _owners(marks: Marks) -> np.ndarray:
    """(N,) int: equal for marks of one digit."""
    boxes, typical = marks.boxes, _typical_height(_cluster_boxes(marks))
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
