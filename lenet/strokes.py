"""Pen strokes to images the way MNIST's digits were made: scaled into a box first, drawn after.

What is drawn is the same whatever the pen, the place and the size on the canvas: the strokes' middle lines
are scaled to fit 20×20 pixels with their aspect ratio kept, drawn there with one pen width, and shifted so
that the centre of mass is where it is in MNIST's images. Must not import Streamlit, TensorFlow or Keras.
"""

import math
import reprlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lenet.sentences import SentenceError

SIZE = 28  # pixels of the image's side
MIDDLE = 14.5  # pixels from the edge, either way: MNIST's centers of mass lie within half a pixel of it
BOX = 20  # pixels of the box's side that the ink is scaled to fit
PEN = 2.6  # pixels: the pen's width in the box; about that of MNIST's digits
SMALLEST = 1 / 28  # of the canvas: what is smaller is a dot, and is not blown up to fill the box
MOST_POINTS = 20_000  # of one drawing; a digit has about 50, five minutes without a lift have as many
FARTHEST = 10  # canvases from the corner that a coordinate may be
_CANVAS_SIZES = 0.01, 1e6
_CANVAS, _PEN_SHARE = 500.0, 0.06  # where a file names neither: the box of the UCI pen digits, and their pen
# What is rendered at once: together they bound the memory to some 40 MB, whatever is drawn.
_BATCH_POINTS = 32_768  # points of a batch, where each drawing counts for 64 more
_WINDOW_PIXELS = 400_000  # pixels that are compared with the pieces of the strokes


class DrawingError(SentenceError):
    """A drawing, a file of strokes or a picture that cannot be used; the message is for the person."""


@dataclass(frozen=True)
class Drawing:
    """What somebody drew.

    Attributes:
        strokes: each (points, 2) float: x to the right, y down, from the pen's touch to its lift.
        canvas: width and height of what it was drawn on, in the same unit; square.
        pen: the pen's width on that canvas.
    """

    strokes: tuple[np.ndarray, ...]
    canvas: float = _CANVAS
    pen: float = _CANVAS * _PEN_SHARE


def parse(value: Any, canvas: float = _CANVAS, pen: float | None = None) -> Drawing:
    """The drawing in JSON that was read.

    Args:
        value: `{"strokes": [[[x, y], …], …]}`, with "canvas" and "pen" where known; or the strokes alone.
        canvas: width and height of the canvas, where `value` does not say.
        pen: the pen's width, where `value` does not say; None: 6 % of the canvas.

    Raises:
        DrawingError: it is something else, holds NaN or text, nothing at all, or more than MOST_POINTS.
    """
    if isinstance(value, dict):
        canvas, pen = value.get("canvas", canvas), value.get("pen", pen)
        value = value.get("strokes")
    canvas = _width("canvas", canvas, *_CANVAS_SIZES)
    pen = _width("pen", canvas * _PEN_SHARE if pen is None else pen, canvas / 1000, canvas / 4)
    _check_counts(value)
    strokes = tuple(_stroke(number, points, canvas) for number, points in enumerate(value, start=1))
    return Drawing(strokes, canvas, pen)


def to_json(drawing: Drawing) -> dict[str, Any]:
    """What `parse` reads back as the same drawing, made of what `json` writes."""
    strokes = [stroke.tolist() for stroke in drawing.strokes]
    return {"strokes": strokes, "canvas": float(drawing.canvas), "pen": float(drawing.pen)}


def _width(name: str, value: Any, least: float, most: float) -> float:
    if not _is_number(value) or not least <= value <= most:
        raise DrawingError(
            f"The drawing's {name}: received {_shown(value)}, expected its width, a number from {least:.10g} "
            f"to {most:.10g}. Leave it out where it is not known."
        )
    return float(value)


