"""Which images train, validate and test: nothing twice, nothing lost, the same for the same seed."""

import numpy as np
import pytest

from lenet.data.splits import Split, epoch_order, split
from lenet.runs.config import RunConfig
from lenet.runs.layers import Dense

TRAIN, TEST = 1000, 300


def parts(validation: str, fraction: float = 0.2, seed: int = 0, num_train: int = TRAIN) -> Split:
    config = RunConfig(
        layers=(Dense(units=10),), validation=validation, validation_fraction=fraction, seed=seed
    )
    return split(config, num_train, TEST)


@pytest.mark.parametrize("validation", ["last_fraction", "random_fraction"])
@pytest.mark.parametrize("fraction", [0.001, 0.1, 1 / 3, 0.5, 0.999])
def test_every_image_once(validation: str, fraction: float) -> None:
    result = parts(validation, fraction)
    every = np.concatenate([result.train, result.validation, result.test])
    np.testing.assert_array_equal(np.sort(every), np.arange(TRAIN + TEST))
    assert every.dtype == np.int32
    np.testing.assert_array_equal(result.test, np.arange(TRAIN, TRAIN + TEST))
    assert len(result.validation) > 0


@pytest.mark.parametrize(
    ("num_train", "fraction", "kept"),
    # As `validation_split` of Keras: floor(n · (1 − fraction)), in floating point.
    [
        (60_000, 0.2, 48_000),
        (60_000, 0.1, 54_000),
        (1437, 0.1, 1293),
        (10, 0.3, 7),
        (100, 0.9, 9),
        (7, 0.5, 3),
    ],
)
def test_the_last_fraction_is_that_of_keras(num_train: int, fraction: float, kept: int) -> None:
    result = parts("last_fraction", fraction, num_train=num_train)
    np.testing.assert_array_equal(result.train, np.arange(kept))
    np.testing.assert_array_equal(result.validation, np.arange(kept, num_train))


def test_validating_on_the_test_set_trains_on_everything() -> None:
    result = parts("test")
    np.testing.assert_array_equal(result.train, np.arange(TRAIN))
    np.testing.assert_array_equal(result.validation, result.test)


def test_the_random_fraction_follows_the_seed() -> None:
    first, again, other = (parts("random_fraction", seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.validation, again.validation)
    assert len(np.intersect1d(first.validation, other.validation)) < 80  # 40 of 200 are expected by chance
    assert len(np.intersect1d(first.validation, np.arange(800, 1000))) < 80


def test_the_last_fraction_is_the_same_for_every_seed() -> None:
    np.testing.assert_array_equal(parts("last_fraction", seed=1).train, parts("last_fraction", seed=2).train)


def test_every_epoch_has_an_order_of_its_own() -> None:
    indices = np.arange(5, 505, dtype=np.int32)
    orders = [epoch_order(indices, seed, epoch) for seed in range(3) for epoch in range(3)]
    for order in orders:
        assert order.dtype == np.int32
        np.testing.assert_array_equal(np.sort(order), indices)
    assert len({order.tobytes() for order in orders}) == 9
    np.testing.assert_array_equal(epoch_order(indices, 2, 1), orders[7])
    np.testing.assert_array_equal(indices, np.arange(5, 505))  # untouched
