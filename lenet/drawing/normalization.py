"""Digits in pixels to images the way MNIST's were made; for photographs what `rasterization` is for a pen.

The foreground is scaled to fit 20×20 pixels with its aspect ratio kept. A pen much thinner or wider than
MNIST's is drawn as the nearest width that MNIST has. Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np
from PIL import Image
from scipy import ndimage

from lenet.drawing.mnist_format import BOX, SIZE, center_of_mass_to_middle

THINNEST, WIDEST = 2.2, 3.0  # pixels of the pen in the box, as most of MNIST's digits have
_FINE = 8  # fine pixels a pixel: edges are found on them, and grey comes from counting them


def normalize_pixels(foreground: np.ndarray, fine: int = _FINE) -> np.ndarray:
    """What the network sees of one digit.

    Args:
        foreground: (H, W) float, 0 to 1: how much of each pixel the strokes cover.
        fine: fine pixels a pixel; half as many are four times as fast, and a little coarser.

    Returns:
        (28, 28) uint8, strokes 255 on background 0; blank where no pixel is half covered.
    """
    if not (foreground >= 0.5).any():
        return np.zeros((SIZE, SIZE), np.uint8)
    image = np.rint(255 * np.clip(_in_box(_cropped(foreground), fine), 0, 1)).astype(np.uint8)
    return center_of_mass_to_middle(image[None])[0]


def pen_width(foreground: np.ndarray) -> float:
    """The mean width of the strokes, in pixels: twice the area by the length of the edges.

    foreground: (H, W) float, 0 to 1. The edges' length is the sum of the gradient's magnitudes.
    """
    clear = np.clip(2 * np.pad(foreground, 1) - 0.5, 0, 1)
    edges = np.hypot(np.diff(clear, axis=0)[:, :-1], np.diff(clear, axis=1)[:-1]).sum()
    return 2 * float(clear.sum()) / max(float(edges), 1e-9)


def _cropped(foreground: np.ndarray) -> np.ndarray:
    """The smallest box around what is at least half covered, and a pixel of margin."""
    ((rows, columns),) = ndimage.find_objects((foreground >= 0.5).astype(np.int8))
    return np.pad(foreground[rows, columns], 1)


def _in_box(foreground: np.ndarray, fine: int) -> np.ndarray:
    """Foreground with a margin of one pixel → (28, 28) float, its strokes in the middle 20×20."""
    extent, width = max(foreground.shape) - 2, pen_width(foreground)
    pen = np.clip(width * BOX / extent, THINNEST, WIDEST)
    scale = (BOX - pen) * fine / (extent - width) if width < extent / 3 else BOX * fine / extent
    height, length = (max(1, round(side * scale)) for side in foreground.shape)
    mask = _framed(resized(foreground, (height, length), Image.Resampling.BICUBIC) >= 0.5, SIZE * fine)
    if width < extent / 3:  # else it is a blob: no strokes whose width could be changed
        mask = _widened(mask, (pen * fine - width * scale) / 2)
    return mask.reshape(SIZE, fine, SIZE, fine).mean(axis=(1, 3))


def _framed(mask: np.ndarray, side: int) -> np.ndarray:
    """The mask in the middle of (side, side); what is beyond is cut off."""
    mask = mask[:side, :side]
    top, left = ((side - length) // 2 for length in mask.shape)
    return np.pad(mask, ((top, side - mask.shape[0] - top), (left, side - mask.shape[1] - left)))


def _widened(mask: np.ndarray, by: float) -> np.ndarray:
    """The mask with its edges moved outward `by` pixels; inward where that is negative. Float, 0 to 1."""
    if mask.all() or not mask.any():
        return mask
    reach = int(abs(by)) + 2
    ((rows, columns),) = ndimage.find_objects(mask.astype(np.int8))
    near = tuple(slice(max(0, each.start - reach), each.stop + reach) for each in (rows, columns))
    inside, outside = (ndimage.distance_transform_edt(each) for each in (mask[near], ~mask[near]))
    moved = np.zeros(mask.shape)
    moved[near] = np.clip(np.where(mask[near], inside, 1 - outside) + by, 0, 1)  # how much of each is within
    return moved


def resized(values: np.ndarray, shape: tuple[int, int], method: Image.Resampling) -> np.ndarray:
    """(H, W) float → another shape; smaller ones are means."""
    return np.asarray(Image.fromarray(values.astype(np.float32)).resize(shape[::-1], method))
