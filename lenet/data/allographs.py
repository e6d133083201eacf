"""Allographs: other shapes that people give a digit, rare among the thirty writers of the pen digits.

A seven with a bar and a hooked foot, a one with a foot, a five whose lines cross, a four that is half
finished. Each kind is some styles: strokes through points, written again and again by hands that are not
steady. The last style of each kind is held out: nothing is trained on it. Must not import Streamlit,
TensorFlow or Keras.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lenet.data.allograph_styles import KINDS
from lenet.drawing.curves import smooth
from lenet.drawing.strokes import Drawing

SIDE = 100.0  # of the square in which styles are written
UNSTEADY = 2.6  # standard deviation by which a hand misses each point
SEED = 2026


@dataclass(frozen=True)
class Hand:
    """One way to write a digit: of which kind, in which of its styles, by which hand."""

    kind: str
    style: int
    number: int

    @property
    def label(self) -> int:
        """The digit."""
        return KINDS[self.kind][0]

    @property
    def is_held_out(self) -> bool:
        """Whether nothing is trained on this style."""
        return self.style == len(KINDS[self.kind][1]) - 1

    def drawing(self) -> Drawing:
        """What this hand writes; always the same."""
        random = np.random.default_rng((SEED, list(KINDS).index(self.kind), self.style, self.number))
        strokes = KINDS[self.kind][1][self.style]
        return Drawing(tuple(_written(each, random) for each in strokes), SIDE, 0.08 * SIDE)


def hands(count: int, is_held_out: bool = False, first: int = 0) -> Iterator[Hand]:
    """So many hands, from that number on, in each style that is trained on, or in each that is held out."""
    for kind, (_, styles) in KINDS.items():
        for style in range(len(styles)):
            for number in range(first, first + count):
                if (hand := Hand(kind, style, number)).is_held_out == is_held_out:
                    yield hand


def _written(stroke: str, random: np.random.Generator) -> np.ndarray:
    """(points, 2): the stroke by a hand that misses its points a little."""
    names = stroke.split()
    points = np.array([name.rstrip("/").split(",") for name in names], float)
    points += random.normal(0, UNSTEADY, points.shape)
    corners = [index for index, name in enumerate(names) if name.endswith("/")]
    bounds = [0, *corners, len(points) - 1]
    pieces = [points[first : last + 1] for first, last in pairwise(bounds)]
    return np.concatenate([smooth(piece, 8) for piece in pieces])
