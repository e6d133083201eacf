"""The digits that were found in a photograph, as the worker that reads it sends them to a page.

Light, for a page unpickles it: numpy only. Must not import SciPy, Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class FoundDigit:
    """A digit in a photograph.

    Attributes:
        box: left, top, right, bottom in pixels of the photograph, the last two just outside.
        image: (28, 28) uint8, what the network sees.
    """

    box: tuple[int, int, int, int]
    image: np.ndarray


@dataclass(frozen=True)
class FoundDigits:
    """All digits of one photograph, at least one, in reading order.

    Attributes:
        digits: with boxes in pixels of the photograph as it was opened: large ones are reduced.
        thumbnail: (h, w) uint8, every `stride`-th pixel of it, either way.
        stride: 1 where it is small.
    """

    digits: list[FoundDigit]
    thumbnail: np.ndarray
    stride: int
