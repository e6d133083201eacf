"""Ink in pixels to images the way MNIST's digits were made; for photographs what `strokes` is for a pen.

The ink is scaled to fit 20×20 pixels with its aspect ratio kept. A pen much thinner or wider than MNIST's is
drawn as the nearest width that MNIST has. Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np
from PIL import Image

from lenet.drawing.mnist_format import BOX, SIZE, center_of_mass_to_middle

THINNEST, WIDEST = 2.2, 3.0  # pixels of the pen in the box, as most of MNIST's digits have
_FINE = 8  # fine pixels a pixel: edges are found on them, and grey comes from counting them


def normalize_pixels(ink: np.ndarray, box: bool = True, center: bool = True) -> np.ndarray:
    """What the network sees of one digit.

    Args:
        ink: (H, W) float, 0 to 1: how much of each pixel is ink.
        box: scale the ink to fit 20×20, with a pen as MNIST has; without it the whole is shrunk to 28×28.
        center: shift the center of mass to the middle, by whole pixels.

    Returns:
        (28, 28) uint8, ink 255 on background 0; blank where no pixel is half ink.
    """
    if not (ink >= 0.5).any():
        return np.zeros((SIZE, SIZE), np.uint8)
    share = _in_box(_cropped(ink)) if box else _shrunk(ink)
    image = np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)
    return center_of_mass_to_middle(image[None])[0] if center else image


def pen_width(ink: np.ndarray) -> float:
    """The mean width of the strokes, in pixels: twice the area by the length of the edges.

    ink: (H, W) float, 0 to 1. The edges' length is the sum of the gradient's magnitudes.
    """
    clear = np.clip(2 * np.pad(ink, 1) - 0.5, 0, 1)
    edges = np.hypot(np.diff(clear, axis=0)[:, :-1], np.diff(clear, axis=1)[:-1]).sum()
    return 2 * float(clear.sum()) / max(float(edges), 1e-9)


def _cropped(ink: np.ndarray) -> np.ndarray:
    """The smallest box around what is at least half ink, and a pixel of margin."""
    rows, columns = np.flatnonzero((ink >= 0.5).any(axis=1)), np.flatnonzero((ink >= 0.5).any(axis=0))
    return np.pad(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 1)


def _shrunk(ink: np.ndarray) -> np.ndarray:
    """The whole picture in the middle of a square, then 28×28: each pixel the mean of what it covers."""
    height, width = ink.shape
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    square = np.pad(ink, ((top, side - height - top), (left, side - width - left)))
    return resized(square, (SIZE, SIZE), Image.Resampling.BOX)


def _in_box(ink: np.ndarray) -> np.ndarray:
    """Ink with a margin of one pixel → (28, 28) float, its strokes in the middle 20×20."""
    extent, width = max(ink.shape) - 2, pen_width(ink)
    pen = np.clip(width * BOX / extent, THINNEST, WIDEST)
    scale = (BOX - pen) * _FINE / (extent - width) if width < extent / 3 else BOX * _FINE / extent
    height, length = (max(1, round(side * scale)) for side in ink.shape)
    fine = _framed(resized(ink, (height, length), Image.Resampling.BICUBIC) >= 0.5)
    if width < extent / 3:  # else it is a blob: no strokes whose width could be changed
        fine = _widened(fine, (pen * _FINE - width * scale) / 2)
    return fine.reshape(SIZE, _FINE, SIZE, _FINE).mean(axis=(1, 3))


def _framed(mask: np.ndarray) -> np.ndarray:
    """The mask in the middle of (28, 28) in fine pixels; what is beyond is cut off."""
    side = SIZE * _FINE
    mask = mask[:side, :side]
    top, left = ((side - length) // 2 for length in mask.shape)
    return np.pad(mask, ((top, side - mask.shape[0] - top), (left, side - mask.shape[1] - left)))


def _widened(mask: np.ndarray, by: float) -> np.ndarray:
    """The mask with its edges moved outward `by` pixels; inward where that is negative. Float, 0 to 1."""
    outward = by >= 0
    distances = _distances(mask if outward else ~mask, int(abs(by)) + 2)
    moved = np.clip(abs(by) + 1 - distances, 0, 1)  # 0.5 at the border between two pixels
    return np.maximum(mask, moved) if outward else np.minimum(mask, 1 - moved)


def _distances(mask: np.ndarray, reach: int) -> np.ndarray:
    """(H, W) float: from each pixel's middle to the nearest in the mask's; beyond `reach`, that or more."""
    index = np.arange(len(mask))[:, None]
    above = np.maximum.accumulate(np.where(mask, index, -reach - 1), axis=0)
    below = np.minimum.accumulate(np.where(mask, index, len(mask) + reach)[::-1], axis=0)[::-1]
    squares = np.minimum(index - above, below - index).clip(max=reach + 1).astype(np.float32) ** 2
    padded = np.pad(squares, ((0, 0), (reach, reach)), constant_values=(reach + 1.0) ** 2)
    width = mask.shape[1]
    shifted = [padded[:, reach + step : reach + step + width] + step**2 for step in range(-reach, reach + 1)]
    return np.sqrt(np.minimum.reduce(shifted))


def resized(values: np.ndarray, shape: tuple[int, int], method: Image.Resampling) -> np.ndarray:
    """(H, W) float → another shape; smaller ones are means."""
    return np.asarray(Image.fromarray(values.astype(np.float32)).resize(shape[::-1], method))
