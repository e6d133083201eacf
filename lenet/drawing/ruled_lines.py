"""Lines that go across a picture, or across a part of it: those of ruled paper, the sides of a box.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np
from scipy import ndimage

THICKEST = 1.8  # widths of the pen: of a line that is drawn with it
_GAP = 0.005  # of the side: half of a gap that a line may have
_STRIDE = 4  # columns in which it rises or falls by a pixel at most
_DOWN = np.array([[0, 1, 0]] * 3, bool)  # pixels that touch in their column


def lines_across(mask: np.ndarray, share: float, thickest: float) -> np.ndarray:
    """Which pixels are of lines, about horizontal; not those of what crosses them.

    Args:
        mask: (H, W) bool.
        share: of the width: how far a line goes at least.
        thickest: pixels: how thick it is at most.

    Returns:
        (H, W) bool.
    """
    width = mask.shape[1]
    blocks = np.pad(mask, ((0, 0), (0, -width % _STRIDE))).reshape(len(mask), -1, _STRIDE).any(axis=2)
    blocks = ndimage.maximum_filter1d(blocks, 2 * round(_GAP * blocks.shape[1]) + 1, axis=1)
    lengths = _path_lengths(blocks) + _path_lengths(blocks[:, ::-1])[:, ::-1] - 1
    is_long = (lengths >= share * blocks.shape[1]).repeat(_STRIDE, axis=1)[:, :width] & mask
    if not is_long.any():
        return is_long
    heights = _heights(mask)
    line = is_long & (heights <= thickest)
    if not line.any():
        return line
    return line & (heights <= 1.7 * np.median(heights[line]) + 1)


def _path_lengths(blocks: np.ndarray) -> np.ndarray:
    """(H, B) bool → (H, B) int: blocks of a path that ends there, a row up or down from one to the next."""
    columns = blocks.T.astype(np.int32)  # (B, H)
    lengths = np.zeros((len(columns), len(blocks) + 2), np.int32)  # a row of nothing above and below
    before = np.zeros(len(blocks) + 2, np.int32)
    for column, row in zip(columns, lengths, strict=True):
        longest = np.maximum(np.maximum(before[:-2], before[1:-1]), before[2:])
        np.multiply(longest + 1, column, out=row[1:-1])
        before = row
    return lengths[:, 1:-1].T


def _heights(mask: np.ndarray) -> np.ndarray:
    """(H, W) int: for each pixel of the mask how many follow each other in its column; 0 elsewhere."""
    labels, _ = ndimage.label(mask, _DOWN)
    return np.where(mask, np.bincount(labels.ravel())[labels], 0)
