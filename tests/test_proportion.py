"""How many images were correct, and how much so many can tell."""

import pytest

from lenet.proportion import accuracy, accuracy_and_interval, interval, wilson_interval


def test_wilson_interval_of_published_example():
    # Newcombe, “Two-sided confidence intervals for the single proportion”, 1998, table I
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@pytest.mark.parametrize(
    ("share", "count", "said", "bounds"),
    [
        (1.0, 1, "1 of 1", "20.7 to 100.0 %"),
        (0.5, 2, "1 of 2", "9.5 to 90.5 %"),
        (98 / 99, 99, "98 of 99", "94.5 to 99.8 %"),
        (350 / 360, 360, "97.22 %", "95.0 to 98.5 %"),
        (0.9835, 10_000, "98.35 %", ""),
        (0.9835, None, "98.35 %", ""),
        (0.9835, 0, "98.35 %", ""),
        (None, 1, "–", ""),
    ],
)
def test_an_accuracy_says_how_much_it_can_tell(
    share: float | None, count: int | None, said: str, bounds: str
) -> None:
    assert (accuracy(share, count), interval(share, count)) == (said, bounds)
    assert accuracy_and_interval(share, count) == (f"{said} ({bounds})" if bounds else said)
