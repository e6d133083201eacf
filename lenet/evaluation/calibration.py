"""Calibration: whether a classifier that says 80 % is correct in 80 % of cases; the reliability diagram.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np

NUM_BINS = 10


@dataclass(frozen=True)
class Bin:
    """The images whose confidence lies above `low` and at most at `high`. Means of none are None."""

    low: float
    high: float
    count: int
    confidence: float | None  # mean, 0–1
    accuracy: float | None  # 0–1


@dataclass(frozen=True)
class Calibration:
    """Whether predictions with 80 % confidence are correct in 80 % of cases.

    Attributes:
        error: expected calibration error: the difference of confidence and accuracy, averaged over the bins
            by their images; 0 is perfect.
        bins: NUM_BINS of equal width.
        confidence: mean over all images; above the accuracy, the network is overconfident.
    """

    error: float
    bins: tuple[Bin, ...]
    confidence: float


def calibration(correct: np.ndarray, confidence: np.ndarray) -> Calibration:
    """The reliability diagram and its one figure.

    Source: Guo, Pleiss, Sun, Weinberger, “On Calibration of Modern Neural Networks”, 2017; there 15 bins.

    Args:
        correct: (N,) bool.
        confidence: (N,) the probability of the predicted class, 0–1.
    """
    edges = np.linspace(0, 1, NUM_BINS + 1)
    # A confidence on an edge belongs below it, and 0 to the first bin.
    places = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, NUM_BINS - 1)
    counts = np.bincount(places, minlength=NUM_BINS)
    confidences = np.bincount(places, confidence.astype(np.float64), NUM_BINS)
    hits = np.bincount(places, correct.astype(np.float64), NUM_BINS)
    return Calibration(
        error=float(np.abs(hits - confidences).sum() / len(correct)),
        bins=tuple(
            _bin(edges[index : index + 2], counts[index], confidences[index], hits[index])
            for index in range(NUM_BINS)
        ),
        confidence=float(confidences.sum() / len(correct)),
    )


def _bin(edges: np.ndarray, count: int, confidence: float, correct: float) -> Bin:
    means = (float(confidence / count), float(correct / count)) if count else (None, None)
    return Bin(float(edges[0]), float(edges[1]), int(count), *means)
