"""Whether a picture's writing is lighter or darker than what is around it.

Must not import Streamlit, TensorFlow or Keras.
"""

import math

import numpy as np
from PIL import Image
from scipy import ndimage

from lenet.drawing.normalization import resized

_LOOKED_AT = 256  # pixels of the longer side of the picture in which it is decided
_AROUND = 1 / 6  # of the longer side: how far from a stroke its surroundings go
_STANDS_OUT = 0.5  # of the strongest contrast: where there is as much, there is writing


def log_width_ratio(grey: np.ndarray) -> float:
    """How much wider what is dark is than what is light, near edges: above 0 where light writing is on dark.

    Writing is thin and its surroundings are wide: neither how much of the picture is dark, nor what its edge
    is like, says anything of that. What is at the edge of the picture is not bounded by it.

    Args:
        grey: (H, W) uint8.

    Returns:
        The binary logarithm of the ratio of mean distances from the other phase.
    """
    scale = min(1, _LOOKED_AT / max(grey.shape))
    small = resized(grey, tuple(max(8, round(length * scale)) for length in grey.shape), Image.Resampling.BOX)
    window = 2 * int(max(small.shape) * _AROUND) + 1
    highest, lowest = ndimage.maximum_filter(small, window), ndimage.minimum_filter(small, window)
    spread = highest - lowest
    is_near = spread >= _STANDS_OUT * np.percentile(spread, 98)
    is_dark = small < (highest + lowest) / 2
    dark, light = (_mean_distance(phase, is_near) for phase in (is_dark, ~is_dark))
    return math.log2(dark / light)


def is_light_on_dark(grey: np.ndarray) -> bool:
    """Whether what is thin is lighter than what is around it, rather than darker."""
    return log_width_ratio(grey) > 0


def _mean_distance(phase: np.ndarray, is_near: np.ndarray) -> float:
    """Pixels, on average, from the pixels of a phase to the nearest one of the other."""
    if phase.all() or not (phase & is_near).any():
        return 1e-6
    return float(ndimage.distance_transform_edt(phase)[phase & is_near].mean())
