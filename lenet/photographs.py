"""Photographs and scans of digits on paper: opened within bounds, the digits found and made 28×28.

Must not import Streamlit, TensorFlow or Keras.
"""

import io
import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from lenet.components import Components, components
from lenet.files import read_bytes
from lenet.ink import ink_of
from lenet.layout import digit_groups, reading_order
from lenet.pixels import normalize_pixels
from lenet.sentences import plain, shortened
from lenet.sheet import cut_out
from lenet.strokes import MIDDLE, SIZE, DrawingError, center_of_mass

# What a picture may be, so that opening it and finding its digits takes 300 MB at most; one a time.
MOST_BYTES = 50_000_000  # of the file
MOST_PIXELS = 25_000_000
MOST_JPEG_PIXELS = 50_000_000  # a JPEG can be made smaller while it is read
MOST_WEBP_PIXELS = 16_000_000  # libwebp and Pillow hold each pixel four times
KEPT_PIXELS = 2_000_000  # about; what is larger is made smaller, by a whole number
SMALLEST_SIDE = 8  # pixels
MOST_DIGITS = 200
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_BAND = 256  # rows that are made floats at a time
_opening = threading.Lock()
_BROKEN = 0.2  # widths of the pen: half of a gap that a broken stroke may have
_NO_INK = 0.45  # how much ink a pixel may have at most that belongs to no mark of the digit
_LEAST_SPREAD = 12  # grey levels between the darkest and the lightest pixel: else it is of one shade


@dataclass(frozen=True)
class FoundDigit:
    """A digit in a picture.

    Attributes:
        box: left, top, right, bottom in pixels of the picture, the last two just outside.
        image: (28, 28) uint8, what the network sees.
    """

    box: tuple[int, int, int, int]
    image: np.ndarray


def open_picture(source: Path | bytes, name: str) -> np.ndarray:
    """A picture in grey, upright, made smaller where it is large. Of an animation the first frame.

    Args:
        source: the file, or what it holds: PNG, JPEG, WebP, GIF, BMP or TIFF.
        name: what the file is called in sentences.

    Returns:
        (H, W) uint8, about KEPT_PIXELS at most. What is transparent is white.

    Raises:
        DrawingError: the file cannot be read, is no picture, or is beyond the bounds above.
    """
    name = shortened(plain(name), 200)
    data = source if isinstance(source, bytes) else _read(source, name)
    if len(data) > MOST_BYTES:
        raise DrawingError(
            f"{name} has {len(data):,} bytes, expected at most {MOST_BYTES:,}. Save it smaller, as a JPEG."
        )
    try:
        with _opening, Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_size(picture, name)
            return _grey(picture)
    except DrawingError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DrawingError(
            _too_large(name, f"far more than {MOST_JPEG_PIXELS:,}", MOST_JPEG_PIXELS)
        ) from error
    except Exception as error:  # decoders of damaged files raise almost anything
        raise DrawingError(_unreadable(name, data)) from error


def _read(file: Path, name: str) -> bytes:
    try:
        return read_bytes(file, MOST_BYTES)
    except ValueError as error:
        raise DrawingError(f"{name}: {error}. Save it smaller, as a JPEG.") from error
    except OSError as error:
        raise DrawingError(f"{name} cannot be read ({error.strerror or error}).") from error


def _check_size(picture: Image.Image, name: str) -> None:
    size = picture.size
    most = {"JPEG": MOST_JPEG_PIXELS, "MPO": MOST_JPEG_PIXELS, "WEBP": MOST_WEBP_PIXELS}.get(
        picture.format, MOST_PIXELS
    )
    if math.prod(size) > most:
        raise DrawingError(_too_large(name, f"{math.prod(size):,}", most))
    if min(size) < SMALLEST_SIDE:
        raise DrawingError(
            f"{name} has {size[0]}×{size[1]} pixels, expected {SMALLEST_SIDE} or more either way: "
            "a digit has to be seen in it. Take a larger picture."
        )


def _too_large(name: str, received: str, most: int) -> str:
    return (
        f"{name} has {received} pixels, expected at most {most:,}. "
        "Save it smaller, or photograph the paper with fewer megapixels."
    )


def _unreadable(name: str, data: bytes) -> str:
    start = data[:16]
    if not data:
        return f"{name} is empty, expected a picture."
    if start[4:8] == b"ftyp":
        return f"{name} is a HEIC or AVIF picture or a film, expected PNG, JPEG or WebP. Save it as a JPEG."
    if start.startswith((b"\x89PNG", b"\xff\xd8", b"RIFF", b"GIF8", b"BM", b"II*\0", b"MM\0*")):
        return f"{name} is damaged or cut short. Copy it again, or save it again as PNG or JPEG."
    return (
        f"{name} is no picture, whatever its name; it starts with {start[:8]!r}. Expected PNG, JPEG or WebP."
    )


