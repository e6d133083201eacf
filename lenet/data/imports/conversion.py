"""Numbers and pictures of any kind to the images of a network. Must not import Streamlit or TensorFlow."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from lenet.data.imports.choices import Scaling
from lenet.data.imports.contents import Block
from lenet.data.imports.looks import ground_of

_LUMINANCE = np.array([19595, 38470, 7471], np.uint32)  # of red, green, blue, of 2¹⁶: as Pillow has it
_LEAST_INK = 0.1  # of black to white: what differs less from its ground is blank


@dataclass(frozen=True)
class Conversion:
    """How images are made.

    Attributes:
        black, white: the numbers that become 0 and 255; what is beyond is cut.
        inverted: whether dark and light change places.
        transposed: whether rows and columns do.
        scaling: see `Choices`.
        shape: (H, W, C) of each image that comes out.
    """

    black: float
    white: float
    inverted: bool
    transposed: bool
    scaling: Scaling
    shape: tuple[int, int, int]

    def __call__(self, block: Block) -> np.ndarray:
        """(n, H, W, C) uint8; fractions are rounded."""
        if isinstance(block, np.ndarray) and self.scaling == "as is":
            return in_channels(self._turned(self._levels(block)), self.shape[2])
        return np.array([self._one(image) for image in block], np.uint8).reshape(-1, *self.shape)

    def _one(self, image: np.ndarray) -> np.ndarray:
        level = self._turned(self._levels(image[None] if image.ndim == 3 else image[None, ..., None]))[0]
        if self.scaling == "mnist":
            return _as_mnist(in_channels(level, 1)[..., 0] / 255)
        height, width, channels = self.shape
        level = in_channels(level, channels)
        if level.shape == self.shape:
            return level
        planes = [_fitted(level[..., channel], (height, width)) for channel in range(channels)]
        return np.stack(planes, axis=2)

    def _levels(self, images: np.ndarray) -> np.ndarray:
        if images.dtype == np.uint8 and (self.black, self.white) == (0, 255):
            return 255 - images if self.inverted else images
        levels = np.clip((images.astype(np.float64) - self.black) / (self.white - self.black), 0, 1)
        return np.rint(255 * (1 - levels if self.inverted else levels)).astype(np.uint8)

    def _turned(self, images: np.ndarray) -> np.ndarray:
        return images.swapaxes(1, 2) if self.transposed else images


def in_channels(images: np.ndarray, count: int) -> np.ndarray:
    """(…, C) uint8 → (…, count): colors become their luminance, grey becomes three equal channels."""
    if images.shape[-1] == count:
        return images
    if count > 1:
        return images.repeat(count, axis=-1)
    return (images.astype(np.uint32) @ _LUMINANCE + (1 << 15) >> 16).astype(np.uint8)[..., None]


def _fitted(image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """(H, W) uint8 in the middle of another shape, its proportions kept, its ground around it."""
    height, width = shape
    factor = min(height / image.shape[0], width / image.shape[1])
    size = max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor))
    scaled = Image.fromarray(np.ascontiguousarray(image)).resize(size, Image.Resampling.BICUBIC)
    ground = round(255 * ground_of(image / 255)[0])
    canvas = Image.new("L", (width, height), ground)
    canvas.paste(scaled, ((width - size[0]) // 2, (height - size[1]) // 2))
    return np.asarray(canvas)


def _as_mnist(level: np.ndarray) -> np.ndarray:
    """(H, W) float, light on dark → (28, 28, 1) uint8: what is lighter than the ground, in MNIST's box."""
    from lenet.drawing.normalization import (
        normalize_pixels,  # here: it loads SciPy, which pages have no use for
    )

    ground, peak = ground_of(level)[0], float(level.max())
    if peak - ground < _LEAST_INK:
        return np.zeros((28, 28, 1), np.uint8)
    return normalize_pixels(np.clip((level - ground) / (peak - ground), 0, 1))[..., None]
