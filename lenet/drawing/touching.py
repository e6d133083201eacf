"""Digits that touch: where their strokes may be cut, and which of the cuts leaves what reads most surely.

As in the segmentation of words by recognition (LeCun et al., 1998, section V): more cuts than needed
are made, what is between any two is read, and the best way through is kept. Must not import Streamlit,
TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from lenet.drawing.marks import WRITTEN
from lenet.drawing.normalization import resized

_ROWS = 48  # of the copy in which the cuts are looked for
_BAND = 14  # its columns, either way, within which a cut may wander
_STRAY, _INSIDE = 2, 7  # its columns: how far a cut along a stroke may wander; from both ends
_NOTCH = 0.15  # of the height: how deep the notches are that it joins
_ALONG = 2.0  # widths of the pen: what such a cut goes through at least; shorter ones are found anyway
_STRIDE = 3  # its columns from one start to the next
_BEND = 0.15  # what a step aside costs, in pixels of ink: straight cuts first
_MOST_CUTS, _CUTS = 9, 5  # of what is short; of each height that what is longer is wide
_THICKEST = 2.8  # widths of the pen that a cut may go through
_NARROWEST, _WIDEST = 0.1, 1.35  # of the height: a digit's width
_LEVEL = 0.5  # of the highest digit of a row: the height of others
_SHARED = 0.8  # widths of the pen: half of a stroke that two digits share, and a little
_WIDE, _TOO_WIDE = 0.85, 0.7  # of the height: from where on a piece is wide; what each more of it costs
_EACH_MORE = 0.4  # what another digit must gain, as a logarithm of certainty


@dataclass(frozen=True)
class Pieces:
    """What lies between two cuts, for all pairs of cuts between which a digit may be; each in two ways.

    Attributes:
        spans: the numbers of the two cuts; the first is 0, at the left end of the ink.
        masks: each (h, w) bool.
        last: the number of the cut at the right end.
    """

    spans: list[tuple[int, int]]
    masks: list[np.ndarray]
    last: int


def pieces(ink: np.ndarray, pen: float) -> Pieces:
    """All pieces of some ink that may be a digit.

    Args:
        ink: (h, w) bool, cropped to itself.
        pen: the width of its strokes, pixels.
    """
    height, width = ink.shape
    seams = np.concatenate([[np.zeros(height, int)], _seams(ink, pen), [np.full(height, width)]])
    columns = np.arange(width)
    spans, masks = [], []
    for first in range(len(seams)):
        for second in range(first + 1, len(seams)):
            between = (columns >= seams[first][:, None]) & (columns < seams[second][:, None])
            mask = ink & between
            used = np.flatnonzero(mask.any(axis=0))
            length = used[-1] - used[0] + 1 if len(used) else 0
            is_low = np.count_nonzero(mask.any(axis=1)) < WRITTEN * pen  # of a one on its side
            is_digit = _NARROWEST * height <= length <= _WIDEST * height and not is_low
            if is_digit and (first, second) != (0, len(seams) - 1):
                both = [mask, _with_stroke(mask, ink, pen)]
                masks += both if both[1].sum() > mask.sum() else [mask]
                spans += [(first, second)] * (len(masks) - len(spans))
    return Pieces(spans, masks, len(seams) - 1)


def _with_stroke(mask: np.ndarray, ink: np.ndarray, pen: float) -> np.ndarray:
    """A piece and what is within a pen's width of it: a stroke that two digits share belongs to both."""
    return ink & ndimage.maximum_filter(mask, 2 * round(_SHARED * pen) + 1)


