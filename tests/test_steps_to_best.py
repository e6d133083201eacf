"""The steps to the best recipe: they end with it, each changes something, and the table tells runs apart."""

from pathlib import Path

import pytest

from benchmarks import steps_to_best as steps
from lenet.runs.curves import EPOCH_COLUMNS
from lenet.runs.folder import Run
from tests.curve_rows import append_rows

NOT_OF_A_STEP = {"recipe", "architecture", "name", "seed", "validation", "validation_fraction"}


@pytest.mark.parametrize("dataset", steps.BEST)
def test_the_last_step_is_the_recipe(dataset: str) -> None:
    last = steps.config_of(len(steps.STEPS) - 1, dataset, seed=0).model_dump(exclude=NOT_OF_A_STEP)
    assert last == steps.BEST[dataset].model_dump(exclude=NOT_OF_A_STEP)


@pytest.mark.parametrize("dataset", steps.BEST)
def test_every_step_changes_something(dataset: str) -> None:
    configs = [steps.config_of(step, dataset, 0).replace(name="") for step in range(len(steps.STEPS))]
    assert len(set(configs)) == len(configs)
    assert all(config.validation == "last_fraction" for config in configs)


def test_the_table_has_means_of_finished_runs_and_differences(tmp_path: Path) -> None:
    for step, seed, accuracy in ((0, 0, 0.98), (0, 1, 0.97), (1, 0, 0.99)):
        run = Run.create(steps.config_of(step, "mnist", seed), tmp_path)
        append_rows(run.path / "epochs.csv", EPOCH_COLUMNS, [(1, 0.1, 1.0, 0.03, accuracy, 0.1, 2.0)])
        run.write_status(run.status().model_copy(update={"state": "finished"}))
    Run.create(steps.config_of(1, "mnist", 1), tmp_path)  # not finished: does not count
    first, second, third, *_ = steps.table(tmp_path, seeds=2)[2:]
    assert first.endswith("| 97.50 % |  | – |  |")
    assert second.endswith("| 99.00 % | +1.50 | – |  |")
    assert third.endswith("| – |  | – |  |")
