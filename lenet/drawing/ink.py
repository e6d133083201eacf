"""The pixels of one digit in a picture, and the image that a network gets of them.

Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from lenet.drawing.found_digits import FoundDigit
from lenet.drawing.normalization import normalize_pixels

NEARER = 0.6  # widths of the pen: half of what may be between pieces of a digit
_OTHERS = 0.45  # how much of a pixel may be covered at most that belongs to no mark of the digit


@dataclass(frozen=True)
class Ink:
    """Pixels of one digit, and the left and the top of them in the picture.

    Attributes:
        mask: (h, w) bool, cropped to itself.
        bridged: likewise: which of them are no ink, but lie between pieces of the digit that belong together.
    """

    mask: np.ndarray
    bridged: np.ndarray
    left: int
    top: int

    def part(self, mask: np.ndarray) -> "Ink":
        """Some of it."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        place = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        left, top = self.left + int(columns[0]), self.top + int(rows[0])
        return Ink(mask[place], (self.bridged & mask)[place], left, top)


def ink_of(labels: np.ndarray, box: np.ndarray, marks: np.ndarray, pen: float) -> Ink:
    """The marks of those labels in a box; what is between those nearer than the pen is wide is filled."""
    left, top, right, bottom = box.tolist()
    own = np.where(np.isin(labels[top:bottom, left:right], marks), labels[top:bottom, left:right], 0)
    mask = own > 0
    if len(marks) == 1:
        return Ink(mask, np.zeros_like(mask), left, top)
    reach = round(NEARER * pen)
    side = 2 * reach + 1
    closed = ndimage.minimum_filter(ndimage.maximum_filter(np.pad(mask, reach), side), side)
    added, count = ndimage.label(closed[reach : -reach or None, reach : -reach or None] & ~mask)
    beside = ndimage.maximum_filter(own, 3), ndimage.minimum_filter(np.where(mask, own, own.max() + 1), 3)
    numbers = np.arange(1, count + 1)
    highest, lowest = ndimage.maximum(beside[0], added, numbers), ndimage.minimum(beside[1], added, numbers)
    bridged = np.isin(added, numbers[np.asarray(highest) != np.asarray(lowest)])
    return Ink(mask | bridged, bridged, left, top)


def digit_of(contrast: np.ndarray, ink: Ink, **how: int) -> FoundDigit:
    """The marks of one digit; what else is in their box is left out."""
    bottom, right = ink.top + ink.mask.shape[0], ink.left + ink.mask.shape[1]
    top, left = max(0, ink.top - 2), max(0, ink.left - 2)
    around = contrast[top : bottom + 2, left : right + 2]
    own = np.zeros(around.shape, bool)
    own[ink.top - top : bottom - top, ink.left - left : right - left] = ink.mask
    strength = max(float(np.percentile(around[own], 80)), 1e-6)
    foreground = np.clip(around / strength, 0, 1)
    foreground[ink.top - top : bottom - top, ink.left - left : right - left][ink.bridged] = 1
    foreground[~own] = np.minimum(foreground[~own], _OTHERS)  # a ruled line, another digit
    return FoundDigit((ink.left, ink.top, right, bottom), normalize_pixels(foreground, **how))
