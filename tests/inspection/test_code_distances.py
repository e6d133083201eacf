"""`lenet.inspection.code_distances` against distances worked out by hand."""

import numpy as np
import pytest

from lenet.inspection.code_distances import Ranking
from lenet.layers.paper1998_tables import CODES

ALL = np.array(CODES)


def test_a_code_itself_has_the_highest_confidence():
    for index, code in enumerate(ALL):
        found = Ranking(code.astype(np.float32), ALL)
        by_hand = [4 * sum(a != b for a, b in zip(code, other, strict=True)) for other in ALL]
        assert found.penalties.tolist() == by_hand and found.order[0] == index
        assert found.difference == sorted(by_hand)[1] == found.largest_difference
        assert (found.share, found.confidence) == (1, "high confidence")


@pytest.mark.parametrize(("step", "level"), [(0.0, "high"), (0.1, "medium"), (0.3, "low"), (0.5, "low")])
def test_on_the_way_to_another_code(step: float, level: str):
    seven, three = ALL[7], ALL[3]  # the nearest of all to 7
    found = Ranking(seven + step * (three - seven), ALL)
    assert {*found.order[:2].tolist()} == {3, 7} and found.confidence == f"{level} confidence"
    assert found.share == pytest.approx(1 - 2 * step, abs=1e-9)
    assert found.difference == pytest.approx((1 - 2 * step) * ((seven - three) ** 2).sum(), abs=1e-9)
