"""A drawing in a link: 28×28 pixels as text that a URL takes, some 300 characters, and back. Numpy only."""

import base64
import binascii
import re
import zlib

import numpy as np

from lenet.drawing.mnist_format import SIZE
from lenet.errors import DrawingError

LONGEST = 1_200  # characters: 784 bytes that do not compress make about 1,070


def encode(image: np.ndarray) -> str:
    """The image as letters, digits, - and _.

    Args:
        image: (28, 28) uint8.

    Raises:
        ValueError: another shape or type.
    """
    if image.shape != (SIZE, SIZE) or image.dtype != np.uint8:
        raise ValueError(f"received {image.dtype} {image.shape}, expected uint8 ({SIZE}, {SIZE})")
    return base64.urlsafe_b64encode(zlib.compress(image.tobytes(), 9)).decode().rstrip("=")


def decode(text: str) -> np.ndarray:
    """The image that `encode` was given, (28, 28) uint8; never unpacks more than that.

    Raises:
        DrawingError: the text was cut short or changed on its way.
    """
    if len(text) <= LONGEST and re.fullmatch(r"[A-Za-z0-9_-]+", text):
        pixels = _unpacked(text)
        if len(pixels) == SIZE * SIZE:
            return np.frombuffer(pixels, np.uint8).reshape(SIZE, SIZE).copy()
    raise DrawingError(
        f"The link's drawing: received {len(text):,} characters that are no drawing, expected what the "
        "Draw page put there. The link was cut or changed on its way; open it from the Draw page again."
    )


def _unpacked(text: str) -> bytes:
    """The bytes behind the text; none where they are damaged (zlib's checksum tells) or too many."""
    unzip = zlib.decompressobj()
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        pixels = unzip.decompress(packed, SIZE * SIZE + 1)
    except (binascii.Error, zlib.error):
        return b""
    return pixels if unzip.eof and not unzip.unused_data else b""
