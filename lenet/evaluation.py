"""Metrics of a classifier from its probabilities and the true labels.

Must not import Streamlit, TensorFlow or Keras; scikit-learn only when something is evaluated.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

# Two-sided 95 % quantile of the normal distribution.
_Z = 1.959963984540054
# The smallest probability whose logarithm is taken, as Keras' cross-entropy does.
_EPSILON = 1e-7


class EvaluationError(ValueError):
    """Labels and probabilities that do not belong together; the message says what was expected."""


@dataclass(frozen=True)
class ClassReport:
    """One class: of the images said to be it, the fraction that are (precision); of those that are it, the
    fraction found (recall); their harmonic mean (f1); how many there are (support). 0 where undefined."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Evaluation:
    """How good a classifier is on `count` images. Accuracies are 0–1; loss is in nats per image."""

    count: int
    errors: int
    accuracy: float
    accuracy_interval: tuple[float, float]  # 95 %, Wilson
    loss: float  # mean cross-entropy
    classes: tuple[ClassReport, ...]
    confusion: tuple[tuple[int, ...], ...]  # [true class][predicted class]

    def to_json(self) -> dict[str, Any]:
        """The same as plain lists, numbers and strings."""
        return asdict(self)


def evaluate(labels: np.ndarray, probabilities: np.ndarray, class_names: Sequence[str]) -> Evaluation:
    """Compare `probabilities` with `labels`; the predicted class is the most probable, the first of equals.

    Args:
        labels: integers (N,), 0 to K − 1.
        probabilities: float (N, K), each row 0 to 1 and of sum 1.
        class_names: K names.

    Raises:
        EvaluationError: shapes, labels or probabilities are not so.
    """
    from sklearn.metrics import confusion_matrix

    _check(labels, probabilities, class_names)
    predictions = probabilities.argmax(axis=1)
    errors = int((predictions != labels).sum())
    confusion = confusion_matrix(labels, predictions, labels=range(len(class_names)))
    return Evaluation(
        count=len(labels),
        errors=errors,
        accuracy=(len(labels) - errors) / len(labels),
        accuracy_interval=wilson_interval(len(labels) - errors, len(labels)),
        loss=_cross_entropy(labels, probabilities),
        classes=_class_reports(labels, predictions, class_names),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
    )


def wilson_interval(successes: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a proportion (0–1) of which `successes` of `count` were seen.

    Source: E. B. Wilson, “Probable Inference, the Law of Succession, and Statistical Inference”, 1927.
    Unlike the normal approximation it stays within 0–1 and is not empty at 0 or all.
    """
    proportion, square = successes / count, _Z**2 / count
    centre = proportion + square / 2
    spread = _Z * math.sqrt(proportion * (1 - proportion) / count + square / (4 * count))
    return max(0.0, (centre - spread) / (1 + square)), min(1.0, (centre + spread) / (1 + square))


def _class_reports(
    labels: np.ndarray, predictions: np.ndarray, class_names: Sequence[str]
) -> tuple[ClassReport, ...]:
    from sklearn.metrics import precision_recall_fscore_support

    columns = precision_recall_fscore_support(
        labels, predictions, labels=range(len(class_names)), zero_division=0
    )
    return tuple(
        ClassReport(name, float(precision), float(recall), float(f1), int(support))
        for name, precision, recall, f1, support in zip(class_names, *columns, strict=True)
    )


def _cross_entropy(labels: np.ndarray, probabilities: np.ndarray) -> float:
    of_true_class = probabilities[np.arange(len(labels)), labels].astype(np.float64)  # (N,)
    return float(-np.log(np.clip(of_true_class, _EPSILON, 1.0)).mean())


def _check(labels: np.ndarray, probabilities: np.ndarray, class_names: Sequence[str]) -> None:
    expected = (len(labels), len(class_names))
    if len(labels) == 0:
        raise EvaluationError("Evaluation: received no images, expected at least one.")
    if labels.ndim != 1 or probabilities.shape != expected:
        raise EvaluationError(
            f"Evaluation: received probabilities of shape {probabilities.shape} for labels of shape "
            f"{labels.shape}, expected a row an image and a column for each of {len(class_names)} classes."
        )
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= len(class_names):
        raise EvaluationError(
            f"Evaluation: received labels from {labels.min()} to {labels.max()}, "
            f"expected integers from 0 to {len(class_names) - 1}."
        )
    sums = probabilities.sum(axis=1, dtype=np.float64)
    if not np.isfinite(sums).all() or probabilities.min() < 0 or np.abs(sums - 1).max() > 1e-3:
        raise EvaluationError(
            "Evaluation: received rows that are not probabilities, expected numbers from 0 to 1 of sum 1. "
            "Logits take a softmax first; NaN means that the network diverged."
        )
