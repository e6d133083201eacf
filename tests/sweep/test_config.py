"""What a sweep is asked to do, and what keeps it from being done."""

import pytest
from pydantic import ValidationError

from lenet.data import datasets
from lenet.errors import SweepError
from lenet.runs.config_errors import describe_errors
from lenet.sweep.config import SweepConfig, in_words, problems_of, trial_config
from lenet.sweep.space import parse
from lenet.training.recipes import RECIPES

BASE = RECIPES["digits-quick"].config
DIGITS = datasets.info("digits")


def sweep(*lines: str, **how: object) -> SweepConfig:
    return SweepConfig(base=BASE, space=[parse(line) for line in lines], **how)


@pytest.mark.parametrize(
    ("trials", "words"), [(10_000, "at most 1,000"), (0, "at least 1"), (-1, "at least 1")]
)
def test_how_many_trials(trials: int, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        sweep("seed=1,2", trials=trials)
    (sentence,) = describe_errors(caught.value)
    assert sentence.startswith("Trials: received ") and words in sentence and "more can be added" in sentence


def test_a_grid_has_every_combination_once() -> None:
    grid = sweep("learning_rate=1e-3..1e-1:log:3", "batch_size=32,64", sampler="grid", trials=20)
    found = [tuple(each.values()) for each in grid.combinations()]
    assert found == [(rate, size) for rate in (0.001, 0.01, 0.1) for size in (32, 64)]
    assert grid.num_trials == 6 and in_words(grid) == "6 runs of the 6 combinations of the grid"
    assert problems_of(grid, DIGITS) == []


def test_a_grid_that_is_too_large() -> None:
    grid = sweep("learning_rate=1e-3..1e-1:100", "seed=0..99:50", sampler="grid")
    (sentence,) = problems_of(grid, DIGITS)
    assert "received 5,000 combinations, expected at most 1,000" in sentence


def test_what_cannot_be_trained_on_these_data_is_said_before() -> None:
    (sentence,) = problems_of(sweep("batch_size=32,900000"), DIGITS)
    assert sentence.startswith("Batch size: received 900,000")
    (output,) = problems_of(sweep("layers.9.units=5,10"), DIGITS)
    assert "has 5 units; the data have 10 classes" in output
    with pytest.raises(SweepError, match="Memory|expected"):
        trial_config(BASE, {"pad_to": 4}, DIGITS)
    assert trial_config(BASE, {"architecture": "dense-2"}, DIGITS).layers[-1].units == 10