def _check_counts(strokes: Any) -> None:
    """Raise `DrawingError` unless it is a list of lists with some points, and not too many."""
    if not isinstance(strokes, list | tuple):
        raise DrawingError(
            f'Strokes: received {_shown(strokes)}, expected a list like [[[x, y], …], …] under "strokes".'
        )
    if not strokes:
        raise DrawingError(
            "The drawing has no strokes, expected one or more. Draw something, or leave it out."
        )
    for number, points in enumerate(strokes, start=1):
        if not isinstance(points, list | tuple):
            raise DrawingError(
                f"Stroke {number}: received {_shown(points)}, expected a list of points [x, y], "
                "from the pen's touch to its lift."
            )
    if (count := sum(map(len, strokes))) > MOST_POINTS:
        raise DrawingError(
            f"The drawing has {count:,} points, expected at most {MOST_POINTS:,}. "
            "Split it into one drawing a digit, or keep fewer points."
        )


def _stroke(number: int, points: Sequence[Any], canvas: float) -> np.ndarray:
    if not points:
        raise DrawingError(f"Stroke {number} has no points, expected one or more. Leave that stroke out.")
    for point in points:
        if not (isinstance(point, list | tuple) and len(point) == 2 and all(map(_is_number, point))):
            raise DrawingError(
                f"Stroke {number}: received the point {_shown(point)}, expected two finite numbers [x, y]."
            )
    stroke = np.array(points, np.float64)
    if (farthest := np.abs(stroke).max()) > FARTHEST * canvas:
        raise DrawingError(
            f"Stroke {number}: received a coordinate of {farthest:g} on a canvas of {canvas:g}, expected "
            f'at most {FARTHEST * canvas:g}. Name the true width as "canvas".'
        )
    return stroke


def _is_number(value: Any) -> bool:
    """Whether it is a finite int or float; neither True nor False, nor what is too large for a float."""
    if type(value) is int:
        return abs(value) < 1 << 63
    return isinstance(value, float) and math.isfinite(value)


def _shown(value: Any) -> str:
    """The value as a person may read it, cut to a few words however long it is."""
    return "nothing" if value is None else reprlib.repr(value)


def render(
    drawings: Sequence[Drawing], box: bool = True, center: bool = True, pen: float | np.ndarray = PEN
) -> np.ndarray:
    """What the network sees of each drawing.

    Args:
        drawings: each with at least one point.
        box: scale the ink to fit 20×20, drawn with one pen width; without it the whole canvas is shrunk to
            28×28, its pen with it.
        center: shift the centre of mass to the middle, by whole pixels.
        pen: width in pixels, one for all or (N,); used with `box` only.

    Returns:
        (N, 28, 28) uint8, ink 255 on background 0.
    """
    images = np.zeros((len(drawings), SIZE, SIZE), np.uint8)
    shrunk_pens = [each.pen * SIZE / each.canvas for each in drawings]
    pens = np.broadcast_to(pen, len(drawings)) if box else np.array(shrunk_pens)
    costs = [64 + sum(map(len, drawing.strokes)) for drawing in drawings]
    for start, stop in _batches(np.array(costs, int), _BATCH_POINTS):
        batch = drawings[start:stop]
        widths = pens[start:stop]
        placed = [_in_box(*each) if box else _shrunk(each[0]) for each in zip(batch, widths, strict=True)]
        ink = rasterize(placed, widths, SIZE)
        drawn = np.rint(255 * ink).astype(np.uint8)
        images[start:stop] = center_of_mass_to_middle(drawn) if center else drawn
    return images


