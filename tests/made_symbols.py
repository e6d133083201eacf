"""Simple symbols as many hands draw them: turned, slanted, shaky, left open, in any order of strokes."""

from collections.abc import Iterable

import numpy as np

from lenet.drawing.strokes import Drawing

CANVAS, PENS = 320.0, (10.0, 30.0)  # pixels
_CLOCK = 2 * np.pi


def _arc(x: float, y: float, radius: float, start: float = 0, stop: float = _CLOCK) -> np.ndarray:
    angles = np.linspace(start, stop, 24)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


def _lines(*strokes: str) -> list[np.ndarray]:
    return [np.array([point.split(",") for point in stroke.split()], float) for stroke in strokes]


def _polygon(corners: int, step: int = 1) -> np.ndarray:
    turns = _CLOCK * step / corners * np.arange(corners + 1)
    return 50 + 50 * np.stack([np.sin(turns), -np.cos(turns)], axis=1)


def _heart() -> np.ndarray:
    turn = np.linspace(0, _CLOCK, 40)
    height = 13 * np.cos(turn) - 5 * np.cos(2 * turn) - 2 * np.cos(3 * turn) - np.cos(4 * turn)
    return np.stack([50 + 48 * np.sin(turn) ** 3, 45 - 3 * height], axis=1)


# Strokes of each on a square of 100, y downwards.
SYMBOLS = {
    "☺": [_arc(50, 50, 50), _arc(33, 35, 4), _arc(67, 35, 4), _arc(50, 52, 26, 0.15, np.pi - 0.15)],
    "♥": [_heart()],
    "★": [_polygon(5, 2)],
    "house": _lines("8,40 8,100 92,100 92,40", "0,45 50,0 100,45", "40,100 40,65 60,65 60,100"),
    "↯": _lines("60,0 25,52 62,46 35,100", "22,84 35,100 54,92"),
    "○": [_arc(50, 50, 50)],
    "□": _lines("0,0 0,100 100,100 100,0 0,0"),
    "△": _lines("50,0 0,95 100,95 50,0"),
    "×": _lines("0,0 100,100", "100,0 0,100"),
    "⬠": [_polygon(5)],
}
SIMPLE = ("☺", "♥", "★", "house", "↯")
ALIKE = ("○", "□", "△", "×", "⬠")


def drawn(name: str, random: np.random.Generator) -> Drawing:
    """The symbol as one more hand draws it."""
    strokes = [_by_hand(stroke, random) for stroke in SYMBOLS[name]]
    angle, slant, stretch = random.uniform([-0.3, -0.3, -0.3], [0.3, 0.3, 0.3])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    change = turn @ [[1, slant], [0, 1]] @ np.diag([np.exp(stretch), np.exp(-stretch)])
    waves, phases = random.normal(0, 0.9, (2, 2)), random.uniform(0, _CLOCK, 2)
    heights = random.uniform(0, 7, 2)
    size, place = random.uniform(0.5, 1.9), CANVAS / 2 + random.uniform(-40, 40, 2)
    placed = []
    for stroke in strokes:
        moved = (stroke - 50) @ change.T
        moved = moved + heights * np.sin(_CLOCK / 100 * moved @ waves.T + phases)
        placed.append(np.clip(moved * size + place, 4, CANVAS - 4))
    order = random.permutation(len(placed))
    return Drawing(tuple(placed[each] for each in order), CANVAS, float(random.uniform(*PENS)))


def drawn_each(names: Iterable[str], count: int, random: np.random.Generator) -> list[tuple[Drawing, str]]:
    """So many drawings of each, by as many hands, with their names."""
    return [(drawn(name, random), name) for _ in range(count) for name in names]


def _by_hand(stroke: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A part larger or smaller, moved, begun elsewhere if it is closed, either way, not quite to its end."""
    middle = stroke.mean(axis=0)
    part = (stroke - middle) * random.uniform(0.85, 1.15, 2) + middle + random.normal(0, 3, 2)
    part = _dense(part)
    if np.linalg.norm(part[0] - part[-1]) < 20:
        part = np.roll(part[:-1], random.integers(len(part)), axis=0)
        part = np.concatenate([part, part[: random.integers(0, 3)]])
    part = part[:: random.choice([-1, 1])]
    part = part[: max(2, len(part) - random.integers(0, 1 + len(part) // 12))]
    shake = random.normal(0, random.uniform(0.2, 1.6), part.shape)
    return part + shake


def _dense(stroke: np.ndarray) -> np.ndarray:
    """A point each four units, so that lines bend, too."""
    along = np.append(0, np.linalg.norm(np.diff(stroke, axis=0), axis=1).cumsum())
    at = np.linspace(0, along[-1], max(3, round(along[-1] / 4)))
    return np.stack([np.interp(at, along, axis) for axis in stroke.T], axis=1)