def best_way(cut: Pieces, certainties: np.ndarray) -> list[int]:
    """The pieces, by their number, that follow each other and read most surely together; [] where none do."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    order = sorted(range(len(cut.spans)), key=lambda number: cut.spans[number])
    for number in order:
        first, second = cut.spans[number]
        if first not in best:
            continue
        height, width = cut.masks[number].shape[0], np.count_nonzero(cut.masks[number].any(axis=0))
        cost = _EACH_MORE + _TOO_WIDE * max(0.0, width / height - _WIDE)
        score = best[first][0] + float(np.log(max(certainties[number], 1e-6))) - cost
        if second not in best or score > best[second][0]:
            best[second] = score, [*best[first][1], number]
    return best[cut.last][1] if cut.last in best else []


def are_level(cut: Pieces, way: list[int]) -> np.ndarray:
    """(pieces,) bool: which of them are at least half as high as the highest: a foot of a two is no digit."""
    heights = np.array([np.count_nonzero(cut.masks[each].any(axis=1)) for each in way])
    return heights >= _LEVEL * heights.max()


def _seams(ink: np.ndarray, pen: float) -> np.ndarray:
    """(K, h) int: the columns of paths from top to bottom through little ink, from left to right."""
    height, width = ink.shape
    scale = _ROWS / height
    small = resized(ink, (_ROWS, max(1, round(width * scale))), Image.Resampling.BOX)
    starts = np.arange(_STRIDE, small.shape[1] - _STRIDE, _STRIDE)
    if not len(starts):
        return np.zeros((0, height), int)
    costs, paths = _cheapest_paths(small, starts, _BAND)
    chosen: list[np.ndarray] = []
    most = max(_MOST_CUTS, _CUTS * width / height)
    for each in np.argsort(costs, kind="stable").tolist():
        if costs[each] > _THICKEST * pen * scale or len(chosen) >= most:
            break
        if all(np.abs(paths[each] - other).max() > 3 for other in chosen):
            chosen.append(paths[each])
    chosen += _along_shared_strokes(small, pen * scale, most / 3, chosen)
    chosen.sort(key=np.mean)
    rows = np.minimum(np.arange(height) * _ROWS // height, _ROWS - 1)
    return np.rint((np.array(chosen).reshape(-1, _ROWS)[:, rows] + 0.5) / scale).astype(int)


def _along_shared_strokes(
    small: np.ndarray, pen: float, most: float, others: list[np.ndarray]
) -> list[np.ndarray]:
    """Columns of nearly straight paths, few, that go from a notch above along one stroke to a notch below.

    Two digits that are round touch so, as zeros do: whatever crosses less ink crosses their own strokes.
    """
    starts = np.arange(_INSIDE, small.shape[1] - _INSIDE)
    if not len(starts):
        return []
    costs, paths = _cheapest_paths(small, starts, _STRAY)
    ink = np.pad(small[np.arange(_ROWS), paths] > 0.5, ((0, 0), (1, 0)))
    is_one = (ink[:, 1:] & ~ink[:, :-1]).sum(axis=1) == 1
    first, last = ink[:, 1:].argmax(axis=1), _ROWS - 1 - ink[:, :0:-1].argmax(axis=1)
    is_notched = np.minimum(first, _ROWS - 1 - last) >= _NOTCH * _ROWS
    is_along = is_one & is_notched & (costs >= _ALONG * pen)
    chosen: list[np.ndarray] = []
    for each in np.argsort(costs, kind="stable").tolist():
        near = [other for other in [*others, *chosen] if np.abs(paths[each] - other).max() <= 3]
        if is_along[each] and not near and len(chosen) < most:
            chosen.append(paths[each])
    return chosen


def _cheapest_paths(small: np.ndarray, starts: np.ndarray, band: int) -> tuple[np.ndarray, np.ndarray]:
    """For each start the path within a band that goes through least ink: costs (K,), columns (K, rows)."""
    offsets = np.arange(-band, band + 1)
    columns = starts[:, None] + offsets  # (K, band)
    padded = np.pad(small, ((0, 0), (band + 1, band + 1)), constant_values=1e6)  # no way beyond the ink
    total = np.zeros(columns.shape)
    steps = []
    for row in padded:
        sides = np.pad(total, ((0, 0), (1, 1)), constant_values=1e9)
        ways = np.stack([sides[:, :-2] + _BEND, total, sides[:, 2:] + _BEND])
        steps.append(ways.argmin(axis=0) - 1)
        total = ways.min(axis=0) + row[columns + band + 1]
    at = total.argmin(axis=1)
    costs, every = total.min(axis=1), np.arange(len(starts))
    paths = np.zeros((len(starts), len(small)), int)
    for number in range(len(small) - 1, -1, -1):
        paths[:, number] = columns[every, at]
        at = np.clip(at + steps[number][every, at], 0, 2 * band)
    return costs, paths
