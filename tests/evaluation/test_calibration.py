"""Calibration against values worked out by hand and a slow, plain reading of the definitions."""

import numpy as np
import pytest

from lenet.evaluation.calibration import NUM_BINS, calibration
from lenet.evaluation.rejection import margins_of, penalty_differences, rejection, share_to_reject


def some_answers(count: int = 3_000) -> tuple[np.ndarray, np.ndarray]:
    """Whether each is right (N,) and its confidence (N,): overconfident, as networks are."""
    generator = np.random.default_rng(11)
    confidence = generator.uniform(0.1, 1, count)
    return generator.uniform(size=count) < confidence**1.5, confidence


def test_four_answers_by_hand():
    right, confidence = np.array([True, False, True, True]), np.array([0.95, 0.85, 0.15, 0.9])
    found = calibration(right, confidence)
    counts = [each.count for each in found.bins]
    assert counts == [0, 1, 0, 0, 0, 0, 0, 0, 2, 1], "0.9 lies in the bin that ends there"
    assert (found.bins[8].confidence, found.bins[8].accuracy) == pytest.approx((0.875, 0.5))
    assert (found.bins[0].confidence, found.bins[0].accuracy) == (None, None)
    assert found.error == pytest.approx((0.85 + 2 * 0.375 + 0.05) / 4)
    assert found.confidence == pytest.approx(2.85 / 4)


def test_the_error_is_as_defined():
    right, confidence = some_answers()
    expected = 0.0
    for index in range(NUM_BINS):
        low, high = index / NUM_BINS, (index + 1) / NUM_BINS
        inside = [(r, c) for r, c in zip(right, confidence, strict=True) if low < c <= high]
        if inside:
            gap = np.mean([r for r, _ in inside]) - np.mean([c for _, c in inside])
            expected += len(inside) / len(right) * abs(gap)
    assert calibration(right, confidence).error == pytest.approx(expected)
    assert expected > 0.05, "the answers are overconfident"


def test_a_well_calibrated_classifier_has_no_error():
    right = np.array([True, True, True, True, False] * 20)
    assert calibration(right, np.full(100, 0.8)).error == pytest.approx(0)


def test_margins():
    probabilities = np.array([[0.2, 0.7, 0.1], [0.5, 0.0, 0.5], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(margins_of(probabilities), [0.5, 0, 1])
    np.testing.assert_allclose(margins_of(np.ones((3, 1))), 1)


def test_the_difference_of_the_two_smallest_penalties_is_in_their_softmax():
    penalties = np.random.default_rng(3).uniform(0, 80, (500, 10))
    penalties[0] = [0.25, *range(200, 209)]  # more than float32 can tell
    powers = np.exp(-penalties + penalties.min(axis=1, keepdims=True))
    probabilities = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    smallest = np.sort(penalties, axis=1)
    expected = np.minimum(smallest[:, 1] - smallest[:, 0], 87.3365)
    np.testing.assert_allclose(penalty_differences(probabilities), expected, rtol=1e-4, atol=1e-5)


def test_the_least_sure_are_rejected_first():
    right = np.array([True, False, True, False, True])
    margins = np.array([0.9, 0.1, 0.5, 0.6, 0.2])
    none, two, all_but_one = rejection(right, margins, (0.0, 0.4, 1.0))
    assert (none.rejected, none.errors, none.accuracy) == (0, 2, 0.6)
    assert (two.rejected, two.errors, two.accuracy) == (2, 1, pytest.approx(2 / 3))
    assert two.threshold == 0.5
    assert (all_but_one.rejected, all_but_one.accuracy) == (4, 1)


def test_the_share_to_reject_is_the_smallest_that_does():
    right, margins = some_answers(400)
    share = share_to_reject(right, margins, 0.2)
    rejected = round(share * 400)
    assert 0 < rejected < 400
    order = np.argsort(margins, kind="stable")
    error_rates = [1 - right[order[start:]].mean() for start in range(400)]
    assert error_rates[rejected] <= 0.2 and min(error_rates[:rejected]) > 0.2
    assert share_to_reject(np.ones(5, bool), np.ones(5), 0.005) == 0
    assert share_to_reject(np.zeros(5, bool), np.ones(5), 0.005) is None
