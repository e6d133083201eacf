"""From a grey picture to its ink: dark on light or light on dark, uneven light and ruled lines taken out.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np
from PIL import Image, ImageFilter

from lenet.components import components
from lenet.pixels import pen_width, resized

_COARSE = 200  # pixels of the longer side of the picture in which the light is estimated
_WIDEST_PEN = 0.35  # of the shorter side: what is wider is background; only for the first look
_PENS = 4  # widths of the pen that the window has for the second look
_CERTAIN, _POSSIBLE = 0.5, 0.3  # of the ink's strength: where ink is seen, and how far it goes from there
_NOISE = 4.5  # standard deviations above which something may be ink
_FAINTEST = 0.06  # of the background: what differs less from it is never ink
_LINE = 0.6  # of the side: how far a ruled line goes at least
_LINE_WIDTH = 1 / 40  # of the shorter side: how wide it is at most
_STRIDE = 4  # columns in which a ruled line rises or falls by a pixel at most


def ink_of(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each pixel stands out from the background, and which pixels are ink.

    Args:
        grey: (H, W) uint8.

    Returns:
        (H, W) float32, the contrast, 0 to 1; (H, W) bool, the ink without ruled lines, all False where
        nothing stands out.
    """
    picture = _without_noise(grey)
    if is_light_on_dark(grey):
        picture = 255 - picture
    widest = _WIDEST_PEN * min(grey.shape)
    contrast, mask = _look(picture, widest)
    window = _PENS * _typical_width(mask)
    return _look(picture, window) if 0 < window < widest else (contrast, mask)


def _look(picture: np.ndarray, window: float) -> tuple[np.ndarray, np.ndarray]:
    """Contrast and ink, where the background is all that is wider than the window."""
    contrast = _contrast(picture, window)
    return contrast, _without_lines(_without_lines(_mask(contrast)).T).T


