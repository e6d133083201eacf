"""What is no digit, drawn by hand: letters of A. V. Hershey's single-stroke fonts, signs, random strokes.

The network that tells digits from all else learns the faces of `LEARNED` (`make models MODELS=no-digit`);
those of `HELD_OUT` measure it (`benchmarks/abstention.py`). Letters that look like digits are left out.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from HersheyFonts import HersheyFonts

from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing

LEARNED = (
    "futuram", "rowmand", "rowmant", "timesr", "timesi", "timesib", "scriptc", "cursive",
    "greek", "greekc", "cyrillic", "symbolic", "markers",
)  # fmt: skip
HELD_OUT = ("futural", "rowmans", "scripts", "greeks", "cyrilc_1")
WITH_DIGITS = ("futuram", "rowmand", "timesr", "timesi", "scriptc", "cursive")
LOOK_ALIKE = "0123456789OoDIlZzSsqgbBi"
CANVAS, PENS = 500.0, (22.0, 46.0)  # pixels of the canvas, and of the narrowest and the widest pen

Random = np.random.Generator
Strokes = Sequence[np.ndarray]  # each (N, 2): x, y; y grows downwards


@cache
def glyphs(face: str) -> dict[str, Strokes]:
    """Character → its strokes, of those that a face has."""
    font = HersheyFonts()
    font.load_default_font(face)
    font.normalize_rendering(100)
    found = {}
    for character in map(chr, range(ord("!"), ord("~") + 1)):
        strokes = [np.array(stroke) * [1, -1] for stroke in font.strokes_for_text(character) if stroke]
        if sum(map(len, strokes)) > 1:
            found[character] = strokes
    return found


def letters(faces: Sequence[str]) -> list[Strokes]:
    """What stands for a letter in these faces, but those that look like a digit."""
    return _chosen(faces, lambda character: character.isalpha() and character not in LOOK_ALIKE)


def punctuation(faces: Sequence[str]) -> list[Strokes]:
    """What is larger than a point and no line: # % & * and so on."""
    return _chosen(faces, lambda character: character in "#$%&*+<=>?@^~")


def digits(faces: Sequence[str], digit: int) -> list[Strokes]:
    """That digit in these faces."""
    return _chosen(faces, lambda character: character == str(digit))


def _chosen(faces: Sequence[str], wanted: Callable[[str], bool]) -> list[Strokes]:
    return [strokes for face in faces for character, strokes in glyphs(face).items() if wanted(character)]


def signs() -> list[Strokes]:
    """Ticks, smileys, arrows, a heart, a star and the like, in a square of 100."""
    face = [_arc(50, 50, 50), _arc(33, 35, 5), _arc(67, 35, 5)]
    turn = np.linspace(0, 2 * np.pi, 40)
    heart = 13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn)
    corners = 4 * np.pi / 5 * np.arange(6)
    return [
        _lines("0,60 30,100 100,0"),
        [*face, _arc(50, 55, 25, 0, np.pi)],
        [*face, _arc(50, 80, 20, np.pi, 2 * np.pi)],
        _lines("0,50 100,50", "70,20 100,50 70,80"),
        _lines("50,100 50,0", "20,30 50,0 80,30"),
        [np.stack([50 + 48 * np.sin(turn) ** 3, 50 - 3 * heart], axis=1)],
        [50 + 50 * np.stack([np.sin(corners), -np.cos(corners)], axis=1)],
        _lines("0,100 0,40 50,0 100,40 100,100 0,100"),
        _lines("0,0 100,0 100,100 0,100 0,0"),
        _lines("0,100 50,10 100,100 0,100"),
        _lines("0,0 100,100", "0,100 100,0"),
        _lines("50,0 50,100", "0,50 100,50"),
        [_arc(50, 30, 20), *_lines("50,50 50,80 25,100", "50,80 75,100", "20,60 80,60")],
        _lines("60,0 30,50 60,45 35,100"),
        [np.stack([16 * turn, 50 + 25 * np.sin(2 * turn)], axis=1)],
        [_arc(50, 50, 40), _arc(50, 50, 15)],
        _lines("0,0 100,0 100,100 0,100 0,0", "0,0 100,100"),
        [_arc(30 + 20 * number, 50, 9, -1, 4) for number in range(3)],
    ]


def _arc(x: float, y: float, radius: float, start: float = 0, stop: float = 2 * np.pi) -> np.ndarray:
    angles = np.linspace(start, stop, 24)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


def _lines(*strokes: str) -> list[np.ndarray]:
    return [np.array([point.split(",") for point in stroke.split()], float) for stroke in strokes]


def random_strokes(random: Random) -> Strokes:
    """One to six strokes through random points of a square of 100."""
    return [random.uniform(0, 100, (random.integers(2, 12), 2)) for _ in range(random.integers(1, 7))]


def drawn(shapes: Sequence[Strokes], random: Random, count: int) -> np.ndarray:
    """(count, 28, 28) uint8: shapes as a hand draws them that is not steady, with pens of several widths."""
    chosen = [shapes[index] for index in random.integers(len(shapes), size=count)]
    pens = random.uniform(*PENS, count)
    hands = [by_hand(shape, random) for shape in chosen]
    return render([Drawing(strokes, CANVAS, pen) for strokes, pen in zip(hands, pens, strict=True)])


def by_hand(strokes: Strokes, random: Random) -> tuple[np.ndarray, ...]:
    """Turned, slanted, stretched and bent a little, in the middle of the canvas."""
    points = np.concatenate(strokes)
    middle, size = (
        (points.max(axis=0) + points.min(axis=0)) / 2,
        max(float(np.ptp(points, axis=0).max()), 1.0),
    )
    angle, slant, stretch = random.uniform([-0.2, -0.3, -0.25], [0.2, 0.3, 0.25])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    change = turn @ [[1, slant], [0, 1]] @ np.diag([np.exp(stretch), np.exp(-stretch)])
    waves, phases = random.normal(0, 1.2, (2, 2)), random.uniform(0, 2 * np.pi, 2)
    heights, is_loose = random.uniform(0, 0.06, 2), random.random() < 0.5
    drawn = []
    for stroke in strokes:
        moved = (_dense(stroke, size) - middle) / size @ change.T
        moved = moved + heights * np.sin(2 * np.pi * moved @ waves.T + phases)
        moved = moved + random.normal(0, 0.03, 2) * is_loose + random.normal(0, 0.006, moved.shape)
        drawn.append(moved * 0.4 * CANVAS + CANVAS / 2)
    return tuple(drawn)


def _dense(stroke: np.ndarray, size: float) -> np.ndarray:
    """With a point at each twentieth of the size, so that it can be bent."""
    if len(stroke) < 2:
        return stroke
    along = np.append(0, np.linalg.norm(np.diff(stroke, axis=0), axis=1).cumsum())
    at = np.linspace(0, along[-1], max(2, round(20 * along[-1] / size)))
    return np.stack([np.interp(at, along, axis) for axis in stroke.T], axis=1)
