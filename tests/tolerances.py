"""How tests compare what sums of floating-point numbers give. Must not import TensorFlow or Streamlit.

Bit for bit is compared only what one graph gives twice: the same run again, a resumed run, what was written
and is read. Two graphs, two batch sizes, two ways to compile, two libraries, and a page's worker beside the
test add in another order. What comes out differs by rounding: an answer may fall to either side of a tie, and
the last digit that is shown of a number to either side.
"""

import re
from dataclasses import dataclass

import numpy as np
import pytest

ROUNDING = 1e-5  # of the largest value; up to 3e-6 was seen between oneDNN's AVX-512, AVX2 and SSE4.1
ONE_OF_MNIST = 1.01e-4  # of 10,000 test images, one that is undecided


def assert_close(received: np.ndarray, expected: np.ndarray) -> None:
    """The same numbers but for rounding, of which there is as much as in the largest of them."""
    atol = ROUNDING * np.abs(expected).max()
    np.testing.assert_allclose(np.asarray(received), np.asarray(expected), rtol=0, atol=atol)


def assert_best(chosen: np.ndarray, scores: np.ndarray) -> None:
    """Each row's choice has its best score, or one that is as good but for rounding.

    Args:
        chosen: (N,) int.
        scores: (N, classes) float.
    """
    assert_close(np.take_along_axis(scores, np.asarray(chosen)[:, None], axis=1)[:, 0], scores.max(axis=1))


def undecided(scores: np.ndarray) -> int:
    """How many rows of (N, classes) have a second best score that is as good as the best but for rounding."""
    second, best = np.sort(scores, axis=1)[:, -2:].T
    return int((best - second <= ROUNDING * np.abs(best).max()).sum())


def accuracy_of(probabilities: np.ndarray, labels: np.ndarray) -> object:
    """What equals the accuracy of these answers; those that are undecided may count as right or wrong."""
    share = undecided(probabilities) / len(labels)
    return pytest.approx((probabilities.argmax(axis=1) == labels).mean(), abs=share + 1e-9)


def approx_words(words: str) -> object:
    """What equals a text whose numbers with a decimal point are these, give or take one in the last place.

    "> 99.9 %" and "< 0.1 %" are such numbers as well. Whole numbers and all else must be the same.
    """
    return _Words(words)


@dataclass(eq=False)
class _Words:
    words: str

    def __eq__(self, other: object) -> bool:
        theirs = other.words if isinstance(other, _Words) else other
        if not isinstance(theirs, str) or _DECIMAL.sub("", theirs) != _DECIMAL.sub("", self.words):
            return False
        pairs = zip(_DECIMAL.findall(theirs), _DECIMAL.findall(self.words), strict=True)
        return all(abs(float(a) - float(b)) < 1.5 * 10.0 ** -len(b.partition(".")[2]) for a, b in pairs)


_DECIMAL = re.compile(r"(?:[<>] )?(-?\d+\.\d+)")
