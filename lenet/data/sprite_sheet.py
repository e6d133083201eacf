"""Many stored images as one small PNG, for a page that shows whichever is under the pointer.

Runs in the inference worker, which holds the data. Must not import Streamlit, TensorFlow or Keras.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lenet.data.samples import images

_SIDE = 28  # pixels: larger images are shown with every second, third, … pixel
_LEVELS = 16  # of grey or of each color: a third of the bytes, and hardly seen


@dataclass(frozen=True)
class Sprite:
    """Images in rows of `columns`, without gaps.

    Attributes:
        png: the file.
        height, width: of one image.
    """

    png: bytes
    columns: int
    height: int
    width: int


def sprite(dataset: str, part: str, indices: Sequence[int], run: str | None = None) -> Sprite:
    """The stored images at `indices`, in that order; the arguments are those of `lenet.data.samples.images`.

    Raises:
        DatasetError: there is no such data set, part or row.
    """
    found = images(dataset, part, indices, run)
    stride = max(1, math.ceil(max(found.shape[1:3]) / _SIDE))
    found = found[:, ::stride, ::stride]
    count, height, width, channels = found.shape
    columns = max(1, math.ceil(math.sqrt(count)))
    cells = np.zeros((math.ceil(count / columns) * columns, height, width, channels), np.uint8)
    cells[:count] = found // _LEVELS * (255 // (256 // _LEVELS - 1))
    sheet = cells.reshape(-1, columns, height, width, channels).swapaxes(1, 2)
    sheet = sheet.reshape(-1, columns * width, channels)
    file = io.BytesIO()
    Image.fromarray(sheet[..., 0] if channels == 1 else sheet).save(file, "PNG", compress_level=6)
    return Sprite(file.getvalue(), columns, height, width)
