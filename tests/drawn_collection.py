"""Drawings for the collection of this machine, and runs that learn from it."""

import json
from collections.abc import Sequence

import numpy as np

from lenet.data import datasets
from lenet.data.drawing_collection import Collection
from lenet.data.drawing_sets import DrawingSet
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing, to_json
from lenet.networks import pretrained
from lenet.runs.config import RunConfig
from tests.made_symbols import drawn_each

MODEL = "lenet5-relu"


def collected(count: int, first: int = 0) -> Collection:
    """The collection of this machine with so many more drawings."""
    collection = Collection()
    for number in range(first, first + count):
        random = np.random.default_rng(number)
        strokes = (random.uniform(0, 280, (9, 2)),)
        collection.add(Drawing(strokes, 280.0, 20.0), number % 10, np.zeros((28, 28), np.uint8))
    return collection


def on_my_digits(**changes: object) -> RunConfig:
    settings = {"dataset": "my-digits", "batch_size": 8, "epochs": 2, "initial_weights": MODEL}
    return pretrained.PRETRAINED[MODEL].config.replace(**settings | changes)


def symbols_collected(
    count: int,
    names: Sequence[str] = ("☺", "house", "×"),
    title: str = "Our symbols",
    seed: int | tuple[int, ...] = 5,
) -> DrawingSet:
    """A new set with so many drawings of each, always the same ones of a seed."""
    made, lines = datasets.new_drawing_set(title), []
    made.add_classes(names)
    for drawing, name in drawn_each(names, count, np.random.default_rng(seed)):
        lines.append(json.dumps(to_json(drawing) | {"label": name}))
    made.import_("\n".join(lines).encode())  # under ids that are made from the content
    return made


def drawing(number: int) -> Drawing:
    random = np.random.default_rng(number)
    return Drawing((random.uniform(0, 280, (9, 2)),), 280.0, 20.0)


def image(number: int) -> np.ndarray:
    return render([drawing(number)])[0]
