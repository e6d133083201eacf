"""The result of an evaluation: what the model predicted and how good that is; and as it is stored.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.evaluation.metrics import Evaluation, evaluate
from lenet.evaluation.rejection import SCORES
from lenet.evaluation.task import STORED_BY_TRAINING, EvaluationTask
from lenet.npz import EVALUATION, load_arrays, save_arrays

_KEPT = 8  # results in memory: at most 1 MB each


@dataclass(frozen=True, eq=False)
class EvaluationResult:
    """What a model predicts for N images, and how good that is.

    Attributes:
        labels, predictions: (N,) int16, the true class and the most probable one.
        confidence: (N,) float32, the probability of that one.
        margins: (N,) float32, the best output minus the second best, as `evaluation.score` says.
        evaluation: the figures.
    """

    labels: np.ndarray
    predictions: np.ndarray
    confidence: np.ndarray
    margins: np.ndarray
    evaluation: Evaluation

    @property
    def correct(self) -> np.ndarray:
        """(N,) bool."""
        return self.labels == self.predictions

    def cell(self, true_class: int, predicted_class: int) -> np.ndarray:
        """The images of one cell of the confusion matrix, (n,) int, the most confident prediction first."""
        return self._most_confident_first((self.labels == true_class) & (self.predictions == predicted_class))

    def hardest(self) -> np.ndarray:
        """The errors, (n,) int, the most confident one first."""
        return self._most_confident_first(~self.correct)

    def least_confident(self) -> np.ndarray:
        """All images, (N,) int, the smallest margin first."""
        return np.argsort(self.margins, kind="stable")

    def _most_confident_first(self, chosen: np.ndarray) -> np.ndarray:
        found = np.flatnonzero(chosen)
        return found[np.argsort(-self.confidence[found], kind="stable")]


def result_of(task: EvaluationTask, labels: np.ndarray, probabilities: np.ndarray) -> EvaluationResult:
    """From labels (N,) and probabilities (N, K). Raises `EvaluationError` where they do not fit."""
    return _result(labels, probabilities, task.data.class_names, task.score)


def stored(task: EvaluationTask) -> EvaluationResult | None:
    """The result that lies on the disk; None where there is none, or it is out of date or damaged."""
    if task.file is None:
        return None
    try:
        changed = task.file.stat().st_mtime_ns
        return _read(task.file, changed, task.state, len(task.rows), task.data.class_names, task.score)
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # whatever is in it: it is made again
        return None


def store(task: EvaluationTask, labels: np.ndarray, probabilities: np.ndarray) -> None:
    """Keep the predictions (N, K). Raises `OSError`, also where the run was deleted meanwhile."""
    if task.file is None or task.file.name == STORED_BY_TRAINING:
        return
    task.file.parent.mkdir(parents=task.model.run_folder is None, exist_ok=True)
    arrays = {"labels": labels, "probabilities": probabilities, "state": np.array(task.state)}
    save_arrays(task.file, arrays)


@lru_cache(maxsize=_KEPT)
def _read(
    file: Path, changed: int, state: str, count: int, class_names: tuple[str, ...], score: str
) -> EvaluationResult | None:
    arrays = load_arrays(file, EVALUATION)
    is_current = file.name == STORED_BY_TRAINING or str(arrays["state"]) == state
    kinds = arrays["labels"].dtype.kind in "iu", arrays["probabilities"].dtype.kind == "f"
    if not is_current or not all(kinds) or len(arrays["labels"]) != count:
        return None
    return _result(arrays["labels"], arrays["probabilities"], class_names, score)


def _result(
    labels: np.ndarray, probabilities: np.ndarray, class_names: Sequence[str], score: str
) -> EvaluationResult:
    evaluation = evaluate(labels, probabilities, class_names, score)
    predictions = probabilities.argmax(axis=1).astype(np.int16)
    confidence = probabilities.max(axis=1).astype(np.float32)
    margins = SCORES[score](probabilities).astype(np.float32)
    return EvaluationResult(labels.astype(np.int16), predictions, confidence, margins, evaluation)
