"""Rings that touch what is written in them: found and taken out.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np
from scipy import ndimage

from lenet.drawing.connected_components import Components, connected_components, large_components
from lenet.drawing.found_digits import Box
from lenet.drawing.marks import WRITTEN, Marks, is_line

_SMALLEST = 8  # widths of the pen: what is smaller either way is no ring with writing in it
_UNEVEN = 0.1  # of what a ring encloses: how much of it lies outside an ellipse, or of that outside of it
_COARSE = 200  # rows and columns that are looked at for that
_INK = 0.75  # of what a ring encloses: how much of it is ink at most
_OPEN = 0.75  # widths of the pen: half of what may be between a ring's ends
_MOSTLY = 0.5  # of what is so far in from its outline: how much of it is a ring's own stroke
_MARGIN = 0.5  # widths of the pen: how much further in it goes where it is uneven
_NARROW = 0.4  # of its height: a line that may be the stroke of a zero, be it bent
_RINGED = 0.35  # of a ring's height: what is in it at least


def without_rings(foreground: np.ndarray, parts: Components, pen: float) -> tuple[np.ndarray, list[Box]]:
    """The strokes without rings around something that touches them.

    Args:
        foreground: (H, W) bool.
        parts: its components.
        pen: the width of its strokes in pixels.

    Returns:
        (H, W) bool, and the boxes of the rings.
    """
    sizes = parts.boxes[:, 2:] - parts.boxes[:, :2]
    kept, rings = foreground.copy(), []
    for part in np.flatnonzero((sizes >= _SMALLEST * pen).all(axis=1)):
        left, top, right, bottom = parts.boxes[part].tolist()
        own = parts.mask(part)
        writing = _writing(own, pen)
        if writing.any():
            kept[top:bottom, left:right] &= ~own | writing
            rings.append((left, top, right, bottom))
    return kept, rings


def enclosed_by(mask: np.ndarray, pen: float) -> np.ndarray:
    """(h, w) bool: a stroke and all that it goes around, though its ends may not quite meet."""
    gap = round(_OPEN * pen)
    closed = ndimage.maximum_filter(np.pad(mask, gap), 2 * gap + 1)
    filled = ndimage.minimum_filter(ndimage.binary_fill_holes(closed), 2 * gap + 1)
    return filled[gap : gap + len(mask), gap : gap + mask.shape[1]] | mask


def _writing(own: np.ndarray, pen: float) -> np.ndarray:
    """(h, w) bool: what is in a ring and touches it; nowhere True where there is no ring, or nothing in it.

    Lines alone are strokes of a zero.
    """
    nothing, enclosed = np.zeros_like(own), enclosed_by(own, pen)
    if own.sum() > _INK * enclosed.sum() or _unevenness(enclosed) > _UNEVEN:
        return nothing
    depths = ndimage.distance_transform_edt(np.pad(enclosed, 1))[1:-1, 1:-1]
    writing = large_components(own & (depths > _thickness(own, depths) + _MARGIN * pen), WRITTEN * pen)
    inside = connected_components(writing)
    widths, heights = (inside.boxes[:, 2:] - inside.boxes[:, :2]).T
    written = np.flatnonzero((heights >= _RINGED * len(own)) & (widths > _NARROW * heights))
    digits = [each for each in written if not is_line(Marks(inside, np.array([each]), written, pen))]
    return writing if digits else nothing


def _thickness(own: np.ndarray, depths: np.ndarray) -> int:
    """Pixels from the outline to where there is less ink than not. `depths`: (h, w) float, 0 outside."""
    whole = np.ceil(depths).astype(int)
    shares = np.bincount(whole[own], minlength=whole.max() + 1)[1:] / np.bincount(whole.ravel())[1:]
    return int((np.append(shares, 0) < _MOSTLY).argmax())


def _unevenness(mask: np.ndarray) -> float:
    """What the ellipse of the same middle and spread has more and less than (h, w) bool, as a share of it."""
    mask = mask[tuple(slice(None, None, -(-length // _COARSE)) for length in mask.shape)]
    points = np.argwhere(mask)
    inverse = np.linalg.inv(np.cov(points.T) + np.eye(2) / 12)  # a pixel has a spread of its own
    y, x = np.indices(mask.shape)
    away = np.stack([y, x], axis=-1) - points.mean(axis=0)
    ellipse = np.einsum("hwi,ij,hwj->hw", away, inverse, away) <= 4
    return float((mask ^ ellipse).sum() / len(points))
