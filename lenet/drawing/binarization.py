"""From a grey picture to its strokes: uneven light and ruled lines taken out.

Must not import Streamlit, TensorFlow or Keras.
"""

import math

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

from lenet.drawing.connected_components import TOUCHING, connected_components
from lenet.drawing.normalization import pen_width, resized

_COARSE = 200  # pixels of the longer side of the picture in which the background is estimated
_WIDEST_PEN = 0.35  # of the picture's side: what is wider is background; only for the first look
_PENS = 4  # widths of the pen that the window has for the second look
_HIGH, _LOW = 0.5, 0.3  # thresholds, of the contrast of strokes
_NOISE = 4.5  # standard deviations above which something may be a stroke
_FAINTEST = 0.06  # of the background: what differs less from it is never a stroke
_LINE = 0.85  # of the side: how far a ruled line goes at least; no digit fills so much of a picture
_LINE_WIDTH = 1 / 40  # of the shorter side: how wide it is at most
_GAP = 0.005  # of the side: half of a gap that it may have
_STRIDE = 4  # columns in which a ruled line rises or falls by a pixel at most
_DOWN = np.array([[0, 1, 0]] * 3, bool)  # pixels that touch in their column


def binarize(
    grey: np.ndarray, is_light: bool, sensitivity: float = 1.0
) -> tuple[np.ndarray, np.ndarray, float]:
    """How far each pixel stands out from the background, and which pixels are foreground: the strokes.

    Args:
        grey: (H, W) uint8.
        is_light: whether the strokes are lighter than the background.
        sensitivity: above 1 more is taken for a stroke, below 1 less: the thresholds are divided by it.

    Returns:
        (H, W) float32, the contrast, 0 to 1; (H, W) bool, the foreground without ruled lines, all False where
        nothing stands out; the pen's width in pixels.
    """
    picture = _without_noise(grey)
    if is_light:
        picture = 255 - picture
    widest = _WIDEST_PEN * math.sqrt(grey.size)
    contrast, foreground = _look(picture, widest, sensitivity)
    width = _typical_width(foreground)
    if 0 < _PENS * width < widest:
        contrast, foreground = _look(picture, _PENS * width, sensitivity)
    return contrast, foreground, width


def _look(picture: np.ndarray, window: float, sensitivity: float) -> tuple[np.ndarray, np.ndarray]:
    """Contrast and foreground, where the background is all that is wider than the window."""
    contrast, noise = _contrast(picture, window)
    return contrast, _without_lines(_without_lines(_thresholded(contrast, noise, sensitivity)).T).T


def _without_noise(grey: np.ndarray) -> np.ndarray:
    """(H, W) uint8 → float32, a little smoother where there are pixels enough."""
    picture = Image.fromarray(grey)
    if min(grey.shape) >= 200:
        picture = picture.filter(ImageFilter.GaussianBlur(0.8))
    return np.asarray(picture, np.float32)


def _contrast(picture: np.ndarray, window: float) -> tuple[np.ndarray, float]:
    """How much darker than its surroundings each pixel is, (H, W) float32, 0 to 1; the noise of the paper.

    The surroundings are the picture without what is narrower than the window: a closing of a small copy,
    which follows gradients and the edges of shadows. The noise is a standard deviation.
    """
    scale = min(1, _COARSE / max(picture.shape))
    shape = tuple(max(1, round(length * scale)) for length in picture.shape)
    small = resized(picture, shape, Image.Resampling.BOX)
    length = 2 * max(1, round(window * scale / 2)) + 1
    closed = ndimage.grey_closing(small, (length, length))
    background = resized(closed, picture.shape, Image.Resampling.BILINEAR)
    # Where it is darker than half of the paper, its noise would count too much.
    contrast = (background - picture) / np.maximum(background, np.percentile(closed, 90) / 2)
    low, quarter = np.percentile(contrast, [5, 25])  # of paper, even where strokes cover half of the picture
    noise = float(quarter - low) / 0.97  # as far as these lie apart in a normal distribution
    return np.clip(contrast - quarter - 0.67 * noise, 0, 1), noise


def _thresholded(contrast: np.ndarray, noise: float, sensitivity: float) -> np.ndarray:
    """Thresholding with hysteresis: components above the low threshold with a pixel above the high one."""
    least = max(_FAINTEST, min(_NOISE * noise, 0.25)) / sensitivity
    candidates = contrast[contrast > least]
    if not candidates.size:
        return np.zeros(contrast.shape, bool)
    strength = float(np.percentile(candidates, 90)) / sensitivity
    labels, count = ndimage.label(contrast > max(least, _LOW * strength), TOUCHING)
    is_seen = np.zeros(count + 1, bool)
    is_seen[labels[contrast > max(least, _HIGH * strength)]] = True
    return is_seen[labels]


def _typical_width(foreground: np.ndarray) -> float:
    """The pen's width in pixels, at the wider ones of the largest parts away from the edges; 0: no stroke."""
    parts = connected_components(foreground)
    height, width = foreground.shape
    inner = (parts.boxes[:, :2] > 0).all(axis=1) & (parts.boxes[:, 2:] < [width, height]).all(axis=1)
    chosen = np.flatnonzero(inner) if inner.any() else np.arange(len(inner))
    chosen = chosen[np.argsort(-parts.areas[chosen], kind="stable")[:40]]
    chosen = chosen[parts.areas[chosen] >= 0.1 * parts.areas[chosen].max(initial=0)]
    widths = []
    for part in chosen:
        left, top, right, bottom = parts.boxes[part]
        widths.append(pen_width((parts.labels[top:bottom, left:right] == part + 1).astype(np.float32)))
    return float(np.percentile(widths, 75)) if widths else 0.0


def _without_lines(foreground: np.ndarray) -> np.ndarray:
    """The mask without lines, about horizontal, that go most of the way across; what crosses them stays."""
    height, width = foreground.shape
    blocks = np.pad(foreground, ((0, 0), (0, -width % _STRIDE))).reshape(height, -1, _STRIDE).any(axis=2)
    blocks = ndimage.maximum_filter1d(blocks, 2 * round(_GAP * blocks.shape[1]) + 1, axis=1)
    lengths = _path_lengths(blocks) + _path_lengths(blocks[:, ::-1])[:, ::-1] - 1
    is_long = (lengths >= _LINE * blocks.shape[1]).repeat(_STRIDE, axis=1)[:, :width] & foreground
    if not is_long.any():
        return foreground
    heights = _heights(foreground)
    line = is_long & (heights <= _LINE_WIDTH * min(foreground.shape))
    if not line.any():
        return foreground
    return foreground & ~(line & (heights <= 1.7 * np.median(heights[line]) + 1))


def _path_lengths(blocks: np.ndarray) -> np.ndarray:
    """(H, B) bool → (H, B) int: blocks of a path that ends there, a row up or down from one to the next."""
    lengths = np.zeros(blocks.shape, np.int32)
    before = lengths[:, 0]
    for column in range(blocks.shape[1]):
        longest = ndimage.maximum_filter1d(before, 3)
        lengths[:, column] = before = np.where(blocks[:, column], longest + 1, 0)
    return lengths


def _heights(mask: np.ndarray) -> np.ndarray:
    """(H, W) int: for each pixel of the mask how many follow each other in its column; 0 elsewhere."""
    labels, _ = ndimage.label(mask, _DOWN)
    return np.where(mask, np.bincount(labels.ravel())[labels], 0)
