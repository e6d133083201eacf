"""Strokes that nobody drew."""

import numpy as np

from lenet.drawing.strokes import Drawing

SEVEN = [[[120, 100], [380, 100], [200, 420]], [[160, 260], [330, 260]]]


def synthetic_digits(count: int) -> list[Drawing]:
    """Wavy lines of some 50 points, in one to three strokes, anywhere on the canvas."""
    chance = np.random.default_rng(3)
    drawings = []
    for _ in range(count):
        turns = chance.normal(0, 0.4, 50).cumsum() + chance.uniform(0, 6.3)
        path = 250 + 12 * np.stack([np.cos(turns), np.sin(turns)], 1).cumsum(axis=0)
        drawings.append(Drawing(tuple(np.array_split(np.clip(path, 0, 500), chance.integers(1, 4)))))
    return drawings
