"""McNemar's test of all pairs is that of each pair."""

import numpy as np

from lenet.comparison.significance import Answers, all_pairs
from lenet.evaluation.mcnemar import mcnemar


def test_each_pair_is_tested_as_if_alone() -> None:
    random = np.random.default_rng(1)
    correct = random.random((4, 500)) < np.array([[0.9], [0.92], [0.7], [0.9]])
    answers = [Answers("a" if place < 3 else "b", each) for place, each in enumerate(correct)]
    found = all_pairs(answers)
    for row in range(3):
        for column in range(3):
            expected = mcnemar(correct[row], correct[column])
            assert found.only_first[row, column] == expected.only_first
            assert found.p_values[row, column] == expected.p_value
    assert np.isnan(found.p_values[3, :3]).all() and np.isnan(found.p_values[:3, 3]).all()
    assert list(found.only_first[3]) == [-1, -1, -1, 0]
    assert sorted(found.tested) == sorted(found.p_values[[0, 0, 1], [1, 2, 2]])
