"""How a digit lies in the 28×28 pixels of MNIST: in a box of 20×20, its center of mass in the middle.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

SIZE = 28  # pixels of the image's side
MIDDLE = 14.5  # pixels from the edge, either way: MNIST's centers of mass lie within half a pixel of it
BOX = 20  # pixels of the box's side that a digit is scaled to fit


def center_of_mass(images: np.ndarray) -> np.ndarray:
    """(N, H, W) → (N, 2) float: x, y in pixels, the middle of the first pixel at 0.5; blank: the middle."""
    count, height, width = images.shape
    weights = images.astype(np.float64)
    mass = weights.sum(axis=(1, 2))
    x = weights.sum(axis=1) @ (np.arange(width) + 0.5)
    y = weights.sum(axis=2) @ (np.arange(height) + 0.5)
    centers = np.stack([x, y], axis=1) / np.maximum(mass, 1e-9)[:, None]
    return np.where(mass[:, None] > 0, centers, [width / 2, height / 2])


def center_of_mass_to_middle(images: np.ndarray) -> np.ndarray:
    """(N, 28, 28), its centers of mass shifted to MIDDLE by whole pixels; what leaves is lost, 0 comes in."""
    height, width = images.shape[1:]
    shifts = np.rint(MIDDLE - center_of_mass(images)).astype(int)  # (N, 2): x, y
    rows = np.arange(height)[None, :] - shifts[:, 1:]  # (N, H): where each row comes from
    columns = np.arange(width)[None, :] - shifts[:, :1]
    seen = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    moved = images[np.arange(len(images))[:, None, None], rows[:, :, None] % height, columns[:, None] % width]
    return np.where(seen, moved, 0).astype(images.dtype)
