"""The connected components of a binary picture. Must not import Streamlit, TensorFlow or Keras."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

TOUCHING = np.ones((3, 3), bool)  # pixels that touch, be it at a corner


@dataclass(frozen=True)
class Components:
    """The components of a mask.

    Attributes:
        labels: (H, W) int32; 0 for the background, else 1 + the component's index.
        boxes: (N, 4) int: left, top, right, bottom, the last two just outside.
        areas: (N,) int, pixels.
    """

    labels: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray

    def mask(self, part: int) -> np.ndarray:
        """(h, w) bool: a component in its box."""
        left, top, right, bottom = self.boxes[part]
        return self.labels[top:bottom, left:right] == part + 1


def connected_components(mask: np.ndarray, gap: int = 0) -> Components:
    """The components of (H, W) bool.

    Pixels are of one where they touch, or where at most 2 × `gap` pixels are between them, across or down.
    """
    closed = ndimage.maximum_filter(mask, 2 * gap + 1) if gap else mask
    labels, count = ndimage.label(closed, TOUCHING)
    labels[~mask] = 0
    boxes = [(x.start, y.start, x.stop, y.stop) for y, x in ndimage.find_objects(labels)]
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    return Components(labels, np.array(boxes, int).reshape(-1, 4), areas)


def large_components(mask: np.ndarray, least: float) -> np.ndarray:
    """(H, W) bool: those of (H, W) bool that have at least so many pixels in height or width."""
    parts = connected_components(mask)
    extents = (parts.boxes[:, 2:] - parts.boxes[:, :2]).max(axis=1, initial=0)
    return mask & np.append(False, extents >= least)[parts.labels]
