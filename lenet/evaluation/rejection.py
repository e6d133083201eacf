"""Rejection: how many errors are left when the least certain predictions are refused, by either score.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

_SMALLEST = float(np.finfo(np.float32).tiny)  # what is smaller has lost its digits in float32


@dataclass(frozen=True)
class Rejection:
    """What is left when a share of the images, those with the smallest margin, is given to a person.

    Attributes:
        share: of the images, as asked for, 0–1.
        rejected: how many images that is.
        threshold: the smallest margin that is kept.
        errors: among those kept.
        accuracy: of those kept, 0–1.
    """

    share: float
    rejected: int
    threshold: float
    errors: int
    accuracy: float


def margins_of(probabilities: np.ndarray) -> np.ndarray:
    """The paper's score: the best output minus the second best, (N, K) → (N,); with one class, the output."""
    if probabilities.shape[1] == 1:
        return probabilities[:, 0]
    second, best = _two_best(probabilities)
    return best - second


def penalty_differences(probabilities: np.ndarray) -> np.ndarray:
    """The paper's score where outputs are penalties y: the second smallest minus the smallest, (N, K) → (N,).

    Probabilities are then a softmax of −y, so the logarithm of the ratio of the two best is that difference:
    up to 87, for what differs more has no digits in float32. The two best themselves tell little: for most
    images they are 1 and 0, and their difference 1.
    """
    second, best = np.log(np.maximum(_two_best(probabilities), _SMALLEST))
    return best - second


def _two_best(probabilities: np.ndarray) -> np.ndarray:
    """(N, K) → (2, N): the second best of each row, and the best."""
    return np.partition(probabilities, -2, axis=1)[:, -2:].T


# What images are rejected by, the smallest first: the differences of which outputs.
SCORES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "probabilities": margins_of,
    "penalties": penalty_differences,
}


def rejection(correct: np.ndarray, margins: np.ndarray, shares: Sequence[float]) -> tuple[Rejection, ...]:
    """Accuracy on the rest when each share of the images is rejected, the smallest margins first.

    Args:
        correct: (N,) bool.
        margins: (N,), see `SCORES`.
        shares: fractions of the images; at least one image is always kept.
    """
    order, errors_left = _by_margin(correct, margins)
    result = []
    for share in shares:
        rejected = min(round(share * len(correct)), len(correct) - 1)
        errors, kept = int(errors_left[rejected]), len(correct) - rejected
        result.append(
            Rejection(share, rejected, float(margins[order[rejected]]), errors, (kept - errors) / kept)
        )
    return tuple(result)


def share_to_reject(correct: np.ndarray, margins: np.ndarray, error_rate: float) -> float | None:
    """The smallest share of the images (0–1) that must be rejected to err on `error_rate` of the rest.

    None where even the most certain predictions err more often. Source: LeCun et al., 1998, figure 10.
    """
    _, errors_left = _by_margin(correct, margins)
    kept = len(correct) - np.arange(len(correct))
    enough = np.flatnonzero(errors_left <= error_rate * kept)
    return float(enough[0] / len(correct)) if len(enough) else None


def _by_margin(correct: np.ndarray, margins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The images, the smallest margin first, and the errors among those from each of them on, (N,) each."""
    order = np.argsort(margins, kind="stable")
    wrong = ~correct[order]
    return order, wrong[::-1].cumsum()[::-1]
