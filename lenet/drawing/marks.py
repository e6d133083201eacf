"""The marks on a picture, and what can be measured of them.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np

from lenet.drawing.connected_components import Components
from lenet.drawing.normalization import pen_width

WRITTEN = 3  # widths of the pen: what is smaller either way is a point or a dash, not written
_LINE = 1.15  # of the ink of a straight line across its box: of digits only a 1 has so little


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


def united(boxes: np.ndarray) -> np.ndarray:
    """(N, 4) → (4,): the box around all."""
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def cluster_boxes(marks: Marks) -> np.ndarray:
    """(N, 4): of each mark the box around its cluster."""
    own = marks.boxes
    boxes = np.empty_like(own)
    for cluster in np.unique(marks.clusters):
        boxes[marks.clusters == cluster] = united(own[marks.clusters == cluster])
    return boxes


def typical_height(boxes: np.ndarray) -> float:
    """A digit's height: the median of those that are not much lower than the highest."""
    heights = boxes[:, 3] - boxes[:, 1]
    return float(np.median(heights[heights >= 0.4 * heights.max()]))


def is_written(marks: Marks) -> bool:
    """Whether marks are as tall as writing with their pen is: no point, no dash."""
    box = united(marks.boxes)
    return bool(box[3] - box[1] >= WRITTEN * marks.own_pen())


def is_line(marks: Marks) -> bool:
    """Whether a mark has no more ink than a straight line across its box."""
    pen, diagonal = marks.own_pen(), np.hypot(*(marks.boxes[0, 2:] - marks.boxes[0, :2]))
    return bool(marks.parts.areas[marks.chosen[0]] <= _LINE * pen * (diagonal + pen))
