"""The layers that the operations of an ONNX file become, channels last: those so far, and what they give.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lenet.errors import ModelError
from lenet.networks.image_config import image_shape_of

_COLORS = (1, 3)
_FREE_SIDE = 28  # of images where the file leaves their size open
_WITH_ACTIVATION = ("Conv2D", "DepthwiseConv2D", "Dense")


@dataclass
class Made:
    """A layer: Keras' class, its settings, its arrays as Keras orders them."""

    kind: str
    settings: dict[str, Any]
    arrays: list[np.ndarray] = field(default_factory=list)


class Layers:
    """The layers so far, and what they give.

    Attributes:
        image_shape: of what the first layer takes, channels last.
        shape: of what ONNX has there for one image.
        channels_first: whether that has height and width behind the channels.
    """

    def __init__(self, path: Path, taken: Sequence[int | None]) -> None:
        self.path, self.made = path, []
        self.shape = tuple(_FREE_SIDE if side is None else side for side in taken)
        self.channels_first = len(self.shape) == 3 and not self.is_last(self.shape)
        self.image_shape = self.shape
        if len(self.shape) == 3:
            image_shape_of(path, self.shape)  # raises where it is no image
            self.image_shape = (*self.shape[1:], self.shape[0]) if self.channels_first else self.shape

    @staticmethod
    def is_last(shape: Sequence[int]) -> bool:
        """Whether the channels of an image of that shape are last."""
        return shape[2] in _COLORS and shape[0] not in _COLORS

    def add(self, kind: str, *arrays: np.ndarray, **settings: Any) -> None:
        """A layer behind the others, with these arrays."""
        self.made.append(Made(kind, settings, [np.asarray(each, np.float32) for each in arrays]))

    def refuse(self, words: str) -> None:
        """Raises `ModelError`: an operation is none that a layer of Keras gives."""
        raise ModelError(f"{self.path} has {words}, of which no layer is made here. Export it without.")

    @property
    def size(self) -> int:
        """Numbers for one image."""
        return math.prod(self.shape)

    @property
    def channels(self) -> int:
        """Of what is there; of a row of numbers, all."""
        return self.shape[0 if self.channels_first or len(self.shape) != 3 else -1]

    def activation(self, name: str) -> None:
        """In the layer before, where that has none yet."""
        before = self.made[-1] if self.made else None
        if before and before.kind in _WITH_ACTIVATION and "activation" not in before.settings:
            before.settings["activation"] = name
        elif name == "softmax":
            self.add("Softmax", axis=-1)
        else:
            self.add("Activation", activation=name)

    def affine(self, scale: np.ndarray, offset: np.ndarray) -> None:
        """Value × scale + offset, of all alike or of each channel."""
        before = self.made[-1] if self.made else None
        is_sum = before and before.kind in _WITH_ACTIVATION and "activation" not in before.settings
        if is_sum and np.all(scale == 1) and offset.size in (1, len(before.arrays[1])):
            before.arrays[1] = before.arrays[1] + offset.astype(np.float32)
        elif scale.size == offset.size == 1 and before and before.kind == "Rescaling":
            before.settings["scale"] *= float(scale.item())
            before.settings["offset"] = float(before.settings["offset"] * scale.item() + offset.item())
        elif before and before.kind == "BatchNormalization":
            gamma, beta = before.arrays[0] * scale, before.arrays[1] * scale + offset
            before.arrays[:2] = gamma.astype(np.float32), beta.astype(np.float32)
        elif scale.size == offset.size == 1:
            self.add("Rescaling", scale=float(scale.item()), offset=float(offset.item()))
        else:
            ones = np.ones(self.channels, np.float32)
            self.add("BatchNormalization", ones * scale, ones * offset, 0 * ones, ones, axis=-1, epsilon=0.0)
