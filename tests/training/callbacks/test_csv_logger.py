"""The rows of a run's curves, in a real run folder."""

from collections.abc import Iterator

import pytest

from lenet.errors import LeaseLost
from lenet.runs.folder import Run
from lenet.runs.lease import Lease
from lenet.training.callbacks.csv_logger import CSVLogger
from tests.training_state import STEPS, after_epoch, logs, small_state


@pytest.fixture
def logger(run: Run, lease: Lease) -> Iterator[CSVLogger]:
    logger = CSVLogger(run, lease)
    logger.set_state(small_state())
    yield logger
    logger.on_train_end()


def test_steps_are_rows(run: Run, logger: CSVLogger) -> None:
    logger.on_train_batch_end([])
    assert not (run.path / "steps.csv").exists()
    logger.on_train_batch_end([(1, 2.5, 0.25, 0.01), (2, 1.5, 0.5, 0.02)])
    logger.on_train_batch_end([(3, 0.75, 0.75, 0.04)])
    assert run.steps() == {
        "step": [1, 2, 3],
        "loss": [2.5, 1.5, 0.75],
        "accuracy": [0.25, 0.5, 0.75],
        "learning_rate": [0.01, 0.02, 0.04],
    }


def test_a_loss_that_is_no_number_is_a_row(run: Run, logger: CSVLogger) -> None:
    logger.on_train_batch_end([(1, float("inf"), 0.5, 0.01)])
    assert run.steps()["loss"] == [float("inf")]


def test_epochs_are_rows_with_their_own_seconds(run: Run, logger: CSVLogger) -> None:
    for epoch, (val_loss, seconds) in enumerate([(0.5, 2.0), (0.25, 5.0), (0.375, 9.0)], start=1):
        after_epoch(logger.state, epoch)
        logger.on_epoch_end(logs(val_loss, seconds))
    epochs = run.epochs()
    assert epochs["epoch"] == [1, 2, 3] and epochs["val_loss"] == [0.5, 0.25, 0.375]
    assert epochs["seconds"] == [2, 3, 4]
    assert epochs["loss"] == [1.0] * 3 and epochs["val_accuracy"] == [0.75] * 3


def test_a_killed_run_goes_on_with_the_rows_of_its_checkpoint(run: Run, logger: CSVLogger) -> None:
    logger.on_train_batch_end([(step, 1.0, 0.5, 0.01) for step in (1, 4, 7, 8)])
    for epoch in (1, 2):
        after_epoch(logger.state, epoch)
        logger.on_epoch_end(logs())
    again = CSVLogger(run, run.take())
    again.set_state(small_state())
    again.state.position.step = STEPS + 2
    again.on_train_begin()
    again.on_train_end()
    assert run.steps()["step"] == [1, 4]
    assert run.epochs()["epoch"] == [1]


def test_who_lost_the_run_writes_nothing_more(run: Run, logger: CSVLogger) -> None:
    logger.on_train_batch_end([(1, 2.5, 0.25, 0.01)])
    run.take()
    with pytest.raises(LeaseLost, match="was resumed elsewhere"):
        logger.on_train_batch_end([(2, 1.5, 0.5, 0.02)])
    assert run.steps()["step"] == [1]
