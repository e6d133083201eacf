"""McNemar's test against SciPy's exact binomial test, and what is said of it."""

import re

import numpy as np
import pytest
from scipy.stats import binomtest

from lenet.errors import ComparisonError
from lenet.evaluation.mcnemar import in_words, mcnemar, shared
from tests.evaluation_tasks import task


def answers(both: int, only_first: int, only_second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    sizes = (both, only_first, only_second, neither)
    return np.repeat([True, True, False, False], sizes), np.repeat([True, False, True, False], sizes)


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (1, 0), (3, 9), (12, 12), (37, 103), (400, 330), (5_000, 4_000), (9_999, 1)]
)
def test_agrees_with_scipy(first: int, second: int) -> None:
    found = mcnemar(*answers(50, first, second, 7))
    assert (found.both, found.only_first, found.only_second, found.neither) == (50, first, second, 7)
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert found.p_value == pytest.approx(expected, rel=1e-6, abs=1e-300)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (37, 103, r"B is better than A here: .* in fewer than 1 of 1,000,000 such comparisons"),
        (30, 12, r"A is better than B here: .* in fewer than 1 of 100 such comparisons .*p = 0.008"),
        (60, 12, r"A is better than B here: .*p below 0.0001"),
        (30, 14, r"A is better than B here: .* in 2 % of such comparisons .*p = 0.02"),
        (9, 3, r"A is ahead, but it may be chance: .* in 15 % of such comparisons"),
        (4, 4, r"neither is ahead \(in nearly every such comparison"),
        (0, 0, "A and B are correct and wrong on the very same images"),
    ],
)
def test_in_words(first: int, second: int, words: str) -> None:
    found = mcnemar(*answers(5, first, second, 5))
    assert re.search(words, in_words(found, "A", "B")), in_words(found, "A", "B")


def test_answers_to_other_images_are_refused() -> None:
    with pytest.raises(ValueError, match="received 3 and 4 predictions, expected predictions for the same"):
        mcnemar(np.ones(3, bool), np.ones(4, bool))


def test_images_that_two_exams_share() -> None:
    """One holds out the last fifth of MNIST's training part, the other nothing."""
    linear, cnn = (task(name, "mnist", "train") for name in ("lenet5-linear", "cnn-16-32"))
    places, others = shared(linear, cnn)
    assert len(places) == 48_000
    np.testing.assert_array_equal(linear.rows[places], cnn.rows[others])
    with pytest.raises(ComparisonError, match="have no images in common in validation of MNIST digits"):
        shared(task("lenet5-linear", "mnist", "validation"), task("cnn-16-32", "mnist", "validation"))
