"""What a model answered on a split of a data set, as it is stored beside the run.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.evaluation.metrics import Evaluation, evaluate
from lenet.evaluation.rejection import SCORES
from lenet.evaluation.task import STORED_BY_TRAINING, Exam
from lenet.npz import EVALUATION, load_arrays, save_arrays

_KEPT = 8  # judgements in memory: at most 1 MB each


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a model says to N images, and how good that is.

    Attributes:
        labels, guesses: (N,) int16, the true class and the most probable one.
        confidence: (N,) float32, the probability of that one.
        margins: (N,) float32, the best output minus the second best, as `evaluation.score` says.
        evaluation: the figures.
    """

    labels: np.ndarray
    guesses: np.ndarray
    confidence: np.ndarray
    margins: np.ndarray
    evaluation: Evaluation

    @property
    def right(self) -> np.ndarray:
        """(N,) bool."""
        return self.labels == self.guesses

    def cell(self, true_class: int, guess: int) -> np.ndarray:
        """The images of one cell of the confusion matrix, (n,) int, the most confident answer first."""
        return self._surest_first((self.labels == true_class) & (self.guesses == guess))

    def hardest(self) -> np.ndarray:
        """The errors, (n,) int, the most confident one first."""
        return self._surest_first(~self.right)

    def least_sure(self) -> np.ndarray:
        """All images, (N,) int, the smallest margin first."""
        return np.argsort(self.margins, kind="stable")

    def _surest_first(self, chosen: np.ndarray) -> np.ndarray:
        found = np.flatnonzero(chosen)
        return found[np.argsort(-self.confidence[found], kind="stable")]


def judgement(
    labels: np.ndarray, probabilities: np.ndarray, class_names: Sequence[str], score: str = "probabilities"
) -> Judgement:
    """From labels (N,) and probabilities (N, K). Raises `EvaluationError` where they do not fit."""
    evaluation = evaluate(labels, probabilities, class_names, score)
    guesses = probabilities.argmax(axis=1).astype(np.int16)
    confidence = probabilities.max(axis=1).astype(np.float32)
    margins = SCORES[score](probabilities).astype(np.float32)
    return Judgement(labels.astype(np.int16), guesses, confidence, margins, evaluation)


def stored(asked: Exam) -> Judgement | None:
    """The judgement that lies on the disk; None where there is none, or it is out of date or damaged."""
    if asked.file is None:
        return None
    try:
        changed = asked.file.stat().st_mtime_ns
        return _read(asked.file, changed, asked.state, len(asked.rows), asked.about.class_names, asked.score)
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # whatever is in it: it is judged again
        return None


def store(asked: Exam, labels: np.ndarray, probabilities: np.ndarray) -> None:
    """Keep the answers (N, K) to an exam. Raises `OSError`, also where the run was deleted meanwhile."""
    if asked.file is None or asked.file.name == STORED_BY_TRAINING:
        return
    asked.file.parent.mkdir(parents=asked.model.run is None, exist_ok=True)
    arrays = {"labels": labels, "probabilities": probabilities, "state": np.array(asked.state)}
    save_arrays(asked.file, arrays)


@lru_cache(maxsize=_KEPT)
def _read(
    file: Path, changed: int, state: str, count: int, class_names: tuple[str, ...], score: str
) -> Judgement | None:
    arrays = load_arrays(file, EVALUATION)
    is_current = file.name == STORED_BY_TRAINING or str(arrays["state"]) == state
    kinds = arrays["labels"].dtype.kind in "iu", arrays["probabilities"].dtype.kind == "f"
    if not is_current or not all(kinds) or len(arrays["labels"]) != count:
        return None
    return judgement(arrays["labels"], arrays["probabilities"], class_names, score)
