"""What a person may say about data that are imported; what is not said is looked at.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

from lenet.errors import DatasetError
from lenet.sentences import shown

Scaling = Literal["as is", "fit", "mnist"]
SCALINGS: dict[Scaling, str] = {
    "as is": "As they are",
    "fit": "Scaled",
    "mnist": "The way MNIST was made",
}
_RANGE = re.compile(r"\s*(?P<black>[-+.\deE]+?)\s*(?::|,|\bto\b)\s*(?P<white>[-+.\deE]+)\s*")


@dataclass(frozen=True)
class Choices:
    """None: as it was found.

    Attributes:
        range: the numbers that are black and white.
        inverted: whether dark and light change places, as MNIST's strokes are light on dark.
        transposed: whether rows and columns change places.
        scaling: "as is", "fit" (scaled to the size, proportions kept), or "mnist" (a box of 20×20 pixels,
            the center of mass in the middle of 28×28).
        size: pixels of a side after scaling.
        color: whether colors are kept; else they become grey.
        class_names: in the order of the labels; empty: those of the files, else the labels themselves.
    """

    range: tuple[float, float] | None = None
    inverted: bool | None = None
    transposed: bool | None = None
    scaling: Scaling | None = None
    size: int | None = None
    color: bool | None = None
    class_names: tuple[str, ...] = ()


AS_FOUND = Choices()


def parse_range(text: str) -> tuple[float, float] | None:
    """The numbers of black and white in a text as `0:16`; None for "auto". Raises `DatasetError`."""
    if text.strip() in ("", "auto"):
        return None
    found = _RANGE.fullmatch(text)
    try:
        black, white = float(found["black"]), float(found["white"])
    except (TypeError, ValueError):
        black = white = math.nan
    if not math.isfinite(black) or not math.isfinite(white) or black == white:
        raise DatasetError(
            f"Range: received {shown(text)}, expected the numbers of black and white, such as 0:16, or auto. "
            "Write them so."
        )
    return black, white
