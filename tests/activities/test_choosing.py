"""Which images are asked about: half are hard for one network, half are drawn by lot from all."""

import numpy as np
import pytest

from lenet.activities.choosing import choose
from lenet.data import datasets
from lenet.errors import ActivityError
from lenet.evaluation.result import EvaluationResult, result_of
from lenet.evaluation.task import task_of
from lenet.networks.model_reference import resolve


def result(seed: int) -> EvaluationResult:
    """Of a network that is often sure, on the real test labels of the bundled digits."""
    task = task_of(resolve("digits-quick"), "digits", "test")
    labels = datasets.labels("digits", "test")
    scores = np.random.default_rng(seed).normal(size=(len(labels), 10)) + 3 * np.eye(10)[labels]
    return result_of(task, labels, np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True))


def test_half_are_hard_for_the_network_that_chooses_and_half_are_of_all() -> None:
    chooser, player = result(1), result(2)
    rounds = choose(chooser, player, 20, seed=3)
    rows = [each.row for each in rounds]
    hardest = set(np.lexsort([chooser.margins, chooser.correct])[:40].tolist())
    assert len(set(rows)) == 20 and sum(each.is_hard for each in rounds) == 10
    for each in rounds:
        assert (each.label, each.predicted) == (player.labels[each.row], player.predictions[each.row])
        assert not each.is_hard or each.row in hardest
    assert rounds == choose(chooser, player, 20, seed=3) != choose(chooser, player, 20, seed=4)
    assert [each.is_hard for each in rounds] != sorted((each.is_hard for each in rounds), reverse=True)


def test_by_lot_the_share_that_is_right_is_the_accuracy() -> None:
    chooser, player = result(1), result(2)
    lots = [each for seed in range(200) for each in choose(chooser, player, 20, seed) if not each.is_hard]
    share = np.mean([each.label == each.predicted for each in lots])
    assert share == pytest.approx(player.correct.mean(), abs=0.025)


def test_other_images_and_too_many_are_refused() -> None:
    chooser, player = result(1), result(2)
    for count in (0, 10**6):
        with pytest.raises(ActivityError, match="Rounds: received"):
            choose(chooser, player, count, seed=0)
