"""What the inference worker sends back to pages. Light, for a page unpickles it: numpy only, no Keras."""

from dataclasses import dataclass

import numpy as np


class ModelError(ValueError):
    """A model that is not there or cannot be read; the message is for the person."""


@dataclass(frozen=True)
class FeatureMaps:
    """What one image becomes on its way through the network.

    Attributes:
        image: (H, W, C) uint8, as stored.
        label: the right answer.
        maps: layer name → (height, width, channels) float32, in order; what is still an image.
        probabilities: (classes,) float32.
    """

    image: np.ndarray
    label: int
    maps: dict[str, np.ndarray]
    probabilities: np.ndarray