def is_light_on_dark(grey: np.ndarray) -> bool:
    """Whether what differs from most of its surroundings is lighter than they are, rather than darker."""
    scale = min(1, 256 / max(grey.shape))
    small = resized(grey, tuple(max(8, round(length * scale)) for length in grey.shape), Image.Resampling.BOX)
    around = _medians(small, max(small.shape) // 2)
    return bool(((small - around) ** 3).sum() > 0)


def _medians(values: np.ndarray, length: int) -> np.ndarray:
    """The median of a square window around each pixel, exact at 16×16 places: (H, W) float32."""
    half, (height, width) = length // 2, values.shape
    rows, columns = (np.linspace(0, side - 1, 16).astype(int) for side in (height, width))
    medians = [
        [np.median(values[max(0, y - half) : y + half + 1, max(0, x - half) : x + half + 1]) for x in columns]
        for y in rows
    ]
    return resized(np.array(medians), values.shape, Image.Resampling.BILINEAR)


def _without_noise(grey: np.ndarray) -> np.ndarray:
    """(H, W) uint8 → float32, a little smoother where there are pixels enough."""
    picture = Image.fromarray(grey)
    if min(grey.shape) >= 200:
        picture = picture.filter(ImageFilter.GaussianBlur(0.8))
    return np.asarray(picture, np.float32)


def _contrast(picture: np.ndarray, window: float) -> np.ndarray:
    """How much darker than its surroundings each pixel is: 0 to 1, (H, W) float32.

    The surroundings are the picture without what is narrower than the window: a closing of a small copy,
    which follows gradients and the edges of shadows.
    """
    scale = min(1, _COARSE / max(picture.shape))
    shape = tuple(max(1, round(length * scale)) for length in picture.shape)
    small = resized(picture, shape, Image.Resampling.BOX)
    length = 2 * max(1, round(window * scale / 2)) + 1
    closed = -_highest(-_highest(small, length), length)
    background = resized(closed, picture.shape, Image.Resampling.BILINEAR)
    # Where it is darker than half of the paper, its noise would count too much.
    contrast = (background - picture) / np.maximum(background, np.percentile(closed, 90) / 2)
    return np.clip(contrast - np.median(contrast), 0, 1)


def _highest(values: np.ndarray, length: int) -> np.ndarray:
    """The highest value in a square window around each pixel; its side is odd."""
    half = length // 2
    for axis in (0, 1):
        margins = [(half, half) if each == axis else (0, 0) for each in (0, 1)]
        padded = np.pad(values, margins, mode="edge")
        values = np.lib.stride_tricks.sliding_window_view(padded, length, axis).max(axis=-1)
    return values


def _mask(contrast: np.ndarray) -> np.ndarray:
    """Where the ink is: parts that stand out possibly everywhere, and certainly somewhere."""
    noise = 1.4826 * float(np.median(contrast[contrast > 0])) if contrast.any() else 0.0
    least = max(_FAINTEST, min(_NOISE * noise, 0.25))
    candidates = contrast[contrast > least]
    if not candidates.size:
        return np.zeros(contrast.shape, bool)
    strength = float(np.percentile(candidates, 90))
    parts = components(contrast > max(least, _POSSIBLE * strength))
    certain = np.unique(parts.labels[contrast > max(least, _CERTAIN * strength)])
    seen = np.zeros(len(parts.areas) + 1, bool)
    seen[certain] = True
    seen[0] = False
    return seen[parts.labels]


def _typical_width(mask: np.ndarray) -> float:
    """The pen's width in pixels, at the wider ones of the largest parts away from the edges; 0: no ink."""
    parts = components(mask)
    height, width = mask.shape
    inner = (parts.boxes[:, :2] > 0).all(axis=1) & (parts.boxes[:, 2:] < [width, height]).all(axis=1)
    chosen = np.flatnonzero(inner) if inner.any() else np.arange(len(inner))
    chosen = chosen[np.argsort(-parts.areas[chosen], kind="stable")[:40]]
    chosen = chosen[parts.areas[chosen] >= 0.1 * parts.areas[chosen].max(initial=0)]
    widths = []
    for part in chosen:
        left, top, right, bottom = parts.boxes[part]
        widths.append(pen_width((parts.labels[top:bottom, left:right] == part + 1).astype(np.float32)))
    return float(np.percentile(widths, 75)) if widths else 0.0


def _without_lines(mask: np.ndarray) -> np.ndarray:
    """The mask without lines, about horizontal, that go most of the way across; what crosses them stays."""
    blocks = np.pad(mask, ((0, 0), (0, -mask.shape[1] % _STRIDE))).reshape(len(mask), -1, _STRIDE).any(axis=2)
    lengths = _path_lengths(blocks) + _path_lengths(blocks[:, ::-1])[:, ::-1] - 1
    is_long = (lengths >= _LINE * blocks.shape[1]).repeat(_STRIDE, axis=1)[:, : mask.shape[1]]
    heights = _heights(mask)
    line = mask & is_long & (heights <= _LINE_WIDTH * min(mask.shape))
    if not line.any():
        return mask
    return mask & ~(line & (heights <= 1.7 * np.median(heights[line]) + 1))


def _path_lengths(blocks: np.ndarray) -> np.ndarray:
    """(H, B) bool → (H, B) int: blocks of a path that ends there, a row up or down from one to the next."""
    lengths = np.zeros(blocks.shape, np.int32)
    before = np.zeros(len(blocks) + 2, np.int32)
    for column in range(blocks.shape[1]):
        longest = np.maximum(np.maximum(before[:-2], before[1:-1]), before[2:])
        lengths[:, column] = np.where(blocks[:, column], longest + 1, 0)
        before[1:-1] = lengths[:, column]
    return lengths


def _heights(mask: np.ndarray) -> np.ndarray:
    """(H, W) int: for each pixel of the mask how many follow each other in its column; 0 elsewhere."""
    index = np.arange(len(mask))[:, None]
    above = np.maximum.accumulate(np.where(mask, -1, index), axis=0)
    below = np.minimum.accumulate(np.where(mask, len(mask), index)[::-1], axis=0)[::-1]
    return np.where(mask, below - above - 1, 0)
