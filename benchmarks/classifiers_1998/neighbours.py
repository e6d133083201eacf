"""Nearest neighbours: by Euclidean distance, and by tangent distance."""

from dataclasses import replace

import numpy as np
from scipy import ndimage
from sklearn.neighbors import NearestNeighbors

from benchmarks.classifiers_1998.outcome import Digits, Outcome, by_outputs

CLASSES = 10
K = 3
LOCAL = 200  # training rows that a classifier of one test row learns from
RIDGE = 0.1  # of the mean variance, times their number
CANDIDATES = 200  # of the training digits are compared by tangent distance: the nearest by Euclidean distance
TANGENTS = 7
BLUR = 0.7  # pixels, standard deviation
_BLOCK = 20  # test images at once: their candidates' tangents are 30 MB


def nearest(digits: Digits, seed: int) -> Outcome:
    """The class of most of the three nearest training digits; nearer ones count more."""
    train, test = digits.rows()
    return of_rows(train, digits.y_train, test)


def of_rows(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> Outcome:
    """Of rows of numbers, (N, numbers), (N,), (n, numbers)."""
    distances = _nearest_of_each_class(train, labels, test)  # (n, 10, K)
    flat = distances.reshape(len(test), -1)
    chosen = np.argpartition(flat, K, axis=1)[:, :K]
    votes = np.zeros((len(test), CLASSES))
    closeness = 1 / np.maximum(np.take_along_axis(flat, chosen, axis=1), 1e-12)
    np.add.at(votes, (np.arange(len(test))[:, None], chosen // K), closeness)
    return Outcome(
        votes.argmax(axis=1), _second_less_first(distances[..., 0]), train.size, train.size + len(train), 0.0
    )


def _nearest_of_each_class(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Distances to the K nearest training rows of each class, (n, 10, K)."""
    found = []
    for label in range(CLASSES):
        search = NearestNeighbors(n_neighbors=K, algorithm="brute").fit(train[labels == label])
        found.append(search.kneighbors(test)[0])
    return np.stack(found, axis=1)


def _second_less_first(distances: np.ndarray) -> np.ndarray:
    """By how much the second nearest class is farther than the nearest one, (n, 10) → (n,)."""
    first, second = np.partition(distances, 1, axis=1)[:, :2].T
    return np.where(np.isinf(second), np.inf, second - np.where(np.isinf(first), 0, first))


# Local learning


def local_linear(train: np.ndarray, labels: np.ndarray, test: np.ndarray) -> Outcome:
    """For each row of `test` a linear classifier of its own, learned from the nearest rows of `train`.

    (N, numbers), (N,), (n, numbers). Least squares to 1 and 0, with a ridge (Bottou and Vapnik 1992).
    """
    count = min(LOCAL, len(train))
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(train)
    targets, outputs = np.eye(CLASSES)[labels], []
    for start in range(0, len(test), _BLOCK):
        block = test[start : start + _BLOCK].astype(np.float64)
        chosen = search.kneighbors(block, return_distance=False)  # (b, count)
        rows, wanted = train[chosen].astype(np.float64), targets[chosen]
        centre, mean = rows.mean(axis=1, keepdims=True), wanted.mean(axis=1, keepdims=True)
        rows, wanted = rows - centre, wanted - mean
        moments = rows.swapaxes(1, 2) @ rows
        ridge = RIDGE * np.trace(moments, axis1=1, axis2=2) / moments.shape[-1]
        moments += ridge[:, None, None] * np.eye(moments.shape[-1])
        weights = np.linalg.solve(moments, rows.swapaxes(1, 2) @ wanted)  # (b, numbers, 10)
        outputs.append(((block[:, None] - centre) @ weights + mean)[:, 0])
    numbers = train.shape[1]
    solving = count * numbers * (numbers + CLASSES) + numbers**3 // 3
    found = by_outputs(np.concatenate(outputs), train.size + solving, train.size + len(train))
    return replace(found, seconds=0.0)


# Tangent distance


def tangent_distance(digits: Digits, seed: int) -> Outcome:
    """The class of the nearest training digit, where both may be moved, turned, stretched a little."""
    train, test = (_smooth(images) for images in (digits.x_train, digits.x_test))
    bases, own_bases = tangent_bases(train), tangent_bases(test)
    flat, own = train.reshape(len(train), -1), test.reshape(len(test), -1)
    count = min(CANDIDATES, len(flat))
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(flat)
    nearest_of = np.full((len(test), CLASSES), np.inf)
    for start in range(0, len(test), _BLOCK):
        block = slice(start, start + _BLOCK)
        chosen = search.kneighbors(own[block], return_distance=False)  # (b, candidates)
        found = tangent_distances(own[block], own_bases[block], flat[chosen], bases[chosen])
        rows = np.arange(len(chosen))[:, None]
        np.minimum.at(nearest_of[block], (rows, digits.y_train[chosen]), found)
    pixels = flat.shape[1]
    each = pixels * (2 * TANGENTS + TANGENTS**2) + (2 * TANGENTS) ** 3 // 3
    return Outcome(
        nearest_of.argmin(axis=1), _second_less_first(nearest_of), flat.size + count * each,
        flat.size * (1 + TANGENTS) + len(flat), 0.0,
    )  # fmt: skip


def _smooth(images: np.ndarray) -> np.ndarray:
    return ndimage.gaussian_filter(images.astype(np.float32) / 255, (0, BLUR, BLUR))


def tangent_bases(images: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what small changes make of each image, (N, S, S) float → (N, S × S, 7) float32.

    Two moves, scaling, turning, two ways of stretching, thickness (Simard, LeCun, Denker 1993).
    """
    side = images.shape[1]
    y, x = np.mgrid[:side, :side].astype(np.float32) - (side - 1) / 2
    down, across = np.gradient(images, axis=(1, 2))
    tangents = np.stack([
        across, down, x * across + y * down, y * across - x * down, x * across - y * down,
        y * across + x * down, across**2 + down**2,
    ], axis=-1)  # fmt: skip
    return np.linalg.qr(tangents.reshape(len(images), side**2, TANGENTS))[0].astype(np.float32)


def tangent_distances(
    images: np.ndarray, bases: np.ndarray, others: np.ndarray, other_bases: np.ndarray
) -> np.ndarray:
    """Squared distances of the tangent planes, each image with its candidates.

    images (b, p), bases (b, p, t), others (b, c, p), other_bases (b, c, p, t) → (b, c).
    """
    difference = images[:, None] - others
    along = np.einsum("bcp,bpt->bct", difference, bases, optimize=True)
    along_others = np.einsum("bcp,bcpt->bct", difference, other_bases, optimize=True)
    mixed = bases.transpose(0, 2, 1)[:, None] @ other_bases  # (b, c, t, t)
    size = bases.shape[-1]
    gram = np.tile(np.eye(2 * size, dtype=np.float64) * (1 + 1e-6), (*mixed.shape[:2], 1, 1))
    gram[..., :size, size:], gram[..., size:, :size] = mixed, mixed.swapaxes(-1, -2)
    both = np.concatenate([along, along_others], axis=-1).astype(np.float64)
    explained = (both * np.linalg.solve(gram, both[..., None])[..., 0]).sum(axis=-1)
    return (difference**2).sum(axis=-1) - explained
