"""How a model file from elsewhere wants its images, in one place: shape, range of pixels, and what it gives.

Whoever asks such a model goes through here (`LoadedModel.inputs`). Must not import Streamlit, TensorFlow or
Keras.
"""

from dataclasses import dataclass, replace

import numpy as np

from lenet.errors import ModelError
from lenet.layers.kind import Shape, format_shape


@dataclass(frozen=True)
class PixelRange:
    """What pixels 0 to 255 become: pixel × scale + offset."""

    title: str
    scale: float
    offset: float


# The usual ones. MNIST's mean and deviation are those that tutorials subtract and divide by.
PIXEL_RANGES = {
    "0-1": PixelRange("0 to 1", 1 / 255, 0.0),
    "0-255": PixelRange("0 to 255", 1.0, 0.0),
    "-1-1": PixelRange("−1 to 1", 2 / 255, -1.0),
    "standardized": PixelRange("−0.42 to 2.82 (standardized)", 1 / (255 * 0.3081), -0.1307 / 0.3081),
}
USUAL = "0-1"


@dataclass(frozen=True)
class FileInput:
    """What a network from elsewhere takes and gives.

    Attributes:
        taken: shape of one image as the file has it: (28, 28, 1), (28, 28), (784,), (1, 28, 28), (28, 28, 3).
        image_shape: (height, width, channels) of the images that it is given.
        outputs: "probabilities", "logits" or "sigmoid".
        num_classes: how many numbers it gives.
        pixels: one of `PIXEL_RANGES`.
        reason: why that one, a sentence.
        class_names: what the file calls its classes; () where it does not say.
        dataset: of which it classifies most images, so that its classes are those; "": nobody knows.
    """

    taken: tuple[int | None, ...]
    image_shape: Shape
    outputs: str
    num_classes: int
    pixels: str = USUAL
    reason: str = ""
    class_names: tuple[str, ...] = ()
    dataset: str = ""

    @property
    def range(self) -> PixelRange:
        """That of its pixels."""
        return PIXEL_RANGES[self.pixels]

    @property
    def in_words(self) -> str:
        """What is given to the network, and why."""
        return f"Pixels {self.range.title}: {self.reason}"

    def with_pixels(self, pixels: str, reason: str) -> "FileInput":
        """The same with another range of pixels."""
        return replace(self, pixels=pixels, reason=reason)

    def takes(self, image_shape: Shape) -> bool:
        """Whether images of (height, width, channels) can be made into what it takes."""
        height, width, channels = self.image_shape
        fits = image_shape[0] <= height and image_shape[1] <= width
        return fits and image_shape[2] in (channels, 1) and 2 * image_shape[0] > height

    def prepare(self, images: np.ndarray) -> np.ndarray:
        """Smaller images get a margin of background; grey ones as many equal channels as it takes.

        images: uint8 (N, H, W, C). Returns float32 (N, *image_shape). Raises `ModelError`: they do not fit.
        """
        if not self.takes(images.shape[1:]):
            raise ModelError(
                f"takes images of {format_shape(self.image_shape)}, received "
                f"{format_shape(images.shape[1:])}. Choose a data set of such images, or a model for these."
            )
        height, width, channels = self.image_shape
        sides = [(side - size) for side, size in zip((height, width), images.shape[1:3], strict=True)]
        margins = [(each // 2, each - each // 2) for each in sides]
        padded = np.pad(images, ((0, 0), *margins, (0, 0)))
        inputs = np.repeat(padded, channels // images.shape[3], axis=3).astype(np.float32)
        return inputs * np.float32(self.range.scale) + np.float32(self.range.offset)
