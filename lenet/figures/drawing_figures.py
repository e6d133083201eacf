"""What a network sees of a drawing, and why it predicts what it does, as SVG: sharp at every size.

Must not import Streamlit, TensorFlow or Keras.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from PIL import Image

from lenet.drawing.mnist_format import BOX, SIZE, center_of_mass

Place = tuple[float, ...]  # left, top, right, bottom; or x, y

_FONT = "Source Sans Pro, Segoe UI, Roboto, Noto Sans, sans-serif"
_BOX_COLOR, _CENTER_COLOR, _MIDDLE_COLOR = "#ff9f5a", "#4fd1c5", "#9fb0ac"  # on black
_FOR, _AGAINST = (230, 60, 40), (60, 120, 240)  # RGB, seen on black and on white
_FRAME, _PICKED_FRAME = "#d55e00", "#0072b2"  # of the digits in a photograph; of the one that is looked at
_OTHER_FRAME = "#7d7d7d"  # of what else is in it
_LETTER = 0.62  # of the size of bold letters: how wide one is at most, on average
_FIGURE = 0.76  # of the size of letters: how high a figure is


def seen(image: np.ndarray, box: Place | None = None, center: Place | None = None) -> str:
    """Pixels, each a sharp square, with a box and a center of mass marked.

    Args:
        image: (H, W) uint8, ink 255.
        box: left, top, right, bottom in pixels; None: that of the ink of a 28×28 image, no box in another.
        center: x, y in pixels; None: likewise.
    """
    height, width = image.shape
    parts, unit = [_pixels(image)], height / SIZE
    if (height, width) == (SIZE, SIZE) and image.any():
        edge = (SIZE - BOX) / 2
        parts.append(_frame((edge, edge, edge + BOX, edge + BOX), unit, _MIDDLE_COLOR, "0.5 0.5"))
        box, center = box or ink_box(image), center or tuple(center_of_mass(image[None])[0])
    if box is not None:
        parts.append(_frame(box, unit, _BOX_COLOR))
    if center is not None:
        parts.append(_cross(center, unit))
    return _svg(width, height, parts)


def heat(image: np.ndarray, speaks_for: np.ndarray, against: np.ndarray) -> np.ndarray:
    """A heat map over a drawing: red where it speaks for the prediction, blue where against.

    image: (28, 28) uint8; speaks_for, against: (28, 28) float, 0–1. Returns (28, 28, 3) uint8.
    """
    picture = np.repeat(image[..., None].astype(np.float64), 3, axis=-1)
    for strength, color in ((speaks_for, _FOR), (against, _AGAINST)):
        picture += (np.array(color) - picture) * np.clip(strength, 0, 1)[..., None] * 0.85
    return np.rint(picture).astype(np.uint8)


def pixels(image: np.ndarray) -> str:
    """Pixels, each a sharp square; (H, W) or (H, W, 3) uint8."""
    return _svg(image.shape[1], image.shape[0], [_pixels(image)])


def framed(
    thumbnail: np.ndarray,
    stride: int,
    boxes: Sequence[Place],
    names: Sequence[str],
    doubts: Mapping[int, str] | None = None,
    others: Sequence[Place] = (),
    picked: int | None = None,
) -> str:
    """A picture with frames.

    Args:
        thumbnail: (h, w) uint8, every `stride`-th pixel of the picture.
        boxes: each left, top, right, bottom in pixels of the picture.
        names: what stands above each frame.
        doubts: what stands below some frames, by their index.
        others: frames in grey, without words.
        picked: the index of the frame that is another colour.
    """
    doubts = doubts or {}
    height, width = (stride * side for side in thumbnail.shape)
    unit = max(height, width) / 150
    parts = [f'<g transform="scale({stride})">{_pixels(thumbnail, "JPEG")}</g>']
    parts += [_frame(box, 2 * unit, _OTHER_FRAME, f"{2 * unit:.1f} {unit:.1f}") for box in others]
    for index, (box, name) in enumerate(zip(boxes, names, strict=True)):
        parts.append(_frame(box, 3 * unit, _PICKED_FRAME if index == picked else _FRAME))
        if name:
            room = (box[2] - box[0]) / (_LETTER * len(name))  # so that a neighbor's stays legible
            parts.append(_label(name, box, width, min(8 * unit, max(5 * unit, room))))
        if index in doubts:
            parts.append(_label(doubts[index], box, width, 8 * unit, below=height))
    return _svg(width, height, parts)


def ink_box(image: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not background (0), in pixels of (H, W) uint8; it is not blank."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _text(x: float, y: float, size: int, words: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" {more}>{escape(words)}</text>'


def _label(words: str, box: Place, width: float, size: float, below: float | None = None) -> str:
    """Words above a frame, from its left on; from the edge of the picture back where they would go beyond.

    `below`: height of the picture; the words stand below the frame, where no name of a neighbour is.
    """
    length = _LETTER * len(words)
    size = min(size, width / length)
    x = max(0.0, min(box[0], width - length * size))
    bold = f'fill="{_FRAME}" font-weight="700"'
    y = max(box[1] - size / 8, _FIGURE * size) if below is None else min(box[3] + size, below - size / 8)
    return _text(round(x, 1), round(y, 1), round(size, 1), words, bold)


def _frame(box: Place, unit: float, color: str, dashes: str = "") -> str:
    left, top, right, bottom = box
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{right - left:.2f}" height="{bottom - top:.2f}" '
        f'fill="none" stroke="{color}" stroke-width="{0.22 * unit:.3f}"{dashed}/>'
    )


def _cross(center: Place, unit: float) -> str:
    (x, y), arm = center, 1.4 * unit
    return (
        f'<path d="M{x - arm:.2f} {y:.2f}h{2 * arm:.2f}M{x:.2f} {y - arm:.2f}v{2 * arm:.2f}" '
        f'stroke="{_CENTER_COLOR}" stroke-width="{0.4 * unit:.3f}"/>'
    )


def _pixels(image: np.ndarray, kind: str = "PNG") -> str:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(file, kind)
    data = base64.b64encode(file.getvalue()).decode()
    height, width = image.shape[:2]
    return (
        f'<image href="data:image/{kind.lower()};base64,{data}" width="{width}" height="{height}" '
        'image-rendering="pixelated"/>'
    )


def _svg(width: float, height: float, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" color="black" fill="black" font-family="{_FONT}">{"".join(parts)}</svg>'
    )