def _batches(costs: np.ndarray, budget: int) -> Iterator[tuple[int, int]]:
    """(N,) costs → start and stop of neighbours that cost the budget together, or one more than that."""
    changes = np.flatnonzero(np.diff((np.cumsum(costs) - costs) // budget)) + 1
    yield from zip([0, *changes], [*changes, len(costs)], strict=True)


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
    reach = int(np.ceil(np.max(pens, initial=0) / 2 + 1.5))  # pixels from a piece's start that it can touch
    offsets = np.stack(np.meshgrid(*[np.arange(-reach, reach + 1)] * 2, indexing="ij"), -1).reshape(-1, 2)
    starts, ends, owners = _clipped(*_segments(drawings), -reach - 1, size + reach + 1)
    counts = np.maximum(1, np.ceil(np.linalg.norm(ends - starts, axis=1))).astype(int)
    images = np.zeros((len(drawings), size, size), np.float32)
    for first, last in _batches(counts * len(offsets), _WINDOW_PIXELS):
        which, start, end = _pieces(starts[first:last], ends[first:last], counts[first:last])
        _draw(images, owners[first:last][which], start, end, pens, offsets)
    return images


def _segments(drawings: Sequence[Sequence[np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From each point to the next, a lone point to itself: starts (S, 2), ends (S, 2), which drawing (S,)."""
    strokes = [(owner, stroke) for owner, drawing in enumerate(drawings) for stroke in drawing]
    starts = [stroke[:-1] if len(stroke) > 1 else stroke for _, stroke in strokes]
    ends = [stroke[1:] if len(stroke) > 1 else stroke for _, stroke in strokes]
    owners = np.repeat([owner for owner, _ in strokes], [len(each) for each in starts]).astype(int)
    return np.concatenate([np.zeros((0, 2)), *starts]), np.concatenate([np.zeros((0, 2)), *ends]), owners


def _clipped(
    starts: np.ndarray, ends: np.ndarray, owners: np.ndarray, low: float, high: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each segment's part in the square from low to high (Liang and Barsky, 1984); without those outside."""
    along = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):  # some segments run along an axis
        crossings = (low - starts) / along, (high - starts) / along
    enters = np.fmin(*crossings).max(axis=1, initial=0)[:, None]  # shares of the way, 0 to 1
    leaves = np.fmax(*crossings).min(axis=1, initial=1)[:, None]
    inside = (enters <= leaves)[:, 0]
    clipped_ends = np.where(leaves < 1, starts + leaves * along, ends)
    return (starts + enters * along)[inside], clipped_ends[inside], owners[inside]


def _pieces(starts: np.ndarray, ends: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, ...]:
    """Pieces a pixel long at most: which segment (P,), starts (P, 2), ends (P, 2)."""
    which = np.repeat(np.arange(len(starts)), counts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)  # 0, 1, … of its segment
    step = ((ends - starts) / counts[:, None])[which]
    first = starts[which] + step * number[:, None]
    return which, first, first + step


def _draw(
    images: np.ndarray,
    owners: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    pens: np.ndarray,
    offsets: np.ndarray,
) -> None:
    """Pieces drawn into (N, size, size): whichever piece is darkest at a pixel stands there."""
    size = images.shape[1]
    pixels = np.floor(starts)[:, None, :] + offsets  # (pieces, window, 2): x, y
    distances = _distances(pixels + 0.5, starts[:, None], ends[:, None])
    ink = np.clip(pens[owners, None] / 2 + 0.5 - distances, 0, 1)
    x, y = pixels[..., 0].astype(int), pixels[..., 1].astype(int)
    inside = (ink > 0) & (x >= 0) & (x < size) & (y >= 0) & (y < size)
    owners = np.broadcast_to(owners[:, None], ink.shape)
    np.maximum.at(images, (owners[inside], y[inside], x[inside]), ink[inside].astype(np.float32))


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
    """(N, 28, 28), its centers of mass shifted to MIDDLE by whole pixels; what leaves is lost, 0 comes in."""
    height, width = images.shape[1:]
    shifts = np.rint(MIDDLE - center_of_mass(images)).astype(int)  # (N, 2): x, y
    rows = np.arange(height)[None, :] - shifts[:, 1:]  # (N, H): where each row comes from
    columns = np.arange(width)[None, :] - shifts[:, :1]
    seen = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None, :]
    moved = images[np.arange(len(images))[:, None, None], rows[:, :, None] % height, columns[:, None] % width]
    return np.where(seen, moved, 0).astype(images.dtype)
