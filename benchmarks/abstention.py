"""Abstention: how often a prediction is called unsure: of real digits, and of what is no digit.

    python benchmarks/abstention.py                      # lenet5-draw, else the first pretrained model
    python benchmarks/abstention.py cnn-16-32 lenet5-relu

Real digits: every sixth drawing of the pen strokes (`pens`, which nothing is trained on), and MNIST's test
images, both from LENET_DATA. No digits: a thousand of each kind, drawn with a fixed seed, rendered like any
drawing.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np  # noqa: E402

from lenet.drawing.curves import smooth  # noqa: E402
from lenet.drawing.rasterization import render  # noqa: E402
from lenet.drawing.strokes import Drawing  # noqa: E402
from lenet.evaluation import predictor  # noqa: E402
from scripts import signs  # noqa: E402

COUNT = 1_000  # of each kind
Random = np.random.Generator
Strokes = tuple[np.ndarray, ...]


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    """Around the middle of the canvas."""
    cos, sin = np.cos(angle), np.sin(angle)
    return (points - 250) @ np.array([[cos, sin], [-sin, cos]]) + 250


def scribble(random: Random) -> Strokes:
    """To and fro without a plan."""
    return (smooth(random.uniform(50, 450, (random.integers(8, 30), 2))),)


def zigzag(random: Random) -> Strokes:
    """Up and down, as one fills an area."""
    count = random.integers(8, 24)
    y = np.where(np.arange(count) % 2, random.uniform(60, 180), random.uniform(300, 440))
    points = np.stack([np.linspace(60, 440, count), y], axis=1) + random.normal(0, 18, (count, 2))
    return (turned(points, random.uniform(0, np.pi)),)


def curls(random: Random) -> Strokes:
    """Round and round while moving on."""
    t = np.linspace(0, random.uniform(3, 8) * 2 * np.pi, 200)
    x = np.linspace(100, 400, 200) + random.uniform(40, 120) * np.cos(t)
    return (np.stack([x, 250 + random.uniform(40, 150) * np.sin(t + random.uniform(0, 3))], axis=1),)


def spiral(random: Random) -> Strokes:
    """From the middle outwards."""
    t = np.linspace(0, random.uniform(2.2, 5) * 2 * np.pi, 200)
    return (250 + 7 * np.stack([t * np.cos(t), t * np.sin(t)], axis=1),)


def hatching(random: Random) -> Strokes:
    """Four to eight parallel lines."""
    lines = [np.array([[60, y], [440, y]]) for y in np.linspace(60, 440, random.integers(4, 9))]
    angle = random.uniform(0, np.pi)
    return tuple(turned(line + random.normal(0, 15, (2, 2)), angle) for line in lines)


def many_strokes(random: Random) -> Strokes:
    """Three to six strokes like letters of no alphabet."""
    count = random.integers(3, 7)
    return tuple(smooth(random.uniform(60, 440, (random.integers(2, 4), 2))) for _ in range(count))


def one_line(random: Random) -> Strokes:
    """A wandering line."""
    steps = random.normal(0, 20, (random.integers(60, 200), 2)).cumsum(axis=0)
    return (np.stack([np.convolve(axis, np.ones(6) / 6, "valid") for axis in steps.T], axis=1),)


# Corners of strokes on a grid of 4×4: what digits are not mistaken for, by people.
_LETTERS = {
    "A": ("04 20 44", "13 33"), "E": ("30 00 04 34", "02 22"), "F": ("30 00 04", "02 22"),
    "H": ("00 04", "30 34", "02 32"), "K": ("00 04", "30 02 34"), "M": ("04 00 23 40 44",),
    "N": ("04 00 34 30",), "R": ("04 00 30 32 02 34",), "T": ("00 40", "20 24"), "W": ("00 14 21 34 40",),
    "X": ("00 44", "40 04"), "+": ("20 24", "02 42"), "#": ("10 14", "30 34", "01 41", "03 43"),
    "house": ("04 02 20 42 44 04",), "square": ("00 40 44 04 00",), "triangle": ("20 44 04 20",),
}  # fmt: skip


def letter(random: Random) -> Strokes:
    """One of `_LETTERS`, drawn by a hand that is not steady."""
    strokes = list(_LETTERS.values())[random.integers(len(_LETTERS))]
    corners = [np.array([[int(x), int(y)] for x, y in stroke.split()]) * 90.0 + 70 for stroke in strokes]
    angle = random.uniform(-0.2, 0.2)
    return tuple(turned(each + random.normal(0, 12, each.shape), angle) for each in corners)


def held_out_letter(random: Random) -> Strokes:
    """Of a face that the second network has not learned, by a hand that is not steady."""
    letters = signs.letters(signs.HELD_OUT)
    return signs.by_hand(letters[random.integers(len(letters))], random)


def dot(random: Random) -> Strokes:
    """A touch of the pen."""
    return (random.uniform(50, 450, 2) + random.normal(0, 2, (random.integers(1, 4), 2)),)


SCRIBBLES: tuple[Callable[[Random], Strokes], ...] = (scribble, zigzag, curls, spiral, hatching)
OTHERS = (many_strokes, one_line, letter, held_out_letter, dot)


def images_of(kind: Callable[[Random], Strokes], count: int = COUNT, seed: int = 3) -> np.ndarray:
    """(count, 28, 28) uint8."""
    random = np.random.default_rng(seed)
    return render([Drawing(kind(random)) for _ in range(count)])


def main(specs: list[str]) -> None:
    """A table of shares for each model."""
    from lenet.data import datasets
    from lenet.networks.pretrained import PRETRAINED

    real = {name: datasets.load(name) for name in ("pens", "mnist")}
    for spec in specs or ["lenet5-draw" if "lenet5-draw" in PRETRAINED else next(iter(PRETRAINED))]:
        loaded = predictor.load_for_drawings(spec)
        print(f"\n{spec}: share called unsure")
        for name, data in real.items():
            predictions = predictor.predict_drawings(loaded, data.x_test[..., 0])
            unsure = np.array([not each.sure for each in predictions])
            wrong = np.array([each.predicted_class for each in predictions]) != data.y_test
            correct, errors = f"{(~wrong).sum()} correct predictions", f"{wrong.sum()} errors"
            parts = f"of {correct} {unsure[~wrong].mean():.2%}, of {errors} {unsure[wrong].mean():.2%}"
            print(f"  {name:14} {unsure.mean():7.2%}   {parts}")
        shares = {}
        for kind in (*SCRIBBLES, *OTHERS):
            predictions = predictor.predict_drawings(loaded, images_of(kind))
            shares[kind] = np.mean([not each.sure for each in predictions])
            print(f"  {kind.__name__:14} {shares[kind]:7.2%}")
        print(f"  all scribbles  {np.mean([shares[kind] for kind in SCRIBBLES]):7.2%}")


if __name__ == "__main__":
    main(sys.argv[1:])
