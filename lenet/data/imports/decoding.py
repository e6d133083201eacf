"""Files of pictures to arrays, within bounds. Must not import Streamlit, TensorFlow or Keras."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from lenet.data.imports.contents import UNREAD, Part
from lenet.drawing.image_files import open_picture
from lenet.errors import DatasetError, DrawingError

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".gif")
LARGEST_KEPT = 64  # pixels a side: pictures that are all of one size up to here stay as they are
_FOR_SIZE = 24  # pictures that are looked at


def decoded(data: bytes, name: str) -> np.ndarray:
    """(H, W) uint8, or (H, W, 3) of a picture in color: some two million numbers at most.

    Raises `DatasetError`.
    """
    try:
        return open_picture(data, name, in_color=True)
    except DrawingError as error:
        raise DatasetError(str(error)) from error


def common_shape(part: Part) -> tuple[int, int, int] | None:
    """(H, W, C) of small pictures that are all of one size, as far as some tell; else None."""
    images = [each for each in part.some(spread(len(part.labels), _FOR_SIZE)) if each is not UNREAD]
    sizes = {image.shape[:2] for image in images}
    if len(sizes) != 1 or max(size := sizes.pop()) > LARGEST_KEPT:
        return None
    return (*size, max(num_channels(image) for image in images))


def num_channels(image: np.ndarray) -> int:
    """1 or 3, of (H, W) or (H, W, C)."""
    return 1 if image.ndim == 2 else image.shape[2]


def spread(count: int, most: int) -> list[int]:
    """Some rows of so many, from the first to the last."""
    return sorted(set(np.linspace(0, count - 1, min(count, most)).astype(int).tolist()))


def smaller(images: Sequence[np.ndarray], side: int) -> list[np.ndarray]:
    """Pictures to be looked at: not larger than so many pixels a side."""
    return [_smaller(image, side) for image in images]


def _smaller(image: np.ndarray, side: int) -> np.ndarray:
    factor = math.ceil(max(image.shape[:2]) / side)
    if factor == 1:
        return image
    return np.asarray(Image.fromarray(image).reduce(factor))
