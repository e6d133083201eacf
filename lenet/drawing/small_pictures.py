"""Pictures of about the size of MNIST's that one digit fills: they are what a network sees already, nearly.

Must not import Streamlit, TensorFlow or Keras.
"""

from itertools import pairwise

import numpy as np

from lenet.drawing.mnist_format import BOX, MIDDLE, SIZE, center_of_mass, center_of_mass_to_middle
from lenet.drawing.polarity import is_light_on_dark

LARGEST = 40  # pixels of its side at most
_MARGIN = 2  # pixels by which the digit may be larger or smaller than MNIST's box
_NOISE = 40  # grey levels of a JPEG's background, at most
_GAP = 2  # pixels of a row or a column without ink that goes through a digit, at most


def as_in_mnist(grey: np.ndarray, is_light: bool | None = None) -> np.ndarray | None:
    """The picture as light on black in the place that MNIST's digits have; None where it is not as large.

    One that lies there already is not changed; one that is moved, cropped, padded or from a JPEG is moved,
    and what its background has of noise taken away.

    Args:
        grey: (H, W) uint8.
        is_light: whether the digit is lighter than its background; None: found out.

    Returns:
        (28, 28) uint8.
    """
    if max(grey.shape) > LARGEST:
        return None
    light = grey if (is_light_on_dark(grey) if is_light is None else is_light) else 255 - grey
    if _is_in_place(light):
        return light.copy()
    low = float(np.percentile(light, 15))
    image = np.clip((light - low) * (255 / max(float(light.max()) - low, 1)), 0, 255)
    image[image < _NOISE] = 0
    ink = image >= 128
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not ink.any() or light.max() - low < 2 * _NOISE:
        return None
    extent = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    if abs(extent - BOX + 1) > _MARGIN:
        return None
    return _placed(image, (rows[0] + rows[-1] + 1) // 2, (columns[0] + columns[-1] + 1) // 2)


def _is_in_place(light: np.ndarray) -> bool:
    if light.shape != (SIZE, SIZE):
        return False
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    off = np.abs(center_of_mass(light[None])[0] - MIDDLE).max()
    return not edge.any() and light.max() >= 128 and bool(off <= 0.6)


def mended(image: np.ndarray) -> np.ndarray:
    """(28, 28) uint8 → a copy without gaps that go through all of a digit: a row or two, or columns."""
    image = image.copy()
    for rows in (image, image.T):
        for above, below in pairwise(np.flatnonzero(rows.any(axis=1))):
            if 1 < below - above <= _GAP + 1:
                shares = (np.arange(1, below - above) / (below - above))[:, None]
                rows[above + 1 : below] = np.rint((1 - shares) * rows[above] + shares * rows[below])
    return image


def _placed(image: np.ndarray, middle_y: int, middle_x: int) -> np.ndarray:
    """The square of 28 pixels around a point, its center of mass in the middle."""
    half = SIZE // 2
    padded = np.pad(image, SIZE)
    cut = padded[middle_y + half : middle_y + half + SIZE, middle_x + half : middle_x + half + SIZE]
    return center_of_mass_to_middle(np.rint(cut).astype(np.uint8)[None])[0]
