"""The Pareto front, against its definition."""

import numpy as np
import pytest

from lenet.comparison.pareto import front


@pytest.mark.parametrize("lower", [(True, True), (True, False), (False, True), (False, False)])
def test_no_other_point_is_better_in_both(lower: tuple[bool, bool]) -> None:
    points = np.random.default_rng(0).normal(size=(2, 60)).round(1)
    points[0, 3], points[1, 5], points[0, 7] = np.nan, np.inf, -np.inf
    x, y = (each if is_lower else -each for each, is_lower in zip(points, lower, strict=True))
    there = np.isfinite(x) & np.isfinite(y)
    expected = {
        (x[at], y[at]) for at in np.flatnonzero(there)
        if not (there & (x <= x[at]) & (y <= y[at]) & ((x < x[at]) | (y < y[at]))).any()
    }  # fmt: skip
    places = front(*points, *lower)
    assert {(x[at], y[at]) for at in places} == expected and len(places) == len(expected) > 1
    assert list(x[places]) == sorted(x[places])


def test_of_nothing_there_is_none() -> None:
    assert not len(front(np.zeros(0), np.zeros(0), True, True))
    assert not len(front(np.array([np.nan]), np.array([1.0]), True, True))
