"""How often a model reads drawings right that nothing was trained on, however they are drawn.

    python benchmarks/drawing_accuracy.py [--model lenet5-draw]

The 1,249 held-out drawings of the data set `pens` (needs pen_strokes.jsonl.gz in a data folder), drawn by
pens of many widths, small and large, in corners, turned, and as pictures of pixels. A turned or moved drawing
is the same strokes moved before anything else happens to them, as if a person had drawn them so.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

from lenet.data import pen_digits
from lenet.drawing import photographs  # noqa: E402
from lenet.drawing.rasterization import render  # noqa: E402
from lenet.drawing.strokes import Drawing
from lenet.evaluation import predictor
from lenet.networks.loading import load_model

CANVAS = 280
MARGIN = 20  # around the canvas, for the widest pen
Rows = Iterator[tuple[str, np.ndarray]]


def placed(drawing: Drawing, size: float, corner: tuple[int, int], pen: float, degrees: float = 0) -> Drawing:
    """The strokes turned, scaled to `size` of the canvas, in a corner or (0, 0) the middle; whole pixels."""
    points = np.concatenate(drawing.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = size * (CANVAS - 40) / float((high - low).max())
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    room = (CANVAS - 40) * (1 - size) / 2
    middle = CANVAS / 2 + np.array(corner) * room
    strokes = [np.rint((stroke - (low + high) / 2) @ turn.T + middle) for stroke in drawing.strokes]
    return Drawing(tuple(strokes), canvas=CANVAS, pen=pen)


def rows_of_strokes(drawings: list[Drawing]) -> Rows:
    """What the network sees of each way to draw, (N, 28, 28) uint8."""
    yield "as they are", render(drawings)
    for pen in (6, 12, 20, 30, 40):
        yield f"pen {pen} on {CANVAS}", render([placed(each, 1, (0, 0), pen) for each in drawings])
    for name, corner in {"middle": (0, 0), "top left": (-1, -1), "bottom right": (1, 1)}.items():
        yield f"a quarter in size, {name}", render([placed(each, 0.25, corner, 20) for each in drawings])
    for degrees in (-15, -10, 10, 15):
        yield f"turned by {degrees}°", render([placed(each, 1, (0, 0), 20, degrees) for each in drawings])


def rows_of_pictures(drawings: list[Drawing]) -> Rows:
    """The same, drawn as pixels and read as a photograph is."""
    for pen in (6, 12, 20, 30, 40):
        pictures = [picture(placed(each, 1, (0, 0), pen)) for each in drawings]
        yield f"picture, pen {pen}", np.stack([read(each) for each in pictures])


def picture(drawing: Drawing) -> np.ndarray:
    """(H, W) uint8, black ink on white."""
    side = CANVAS + 2 * MARGIN
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    radius = drawing.pen / 2
    for stroke in drawing.strokes:
        points = [tuple(point + MARGIN) for point in stroke]
        draw.line(points, fill=0, width=round(drawing.pen), joint="curve")
        for x, y in (points[0], points[-1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return np.asarray(image)


def read(grey: np.ndarray) -> np.ndarray:
    """The largest digit that is found, (28, 28) uint8."""
    found = photographs.find_digits(grey).digits
    return max(found, key=lambda each: (each.box[2] - each.box[0]) * (each.box[3] - each.box[1])).image


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="lenet5-draw")
    parser.add_argument("--runs", type=Path)
    arguments = parser.parse_args()
    loaded = load_model(arguments.model, arguments.runs)
    strokes, labels = pen_digits.drawings(pen_digits.path())
    held_out = np.flatnonzero(pen_digits.held_out())
    chosen, names = [strokes[index] for index in held_out], labels[held_out]
    for rows in (rows_of_strokes, rows_of_pictures):
        for name, images in rows(chosen):
            right = predictor.predict(loaded, images[..., None]).argmax(axis=1) == names
            print(f"{name:32} {right.mean():7.2%}  {int((~right).sum()):4} wrong", flush=True)
