"""Abstention: when a network's prediction for a drawing is called "not sure", whatever network it is.

A network always predicts a class, often with 99 %, also for a scribble. So its prediction is called unsure
where one of these holds, asked in this order:

1. nothing is drawn, or less or more ink than in digits (`LEAST_INK`, `MOST_INK`);
2. ink fills an area (`MOST_SOLID`): digits are made of lines;
3. a second network, which knows letters, signs and scribbles as well, finds the predicted digit improbable
   (`LEAST_LIKE`, `lenet.evaluation.out_of_distribution`);
4. the predicted class is improbable on average of the drawing and of the same moved, turned, slanted and
   scaled a little (`LEAST_PROBABLE`; test-time augmentation).

Of a network of other classes the last one alone is asked: what those may look like, nobody knows.

The numbers are measured: `python benchmarks/abstention.py` says how many real digits and how many scribbles
are called unsure. Numpy only; must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence

import numpy as np

from lenet.evaluation import out_of_distribution
from lenet.evaluation.prediction import DIGITS
from lenet.formatting import percent

LEAST_INK, MOST_INK = 0.035, 0.30  # mean of the image, 0–1: MNIST's quantiles 0.001 and 0.999
_IS_INK = 110  # of 255
_SQUARE = 5  # pixels: side of a square of ink alone; a pen draws 2.6 wide
MOST_SOLID = 25  # places where such a square fits: MNIST's quantile 0.995; pen digits have at most 13
LEAST_LIKE = 0.1  # probability of the digit by the second network
LEAST_PROBABLE = 0.75  # on average of the drawing and its variants

# Each variant: shift right and down in pixels, rotation in degrees, zoom, slant.
_VARIANTS = (
    (1.5, 0, 0, 1, 0), (-1.5, 0, 0, 1, 0), (0, 1.5, 0, 1, 0), (0, -1.5, 0, 1, 0),
    (0, 0, 12, 1, 0), (0, 0, -12, 1, 0), (0, 0, 0, 0.85, 0), (0, 0, 0, 1.12, 0),
    (0, 0, 0, 1, 0.25), (0, 0, 0, 1, -0.25),
)  # fmt: skip
NUM_VARIANTS = len(_VARIANTS)


def variants(images: np.ndarray) -> np.ndarray:
    """Each image, then the same a little moved, turned, scaled and slanted.

    Args:
        images: (N, 28, 28) uint8.

    Returns:
        (N, 1 + NUM_VARIANTS, 28, 28) uint8; outside of the image is background.
    """
    flat = np.pad(images.reshape(len(images), -1), ((0, 0), (0, 1))).astype(np.float32)  # last: background
    moved = np.einsum("nvpc,vpc->nvp", flat[:, _PLACES], _SHARES)
    moved = np.rint(moved).astype(np.uint8).reshape(len(images), -1, 28, 28)
    return np.concatenate([images[:, None], moved], axis=1)


def decide(
    image: np.ndarray, probabilities: np.ndarray, class_names: Sequence[str] = DIGITS
) -> tuple[bool, str]:
    """Whether to believe a network's prediction for a drawing, and why not.

    Args:
        image: (28, 28) uint8.
        probabilities: (1 + NUM_VARIANTS, classes) float: its outputs for `variants` of that image.
        class_names: of the network.

    Returns:
        Whether it is sure; a sentence for the person where it is not, else "".
    """
    reason = "" if image.any() else "Nothing is drawn."
    if tuple(class_names) == DIGITS:
        reason = reason or _unusual_ink(image) or _unlike_a_digit(image, int(probabilities[0].argmax()))
    reason = reason or _doubt(probabilities, class_names)
    return not reason, reason


def _unusual_ink(image: np.ndarray) -> str:
    ink = image.mean() / 255
    if ink < LEAST_INK:
        return "There is too little ink for a digit: a dot or a short line."
    squares = np.lib.stride_tricks.sliding_window_view(image > _IS_INK, (_SQUARE, _SQUARE))
    if ink > MOST_INK or squares.all(axis=(2, 3)).sum() > MOST_SOLID:
        return "There is too much ink for a digit: areas are filled."
    return ""


def _unlike_a_digit(image: np.ndarray, first: int) -> str:
    second_look = out_of_distribution.probabilities(image[None])[0]
    if second_look[first] < LEAST_LIKE:
        return f"It says {first}, but this {_likeness(int(second_look.argmax()))}."
    return ""


def _doubt(probabilities: np.ndarray, names: Sequence[str]) -> str:
    first, mean = int(probabilities[0].argmax()), probabilities.mean(axis=0, dtype=float)
    if mean[first] >= LEAST_PROBABLE:
        return ""
    second = int(np.where(np.arange(len(mean)) == first, -1, mean).argmax())
    one, other = (f"{names[each]} ({percent(mean[each], 0)})" for each in (first, second))
    what = "digit" if tuple(names) == DIGITS else "class"
    more = f"More than one {what} is possible: {one} or {other}"
    return f"{more} on average when it is moved and turned a little."


def _likeness(found: int) -> str:
    if found == out_of_distribution.NO_DIGIT:
        return "is more like a letter, a sign, a scribble or two digits than like one digit"
    return f"is shaped more like a {found}"


def _gather() -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel of each variant comes from: (variants, 784, 4) places in the image, and shares."""
    y, x = np.mgrid[0:28, 0:28].reshape(2, -1) - 13.5
    places, shares = [], []
    for right, down, degrees, zoom, slant in _VARIANTS:
        angle = np.radians(degrees)
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        source = rotation @ np.array([[1, slant], [0, 1]]) / zoom @ np.stack([x - right, y - down]) + 13.5
        corner = np.floor(source).astype(int)
        fraction = source - corner
        for_corners = [_corner(corner, fraction, right, down) for down in (0, 1) for right in (0, 1)]
        places.append(np.stack([place for place, _ in for_corners], axis=-1))
        shares.append(np.stack([share for _, share in for_corners], axis=-1))
    return np.stack(places), np.stack(shares).astype(np.float32)


def _corner(corner: np.ndarray, fraction: np.ndarray, right: int, down: int) -> tuple[np.ndarray, np.ndarray]:
    """One of the four pixels around each source: its place in the flat image, 784 outside, and its share."""
    x, y = corner[0] + right, corner[1] + down
    inside = (x >= 0) & (x < 28) & (y >= 0) & (y < 28)
    share = np.abs(1 - right - fraction[0]) * np.abs(1 - down - fraction[1])
    return np.where(inside, y * 28 + x, 784), share


_PLACES, _SHARES = _gather()
