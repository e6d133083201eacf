"""Image files that anybody may have made, opened within bounds of memory, in grey or in color.

Must not import Streamlit, TensorFlow or Keras.
"""

import io
import math
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from lenet.errors import DrawingError
from lenet.files import read_bytes
from lenet.sentences import plain, shortened

# What a picture may be, so that opening it and finding its digits takes 300 MB at most; one a time.
MOST_BYTES = 50_000_000  # of the file
MOST_PIXELS = 25_000_000
MOST_JPEG_PIXELS = 50_000_000  # a JPEG can be made smaller while it is read
MOST_WEBP_PIXELS = 16_000_000  # libwebp and Pillow hold each pixel four times
KEPT_PIXELS = 2_000_000  # about; what is larger is made smaller, by a whole number
SMALLEST_SIDE = 8  # pixels


FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_PAGED = ("GIF", "TIFF", "PNG", "WEBP")  # a camera's JPEG has a preview, which nobody means
_EXPECTED = "PNG, JPEG, WebP, GIF, BMP or TIFF"
_GREY_MODES = ("1", "L", "LA", "La", "I", "F")  # of Pillow; of 16 bits they are "I;16" and the like
_BAND = 256  # rows that are made floats at a time
_opening = threading.Lock()


LEAST_SPREAD = 12  # grey levels between the darkest and the lightest pixel: else it is of one shade


def open_picture(source: Path | bytes, name: str, in_color: bool = False) -> np.ndarray:
    """A picture, upright, made smaller where it is large. Of an animation the first frame.

    Args:
        source: the file, or what it holds: PNG, JPEG, WebP, GIF, BMP or TIFF.
        name: what the file is called in sentences.
        in_color: whether colors are kept; else they become grey.

    Returns:
        (H, W) uint8, about KEPT_PIXELS at most; or (H, W, 3) where the file has colors and they are kept,
        about a third of that. What is transparent is white.

    Raises:
        DrawingError: the file cannot be read, is no picture, or is beyond the bounds above.
    """
    name = shortened(plain(name), 200)
    data = source if isinstance(source, bytes) else _read(source, name)
    check_num_bytes(len(data), name)
    try:
        with _opening, Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_size(picture, name)
            return _decoded(picture, in_color)
    except DrawingError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DrawingError(
            _too_large(name, f"far more than {MOST_JPEG_PIXELS:,}", MOST_JPEG_PIXELS)
        ) from error
    except Exception as error:  # decoders of damaged files raise almost anything
        raise DrawingError(_unreadable(name, data)) from error


def is_first_of_several(source: Path | bytes) -> bool:
    """Whether `open_picture` leaves out others that a file has: frames of an animation, pages of a scan."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with _opening, Image.open(file, formats=_PAGED) as picture:
            picture.seek(1)
            return True
    except Exception:  # decoders of damaged files raise almost anything
        return False


def check_num_bytes(count: int, name: str) -> None:
    """Raise `DrawingError` where a picture's file is larger than MOST_BYTES."""
    if count > MOST_BYTES:
        raise DrawingError(
            f"{shortened(plain(name), 200)} has {count:,} bytes, expected at most {MOST_BYTES:,}. "
            "Save it smaller, as a JPEG."
        )


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
        return f"{name} is a HEIC or AVIF picture or a film, expected {_EXPECTED}. Save it as a JPEG."
    if start.startswith((b"\x89PNG", b"\xff\xd8", b"RIFF", b"GIF8", b"BM", b"II*\0", b"MM\0*")):
        return f"{name} is damaged or cut short. Copy it again, or save it again as PNG or JPEG."
    return f"{name} is no picture, whatever its name. Expected {_EXPECTED}. Choose another file."


def _decoded(picture: Image.Image, in_color: bool) -> np.ndarray:
    """At about KEPT_PIXELS numbers; its colors are changed when it is small, for the memory's sake."""
    has_color = picture.mode not in _GREY_MODES and not picture.mode.startswith(("I;", "F;"))
    mode, kept = ("RGB", KEPT_PIXELS / 3) if in_color and has_color else ("L", KEPT_PIXELS)
    factor = math.ceil(math.sqrt(math.prod(picture.size) / kept))
    if picture.format == "JPEG":
        picture.draft(mode, (picture.width // factor, picture.height // factor))
        factor = math.ceil(math.sqrt(math.prod(picture.size) / kept))
    if picture.mode in ("P", "1", "PA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif picture.mode.startswith(("I", "F")):
        picture = _eight_bits(picture)
    reduced = picture.reduce(factor) if factor > 1 else picture
    return _opaque(ImageOps.exif_transpose(reduced), mode)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A scan of more bits, or of floats up to 1, as 0 to 255; its notes (EXIF) with it.

    Many cameras and scanners keep 10 or 12 bits in 16: white is the lightest that the picture has.
    """
    most = max(float(band.max()) for band in _bands(picture))
    white = 1 if most <= 1 else 255 if most <= 255 else most
    grey = [np.clip(band * (255 / white), 0, 255).astype(np.uint8) for band in _bands(picture)]
    converted = Image.fromarray(np.concatenate(grey))
    converted.info = picture.info
    return converted


def _bands(picture: Image.Image) -> Iterator[np.ndarray]:
    """The picture, some rows at a time, (n, W) float32."""
    for top in range(0, picture.height, _BAND):
        band = picture.crop((0, top, picture.width, min(top + _BAND, picture.height)))
        yield np.nan_to_num(np.asarray(band, np.float32))


def _opaque(picture: Image.Image, mode: str) -> np.ndarray:
    """(H, W) uint8, of "RGB" (H, W, 3), on white paper; on a black board where nothing is seen on white."""
    if not picture.has_transparency_data:
        return np.array(picture.convert(mode))
    picture = picture.convert("RGBA")
    for background in ("white", "black"):
        seen = Image.alpha_composite(Image.new("RGBA", picture.size, background), picture)
        if np.ptp(np.array(seen.convert("L"))) >= LEAST_SPREAD:
            break
    return np.array(seen.convert(mode))
