"""From a grey picture to its strokes: uneven light and ruled lines taken out.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

from lenet.drawing.connected_components import TOUCHING, connected_components
from lenet.drawing.normalization import pen_width, resized
from lenet.drawing.ruled_lines import lines_across

_COARSE = 200  # pixels of the longer side of the picture in which the background is estimated
_WIDEST_PEN = 0.35  # of the picture's side: what is wider is background; only for the first look
_PENS = 4  # widths of the pen that the window has for the second look
_HIGH, _LOW = 0.5, 0.3  # thresholds, of the contrast of strokes
_NOISE = 4.5  # standard deviations above which something may be a stroke
_FAINTEST = 0.06  # of the background: what differs less from it is never a stroke
_LINE = 0.85  # of the side: how far a ruled line goes at least; no digit fills so much of a picture
_LINE_WIDTH = 1 / 40  # of the shorter side: how wide it is at most


@dataclass(frozen=True)
class Strokes:
    """What stands out from the background.

    Attributes:
        contrast: (H, W) float32, 0 to 1: how far each pixel does.
        foreground: (H, W) bool: the strokes without ruled lines; all False where nothing stands out.
        ruled: (H, W) bool: lines across or down; of squared paper none, which are only left out.
        pen: the strokes' width in pixels.
    """

    contrast: np.ndarray
    foreground: np.ndarray
    ruled: np.ndarray
    pen: float


def binarize(grey: np.ndarray, is_light: bool, sensitivity: float = 1.0) -> Strokes:
    """How far each pixel stands out from the background, and which pixels are foreground: the strokes.

    Args:
        grey: (H, W) uint8.
        is_light: whether the strokes are lighter than the background.
        sensitivity: above 1 more is taken for a stroke, below 1 less: the thresholds are divided by it.
    """
    picture = _without_noise(grey)
    if is_light:
        picture = 255 - picture
    widest = _WIDEST_PEN * math.sqrt(grey.size)
    first = _look(picture, widest, sensitivity)
    pen = _typical_width(first.foreground)
    second = _look(picture, _PENS * pen, sensitivity) if 0 < _PENS * pen < widest else first
    return replace(second, pen=pen)


def _look(picture: np.ndarray, window: float, sensitivity: float) -> Strokes:
    """Where the background is all that is wider than the window; the pen's width is not known yet."""
    contrast, noise = _contrast(picture, window)
    foreground, thickest = _thresholded(contrast, noise, sensitivity), _LINE_WIDTH * min(picture.shape)
    across = lines_across(foreground, _LINE, thickest)
    foreground &= ~across
    down = lines_across(foreground.T, _LINE, thickest).T
    is_squared = across.any() and down.any()
    ruled = np.zeros_like(across) if is_squared else across | down
    return Strokes(contrast, foreground & ~down, ruled, 0.0)


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
    widths = [pen_width(parts.mask(part).astype(np.float32)) for part in chosen]
    return float(np.percentile(widths, 75)) if widths else 0.0