def _grey(picture: Image.Image) -> np.ndarray:
    """Decoded at about KEPT_PIXELS; the colors are made grey when it is small, for the memory's sake."""
    factor = math.ceil(math.sqrt(math.prod(picture.size) / KEPT_PIXELS))
    if picture.format == "JPEG":
        picture.draft("L", (picture.width // factor, picture.height // factor))
        factor = math.ceil(math.sqrt(math.prod(picture.size) / KEPT_PIXELS))
    if picture.mode in ("P", "1", "PA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    reduced = picture.reduce(factor) if factor > 1 else picture
    return _opaque(ImageOps.exif_transpose(reduced))


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A scan of 16 bits, or of floats up to 1, as 0 to 255; its notes (EXIF) with it."""
    most = max(float(band.max()) for band in _bands(picture))
    white = 1 if most <= 1 else 255 if most <= 255 else 65535
    grey = [np.clip(band * (255 / white), 0, 255).astype(np.uint8) for band in _bands(picture)]
    converted = Image.fromarray(np.concatenate(grey))
    converted.info = picture.info
    return converted


def _bands(picture: Image.Image) -> Iterator[np.ndarray]:
    """The picture, some rows at a time, (n, W) float32."""
    for top in range(0, picture.height, _BAND):
        band = picture.crop((0, top, picture.width, min(top + _BAND, picture.height)))
        yield np.nan_to_num(np.asarray(band, np.float32))


def _opaque(picture: Image.Image) -> np.ndarray:
    """(H, W) uint8, on white paper; on a black board where nothing is seen on white."""
    if not picture.has_transparency_data:
        return np.array(picture.convert("L"))
    picture = picture.convert("RGBA")
    for background in ("white", "black"):
        below = Image.new("RGBA", picture.size, background)
        grey = np.array(Image.alpha_composite(below, picture).convert("L"))
        if np.ptp(grey) >= _LEAST_SPREAD:
            break
    return grey


def find_digits(grey: np.ndarray) -> list[FoundDigit]:
    """The digits in a picture, in reading order: row by row, each from left to right.

    A picture of 28×28 pixels that is like MNIST's already is taken as it is.

    Args:
        grey: (H, W) uint8, dark ink on light paper or the other way round.

    Raises:
        DrawingError: it is of one shade, nothing in it is like a digit, or more than MOST_DIGITS are.
    """
    if (ready := _as_in_mnist(grey)) is not None:
        return [FoundDigit((0, 0, SIZE, SIZE), ready)]
    _check_shades(grey)
    digits = _on_sheet(grey) or _in_all(grey)
    if not digits:
        raise DrawingError(
            "No digit was found in the picture, expected digits on plain paper, dark on light or the other "
            "way round. Write them larger or with a wider pen, or go nearer."
        )
    return [digits[index] for index in reading_order(np.array([digit.box for digit in digits]))]


def _on_sheet(grey: np.ndarray) -> list[FoundDigit]:
    """The digits on the sheet of paper in the picture; none where there is no sheet, or nothing on it."""
    cut = cut_out(grey)
    if cut is None:
        return []
    sheet, (left, top) = cut
    offset = np.array([left, top, left, top])
    return [FoundDigit(tuple((each.box + offset).tolist()), each.image) for each in _in_all(sheet)]


def _in_all(grey: np.ndarray) -> list[FoundDigit]:
    contrast, mask, pen = ink_of(grey)
    parts = components(mask, gap=round(_BROKEN * pen))
    groups = digit_groups(parts.boxes, grey.shape, pen)
    if len(groups) > MOST_DIGITS:
        raise DrawingError(
            f"There are {len(groups):,} marks like digits in the picture, expected at most {MOST_DIGITS}. "
            "Take plain paper, or cut out a part of the picture."
        )
    return [_digit(contrast, parts, group) for group in groups]


def _as_in_mnist(grey: np.ndarray) -> np.ndarray | None:
    """The picture as light on black, if it is 28×28 and centered as MNIST's digits are; else None."""
    if grey.shape != (SIZE, SIZE):
        return None
    for image in (grey, 255 - grey):
        edge = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        off = np.abs(center_of_mass(image[None])[0] - MIDDLE).max()
        if not edge.any() and image.max() >= 128 and off <= 0.6:
            return image.copy()
    return None


def _check_shades(grey: np.ndarray) -> None:
    if np.ptp(grey) < _LEAST_SPREAD:
        mean = grey.mean()
        shade = "all white" if mean > 200 else "all black" if mean < 55 else "of one shade of grey"
        raise DrawingError(
            f"The picture is {shade}, expected a digit that differs from its background. "
            "Write one, and take the picture again."
        )


def _digit(contrast: np.ndarray, parts: Components, group: list[int]) -> FoundDigit:
    """The marks of one digit; what else is in their box is left out."""
    boxes = parts.boxes[group]
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    place = slice(max(0, top - 2), bottom + 2), slice(max(0, left - 2), right + 2)
    own = np.isin(parts.labels[place], np.array(group) + 1)
    strength = max(float(np.percentile(contrast[place][own], 80)), 1e-6)
    ink = np.clip(contrast[place] / strength, 0, 1)
    ink[~own] = np.minimum(ink[~own], _NO_INK)  # a ruled line, another digit
    return FoundDigit((left, top, right, bottom), normalize_pixels(ink))
