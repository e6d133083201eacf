"""The training loop, on real digits in real run folders; Keras' own `fit` is the oracle."""

import gc
import os
import re
import subprocess
import threading
from pathlib import Path

import keras
import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.data.splits import epoch_order, split
from lenet.engine import tasks
from lenet.networks import saving
from lenet.networks.build import build
from lenet.npz import CHECKPOINT, EVALUATION, load_arrays
from lenet.people import limits
from lenet.people.limits import Limits
from lenet.people.person import Person, set_acting
from lenet.runs.folder import Run
from lenet.runs.layers import BatchNorm, Conv, Dense, Dropout, Layer
from lenet.runs.status import Status
from lenet.training.optimizers import keras_optimizer
from lenet.training.recipes import RECIPES
from lenet.training.train_step import TrainStep
from lenet.training.trainer import train
from tests.conftest import require
from tests.engine_fixtures import wait_until
from tests.small_runs import SMALL, assert_same, small_config, trained, weights
from tests.tolerances import accuracy_of, assert_close

QUICK = RECIPES["digits-quick"].config
# Everything that draws random numbers while it trains.
RANDOM: tuple[Layer, ...] = (
    Conv(filters=4, kernel_size=3),
    BatchNorm(),
    Dropout(),
    Dense(units=10, activation="linear"),
)


def test_the_folder_of_a_finished_run(runs_folder: Path) -> None:
    run, status = trained(QUICK, runs_folder)
    assert status == run.status()
    assert status.state == "finished" and status.epoch == QUICK.epochs and status.error is None
    assert status.test_accuracy >= 0.95
    assert {path.name for path in run.path.iterdir()} == {
        "config.json", "status.json", "control.json", "steps.csv", "epochs.csv", "snapshots",
        "checkpoint.npz", "model.keras", "evaluation.npz", "tensorboard", "lease",
    }  # fmt: skip
    assert run.snapshots() == list(range(QUICK.epochs + 1))
    assert run.epochs()["epoch"] == list(range(1, QUICK.epochs + 1))
    assert run.steps()["step"][0] == 1 and run.steps()["step"][-1] == status.step


def test_the_stored_evaluation_is_that_of_the_stored_model(runs_folder: Path) -> None:
    run, status = trained(small_config(), runs_folder)
    data, stored = datasets.load("digits"), load_arrays(run.path / "evaluation.npz", EVALUATION)
    model = saving.load(run.path / "model.keras")
    probabilities = model.predict(prepare(data.x_test, run.config), verbose=0)
    assert_close(stored["probabilities"], probabilities)
    np.testing.assert_array_equal(stored["labels"], data.y_test)
    assert status.test_accuracy == accuracy_of(probabilities, data.y_test)
    assert status.test_images == len(data.y_test)
    assert status.val_images == len(split(run.config, len(data.y_train), len(data.y_test)).validation)
    oracle = keras.losses.SparseCategoricalCrossentropy()(data.y_test, probabilities)
    assert status.test_loss == pytest.approx(float(oracle), rel=1e-4)


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "sgd", "learning_rate": 0.1},
        {"optimizer": "sgd", "learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
        {"optimizer": "adam"},
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"optimizer": "rmsprop"},
    ],
)
def test_an_epoch_equals_keras_own_fit(settings: dict, runs_folder: Path) -> None:
    config = small_config(epochs=1, validation="test", **settings)
    run, _ = trained(config, runs_folder)
    data = datasets.load("digits")
    model = build(config.layers, (8, 8, 1), config.seed)
    order = epoch_order(split(config, len(data.y_train), len(data.y_test)).train, config.seed, 0)
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(keras_optimizer(config), loss, metrics=["accuracy"])
    history = model.fit(
        prepare(data.x_train, config)[order], data.y_train[order], config.batch_size,
        shuffle=False, verbose=0,
        validation_data=(prepare(data.x_test, config), data.y_test),
    ).history  # fmt: skip
    for variable in model.weights:
        np.testing.assert_allclose(weights(run, 1)[variable.path], variable, atol=2e-4, err_msg=variable.path)
    for name, column in history.items():  # of 297 images one may be on the other side of a tie
        within = 1.01 / 297 if "accuracy" in name else 2e-3
        assert run.epochs()[name][0] == pytest.approx(column[0], abs=within), name


def test_same_config_and_seed_same_weights_bit_for_bit(runs_folder: Path) -> None:
    config = small_config(layers=RANDOM, rotation=15, shift=0.1, zoom=0.1, shear=10)
    first, _ = trained(config, runs_folder)
    second, _ = trained(config, runs_folder)
    other, _ = trained(config.replace(seed=1), runs_folder)
    assert_same(weights(first, 2), weights(second, 2))
    assert first.steps() == second.steps()
    assert not np.array_equal(weights(first, 2)["1_conv/kernel"], weights(other, 2)["1_conv/kernel"])


