"""How far a classifier's probabilities can be believed: reliability, and what rejecting the doubtful gains.

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
    """Whether answers that are given with 80 % are right in 80 % of cases.

    Attributes:
        error: expected calibration error: the difference of confidence and accuracy, averaged over the bins
            by their images; 0 is perfect.
        bins: NUM_BINS of equal width.
        confidence: mean over all images; above the accuracy, the network is overconfident.
    """

    error: float
    bins: tuple[Bin, ...]
    confidence: float


def calibration(right: np.ndarray, confidence: np.ndarray) -> Calibration:
    """The reliability diagram and its one figure.

    Source: Guo, Pleiss, Sun, Weinberger, “On Calibration of Modern Neural Networks”, 2017; there 15 bins.

    Args:
        right: (N,) bool.
        confidence: (N,) the probability of the answer that was given, 0–1.
    """
    edges = np.linspace(0, 1, NUM_BINS + 1)
    # A confidence on an edge belongs below it, and 0 to the first bin.
    places = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, NUM_BINS - 1)
    counts = np.bincount(places, minlength=NUM_BINS)
    confidences = np.bincount(places, confidence.astype(np.float64), NUM_BINS)
    rights = np.bincount(places, right.astype(np.float64), NUM_BINS)
    return Calibration(
        error=float(np.abs(rights - confidences).sum() / len(right)),
        bins=tuple(
            _bin(edges[index : index + 2], counts[index], confidences[index], rights[index])
            for index in range(NUM_BINS)
        ),
        confidence=float(confidences.sum() / len(right)),
    )


def _bin(edges: np.ndarray, count: int, confidence: float, right: float) -> Bin:
    means = (float(confidence / count), float(right / count)) if count else (None, None)
    return Bin(float(edges[0]), float(edges[1]), int(count), *means)
