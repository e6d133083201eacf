"""Linear classifiers, on pixels and on features worked out of them: least squares, by scikit-learn."""

from itertools import combinations

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.preprocessing import PolynomialFeatures

from benchmarks.classifiers_1998.outcome import Clock, Digits, Outcome, by_outputs

CLASSES = 10
COMPONENTS = 40
CENTRES = 100  # for each class


def linear(digits: Digits, seed: int) -> Outcome:
    """Ten weighted sums of the pixels, which are to be 1 for the digit and 0 for the others."""
    clock, (train, test) = Clock(), digits.rows()
    with clock.running():
        weights = _least_squares(train, np.eye(CLASSES)[digits.y_train])
    return clock.on(by_outputs(weights.predict(test), *_sizes(train.shape[1], CLASSES)))


def pairwise(digits: Digits, seed: int) -> Outcome:
    """A weighted sum for each of 45 pairs of classes: added to the output of one, taken from the other's."""
    clock, (train, test) = Clock(), digits.rows()
    pairs, outputs = list(combinations(range(CLASSES), 2)), np.zeros((len(test), CLASSES))
    for one, other in pairs:
        chosen = np.isin(digits.y_train, (one, other))
        with clock.running():
            weights = _least_squares(train[chosen], np.where(digits.y_train[chosen] == one, 1.0, -1.0))
        found = np.clip(weights.predict(test), -1, 1)
        outputs[:, one] += found
        outputs[:, other] -= found
    return clock.on(by_outputs(outputs, *_sizes(train.shape[1], len(pairs))))


def principal_components(digits: Digits, seed: int) -> Outcome:
    """A linear classifier of 40 principal components, their squares and their products."""
    clock, (train, test) = Clock(), digits.rows()
    components, squares = (
        PCA(COMPONENTS, svd_solver="covariance_eigh"),
        PolynomialFeatures(2, include_bias=False),
    )
    with clock.running():
        features = squares.fit_transform(components.fit_transform(train))
        weights = _least_squares(features, np.eye(CLASSES)[digits.y_train])
    outputs = weights.predict(squares.transform(components.transform(test)))
    products = features.shape[1] - COMPONENTS
    multiply_adds, memory = _sizes(features.shape[1], CLASSES)
    first = train.shape[1] * COMPONENTS
    return clock.on(by_outputs(outputs, first + products + multiply_adds, first + train.shape[1] + memory))


def radial_basis(digits: Digits, seed: int) -> Outcome:
    """A linear classifier of 1,000 radial basis functions: of each class, 100 centres found by K-means."""
    clock, (train, test) = Clock(), digits.rows()
    with clock.running():
        centres = np.concatenate([
            KMeans(CENTRES, n_init=1, random_state=seed).fit(train[digits.y_train == label]).cluster_centers_
            for label in range(CLASSES)
        ])  # fmt: skip
        squares = _squared_distances(train, centres)
        width = np.mean(np.sort(squares, axis=1)[:, :CENTRES])  # of the 100 nearest centres
        weights = _least_squares(np.exp(-squares / width), np.eye(CLASSES)[digits.y_train])
    outputs = weights.predict(np.exp(-_squared_distances(test, centres) / width))
    multiply_adds, memory = _sizes(len(centres), CLASSES)
    return clock.on(by_outputs(outputs, centres.size + multiply_adds, centres.size + 1 + memory))


def _least_squares(inputs: np.ndarray, targets: np.ndarray) -> Ridge:
    """With so little ridge that pixels which are always 0 have a weight."""
    return Ridge(alpha=1e-3).fit(inputs.astype(np.float64), targets)


def _sizes(inputs: int, outputs: int) -> tuple[int, int]:
    """Multiply-adds, and numbers kept, with biases."""
    return inputs * outputs, (inputs + 1) * outputs


def _squared_distances(images: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """(n, pixels), (k, pixels) → (n, k)."""
    squares = (images**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1) - 2 * images @ centres.T
    return np.maximum(squares, 0)
