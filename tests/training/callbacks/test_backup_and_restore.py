"""When a checkpoint is saved, and what a loss that is no number leaves of it; a real network."""

from pathlib import Path

import numpy as np
import pytest

from lenet.errors import Diverged
from lenet.networks.build import build
from lenet.runs.config import RunConfig
from lenet.runs.layers import Dense
from lenet.training.callbacks import backup_and_restore
from lenet.training.callbacks.backup_and_restore import BackupAndRestore
from lenet.training.callbacks.terminate_on_nan import TerminateOnNaN
from lenet.training.optimizers import make_optimizer
from tests.training_state import STEPS, after_epoch, logs, small_state


class Network:
    """A train step's model and optimizer."""

    def __init__(self, seed: int) -> None:
        layers = (Dense(units=2),)
        self.model = build(layers, (2, 2, 1), seed)
        self.optimizer = make_optimizer(RunConfig(layers=layers, optimizer="adam"))
        self.optimizer.build(self.model.trainable_variables)


@pytest.fixture
def backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BackupAndRestore:
    monkeypatch.setattr(backup_and_restore, "SECONDS", 0.0)
    backup = BackupAndRestore(tmp_path / "checkpoint.npz", tmp_path)
    backup.set_state(small_state(train_step=Network(seed=0)))
    return backup


def update(backup: BackupAndRestore, *losses: float) -> None:
    """Updates with these losses."""
    state = backup.state
    state.steps = range(state.position.step, state.position.step + len(losses))
    state.learning_rates = [0.5] * len(losses)
    state.advance(np.array(losses, np.float32), np.ones(len(losses), np.int32), 1.0)


def test_before_there_is_a_network_nothing_is_saved(tmp_path: Path) -> None:
    backup = BackupAndRestore(tmp_path / "checkpoint.npz", tmp_path)
    backup.save()
    assert not backup.exists() and not backup.restore()


def test_it_goes_on_where_it_was(backup: BackupAndRestore) -> None:
    update(backup, 3.0, 2.0)
    backup.on_train_batch_end([])
    saved = [np.asarray(each) for each in backup.state.train_step.model.weights]
    again = BackupAndRestore(backup._path, backup._aside)
    again.set_state(small_state(train_step=Network(seed=1)))
    assert again.restore() and again.step == again.state.position.step == 2
    assert list(again.state.position.losses) == [3.0, 2.0] and again.state.position.seconds == 1.0
    for ours, theirs in zip(saved, again.state.train_step.model.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_not_before_it_is_time(backup: BackupAndRestore, monkeypatch: pytest.MonkeyPatch) -> None:
    backup.save()
    monkeypatch.setattr(backup_and_restore, "SECONDS", 3600.0)
    update(backup, 3.0)
    backup.on_train_batch_end([])
    assert backup.step == 0
    backup.save()
    assert backup.step == 1


def test_a_complete_epoch_is_saved_once_its_row_and_its_snapshot_are_there(backup: BackupAndRestore) -> None:
    backup.save()
    update(backup, *[1.0] * STEPS)
    backup.on_train_batch_end([])
    assert backup.step == 0
    after_epoch(backup.state, 1)
    backup.on_epoch_end(logs())
    assert backup.step == STEPS


def test_weights_that_are_no_numbers_leave_the_last_good_ones(backup: BackupAndRestore) -> None:
    update(backup, 3.0)
    backup.save()
    good = backup._path.read_bytes()
    backup.state.train_step.model.weights[0].assign(np.full((4, 2), np.nan, np.float32))
    update(backup, 2.0)
    backup.save()
    assert backup.step == 1 and backup._path.read_bytes() == good


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_no_number_ends_the_run_with_its_step_and_that_of_the_checkpoint(
    backup: BackupAndRestore, value: float
) -> None:
    callback = TerminateOnNaN(backup)
    callback.set_state(backup.state)
    update(backup, 3.0, 2.0)
    backup.save()
    callback.on_train_batch_end([])
    update(backup, 2.0, value)
    with pytest.raises(Diverged, match=r"at step 4 \(learning rate 0\.5\)\. The last good .* of step 2, are"):
        callback.on_train_batch_end([])
