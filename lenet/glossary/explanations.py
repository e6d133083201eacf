"""What can be asked of the small network: attribution, feature visualization, ablation, embedding.

As `lenet/inspection/` asks it of any network, with the gradients written out. Numpy only: must not import
Streamlit, TensorFlow or Keras.
"""

from dataclasses import replace

import numpy as np

from lenet.glossary.small_network import (
    FILTERS,
    KERNEL,
    MAP,
    SIDE,
    Weights,
    by_image,
    digits,
    feature_maps,
    probabilities,
)

_GRAY = 0.5
_SQUARE = 3  # side of what covers the image


def gradient_input(weights: Weights, image: np.ndarray, label: int) -> np.ndarray:
    """(8, 8): each pixel times the derivative of the logit by it."""
    return by_image(weights, image, label)[0] * image


def grad_cam(weights: Weights, image: np.ndarray, label: int) -> np.ndarray:
    """(8, 8): the maps, weighted by how much each raises the logit, at least 0; laid where they look."""
    maps = feature_maps(weights, image[None])[0].reshape(MAP, MAP, FILTERS)
    weight = by_image(weights, image, label)[1].mean(axis=(0, 1))
    margin = KERNEL // 2
    return np.pad(np.maximum((maps * weight).sum(axis=-1), 0), margin, mode="edge")


def occlusion(weights: Weights, image: np.ndarray, label: int) -> np.ndarray:
    """(8, 8): how far the probability falls when a gray square has its middle there."""
    covered = np.repeat(image[None], SIDE * SIDE, axis=0)
    reach = _SQUARE // 2
    for number, (row, column) in enumerate(np.ndindex(SIDE, SIDE)):
        top, left = max(0, row - reach), max(0, column - reach)
        covered[number, top : row + reach + 1, left : column + reach + 1] = _GRAY
    before = probabilities(weights, image[None])[0, label]
    return (before - probabilities(weights, covered)[:, label]).reshape(SIDE, SIDE)


def best_image(weights: Weights, label: int, steps: int = 60) -> np.ndarray:
    """(8, 8), 0 to 1: from noise up the gradient of the logit of a class."""
    image = np.random.default_rng(0).uniform(0.4, 0.6, (SIDE, SIDE))
    for _ in range(steps):
        slope = by_image(weights, image, label)[0]
        image = np.clip(image + 0.05 * slope / np.abs(slope).max(), 0, 1)
    return image


def drops(weights: Weights) -> np.ndarray:
    """(filters,): by how much the accuracy on the test digits falls, 0–1, without each kernel."""
    return np.array([_accuracy(weights) - _accuracy(without(weights, each)) for each in range(FILTERS)])


def without(weights: Weights, kernel: int) -> Weights:
    """With that kernel's map at 0."""
    kernels, bias = weights.kernels.copy(), weights.kernel_bias.copy()
    kernels[:, kernel], bias[kernel] = 0, 0
    return replace(weights, kernels=kernels, kernel_bias=bias)


def embedding(weights: Weights) -> np.ndarray:
    """(297, 288): the maps of each test digit as one row."""
    return feature_maps(weights, digits().x_test).reshape(len(digits().x_test), -1)


def principal_components(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, D) → (N, 2), along the two directions in which they differ most; each one's share of variance."""
    centered = points - points.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centered, full_matrices=False)
    return left[:, :2] * sizes[:2], sizes**2 / (sizes**2).sum()


def neighbors(points: np.ndarray, row: int, perplexity: float = 10.0) -> np.ndarray:
    """(N,), of sum 1: how far t-SNE takes each point for a neighbor of that row; about `perplexity` are."""
    squares = ((points - points[row]) ** 2).sum(axis=1)
    low, high = 1e-6, 1e6
    for _ in range(60):  # a Gaussian as wide as that many neighbors need
        precision = np.sqrt(low * high)
        shares = np.exp(-precision * (squares - np.partition(squares, 1)[1]))
        shares[row] = 0
        shares /= shares.sum()
        entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum()
        low, high = (precision, high) if entropy > np.log(perplexity) else (low, precision)
    return shares


def _accuracy(weights: Weights) -> float:
    return float((probabilities(weights, digits().x_test).argmax(axis=1) == digits().y_test).mean())
