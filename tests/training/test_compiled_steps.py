"""Runs of one kind share what is compiled, one after the other, and nothing else."""

import gc
from collections import OrderedDict
from pathlib import Path

import pytest

from lenet.npz import CHECKPOINT, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import BatchNorm, Conv, Dense, Dropout, Layer
from lenet.training import compiled_steps
from lenet.training.train_step import TrainStep
from tests.small_runs import assert_same, small_config, trained, weights

# Everything that draws random numbers while it trains, and what keeps averages.
RANDOM: tuple[Layer, ...] = (
    Conv(filters=4, kernel_size=3),
    BatchNorm(),
    Dropout(),
    Dense(units=10, activation="softmax"),
)
DISTORTED = {"rotation": 15, "elastic": 0.05, "cutout": 0.2, "flip": 0.5, "aspect": 0.1}
OTHER = {
    "recipe": "another", "name": "another", "architecture": "another", "initializer": "he_normal",
    "learning_rate": 0.004, "early_damping": 0.1, "schedule": "cosine", "step_epochs": 2, "step_factor": 0.1,
    "warmup": 0.1, "epochs": 3, "seed": 8, "validation": "random_fraction", "early_stopping": 3,
    "keep_best": True,
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_steps._idle.clear()  # of the tests of another file in this process
    alone(monkeypatch)


def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run is the first of its process."""
    monkeypatch.setattr(compiled_steps, "_idle", OrderedDict())


def kept() -> list[TrainStep]:
    gc.collect()
    return [each for each in gc.get_objects() if type(each) is TrainStep]


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop"])
def test_a_run_after_another_is_what_it_is_alone(
    optimizer: str, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(layers=RANDOM, optimizer=optimizer, **DISTORTED)
    trained(config, runs_folder)
    [compiled] = kept()
    after, _ = trained(config.replace(**OTHER), runs_folder)
    assert kept() == [compiled], "both are of one kind"
    alone(monkeypatch)
    by_itself, _ = trained(config.replace(**OTHER), runs_folder)
    assert_all_the_same(after, by_itself)


def test_curvatures_are_a_runs_own(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = (Conv(filters=2), Dense(units=10, activation="linear"))
    config = small_config(layers=layers, optimizer="levenberg_marquardt", learning_rate=1e-3)
    trained(config, runs_folder)
    after, _ = trained(config.replace(**OTHER), runs_folder)
    assert len(kept()) == 1
    alone(monkeypatch)
    by_itself, _ = trained(config.replace(**OTHER), runs_folder)
    assert_all_the_same(after, by_itself)


def assert_all_the_same(first: Run, second: Run) -> None:
    assert first.snapshots() == second.snapshots() == [0, 1, 2, 3]
    for epoch in first.snapshots():
        assert_same(weights(first, epoch), weights(second, epoch))
    ours, theirs = (load_arrays(run.path / "checkpoint.npz", CHECKPOINT) for run in (first, second))
    seconds = "position/seconds"
    assert_same(ours | {seconds: ours[seconds]}, theirs | {seconds: ours[seconds]})
    assert first.steps() == second.steps()
    assert first.status().test_accuracy == second.status().test_accuracy


def test_a_run_that_diverged_leaves_nothing(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = small_config(layers=RANDOM, optimizer="sgd", learning_rate=1e30)
    _, status = trained(bad, runs_folder)
    assert status.state == "failed"
    good = bad.replace(learning_rate=0.01)
    after, _ = trained(good, runs_folder)
    assert len(kept()) == 1
    alone(monkeypatch)
    by_itself, _ = trained(good, runs_folder)
    assert_same(weights(after, 2), weights(by_itself, 2))


@pytest.mark.parametrize("change", [{"batch_size": 32}, {"scaling": "raw"}, {"l2": 0.1}, {"rotation": 5}])
def test_what_is_compiled_otherwise_is_not_shared(
    change: dict, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(small_config(), runs_folder)
    after, _ = trained(small_config(**change), runs_folder)
    alone(monkeypatch)
    by_itself, _ = trained(small_config(**change), runs_folder)
    assert_same(weights(after, 2), weights(by_itself, 2))


def test_a_few_are_kept(runs_folder: Path) -> None:
    for filters in range(1, 5):
        layers = (Conv(filters=filters, kernel_size=3), Dense(units=10, activation="linear"))
        trained(small_config(layers=layers, epochs=1), runs_folder)
    assert len(kept()) == compiled_steps.MOST_KEPT


def test_what_is_kept_is_small(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a large network, with its optimizer, nor the images of a data set."""
    trained(small_config(epochs=1), runs_folder)
    [small] = kept()
    weights_of_one = 4 * small.model.count_params()
    assert small.num_bytes > 3 * weights_of_one  # Adam's two averages, too
    with pytest.raises(IndexError):
        _ = small.images
    monkeypatch.setattr(compiled_steps, "MOST_BYTES", small.num_bytes - 1)
    trained(small_config(epochs=1), runs_folder)
    del small
    assert kept() == []


def test_the_stored_model_is_that_of_its_config(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what Keras would draw anew in it."""
    from lenet.networks import saving

    def layers_of(run: Run) -> list[dict]:
        return saving.load(run.path / "model.keras").get_config()["layers"]

    trained(small_config(layers=RANDOM), runs_folder)
    after, _ = trained(small_config(layers=RANDOM, seed=5), runs_folder)
    alone(monkeypatch)
    by_itself, _ = trained(small_config(layers=RANDOM, seed=5), runs_folder)
    assert layers_of(after) == layers_of(by_itself)


def test_every_setting_that_no_update_knows_is_a_setting() -> None:
    assert set(RunConfig.model_fields) >= compiled_steps._GIVEN
    assert compiled_steps._GIVEN - OTHER.keys() == {"dataset", "initial_weights", "validation_fraction"}
