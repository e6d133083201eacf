"""Digits drawn with a pen: real ones where pen_strokes.jsonl.gz is among the data, else curves made here."""

import gzip
import json
from itertools import islice

import numpy as np

from lenet.data.published_files import data_folders
from lenet.drawing.strokes import Drawing

BOX = 500  # width and height of what they are drawn on, as in pen_strokes.jsonl.gz

# Corners of each stroke on a 100×100 square, x right, y down; a smooth curve goes through them.
_CURVES = {
    0: [[(52, 8), (28, 28), (24, 60), (42, 90), (66, 82), (76, 46), (66, 14), (50, 8)]],
    1: [[(36, 26), (54, 8), (54, 50), (53, 92)]],
    2: [[(26, 28), (42, 8), (66, 14), (68, 38), (48, 64), (26, 88), (50, 88), (76, 88)]],
    3: [[(28, 14), (56, 8), (68, 26), (44, 46), (70, 60), (64, 86), (26, 86)]],
    4: [[(44, 8), (34, 34), (24, 58), (50, 57), (78, 54)], [(64, 30), (62, 60), (60, 94)]],
    5: [[(34, 10), (32, 28), (30, 46), (56, 42), (72, 60), (60, 86), (26, 86)],
        [(34, 10), (52, 10), (72, 8)]],
    6: [[(64, 8), (40, 30), (28, 62), (42, 90), (66, 80), (64, 58), (44, 54), (30, 68)]],
    7: [[(24, 14), (48, 12), (76, 10), (60, 40), (48, 66), (40, 94)]],
    8: [[(66, 20), (46, 8), (32, 24), (50, 46), (70, 68), (50, 92), (30, 72), (48, 48), (66, 20)]],
    9: [[(70, 24), (48, 10), (30, 28), (44, 48), (68, 34), (71, 22), (68, 56), (60, 92)]],
}  # fmt: skip


def drawn_digits(count: int) -> list[tuple[Drawing, int]]:
    """Drawings with their labels, always the same ones."""
    for folder in data_folders():
        path = folder / "pen_strokes.jsonl.gz"
        if path.is_file():
            with gzip.open(path, "rt", encoding="ascii") as file:
                return [_from_line(line) for line in islice(file, count)]
    random = np.random.default_rng(0)
    return [(_made(number % 10, random), number % 10) for number in range(count)]


def _from_line(line: str) -> tuple[Drawing, int]:
    row = json.loads(line)
    return Drawing(tuple(np.array(stroke, float) for stroke in row["strokes"]), BOX, 30.0), row["label"]


def _made(label: int, random: np.random.Generator) -> Drawing:
    """The digit's curves, a little slanted, stretched and moved."""
    slant, stretch = random.uniform(-0.15, 0.2), random.uniform(0.85, 1.15)
    place, size = random.uniform(0.3, 0.7, 2) * BOX, random.uniform(2.0, 3.5)
    strokes = []
    for corners in _CURVES[label]:
        x, y = (_smooth(np.array(corners, float)) - 50).T
        strokes.append(np.stack([(x * stretch - slant * y), y], axis=1) * size + place)
    return Drawing(tuple(np.clip(stroke, 5, BOX - 5) for stroke in strokes), BOX, 30.0)


def _smooth(corners: np.ndarray) -> np.ndarray:
    """(corners, 2) → (points, 2): a Catmull-Rom curve through them, six points a piece."""
    padded = np.concatenate([corners[:1], corners, corners[-1:]])
    points = []
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for share in np.linspace(0, 1, 6, endpoint=False):
            points.append(
                0.5 * (2 * start + (end - before) * share
                       + (2 * before - 5 * start + 4 * end - after) * share**2
                       + (3 * start - before - 3 * end + after) * share**3)
            )  # fmt: skip
    return np.array([*points, corners[-1]])
