"""Who of many networks is better, pair by pair: McNemar's test of each two that were asked the same images.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lenet.evaluation import mcnemar


@dataclass(frozen=True, eq=False)
class Answers:
    """Which images a network was asked, and on which it is correct.

    Attributes:
        images: a text that two have alike if they were asked the same images.
        correct: (N,) bool.
    """

    images: str
    correct: np.ndarray


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every two of n networks; of two that were not asked the same images -1, and NaN. (n, n) each.

    Attributes:
        only_first: int, the images on which only the network of the row is correct.
        p_values: float, of McNemar's test; 1 of a network beside itself.
    """

    only_first: np.ndarray
    p_values: np.ndarray

    @property
    def tested(self) -> np.ndarray:
        """The p-value of each pair that could be tested, once, (m,) float."""
        found = self.p_values[np.triu_indices(len(self.p_values), 1)]
        return found[np.isfinite(found)]


def all_pairs(answers: Sequence[Answers]) -> Pairs:
    """McNemar's test of each two."""
    count = len(answers)
    only, p_values = np.full((count, count), -1), np.full((count, count), np.nan)
    for images in {each.images for each in answers}:
        places = [place for place, each in enumerate(answers) if each.images == images]
        correct = np.stack([answers[place].correct for place in places]).astype(np.float32)  # (m, N)
        only[np.ix_(places, places)] = np.rint(correct @ (1 - correct).T)
    for row, column in zip(*np.nonzero(only >= 0), strict=True):
        p_values[row, column] = mcnemar.p_value(int(only[row, column]), int(only[column, row]))
    return Pairs(only, p_values)
