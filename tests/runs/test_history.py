"""`lenet.runs.history` against pandas."""

import numpy as np
import pandas as pd
import pytest

from lenet.runs.history import STATISTICS, best_epoch, describe, thin


@pytest.mark.parametrize("count", [1, 2, 5, 30])
def test_describes_as_pandas_does(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    expected = pd.Series(values).describe()
    np.testing.assert_allclose(describe(values.tolist()), expected.to_numpy())
    assert [name.replace(" ", "") for name in STATISTICS] == list(expected.index)


def test_what_is_no_number_is_left_out() -> None:
    assert describe([1.0, float("nan"), 3.0, float("inf")])[:2] == (2, 2)
    assert describe([])[0] == 0 and np.isnan(describe([])[1:]).all()


def test_the_best_epoch_has_the_lowest_validation_loss() -> None:
    epochs = {"epoch": [1.0, 2.0, 3.0, 4.0], "val_loss": [0.3, 0.1, 0.1, float("nan")]}
    assert best_epoch(epochs) == 2
    assert best_epoch({"epoch": [1.0], "val_loss": [float("inf")]}) is None


@pytest.mark.parametrize("count", [0, 1, 2, 399, 400])
def test_few_points_all_stay(count: int) -> None:
    assert thin(range(count)) == list(range(count))


@pytest.mark.parametrize("count", [401, 402, 799, 1000, 9381, 10**6])
def test_many_points_are_thinned_evenly(count: int) -> None:
    kept = thin(range(count))
    assert len(kept) == 400
    assert (kept[0], kept[-1]) == (0, count - 1)
    gaps = np.diff(kept)
    assert gaps.min() > 0 and gaps.max() - gaps.min() <= 1
