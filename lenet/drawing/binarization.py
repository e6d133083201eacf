"""From a grey picture to its ink: dark on light or light on dark, uneven light and ruled lines taken out.

Must not import Streamlit, TensorFlow or Keras.
"""

import math

import numpy as np
from PIL import Image, ImageFilter

from lenet.drawing.connected_components import components, highest
from lenet.drawing.normalization import pen_width, resized

_COARSE = 200  # pixels of the longer side of the picture in which the light is estimated
_WIDEST_PEN = 0.35  # of the picture's side: what is wider is background; only for the first look
_PENS = 4  # widths of the pen that the window has for the second look
_CERTAIN, _POSSIBLE = 0.5, 0.3  # of the ink's strength: where ink is seen, and how far it goes from there
_NOISE = 4.5  # standard deviations above which something may be ink
_FAINTEST = 0.06  # of the background: what differs less from it is never ink
_LINE = 0.85  # of the side: how far a ruled line goes at least; no digit fills so much of a picture
_LINE_WIDTH = 1 / 40  # of the shorter side: how wide it is at most
_GAP = 0.005  # of the side: half of a gap that it may have
_STRIDE = 4  # columns in which a ruled line rises or falls by a pixel at most


def ink_of(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """How far each pixel stands out from the background, and which pixels are ink.

    Args:
        grey: (H, W) uint8.

    Returns:
        (H, W) float32, the contrast, 0 to 1; (H, W) bool, the ink without ruled lines, all False where
        nothing stands out; the pen's width in pixels.
    """
    picture = _without_noise(grey)
    if is_light_on_dark(grey):
        picture = 255 - picture
    widest = _WIDEST_PEN * math.sqrt(grey.size)
    contrast, mask = _look(picture, widest)
    width = _typical_width(mask)
    if 0 < _PENS * width < widest:
        contrast, mask = _look(picture, _PENS * width)
    return contrast, mask, width


def _look(picture: np.ndarray, window: float) -> tuple[np.ndarray, np.ndarray]:
    """Contrast and ink, where the background is all that is wider than the window."""
    contrast, noise = _contrast(picture, window)
    return contrast, _without_lines(_without_lines(_mask(contrast, noise)).T).T


def is_light_on_dark(grey: np.ndarray) -> bool:
    """Whether what differs from most of its surroundings is lighter than they are, rather than darker."""
    scale = min(1, 256 / max(grey.shape))
    small = resized(grey, tuple(max(8, round(length * scale)) for length in grey.shape), Image.Resampling.BOX)
    side = max(small.shape)
    # Most of the frame is background, even where a digit fills the picture.
    framed = np.pad(small, side // 4, mode="edge")
    return bool(((framed - _medians(framed, side // 2)) ** 3).sum() > 0)


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


def _contrast(picture: np.ndarray, window: float) -> tuple[np.ndarray, float]:
    """How much darker than its surroundings each pixel is, (H, W) float32, 0 to 1; the noise of the paper.

    The surroundings are the picture without what is narrower than the window: a closing of a small copy,
    which follows gradients and the edges of shadows. The noise is a standard deviation.
    """
    scale = min(1, _COARSE / max(picture.shape))
    shape = tuple(max(1, round(length * scale)) for length in picture.shape)
    small = resized(picture, shape, Image.Resampling.BOX)
    length = 2 * max(1, round(window * scale / 2)) + 1
    closed = -highest(-highest(small, length), length)
    background = resized(closed, picture.shape, Image.Resampling.BILINEAR)
    # Where it is darker than half of the paper, its noise would count too much.
    contrast = (background - picture) / np.maximum(background, np.percentile(closed, 90) / 2)
    low, quarter = np.percentile(contrast, [5, 25])  # of paper, even where ink covers half of the picture
    noise = float(quarter - low) / 0.97  # as far as these lie apart in a normal distribution
    return np.clip(contrast - quarter - 0.67 * noise, 0, 1), noise


def _mask(contrast: np.ndarray, noise: float) -> np.ndarray:
    """Where the ink is: parts that stand out possibly everywhere, and certainly somewhere."""
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
    blocks = _bridged(blocks, round(_GAP * blocks.shape[1]))
    lengths = _path_lengths(blocks) + _path_lengths(blocks[:, ::-1])[:, ::-1] - 1
    is_long = (lengths >= _LINE * blocks.shape[1]).repeat(_STRIDE, axis=1)[:, : mask.shape[1]]
    is_long &= mask
    if not is_long.any():
        return mask
    heights = _heights(mask)
    line = is_long & (heights <= _LINE_WIDTH * min(mask.shape))
    if not line.any():
        return mask
    return mask & ~(line & (heights <= 1.7 * np.median(heights[line]) + 1))


def _bridged(blocks: np.ndarray, gap: int) -> np.ndarray:
    """(H, B) bool with gaps of 2 × `gap` blocks in a row filled."""
    padded = np.pad(blocks, ((0, 0), (gap, gap)))
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * gap + 1, axis=1).any(axis=-1)


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
