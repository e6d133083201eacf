"""Made pictures of digits among marks that are none: the boxes of a form, a ring, an underline, a comma.

One function a kind, as in `picture_kinds`. Must not import `lenet.drawing.photographs`: what is measured
makes no part of its own test.
"""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.picture_kinds import Ink, Picture, Random, place, saved, tile
from lenet.drawing.strokes import Drawing
from tests.drawn_digits import drawn_digits
from tests.paper import Look, camera, tile_of_drawing

_FINER = 4
_ROUND = ["00", "007", "100", "500", "88", "80", "600", "11", "10"]


def _lines(
    shape: tuple[int, int], paths: list[np.ndarray], width: float, random: Random, shake: float
) -> Ink:
    """Lines through points (x, y) that shake by so many pixels, as a hand's do; ink 0 to 1."""
    sheet = Image.new("L", (shape[1] * _FINER, shape[0] * _FINER))
    pen = ImageDraw.Draw(sheet)
    for path in paths:
        points = np.concatenate([np.linspace(a, b, 8) for a, b in zip(path, path[1:], strict=False)])
        points = (points + random.normal(0, shake, points.shape)) * _FINER
        radius = width * _FINER / 2
        pen.line([tuple(point) for point in points], fill=255, width=round(2 * radius), joint="curve")
        for x, y in points[:: len(points) - 1]:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.reduce(_FINER), np.float32) / 255


def _photographed(ink: Ink, height: int, random: Random) -> bytes:
    look = Look(digit=height, light=random.uniform(0, 0.4), noise=2.5, blur=0.7)
    return saved(camera(ink, look, random))


def _numbers(random: Random, count: int, height: int, pen: float) -> tuple[list[Ink], tuple[int, ...]]:
    made = [tile(random, int(height * random.uniform(0.9, 1.1)), pen) for _ in range(count)]
    return [each for each, _ in made], tuple(label for _, label in made)


def form(random: Random) -> Picture:
    """A digit in each box: boxes apart, with shared walls, open above, or two rows of a table."""
    height = int(random.choice([50, 80, 130]))
    pen = height * random.uniform(0.07, 0.1)
    rows = 1 + (random.random() < 0.25)
    columns = int(random.integers(1, 7)) if rows == 1 else int(random.integers(2, 5))
    tiles, labels = _numbers(random, rows * columns, height, pen)
    box = height * random.uniform(1.25, 1.7, 2)  # width, height
    apart = random.choice([0.0, 0.15, 0.4]) * height if rows == 1 else 0.0
    is_open = apart == 0 and rows == 1 and random.random() < 0.3
    shape = int(rows * box[1] + 1.6 * height), int(columns * (box[0] + apart) + 1.6 * height)
    ink, paths = np.zeros(shape, np.float32), []
    for index, each in enumerate(tiles):
        row, column = divmod(index, columns)
        left, top = 0.8 * height + column * (box[0] + apart), 0.8 * height + row * box[1]
        right, bottom = left + box[0], top + box[1]
        corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)]
        paths.append(np.array(corners[:-1] if is_open else corners))
        slack = np.array([box[1] - each.shape[0], box[0] - each.shape[1]]) / 2
        y, x = np.array([top, left]) + slack + np.clip(random.normal(0, 0.35, 2), -1.05, 1.05) * slack
        place(ink, each, int(y), int(x))
    by_hand = random.random() < 0.4
    line = pen * random.uniform(0.8, 1.1) if by_hand else pen * random.uniform(0.25, 0.7)
    lines = _lines(shape, paths, line, random, 0.012 * height * by_hand)
    return Picture(_photographed(np.maximum(ink, lines), height, random), labels)


def comma(random: Random) -> Picture:
    """Digits in a row with a comma, a point or an apostrophe between two of them."""
    height = int(random.choice([50, 90, 150]))
    pen = height * random.uniform(0.06, 0.1)
    tiles, labels = _numbers(random, int(random.integers(2, 6)), height, pen)
    shape = 2 * height, int(sum(each.shape[1] + 0.6 * height for each in tiles) + height)
    ink, left, after = np.zeros(shape, np.float32), 0.5 * height, random.integers(len(tiles) - 1)
    for number, each in enumerate(tiles):
        top = 0.5 * height + (1.1 * height - each.shape[0])
        place(ink, each, int(top), int(left))
        left += each.shape[1] + height * random.uniform(0.15, 0.35)
        if number == after:
            low, sign = height * random.uniform(0.2, 0.4), random.random()
            base = 0.75 * height if sign > 0.8 else 1.45 * height if sign > 0.2 else 1.6 * height - low
            lean = random.uniform(0.1, 0.6) * low
            points = [(left + lean, base), (left + 0.8 * lean, base + 0.5 * low), (left, base + low)]
            if sign <= 0.2:  # a point
                points = [(left, 1.6 * height)] * 2
            ink = np.maximum(ink, _lines(shape, [np.array(points)], pen, random, 0))
            left += lean + height * random.uniform(0.15, 0.35)
    return Picture(_photographed(ink, height, random), labels)


