"""Which test images a class and a network are asked about: some by lot, some that are hard for a network.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.activities.guess import Round
from lenet.errors import ActivityError
from lenet.evaluation.result import EvaluationResult

_POOL = 3  # times as many of the hardest images as are taken, so that another game has others


def choose(chooser: EvaluationResult, player: EvaluationResult, count: int, seed: int) -> tuple[Round, ...]:
    """The rounds of a game, hard ones and others mixed.

    By lot means from the whole test set, the hardest included: of these alone a share of correct answers is
    an estimate of the accuracy on the test set.

    Args:
        chooser: of the network that the hard images are to be hard for, on the whole test set.
        player: of the network that plays, on the same images.
        count: of rounds; half of them, rounded down, are hard.

    Raises:
        ActivityError: there are not as many images, or they are others.
    """
    total = len(chooser.labels)
    if not 0 < count <= total or not np.array_equal(chooser.labels, player.labels):
        raise ActivityError(
            f"Rounds: received {count}, expected 1 to {total}: the test images that both networks know."
        )
    draw = np.random.default_rng(seed)
    lot = draw.choice(total, count - count // 2, replace=False)
    hardest = [row for row in _hardest_first(chooser) if row not in set(lot.tolist())]
    hard = draw.permutation(hardest[: _POOL * (count // 2)])[: count // 2]
    rows = [(int(row), False) for row in lot] + [(int(row), True) for row in hard]
    return tuple(_round(player, *rows[place]) for place in draw.permutation(len(rows)))


def _hardest_first(result: EvaluationResult) -> list[int]:
    """All images: those that are taken for another class, then those with the smallest margin."""
    return np.lexsort([result.margins, result.correct]).tolist()


def _round(player: EvaluationResult, row: int, is_hard: bool) -> Round:
    label, predicted = int(player.labels[row]), int(player.predictions[row])
    return Round(row, label, predicted, float(player.confidence[row]), is_hard)
