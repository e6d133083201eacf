"""Strokes to pixels. Numpy only. Must not import Streamlit, TensorFlow or Keras."""

from collections.abc import Iterator, Sequence

import numpy as np

from lenet.drawing.mnist_format import BOX, SIZE, center_of_mass_to_middle
from lenet.drawing.strokes import Drawing

PEN = 2.6  # pixels: the pen's width in the box; about that of MNIST's digits
SMALLEST = 1 / 28  # of the canvas: what is smaller is a dot, and is not blown up to fill the box


# What is rendered at once: together they bound the memory to some 6 MB, whatever is drawn. The arrays of
# a window stay in the cache of a processor: with twenty times as many pixels it takes three times as long.
_BATCH_POINTS = 32_768  # points of a batch, where each drawing counts for 64 more
_WINDOW_PIXELS = 20_000  # pixels that are compared with the pieces of the strokes


def render(
    drawings: Sequence[Drawing], box: bool = True, center: bool = True, pen: float | np.ndarray = PEN
) -> np.ndarray:
    """What the network sees of each drawing.

    Args:
        drawings: each with at least one point.
        box: scale the strokes to fit 20×20, drawn with one pen width; without it the whole canvas is shrunk
            to 28×28, its pen with it.
        center: shift the centre of mass to the middle, by whole pixels.
        pen: width in pixels, one for all or (N,); used with `box` only.

    Returns:
        (N, 28, 28) uint8, strokes 255 on background 0.
    """
    images = np.zeros((len(drawings), SIZE, SIZE), np.uint8)
    shrunk_pens = [each.pen * SIZE / each.canvas for each in drawings]
    pens = np.broadcast_to(pen, len(drawings)) if box else np.array(shrunk_pens)
    costs = [64 + sum(map(len, drawing.strokes)) for drawing in drawings]
    for start, stop in _batches(np.array(costs, int), _BATCH_POINTS):
        batch = drawings[start:stop]
        widths = pens[start:stop]
        placed = [_in_box(*each) if box else _shrunk(each[0]) for each in zip(batch, widths, strict=True)]
        coverage = rasterize(placed, widths, SIZE)
        drawn = np.rint(255 * coverage).astype(np.uint8)
        images[start:stop] = center_of_mass_to_middle(drawn) if center else drawn
    return images


def _batches(costs: np.ndarray, budget: int) -> Iterator[tuple[int, int]]:
    """(N,) costs → start and stop of neighbours that cost the budget together, or one more than that."""
    changes = np.flatnonzero(np.diff((np.cumsum(costs) - costs) // budget)) + 1
    yield from zip([0, *changes], [*changes, len(costs)], strict=True)


def _in_box(drawing: Drawing, pen: float) -> list[np.ndarray]:
    """The strokes in pixels of the 28×28 image, as they are drawn within the middle 20×20."""
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
        (N, size, size) float32, 0 to 1: how much of each pixel is covered.
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
    x, y = (np.floor(starts[:, None, axis]) + offsets[:, axis] for axis in (0, 1))  # (pieces, window)
    distances = _distances((x + 0.5, y + 0.5), starts, ends)
    coverage = pens[owners, None] / 2 + 0.5 - distances
    inside = (coverage > 0) & (x >= 0) & (x < size) & (y >= 0) & (y < size)
    darkest = np.minimum(coverage[inside], 1).astype(np.float32)
    rows = owners[np.nonzero(inside)[0]] * size + y[inside].astype(int)
    np.maximum.at(images.reshape(-1), rows * size + x[inside].astype(int), darkest)


def _distances(points: tuple[np.ndarray, np.ndarray], starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """x and y (P, W) each, (P, 2), (P, 2) → (P, W): from each point to the piece from start to end.

    Each axis by itself: arrays of pairs take three times as long.
    """
    along = ends - starts
    length = np.maximum((along**2).sum(axis=-1), 1e-12)
    dx, dy = (each - starts[:, None, axis] for axis, each in enumerate(points))
    along_x, along_y = along[:, None, 0], along[:, None, 1]
    share = np.clip((dx * along_x + dy * along_y) / length[:, None], 0, 1)
    return np.sqrt((dx - share * along_x) ** 2 + (dy - share * along_y) ** 2)
