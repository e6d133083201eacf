"""What is taken as equal in tests, and above all what is not."""

import numpy as np
import pytest

from tests.tolerances import accuracy_of, approx_words, assert_best, assert_close, undecided

TIE = np.array([[0.1, 0.45, 0.450001], [0.7, 0.2, 0.1]])


def test_rounding_is_of_the_largest_value() -> None:
    assert_close([100.0, 0.0005], [100.0, 0.0])
    for received in ([100.0, 0.002], [100.002, 0.0], [100.0, np.nan]):
        with pytest.raises(AssertionError):
            assert_close(received, [100.0, 0.0])


def test_only_a_tie_has_two_best() -> None:
    for chosen in ([1, 0], [2, 0]):
        assert_best(chosen, TIE)
    for chosen in ([0, 0], [2, 1]):
        with pytest.raises(AssertionError):
            assert_best(chosen, TIE)
    assert undecided(TIE) == 1 and undecided(TIE[1:]) == 0


def test_an_accuracy_is_exact_where_nothing_is_undecided() -> None:
    one_is = accuracy_of(np.concatenate([TIE, TIE[1:]]), np.array([1, 0, 0]))
    assert one_is == 2 / 3 and one_is == 1 and one_is != 0
    none_is = accuracy_of(TIE[1:], np.array([0]))
    assert none_is == 1 and none_is != 0.9999


@pytest.mark.parametrize(
    ("words", "is_same"),
    [
        ("7, 98.3 %; then 1, 0.4 %", True),
        ("7, 98.4 %; then 1, 0.3 %", True),
        ("7, 98.5 %; then 1, 0.4 %", False),
        ("7, -98.3 %; then 1, 0.4 %", False),
        ("8, 98.3 %; then 1, 0.4 %", False),
        ("7, 98.3 %; then 1, 0 %", False),
        ("Not sure: 7, 98.3 %; then 1, 0.4 %", False),
        (None, False),
    ],
)
def test_words_are_the_same_but_for_the_last_place(words: str | None, is_same: bool) -> None:
    assert (words == approx_words("7, 98.3 %; then 1, 0.4 %")) == is_same
    assert ([words] == [approx_words("7, 98.3 %; then 1, 0.4 %")]) == is_same


def test_nearly_all_and_nearly_nothing_are_numbers_too() -> None:
    assert approx_words("7, > 99.9 %; then 1, < 0.1 %") == approx_words("7, 99.9 %; then 1, 0.1 %")
    assert approx_words("7, > 99.9 %") != "7, 99.0 %" and approx_words("7, < 0.1 %") != "7, 0.3 %"
