"""The digits that were found in a photograph, as the worker that reads it sends them to a page.

Light, for a page unpickles it: numpy only. Must not import SciPy, Streamlit, TensorFlow or Keras.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels, the last two just outside

TOUCHING, LYING = "touching", "on its side"
WHY = {
    TOUCHING: "It may be digits that touch, or no digit: no cut makes all parts of it legible.",
    LYING: "Upside down it may be a digit as well: say how it is turned, or turn the picture.",
}


@dataclass(frozen=True)
class ByHand:
    """What a person says of a picture; what is None is found out.

    Attributes:
        is_light: whether the ink is lighter than the paper.
        quarters: turns of 90° to the left until it is upright, 0 to 3.
        sensitivity: above 1 more is taken for ink, below 1 less.
    """

    is_light: bool | None = None
    quarters: int | None = None
    sensitivity: float = 1.0


@dataclass(frozen=True)
class FoundDigit:
    """A digit in a photograph.

    Attributes:
        box: in pixels of the photograph.
        image: (28, 28) uint8, what the network sees.
        doubt: TOUCHING: it touches others, or is several, as it seems, and no cut makes it legible; LYING:
            it is not upright, as it seems; else "".
    """

    box: Box
    image: np.ndarray
    doubt: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A mark that is read as no digit: where it is, and why, in a few words."""

    box: Box
    reason: str


# Why a mark is no digit, where that is what it is; of others it is what they are like.
FRAME, COMMA, LINE = "a frame", "a comma or an apostrophe", "a line"
_PLURALS = {FRAME: "frames", COMMA: "commas or apostrophes", LINE: "lines"}

_TURNS = ("", "90° to the left", "180°", "90° to the right")  # of so many quarters to the left


def of_first(sentence: str, is_first: bool) -> str:
    """The sentence, and that the file has other pictures, where it has, which were not read."""
    words = "The file has several pictures: only the first was read." if is_first else ""
    return " ".join(filter(None, [sentence, words]))


def in_words(left_out: Sequence[LeftOut], quarters: int, is_first: bool = False, how: str = "") -> str:
    """What was done to a picture beside reading its digits, for a person; "" where nothing was.

    Args:
        is_first: whether its file has others, which were not read.
        how: in which way what was left out is shown, such as ", in grey".
    """
    reasons = [_counted(*each) for each in Counter(each.reason for each in left_out).items()]
    turned = f"It was turned by {_TURNS[quarters]} to be read." if quarters else ""
    marks = f"Left out{how}: {', '.join(reasons)}." if reasons else ""
    return " ".join(filter(None, [of_first("", is_first), turned, marks]))


def _counted(reason: str, count: int) -> str:
    if reason in _PLURALS:
        return reason if count == 1 else f"{count} {_PLURALS[reason]}"
    return f"a mark {reason}" if count == 1 else f"{count} marks {reason}"


@dataclass(frozen=True)
class FoundDigits:
    """What is in one photograph, in reading order.

    Attributes:
        digits: at least one.
        left_out: what else was seen, and is no digit.
        picture: (h, w) uint8, as it was read: large ones are reduced, turned ones upright. Boxes are in
            pixels of it, times `stride`.
        quarters: turns of 90° to the left that made it upright, beside what its file says: 0 to 3.
        is_first: whether the file has others, which were not read.
        stride: for pages, which receive every so many pixels of the picture, either way.
    """

    digits: list[FoundDigit]
    left_out: list[LeftOut]
    picture: np.ndarray
    quarters: int = 0
    is_first: bool = False
    stride: int = 1
