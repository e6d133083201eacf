"""McNemar's test of two classifiers: who is correct where the other is wrong, and whether that is chance.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lenet.errors import ComparisonError
from lenet.evaluation.task import EvaluationTask
from lenet.formatting import percent

LIKELY_CHANCE = 0.05  # from this probability on, a difference is not held against chance


@dataclass(frozen=True)
class McNemar:
    """How many images both, one, or none of two classifiers predicts correctly.

    Attributes:
        p_value: how often two equally good ones differ at least so much, 0–1; exact.
    """

    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float

    @property
    def differ(self) -> bool:
        """Whether the difference is larger than chance usually makes it."""
        return self.p_value < LIKELY_CHANCE


def mcnemar(first_correct: np.ndarray, second_correct: np.ndarray) -> McNemar:
    """McNemar's test, exact: of the images on which only one is correct, each is as likely to get its half.

    Source: Q. McNemar, “Note on the sampling error of the difference between correlated proportions”, 1947.

    Args:
        first_correct, second_correct: (N,) bool, for the same images in the same order.

    Raises:
        ValueError: they are of different lengths.
    """
    if first_correct.shape != second_correct.shape:
        raise ValueError(
            f"McNemar: received {len(first_correct):,} and {len(second_correct):,} predictions, "
            "expected predictions for the same images."
        )
    only_first = int((first_correct & ~second_correct).sum())
    only_second = int((second_correct & ~first_correct).sum())
    both, neither = int((first_correct & second_correct).sum()), int((~first_correct & ~second_correct).sum())
    return McNemar(both, only_first, only_second, neither, p_value(only_first, only_second))


def shared(first: EvaluationTask, second: EvaluationTask) -> tuple[np.ndarray, np.ndarray]:
    """Where in each of two tasks the images are that both have, (n,) int, in the same order.

    Raises:
        ComparisonError: they have none in common.
    """
    rows, places, others = np.intersect1d(first.rows, second.rows, return_indices=True)
    same_data = (first.data.name, first.part, first.data_state) == (
        second.data.name,
        second.part,
        second.data_state,
    )
    if not same_data or not len(rows):
        raise ComparisonError(
            f"{first.model.reference} and {second.model.reference} have no images in common in "
            f"{first.split} of {first.data.title}. Choose test, or another model."
        )
    return places, others


@lru_cache(maxsize=4_096)
def p_value(first: int, second: int) -> float:
    """How often a fair coin thrown first + second times falls at least so unevenly, 0–1; exact."""
    throws, fewer = first + second, min(first, second)
    counts = np.arange(fewer + 1)
    factorials = np.concatenate([[0.0], np.log(np.arange(1, throws + 1)).cumsum()])  # logarithms of n!
    chances = factorials[throws] - factorials[counts] - factorials[throws - counts] - throws * math.log(2)
    return min(1.0, 2 * float(np.exp(chances).sum()))


def in_words(result: McNemar, first: str, second: str) -> str:
    """What the test says, for a class."""
    if result.only_first + result.only_second == 0:
        return f"{first} and {second} are correct and wrong on the very same images."
    better, worse = (first, second) if result.only_first >= result.only_second else (second, first)
    chance = f"{_often(result.p_value)} (McNemar's test, p {_equals(result.p_value)})"
    if result.only_first == result.only_second:
        return f"Each is correct on as many images where the other is wrong: neither is ahead ({chance})."
    if result.differ:
        return (
            f"{better} is better than {worse} here: two equally good networks would differ so much {chance}."
        )
    return (
        f"{better} is ahead, but it may be chance: two equally good networks would differ so much {chance}. "
        "More test images could decide it."
    )


def _equals(p_value: float) -> str:
    text = p_value_text(p_value)
    return text if text.startswith("below") else f"= {text}"


def _often(p_value: float) -> str:
    if p_value >= 0.995:
        return "in nearly every such comparison"
    if p_value >= 0.01:
        return f"in {percent(p_value, 0)} of such comparisons"
    return f"in fewer than 1 of {_round_down(1 / max(p_value, 1e-6)):,} such comparisons"


def _round_down(value: float) -> int:
    """To one digit: 4,321 → 4,000."""
    unit = 10 ** (len(str(int(value))) - 1)
    return int(value) // unit * unit


def p_value_text(value: float) -> str:
    """0.27, 0.003, below 0.0001; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.2f}" if value >= 0.01 else f"{value:.1g}" if value >= 1e-4 else "below 0.0001"
