"""Photographs and scans of digits on paper: opened within bounds, the digits found and made 28×28.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.drawing.binarization import ink_of
from lenet.drawing.connected_components import Components, components
from lenet.drawing.found_digits import FoundDigit, FoundDigits
from lenet.drawing.image_files import LEAST_SPREAD, open_picture
from lenet.drawing.mnist_format import MIDDLE, SIZE, center_of_mass
from lenet.drawing.normalization import normalize_pixels
from lenet.drawing.paper_detection import cut_out
from lenet.drawing.segmentation import digit_groups, reading_order
from lenet.errors import DrawingError

MOST_DIGITS = 200
_THUMBNAIL = 1000  # pixels of the longer side of what is sent back of the picture, about
_BROKEN = 0.2  # widths of the pen: half of a gap that a broken stroke may have
_NO_INK = 0.45  # how much ink a pixel may have at most that belongs to no mark of the digit


def read(data: bytes, name: str) -> FoundDigits:
    """The digits in a photograph's file; runs in the inference worker, for pages.

    Args:
        data: what the file holds.
        name: what it is called in sentences.

    Raises:
        DrawingError: as `open_picture` and `find_digits` do.
    """
    picture = open_picture(data, name)
    digits = find_digits(picture)
    stride = max(1, round(max(picture.shape) / _THUMBNAIL))
    return FoundDigits(digits, picture[::stride, ::stride].copy(), stride)


def find_digits(grey: np.ndarray) -> list[FoundDigit]:
    """The digits in a picture, in reading order: row by row, each from left to right.

    A picture of 28×28 pixels that is like MNIST's already is taken as it is.

    Args:
        grey: (H, W) uint8, dark ink on light paper or the other way round.

    Raises:
        DrawingError: it is of one shade, nothing in it is like a digit, or more than MOST_DIGITS are.
    """
    if (ready := _as_in_mnist(grey)) is not None:
        return [FoundDigit((0, 0, SIZE, SIZE), ready)]
    _check_shades(grey)
    digits = _on_sheet(grey) or _in_all(grey)
    if not digits:
        raise DrawingError(
            "No digit was found in the picture, expected digits on plain paper, dark on light or the other "
            "way round. Write them larger or with a wider pen, or go nearer."
        )
    return [digits[index] for index in reading_order(np.array([digit.box for digit in digits]))]


def _on_sheet(grey: np.ndarray) -> list[FoundDigit]:
    """The digits on the sheet of paper in the picture; none where there is no sheet, or nothing on it."""
    cut = cut_out(grey)
    if cut is None:
        return []
    sheet, (left, top) = cut
    offset = np.array([left, top, left, top])
    return [FoundDigit(tuple((each.box + offset).tolist()), each.image) for each in _in_all(sheet)]


def _in_all(grey: np.ndarray) -> list[FoundDigit]:
    contrast, mask, pen = ink_of(grey)
    parts = components(mask, gap=round(_BROKEN * pen))
    groups = digit_groups(parts.boxes, grey.shape, pen)
    if len(groups) > MOST_DIGITS:
        raise DrawingError(
            f"There are {len(groups):,} marks like digits in the picture, expected at most {MOST_DIGITS}. "
            "Take plain paper, or cut out a part of the picture."
        )
    return [_digit(contrast, parts, group) for group in groups]


def _as_in_mnist(grey: np.ndarray) -> np.ndarray | None:
    """The picture as light on black, if it is 28×28 and centered as MNIST's digits are; else None."""
    if grey.shape != (SIZE, SIZE):
        return None
    for image in (grey, 255 - grey):
        edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        off = np.abs(center_of_mass(image[None])[0] - MIDDLE).max()
        if not edge.any() and image.max() >= 128 and off <= 0.6:
            return image.copy()
    return None


def _check_shades(grey: np.ndarray) -> None:
    if np.ptp(grey) < LEAST_SPREAD:
        mean = grey.mean()
        shade = "all white" if mean > 200 else "all black" if mean < 55 else "of one shade of grey"
        raise DrawingError(
            f"The picture is {shade}, expected a digit that differs from its background. "
            "Write one, and take the picture again."
        )


def _digit(contrast: np.ndarray, parts: Components, group: list[int]) -> FoundDigit:
    """The marks of one digit; what else is in their box is left out."""
    boxes = parts.boxes[group]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    place = slice(max(0, top - 2), bottom + 2), slice(max(0, left - 2), right + 2)
    own = np.isin(parts.labels[place], np.array(group) + 1)
    strength = max(float(np.percentile(contrast[place][own], 80)), 1e-6)
    ink = np.clip(contrast[place] / strength, 0, 1)
    ink[~own] = np.minimum(ink[~own], _NO_INK)  # a ruled line, another digit
    return FoundDigit((left, top, right, bottom), normalize_pixels(ink))
