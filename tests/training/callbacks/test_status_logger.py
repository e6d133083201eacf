"""The status of a run, in a real run folder."""

import numpy as np
import pytest

from lenet.runs.folder import Run
from lenet.runs.lease import Lease
from lenet.runs.status import Status
from lenet.training.callbacks.csv_logger import CSVLogger
from lenet.training.callbacks.status_logger import StatusLogger
from lenet.training.steps_per_execution import StepsPerExecutionTuner
from tests.training_state import STEPS, after_epoch, logs, small_state


@pytest.fixture
def logger(run: Run, lease: Lease) -> StatusLogger:
    logger = StatusLogger(run, lease, StepsPerExecutionTuner())
    logger.set_state(small_state())
    return logger


def validate(run: Run, lease: Lease, logger: StatusLogger, *losses: float) -> None:
    """Epochs with these validation losses, as the trainer tells of them: the row comes first."""
    rows = CSVLogger(run, lease)
    rows.set_state(logger.state)
    for epoch, val_loss in enumerate(losses, start=1):
        after_epoch(logger.state, epoch)
        for each in (rows, logger):
            each.on_epoch_end(logs(val_loss, float(epoch)))
        assert run.status().epoch == epoch
    rows.on_train_end()


def test_a_status_is_written_with_a_heartbeat_and_reported(run: Run, lease: Lease) -> None:
    reported: list[Status] = []
    logger = StatusLogger(run, lease, StepsPerExecutionTuner(), reported.append, host="here", error=None)
    created = run.status()
    assert created.host is None  # nothing is written yet
    logger.write(state="running", step=7)
    status = run.status()
    assert (status.state, status.step, status.host) == ("running", 7, "here")
    assert status.heartbeat > created.heartbeat and status.created == created.created
    assert reported == [status]


def test_where_a_run_goes_on(run: Run, logger: StatusLogger) -> None:
    logger.state.position.step = STEPS + 1
    logger.on_train_begin()
    status = run.status()
    assert (status.epoch, status.epochs, status.step, status.steps_per_epoch) == (1, 3, STEPS + 1, STEPS)
    assert status.message == "Compiling"


def test_the_figures_are_those_of_the_newest_row(run: Run, logger: StatusLogger) -> None:
    logger.state.position.step = 2
    logger.on_train_batch_end([(1, 2.5, 0.25, 0.01), (2, 0.75, 0.5, 0.04)])
    logger.state.position.step = 3
    logger.on_train_batch_end([])
    status = run.status()
    assert (status.state, status.step) == ("running", 3)
    assert (status.loss, status.accuracy, status.learning_rate) == (0.75, 0.5, 0.04)
    assert status.images_per_second is status.eta_seconds is None


def test_speed_and_what_is_left_once_it_is_known(run: Run, lease: Lease) -> None:
    tuner = StepsPerExecutionTuner()
    tuner.steps_per_second = 2.0
    logger = StatusLogger(run, lease, tuner)
    logger.set_state(small_state())
    logger.state.position.step, logger.state.position.losses = 2, np.ones(2, np.float32)
    logger.on_train_batch_end([])
    status = run.status()
    assert status.images_per_second == 2 * 64 and status.eta_seconds == (3 * STEPS - 2) / 2


def test_the_best_epoch(run: Run, lease: Lease, logger: StatusLogger) -> None:
    validate(run, lease, logger, 0.5, 0.25, 0.375)
    status = run.status()
    assert (status.val_loss, status.val_accuracy, status.best_epoch) == (0.375, 0.75, 2)


def test_of_equal_epochs_the_first_is_the_best(run: Run, lease: Lease, logger: StatusLogger) -> None:
    validate(run, lease, logger, 0.5, 0.25, 0.25)
    assert run.status().best_epoch == 2


def test_an_epoch_whose_validation_loss_is_no_number(run: Run, lease: Lease, logger: StatusLogger) -> None:
    validate(run, lease, logger, float("nan"))
    assert run.status().val_loss is logger.status.val_loss is run.status().best_epoch is None
    validate(run, lease, logger, float("nan"), 3.0, float("inf"))
    assert run.status().best_epoch == 2


def test_a_figure_that_is_no_number_is_none(run: Run, logger: StatusLogger) -> None:
    logger.on_train_batch_end([(1, float("inf"), 0.5, 0.01)])
    logger.write(state="failed", test_loss=float("nan"), test_accuracy=0.1)
    status = run.status()
    assert status == logger.status
    assert (status.loss, status.test_loss, status.test_accuracy) == (None, None, 0.1)


def test_who_lost_the_run_writes_nothing_more(run: Run, logger: StatusLogger) -> None:
    logger.write(state="running", step=7)
    run.take()
    with pytest.raises(OSError):
        logger.write(step=8)
    assert run.status().step == 7