def test_a_run_that_was_stopped_goes_on_to_the_weights_of_one_left_alone(runs_folder: Path) -> None:
    config = small_config(layers=RANDOM, rotation=15, epochs=3, batch_size=8, schedule="cosine")
    alone, _ = trained(config, runs_folder)
    run = Run.create(config, runs_folder)

    def stop_soon(status: Status) -> None:
        if status.step > 1:
            run.write_control(command="stop")

    stopped = train(run, stop_soon)
    assert stopped.state == "stopped" and 1 < stopped.step < stopped.steps_per_epoch, "within an epoch"
    assert (run.path / "model.keras").exists() and stopped.test_accuracy is not None
    run.queue()
    assert train(run).state == "finished"
    assert_same(weights(run, 3), weights(alone, 3))
    assert run.steps() == alone.steps()
    assert [row[:5] for row in zip(*run.epochs().values(), strict=True)] == [
        row[:5] for row in zip(*alone.epochs().values(), strict=True)
    ]


def test_a_run_that_dies_at_the_end_of_an_epoch_goes_on(
    runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, _ = trained(small_config(), runs_folder)
    # A checkpoint after every call of the train step.
    monkeypatch.setattr("lenet.training.callbacks.backup_and_restore.SECONDS", 0.0)
    run = Run.create(small_config(), runs_folder)

    def die(status: Status) -> None:
        if status.epoch == 1:  # its row is written; its snapshot and its checkpoint are not
            raise SystemExit

    with pytest.raises(SystemExit):
        train(run, die)
    assert train(run).state == "finished"
    assert_same(weights(run, 2), weights(alone, 2))
    assert run.epochs()["epoch"] == [1, 2] and run.snapshots() == [0, 1, 2]
    assert run.steps() == alone.steps()


def test_pause_holds_and_resume_goes_on(runs_folder: Path) -> None:
    run = Run.create(small_config(epochs=400), runs_folder)
    trainer = threading.Thread(target=train, args=(run,))
    trainer.start()
    wait_until(lambda: run.status().step > 50)
    run.write_control(command="pause")
    wait_until(lambda: run.status().state == "paused")
    held, heartbeats = run.status(), set()
    wait_until(lambda: heartbeats.add(run.status().heartbeat) or len(heartbeats) > 4)
    assert run.status().step == held.step and run.status().state == "paused"
    run.write_control(command="run")
    wait_until(lambda: run.status().step > held.step)
    run.write_control(command="stop")
    trainer.join(timeout=30)
    assert run.status().state == "stopped"


def test_a_run_stopped_while_it_waited_never_starts(runs_folder: Path) -> None:
    run = Run.create(small_config(), runs_folder)
    run.write_control(command="stop")
    assert train(run).state == "stopped"
    assert run.snapshots() == []


def test_what_a_killed_trainer_learned_is_kept_where_a_person_stops_before_another_goes_on(
    runs_folder: Path,
) -> None:
    run = Run.create(small_config(), runs_folder)

    def die(status: Status) -> None:
        if status.epoch == 1:
            raise SystemExit

    with pytest.raises(SystemExit):
        train(run, die)
    run.write_control(command="stop")
    status = train(run)
    assert status.state == "stopped" and status.test_accuracy is not None and status.message is None
    assert (run.path / "model.keras").exists()


def test_the_learning_rate_changes_in_mid_run(runs_folder: Path) -> None:
    run = Run.create(small_config(epochs=200, learning_rate=1e-3), runs_folder)

    def change(status: Status) -> None:
        if status.step > 100 and run.control().learning_rate is None:
            run.write_control(learning_rate=0.0125)
        if status.learning_rate == pytest.approx(0.0125):
            run.write_control(command="stop")

    assert train(run, change).learning_rate == pytest.approx(0.0125)
    rates = run.steps()["learning_rate"]
    assert rates[0] == pytest.approx(1e-3) and rates[-1] == pytest.approx(0.0125)
    assert rates == sorted(rates)


def test_more_epochs_after_the_end(runs_folder: Path) -> None:
    run, _ = trained(small_config(epochs=1, schedule="cosine"), runs_folder)
    first = weights(run, 1)
    run.ask_for_more(2)
    run.queue()
    status = train(run)
    assert status.state == "finished" and status.epoch == status.epochs == 3
    assert run.epochs()["epoch"] == [1, 2, 3] and run.snapshots() == [0, 1, 2, 3]
    assert_same(weights(run, 1), first)
    rates = dict(zip(run.steps()["step"], run.steps()["learning_rate"], strict=True))
    assert rates[status.steps_per_epoch] < 1e-5 < rates[status.steps_per_epoch + 1], "a cycle of its own"


def test_the_initial_weights_of_another_run(runs_folder: Path) -> None:
    first, _ = trained(small_config(), runs_folder)
    config = small_config(seed=7, learning_rate=0.01, initial_weights=f"{first.id}@0")
    second, status = trained(config, runs_folder)
    assert status.state == "finished"
    assert_same(weights(second, 0), weights(first, 0))
    wider = (Conv(filters=5, kernel_size=3), *SMALL[1:])
    _, status = trained(small_config(layers=wider, initial_weights=f"{first.id}@0"), runs_folder)
    assert (
        status.state == "failed" and "is of another network: 1_conv/kernel needs (3, 3, 1, 5)" in status.error
    )
    _, status = trained(small_config(initial_weights="no-such-run@0"), runs_folder)
    assert status.state == "failed" and "There is no run 'no-such-run' here" in status.error
    _, status = trained(small_config(initial_weights=f"{first.id}@9"), runs_folder)
    assert status.state == "failed" and "Epoch: received '9', expected one that run" in status.error


def test_early_stopping_and_the_best_epoch(runs_folder: Path) -> None:
    config = small_config(learning_rate=0.05, epochs=60, early_stopping=2, keep_best=True)
    run, status = trained(config, runs_folder)
    losses = run.epochs()["val_loss"]
    best = 1 + int(np.argmin(losses))
    assert status.state == "finished" and status.epoch == best + 2 < 60 and status.best_epoch == best
    assert f"the best was epoch {best}" in status.message
    model = saving.load(run.path / "model.keras")
    assert_same({variable.path: np.asarray(variable) for variable in model.weights}, weights(run, best))


def test_a_loss_that_is_no_number_fails_at_its_step_and_keeps_the_last_good_weights(
    runs_folder: Path,
) -> None:
    run, status = trained(small_config(learning_rate=1e9, optimizer="sgd", scaling="raw"), runs_folder)
    assert status.state == "failed"
    assert re.match(r"The loss became NaN or infinite at step [23] \(learning rate 1e\+09\)", status.error)
    assert "Start again with a smaller learning rate" in status.error
    arrays = load_arrays(run.path / "checkpoint.npz", CHECKPOINT, "1_conv")
    assert arrays and all(np.isfinite(array).all() for array in arrays.values())
    model = saving.load(run.path / "model.keras")
    assert all(np.isfinite(np.asarray(variable)).all() for variable in model.weights)


def test_a_network_that_does_not_fit_fails_with_the_sentence_of_the_editor(runs_folder: Path) -> None:
    _, status = trained(small_config(layers=(Conv(kernel_size=9), Dense(units=10))), runs_folder)
    assert status.state == "failed" and status.error.startswith("Layer 1")


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_space(tmp_path: Path) -> None:
    require(os.name == "posix" and os.geteuid() == 0, "mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], check=False)
    require(mounted.returncode == 0, "a small disk cannot be mounted here")
    try:
        run = Run.create(small_config(epochs=100), disk)
        status = train(run)
        assert status.state == "failed" and "The disk is full" in status.error
        assert run.status().state == "failed"
        assert not list(run.path.rglob(".*")), "half-written files are removed"
        subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
        run.queue()
        run.write_control(command="run")
        assert train(run).state == "finished"
        assert run.snapshots() == list(range(101))
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_tensorboard_gets_the_scalars_and_the_graph(runs_folder: Path) -> None:
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    run, status = trained(small_config(), runs_folder)
    events = [
        event for path in (run.path / "tensorboard").iterdir() for event in EventFileLoader(str(path)).Load()
    ]
    tags = {value.tag for event in events for value in event.summary.value}
    assert {"step/loss", "step/accuracy", "step/learning_rate"} <= tags
    assert {"epoch/loss", "epoch/accuracy", "epoch/val_loss", "epoch/val_accuracy"} <= tags
    assert any(len(event.graph_def) > 1000 for event in events)
    steps = [event.step for event in events for value in event.summary.value if value.tag == "step/loss"]
    assert steps == run.steps()["step"]


def test_lenet5_relu_learns_mnist_in_one_epoch(require_mnist: None, runs_folder: Path) -> None:
    run, status = trained(RECIPES["lenet5-relu"].config.replace(epochs=1), runs_folder)
    assert status.state == "finished" and status.step == 938
    assert status.test_accuracy > 0.94


def test_a_worker_gives_what_an_ended_run_held_back(runs_folder: Path) -> None:
    """A trainer lives through a whole lesson: at once, not when Python happens to look for garbage."""
    config, left = small_config(epochs=1), []
    gc.collect()
    gc.disable()
    try:
        for _ in range(2):
            assert tasks.train_run(str(Run.create(config, runs_folder).path)) == "finished"
            left.append(held())
    finally:
        gc.enable()
    assert left[1] == left[0]


def held() -> int:
    """Networks' weights, and train steps with their data, that are in memory, garbage too."""
    return sum(issubclass(type(each), TrainStep | keras.Variable) for each in gc.get_objects())


def test_a_run_whose_minutes_are_over_keeps_its_weights_and_says_why(
    runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = Person("a", "Ada")
    monkeypatch.setitem(limits.BOUNDS, "minutes", (0, 1))
    limits.write(runs_folder, Limits(minutes=0))
    set_acting(lambda: ada)
    try:
        run = Run.create(small_config(epochs=3), runs_folder)
    finally:
        set_acting(None)
    status = train(run)
    assert status.state == "stopped" and "your teacher gives a run 0 min: it ended" in status.message
    assert (run.path / "model.keras").exists() and status.test_accuracy is not None
    limits.write(runs_folder, Limits(minutes=1))
    run.write_control(command="run")
    assert train(run).state == "finished", "the teacher gives it more"
