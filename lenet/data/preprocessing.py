"""Stored pixels to network input: zero padding, then one scale and one offset.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.layers.kind import Shape
from lenet.runs.config import RunConfig

PAPER_BACKGROUND = -0.1  # pixel 0, "Gradient-Based Learning Applied to Document Recognition", 1998
PAPER_FOREGROUND = 1.175  # pixel 255


def pad(images: np.ndarray, size: int) -> np.ndarray:
    """Images with background (0) around them, the picture in the middle.

    images: (N, H, W, C), any dtype. Returns (N, size, size, C), same dtype; where the margin is odd, the
    extra row is at the bottom and the extra column on the right. Raises `ValueError` where size < H or W.
    """
    height, width = images.shape[1:3]
    if size < max(height, width):
        raise ValueError(
            f"Padding: received size {size} for images of {height}×{width}, "
            f"expected at least {max(height, width)}. Choose that or more, or no padding."
        )
    top, left = (size - height) // 2, (size - width) // 2
    padded = np.zeros((len(images), size, size, images.shape[3]), images.dtype)
    padded[:, top : top + height, left : left + width] = images
    return padded


def scale_and_offset(config: RunConfig) -> tuple[float, float]:
    """The two numbers of `config.scaling`: network input = pixel × scale + offset, pixels 0 to 255."""
    if config.scaling == "raw":
        return 1.0, 0.0
    if config.scaling == "unit":
        return 1 / 255, 0.0
    if config.scaling == "paper":
        return (PAPER_FOREGROUND - PAPER_BACKGROUND) / 255, PAPER_BACKGROUND
    return 1 / (255 * config.std), -config.mean / config.std


def prepare(images: np.ndarray, config: RunConfig) -> np.ndarray:
    """What the network receives: `pad`, then `scale_and_offset`.

    images: uint8 (N, H, W, C). Returns float32 (N, H', W', C). Raises `ValueError` as `pad` does.
    """
    if config.pad_to is not None:
        images = pad(images, config.pad_to)
    scale, offset = scale_and_offset(config)
    inputs = images.astype(np.float32)
    inputs *= np.float32(scale)
    inputs += np.float32(offset)
    return inputs


def network_input_shape(config: RunConfig, image_shape: Shape) -> Shape:
    """Shape of one image as it enters the network: `image_shape` (height, width, channels) after padding."""
    height, width, channels = image_shape
    side = config.pad_to or 0
    return max(height, side), max(width, side), channels
