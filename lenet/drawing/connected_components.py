"""The connected parts of a black-and-white picture, found run by run. Numpy only."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Components:
    """The parts of a mask; pixels that touch, be it at a corner, are of one part.

    Attributes:
        labels: (H, W) int32; 0 for the background, else 1 + the part's index.
        boxes: (N, 4) int: left, top, right, bottom, the last two just outside.
        areas: (N,) int, pixels.
    """

    labels: np.ndarray
    boxes: np.ndarray
    areas: np.ndarray


def components(mask: np.ndarray, gap: int = 0) -> Components:
    """The parts of (H, W) bool, in the order in which reading from the top left meets them.

    Parts are one where pixels touch, or where at most 2 × `gap` pixels are between them, across or down.
    """
    rows, starts, ends = _runs(mask)
    if gap:
        owners = components(highest(mask, 2 * gap + 1)).labels[rows, starts]
    else:
        owners = _joined(len(rows), *_neighbors(rows, starts, ends, mask.shape[1] + 2))
    _, owners = np.unique(owners, return_inverse=True)
    count = int(owners.max(initial=-1)) + 1
    boxes = np.tile(np.array([mask.shape[1], mask.shape[0], 0, 0]), (count, 1))
    np.minimum.at(boxes, (owners, 0), starts)
    np.minimum.at(boxes, (owners, 1), rows)
    np.maximum.at(boxes, (owners, 2), ends)
    np.maximum.at(boxes, (owners, 3), rows + 1)
    labels = np.zeros(mask.shape, np.int32)
    labels[mask] = np.repeat(owners + 1, ends - starts)
    areas = np.bincount(owners, weights=ends - starts, minlength=count).astype(int)
    return Components(labels, boxes, areas)


def highest(values: np.ndarray, length: int) -> np.ndarray:
    """(H, W) → the highest value in a square window around each pixel; its side is odd."""
    half = length // 2
    for axis in (0, 1):
        margins = [(half, half) if each == axis else (0, 0) for each in (0, 1)]
        padded = np.pad(values, margins, mode="edge")
        values = np.lib.stride_tricks.sliding_window_view(padded, length, axis).max(axis=-1)
    return values


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, first columns and last columns + 1 of the horizontal runs, in reading order."""
    changes = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(changes == 1)
    return rows, starts, np.nonzero(changes == -1)[1]


def _neighbors(
    rows: np.ndarray, starts: np.ndarray, ends: np.ndarray, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of runs that touch: of each run, those in the next row between its two ends are one range."""
    first = np.searchsorted(rows * stride + ends, (rows + 1) * stride + starts, side="left")
    last = np.searchsorted(rows * stride + starts, (rows + 1) * stride + ends, side="right")
    counts = np.maximum(0, last - first)
    upper = np.repeat(np.arange(len(rows)), counts)
    place = np.arange(len(upper)) - np.repeat(np.cumsum(counts) - counts, counts)
    return upper, first[upper] + place


def _joined(count: int, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """For each of `count` runs the first of its part: the smaller number spreads until nothing changes."""
    firsts = np.arange(count)
    while True:
        before = firsts.copy()
        smaller = np.minimum(firsts[upper], firsts[lower])
        np.minimum.at(firsts, before[upper], smaller)
        np.minimum.at(firsts, before[lower], smaller)
        firsts = firsts[firsts]
        if np.array_equal(firsts, before):
            return firsts
