"""Metrics of a classifier from its probabilities and the true labels.

Numpy only, so that a page shows what is stored without asking a worker; the tests compare with scikit-learn.
Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lenet.errors import EvaluationError
from lenet.evaluation.calibration import Calibration, calibration
from lenet.evaluation.rejection import SCORES, Rejection, rejection, share_to_reject
from lenet.proportion import wilson_interval

# The smallest probability whose logarithm is taken: what is smaller has lost its digits in float32. So the
# loss is that of the logits, as training says it, up to 87 nats an image.
_SMALLEST = float(np.finfo(np.float32).tiny)
PAPER_ERROR_RATE = 0.005  # the paper compares networks by what they must reject to err on 0.5 % of the rest
SHARES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)  # of the table of rejection


@dataclass(frozen=True)
class ClassReport:
    """One class: of the images said to be it, the fraction that are (precision); of those that are it, the
    fraction found (recall); their harmonic mean (f1); how many there are (support). 0 where undefined.

    Where there are no images of it (support 0), the three say nothing: reports show a dash.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int

    @property
    def measures(self) -> tuple[float, float, float] | tuple[None, None, None]:
        """Precision, recall and F1, 0 to 1; None where there are no images of the class."""
        return (self.precision, self.recall, self.f1) if self.support else (None, None, None)


@dataclass(frozen=True)
class Evaluation:
    """How good a classifier is on `count` images. Accuracies are 0–1; loss is in nats per image."""

    count: int
    errors: int
    accuracy: float
    accuracy_interval: tuple[float, float]  # 95 %, Wilson
    loss: float  # mean cross-entropy
    classes: tuple[ClassReport, ...]
    averages: tuple[ClassReport, ...]  # over the classes: each counts alike, each by its images
    confusion: tuple[tuple[int, ...], ...]  # [true class][predicted class]
    calibration: Calibration
    rejection: tuple[Rejection, ...]  # for each of SHARES
    rejected_for_half_percent: float | None  # share that must be rejected to err on 0.5 % of the rest
    score: str  # one of SCORES: what is rejected by

    def to_json(self) -> dict[str, Any]:
        """The same as plain lists, numbers and strings."""
        return asdict(self)


def evaluate(
    labels: np.ndarray, probabilities: np.ndarray, class_names: Sequence[str], score: str = "probabilities"
) -> Evaluation:
    """Compare `probabilities` with `labels`; the predicted class is the most probable, the first of equals.

    Args:
        labels: integers (N,), 0 to K − 1.
        probabilities: float (N, K), each row 0 to 1 and of sum 1.
        class_names: K names.
        score: one of `SCORES`: what images are rejected by.

    Raises:
        EvaluationError: shapes, labels or probabilities are not so.
    """
    _check(labels, probabilities, class_names)
    predictions = probabilities.argmax(axis=1)
    correct, margins = predictions == labels, SCORES[score](probabilities)
    confusion = confusion_matrix(labels, predictions, len(class_names))
    classes = class_reports(confusion, class_names)
    return Evaluation(
        count=len(labels),
        errors=int((~correct).sum()),
        accuracy=float(correct.mean()),
        accuracy_interval=wilson_interval(int(correct.sum()), len(labels)),
        loss=_cross_entropy(labels, probabilities),
        classes=classes,
        averages=averages(classes),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        calibration=calibration(correct, probabilities.max(axis=1)),
        rejection=rejection(correct, margins, SHARES),
        rejected_for_half_percent=share_to_reject(correct, margins, PAPER_ERROR_RATE),
        score=score,
    )


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, num_classes: int) -> np.ndarray:
    """How many images of each class (row) were said to be each class (column), (K, K) int.

    labels, predictions: integers (N,), 0 to K − 1.
    """
    pairs = labels.astype(np.int64) * num_classes + predictions
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


NORMALIZATIONS = ("true class", "predicted class", "counts")


def normalized(confusion: np.ndarray, by: str) -> np.ndarray:
    """The matrix as fractions 0–1 of each row (true class) or column (predicted class); "counts": as it is.

    (K, K); a row or column without images stays 0.
    """
    if by == "counts":
        return np.asarray(confusion, np.float64)
    sums = np.sum(confusion, axis=1 if by == "true class" else 0, keepdims=True)
    return np.asarray(confusion) / np.maximum(sums, 1)


def class_reports(confusion: np.ndarray, class_names: Sequence[str]) -> tuple[ClassReport, ...]:
    """One for each class of a confusion matrix, (K, K) int."""
    found, said, support = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    columns = (_ratio(found, said), _ratio(found, support), _ratio(2 * found, said + support), support)
    rows = zip(class_names, *(column.tolist() for column in columns), strict=True)
    return tuple(ClassReport(*row) for row in rows)


def averages(classes: Sequence[ClassReport]) -> tuple[ClassReport, ClassReport]:
    """Means of the columns over the classes: each class counts alike; each by the number of its images.

    Over the classes that have images, at least one.
    """
    there = [row for row in classes if row.support]
    measures = np.array([row.measures for row in there])  # (K, 3)
    support = np.array([row.support for row in there])
    plain, weighted = measures.mean(axis=0), support @ measures / support.sum()
    count = int(support.sum())
    return (
        ClassReport("macro average", *plain.tolist(), count),
        ClassReport("weighted average", *weighted.tolist(), count),
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, 0 where there is nothing."""
    return part / np.maximum(whole, 1)


def _cross_entropy(labels: np.ndarray, probabilities: np.ndarray) -> float:
    of_true_class = probabilities[np.arange(len(labels)), labels].astype(np.float64)  # (N,)
    return float(np.log(1 / np.clip(of_true_class, _SMALLEST, 1.0)).mean())


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
