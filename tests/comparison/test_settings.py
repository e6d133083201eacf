"""Settings that differ, and runs that differ in nothing but the seed."""

from pathlib import Path

import pytest

from lenet.comparison.settings import NETWORK, by_seed, differing, title
from lenet.runs.config import RunConfig
from lenet.runs.layers import Conv, Dense, Layer, MaxPool
from tests.compared_runs import SMALL, compared, run_with_curves


def test_only_what_differs_is_told(runs_folder: Path) -> None:
    runs = compared(
        runs_folder,
        run_with_curves(runs_folder, [0.5], learning_rate=0.1, name="one"),
        run_with_curves(runs_folder, [0.5], learning_rate=0.01, optimizer="sgd", momentum=0.9, nesterov=True),
        run_with_curves(runs_folder, [0.5], learning_rate=0.01, early_stopping=3, layers=(Dense(units=10),)),
    )
    found = differing(runs)
    assert found == {
        NETWORK: ["conv 4@3×3, max pool 2×2, dense 10", "conv 4@3×3, max pool 2×2, dense 10", "dense 10"],
        "optimizer": ["adam", "sgd", "adam"],
        "learning_rate": [0.1, 0.01, 0.01],
        "momentum": [0.0, 0.9, 0.0],
        "nesterov": ["no", "yes", "no"],
        "early_stopping": [None, None, 3],
    }
    assert list(differing(runs[:1])) == [] == list(differing([runs[0], runs[0]]))


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (Conv(filters=4, kernel_size=3), MaxPool(), ["conv 4@3×3, dense 10", "max pool 2×2, dense 10"]),
        (
            Conv(filters=4, kernel_size=3, activation="tanh"),
            Conv(filters=4, kernel_size=3),
            ["conv 4@3×3 tanh, dense 10 relu", "conv 4@3×3 relu, dense 10 relu"],
        ),
        (
            Conv(filters=4, kernel_size=3, padding="same"),
            Conv(filters=4, kernel_size=3),
            [
                "conv-filters-4-kernel_size-3-padding-same~dense-units-10",
                "conv-filters-4-kernel_size-3~dense-units-10",
            ],
        ),
    ],
)
def test_networks_are_told_apart_in_few_words(
    runs_folder: Path, first: Layer, second: Layer, words: list[str]
) -> None:
    made = [run_with_curves(runs_folder, [0.5], layers=(each, Dense(units=10))) for each in (first, second)]
    assert differing(compared(runs_folder, *made)) == {NETWORK: words}


def test_every_setting_has_a_title_and_is_looked_at(runs_folder: Path) -> None:
    changed = {"seed": 7, "dataset": "mnist", "l2": 0.5, "shift": 0.1, "keep_best": True, "batch_size": 5}
    first, second = compared(
        runs_folder, run_with_curves(runs_folder, [0.5]), run_with_curves(runs_folder, [0.5], **changed)
    )
    assert differing([first, second]).keys() == changed.keys()
    assert title("l2") == "L2" and title("batch_size") == "Batch size" and title(NETWORK) == "Network"
    assert {"name", "recipe"} <= RunConfig.model_fields.keys(), "what is no setting has a name still"


def test_seeds_are_grouped_whatever_the_runs_are_called(runs_folder: Path) -> None:
    runs = compared(
        runs_folder,
        run_with_curves(runs_folder, [0.5], seed=0, name="a"),
        run_with_curves(runs_folder, [0.5], seed=0, learning_rate=0.1),
        run_with_curves(runs_folder, [0.5], seed=1, name="b"),
        run_with_curves(runs_folder, [0.5], seed=1, layers=SMALL[:1] + SMALL[2:]),
        run_with_curves(runs_folder, [0.5], seed=2),
    )
    assert by_seed(runs) == [[0, 2, 4], [1], [3]] and by_seed([]) == []