def ringed(random: Random) -> Picture:
    """One or two digits with a ring around them."""
    return _ringed(random, (1.5, 1.8))


def tightly_ringed(random: Random) -> Picture:
    """The same with a ring that touches them here and there."""
    return _ringed(random, (1.05, 1.4))


def _ringed(random: Random, times: tuple[float, float]) -> Picture:
    """A ring so many times as wide and high as what is in it, at least and at most."""
    height = int(random.choice([50, 90, 150]))
    pen = height * random.uniform(0.06, 0.09)
    tiles, labels = _numbers(random, int(random.integers(1, 3)), height, pen)
    wide = sum(each.shape[1] for each in tiles) + 0.2 * height * (len(tiles) - 1)
    radii = np.array([wide, max(each.shape[0] for each in tiles)]) / 2 * random.uniform(*times)
    radii[0] = max(radii[0], 0.75 * radii[1])
    shape = int(2 * radii[1] + height), int(2 * radii[0] + height)
    ink, left = np.zeros(shape, np.float32), shape[1] / 2 - wide / 2
    for each in tiles:
        place(ink, each, int(shape[0] / 2 - each.shape[0] / 2), int(left))
        left += each.shape[1] + 0.2 * height
    turn = np.linspace(0, 2 * np.pi + random.uniform(-0.1, 0.3), 30) + random.uniform(0, 6)
    ring = np.stack([np.cos(turn), np.sin(turn)], axis=1) * radii + np.array(shape[::-1]) / 2
    ink = np.maximum(ink, _lines(shape, [ring], pen, random, 0.004 * height))
    return Picture(_photographed(ink, height, random), labels)


def underlined(random: Random) -> Picture:
    """Two to five digits in a row over a line by hand, that some of them touch."""
    height = int(random.choice([50, 90, 150]))
    pen = height * random.uniform(0.06, 0.1)
    tiles, labels = _numbers(random, int(random.integers(2, 6)), height, pen)
    shape = 2 * height, int(sum(each.shape[1] + 0.25 * height for each in tiles) + height)
    ink, left = np.zeros(shape, np.float32), 0.5 * height
    for each in tiles:
        place(ink, each, int(1.5 * height - each.shape[0]), int(left))
        left += each.shape[1] + 0.25 * height
    bottom = 1.5 * height + height * random.uniform(-0.02, 0.15)
    ends = random.uniform(0.2, 0.5, 2) * height
    fall = random.uniform(-0.03, 0.03) * (left - ends.sum())
    line = np.array(
        [(ends[0], bottom - fall / 2), (left - 0.25 * height + ends[1] - 0.2 * height, bottom + fall / 2)]
    )
    ink = np.maximum(ink, _lines(shape, [line], pen, random, 0.006 * height))
    return Picture(_photographed(ink, height, random), labels)


def round_pairs(random: Random) -> Picture:
    """Digits in a row of which two zeros, or others that are round, touch: 007, 100, 88."""
    height = int(random.choice([60, 100, 180]))
    pen = height * random.uniform(0.07, 0.11)
    labels = [int(each) for each in random.choice(_ROUND)]
    ink, left = np.zeros((2 * height, height * (2 + len(labels))), np.float32), height // 2
    for label in labels:
        drawing = _of_label(label)[random.integers(len(_of_label(label)))]
        each = tile_of_drawing(drawing, int(height * random.uniform(0.9, 1.05)), pen)
        place(ink, each, int(height * 1.5) - each.shape[0] + int(random.integers(-3, 4)), left)
        left += int(each.shape[1] - pen * random.uniform(0.5, 1.1))
    return Picture(_photographed(ink, height, random), tuple(labels))


@cache
def _of_label(label: int) -> list[Drawing]:
    return [drawing for drawing, own in drawn_digits(2_000) if own == label]
