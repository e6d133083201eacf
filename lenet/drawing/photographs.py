"""Photographs and scans of digits on paper: opened within bounds, the digits found and made 28×28.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.drawing.binarization import binarize, is_light_on_dark
from lenet.drawing.connected_components import Components, connected_components
from lenet.drawing.found_digits import FoundDigit, FoundDigits
from lenet.drawing.image_files import LEAST_SPREAD, open_picture
from lenet.drawing.mnist_format import MIDDLE, SIZE, center_of_mass
from lenet.drawing.normalization import normalize_pixels
from lenet.drawing.paper_detection import crop_to_paper
from lenet.drawing.segmentation import digit_groups, reading_order
from lenet.errors import DrawingError

_THUMBNAIL = 1000  # pixels of the longer side of what is sent back of the picture, about
_BROKEN = 0.2  # widths of the pen: half of a gap that a broken stroke may have
_OTHERS = 0.45  # how much of a pixel may be covered at most that belongs to no mark of the digit


def read(data: np.ndarray, name: str) -> FoundDigits:
    """The digits in a photograph's file; runs in the inference worker, for pages.

    Args:
        data: (bytes,) uint8, what the file holds: Dask copies `bytes` four times on their way, an array once.
        name: what it is called in sentences.

    Raises:
        DrawingError: as `open_picture` and `find_digits` do.
    """
    picture = open_picture(data.tobytes(), name)
    digits = find_digits(picture)
    stride = max(1, round(max(picture.shape) / _THUMBNAIL))
    return FoundDigits(digits, picture[::stride, ::stride].copy(), stride)


def find_digits(grey: np.ndarray) -> list[FoundDigit]:
    """The digits in a picture, in reading order: row by row, each from left to right.

    A picture of 28×28 pixels that is like MNIST's already is taken as it is.

    Args:
        grey: (H, W) uint8, dark ink on light paper or the other way round.

    Raises:
        DrawingError: it is of one shade, or has no digit, or more than `segmentation.MOST_DIGITS`.
    """
    if (ready := _as_in_mnist(grey)) is not None:
        return [FoundDigit((0, 0, SIZE, SIZE), ready)]
    _check_shades(grey)
    digits = _on_paper(grey) or _in_all(grey)
    if not digits:
        raise DrawingError(
            "No digit was found in the picture, expected digits on plain paper, dark on light or the other "
            "way round. Write them larger or with a wider pen, or go nearer."
        )
    return [digits[index] for index in reading_order(np.array([digit.box for digit in digits]))]


def _on_paper(grey: np.ndarray) -> list[FoundDigit]:
    """The digits on the paper, or the board, in the picture; none where neither is seen, or nothing on it."""
    cut = crop_to_paper(grey) or _crop_to_board(grey)
    if cut is None:
        return []
    paper, (left, top) = cut
    offset = np.array([left, top, left, top])
    return [FoundDigit(tuple((each.box + offset).tolist()), each.image) for each in _in_all(paper)]


def _crop_to_board(grey: np.ndarray) -> tuple[np.ndarray, tuple[int, int]] | None:
    """What is darker than its surroundings, as `crop_to_paper` gives it, if the writing on it is light.

    Dark writing is on a part of the paper that a shadow falls on.
    """
    cut = crop_to_paper(255 - grey)
    return cut if cut and not is_light_on_dark(cut[0]) else None


def _in_all(grey: np.ndarray) -> list[FoundDigit]:
    contrast, foreground, pen = binarize(grey)
    parts = connected_components(foreground, gap=round(_BROKEN * pen))
    groups = digit_groups(parts.boxes, grey.shape, pen)
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
        shade = "all white" if mean > 200 else "all black" if mean < 55 else "of one shade of gray"
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
    foreground = np.clip(contrast[place] / strength, 0, 1)
    foreground[~own] = np.minimum(foreground[~own], _OTHERS)  # a ruled line, another digit
    return FoundDigit((left, top, right, bottom), normalize_pixels(foreground))
