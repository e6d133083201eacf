"""What the inference worker sends back to pages. Light, for a page unpickles it: numpy only, no Keras."""

from dataclasses import dataclass

import numpy as np

DIGITS = tuple("0123456789")


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


@dataclass(frozen=True)
class Answer:
    """What one model says to one drawing.

    Attributes:
        model: what it was asked for by.
        probabilities: (10,) float32, sum 1.
        sure: whether to believe the first guess; `lenet.certainty` says how that is decided.
        reason: why not, one sentence; empty where it is sure.
        class_names: the name of each class.
    """

    model: str
    probabilities: np.ndarray
    sure: bool
    reason: str
    class_names: tuple[str, ...] = DIGITS

    @property
    def guess(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())


@dataclass(frozen=True)
class NoAnswer:
    """A model that cannot answer this drawing: which, and why, in a sentence for the person."""

    model: str
    problem: str


@dataclass(frozen=True)
class Insides:
    """One drawing on its way through a network.

    Attributes:
        answer: what comes out.
        kernels: name of each convolution → (height, width, input channels, filters) float32, in order.
        maps: layer name → what it gives for the drawing, float32, in order: (height, width, channels) where
            it is still an image, else (units,).
    """

    answer: Answer
    kernels: dict[str, np.ndarray]
    maps: dict[str, np.ndarray]


@dataclass(frozen=True)
class Explanation:
    """Why a model says so.

    Attributes:
        heat_map: (28, 28) float32, 0–1: how much each pixel speaks for `label`.
        against: (28, 28) float32, 0–1, on the same scale: how much it speaks against. Grad-CAM has none.
        method: one of `METHODS`.
        label: the class that is explained.
        maps: layer name → what the layer gives for this drawing, float32, in order: (height, width, channels)
            where it is still an image, else (units,).
        probabilities: (10,) float32.
    """

    heat_map: np.ndarray
    against: np.ndarray
    method: str
    label: int
    maps: dict[str, np.ndarray]
    probabilities: np.ndarray


GRAD_CAM = "Grad-CAM"
GRADIENT_INPUT = "gradient × input"
METHODS = (GRAD_CAM, GRADIENT_INPUT)
