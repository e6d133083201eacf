"""Pen strokes to images the way MNIST's digits were made: scaled into a box first, drawn after.

What is drawn is the same whatever the pen, the place and the size on the canvas: the strokes' middle lines are
scaled to fit 20×20 pixels with their aspect ratio kept, drawn there with one pen width, and shifted so that the
centre of mass is in the middle of 28×28. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SIZE = 28  # pixels of the image's side
BOX = 20  # pixels of the box's side that the ink is scaled to fit
PEN = 2.6  # pixels: the pen's width in the box; about that of MNIST's digits
SMALLEST = 1 / 28  # of the canvas: what is smaller is a dot, and is not blown up to fill the box
_BATCH = 256  # drawings rendered at once: bounds the memory to some 20 MB


@dataclass(frozen=True)
class Drawing:
    """What somebody drew.

    Attributes:
        strokes: each (points, 2) float: x to the right, y down, from the pen's touch to its lift.
        canvas: width and height of what it was drawn on, in the same unit; square.
        pen: the pen's width on that canvas.
    """

    strokes: tuple[np.ndarray, ...]
    canvas: float = 500.0
    pen: float = 30.0


def render(
    drawings: Sequence[Drawing], box: bool = True, center: bool = True, pen: float = PEN
) -> np.ndarray:
    """What the network sees of each drawing.

    Args:
        drawings: each with at least one point.
        box: scale the ink to fit 20×20, drawn with one pen width; without it the whole canvas is shrunk to
            28×28, its pen with it.
        center: shift the centre of mass to the middle, by whole pixels.
        pen: width in pixels; used with `box` only.

    Returns:
        (N, 28, 28) uint8, ink 255 on background 0.
    """
    images = np.zeros((len(drawings), SIZE, SIZE), np.uint8)
    for start in range(0, len(drawings), _BATCH):
        batch = drawings[start : start + _BATCH]
        placed = [_in_box(each, pen) if box else _shrunk(each) for each in batch]
        pens = np.array([pen if box else each.pen * SIZE / each.canvas for each in batch])
        ink = rasterize(placed, pens, SIZE)
        images[start : start + _BATCH] = np.rint(255 * ink)
    return center_of_mass_to_middle(images) if center else images


def _in_box(drawing: Drawing, pen: float) -> list[np.ndarray]:
    """The strokes in pixels of the 28×28 image, their ink in the middle 20×20."""
    points = np.concatenate(drawing.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = max(float((high - low).max()), SMALLEST * drawing.canvas)
    scale, middle = (BOX - pen) / extent, (low + high) / 2
    return [(stroke - middle) * scale + SIZE / 2 for stroke in drawing.strokes]


def _shrunk(drawing: Drawing) -> list[np.ndarray]:
    return [stroke * (SIZE / drawing.canvas) for stroke in drawing.strokes]


def rasterize(drawings: Sequence[Sequence[np.ndarray]], pens: np.ndarray, size: int) -> np.ndarray:
    """Strokes drawn with a round pen, smooth at the edges.

    Args:
        drawings: strokes in pixels, each (points, 2): x, y; pixel (0, 0) spans 0 to 1.
        pens: (N,) widths in pixels.
        size: height and width of the images.

    Returns:
        (N, size, size) float32, 0 to 1.
    """
    starts, ends, owners = _pieces(drawings)
    reach = int(np.ceil(np.max(pens, initial=0) / 2 + 1.5))  # pixels from a piece's start that it can touch
    offsets = np.stack(np.meshgrid(*[np.arange(-reach, reach + 1)] * 2, indexing="ij"), -1).reshape(-1, 2)
    pixels = np.floor(starts)[:, None, :] + offsets  # (pieces, window, 2): x, y
    distances = _distances(pixels + 0.5, starts[:, None], ends[:, None])
    ink = np.clip(pens[owners, None] / 2 + 0.5 - distances, 0, 1)
    x, y = pixels[..., 0].astype(int), pixels[..., 1].astype(int)
    inside = (ink > 0) & (x >= 0) & (x < size) & (y >= 0) & (y < size)
    images = np.zeros((len(drawings), size, size), np.float32)
    owners = np.broadcast_to(owners[:, None], ink.shape)
    np.maximum.at(images, (owners[inside], y[inside], x[inside]), ink[inside].astype(np.float32))
    return images


def _pieces(drawings: Sequence[Sequence[np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The strokes as pieces at most a pixel long: starts (P, 2), ends (P, 2), which drawing (P,)."""
    strokes = [(owner, stroke) for owner, drawing in enumerate(drawings) for stroke in drawing]
    starts = [stroke[:-1] if len(stroke) > 1 else stroke for _, stroke in strokes]
    ends = [stroke[1:] if len(stroke) > 1 else stroke for _, stroke in strokes]
    owners = np.repeat([owner for owner, _ in strokes], [len(each) for each in starts]).astype(int)
    start, end = np.concatenate([np.zeros((0, 2)), *starts]), np.concatenate([np.zeros((0, 2)), *ends])
    counts = np.maximum(1, np.ceil(np.linalg.norm(end - start, axis=1))).astype(int)
    which = np.repeat(np.arange(len(start)), counts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)  # 0, 1, … of its segment
    step = ((end - start) / counts[:, None])[which]
    first = start[which] + step * number[:, None]
    return first, first + step, owners[which]


def _distances(points: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """(P, W, 2), (P, 1, 2), (P, 1, 2) → (P, W): from each point to the piece from start to end."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=-1), 1e-12)
    share = np.clip(((points - starts) * along).sum(axis=-1) / length, 0, 1)
    return np.linalg.norm(points - starts - share[..., None] * along, axis=-1)


def center_of_mass(images: np.ndarray) -> np.ndarray:
    """(N, H, W) → (N, 2) float: x, y in pixels, the middle of the first pixel at 0.5; blank: the middle."""
    count, height, width = images.shape
    ink = images.astype(np.float64)
    mass = ink.sum(axis=(1, 2))
    x = ink.sum(axis=1) @ (np.arange(width) + 0.5)
    y = ink.sum(axis=2) @ (np.arange(height) + 0.5)
    centers = np.stack([x, y], axis=1) / np.maximum(mass, 1e-9)[:, None]
    return np.where(mass[:, None] > 0, centers, [width / 2, height / 2])


def center_of_mass_to_middle(images: np.ndarray) -> np.ndarray:
    """(N, H, W) → the same, shifted by whole pixels; what leaves the image is lost, background (0) comes in."""
    height, width = images.shape[1:]
    shifts = np.rint([width / 2, height / 2] - center_of_mass(images)).astype(int)  # (N, 2): x, y
    rows = np.arange(height)[None, :] - shifts[:, 1:]  # (N, H): where each row comes from
    columns = np.arange(width)[None, :] - shifts[:, :1]
    seen = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    moved = images[np.arange(len(images))[:, None, None], rows[:, :, None] % height, columns[:, None] % width]
    return np.where(seen, moved, 0).astype(images.dtype)
