"""Drawings for tests of the collection: each is another one."""

import numpy as np

from lenet.data.drawing_collection import Collection
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing


def drawing(number: int = 0) -> Drawing:
    """Two strokes that no other number has."""
    random = np.random.default_rng(number)
    strokes = tuple(random.uniform(0, 280, (points, 2)) for points in (9, 5))
    return Drawing(strokes, canvas=280.0, pen=20.0)


def image(number: int = 0) -> np.ndarray:
    return render([drawing(number)])[0]


def filled(collection: Collection, count: int) -> list[str]:
    return [collection.add(drawing(number), number % 10, image(number)) for number in range(count)]
