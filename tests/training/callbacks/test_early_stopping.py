"""When a run whose validation loss does not become lower ends."""

import pytest

from lenet.runs.folder import Run
from lenet.runs.lease import Lease
from lenet.training.callbacks.csv_logger import CSVLogger
from lenet.training.callbacks.early_stopping import EarlyStopping
from tests.training_state import after_epoch, logs, small_state


def stopped_after(run: Run, lease: Lease, losses: list[float], **settings: object) -> tuple[int, str | None]:
    """The epoch after which it stops, and why; the last one and None where it does not."""
    rows, callback = CSVLogger(run, lease), EarlyStopping(run)
    state = small_state(**{"cycles": ((0, 9),)} | settings)
    for each in (rows, callback):
        each.set_state(state)
        each.on_train_begin()
    for epoch, val_loss in enumerate(losses, start=1):
        after_epoch(state, epoch)
        for each in (rows, callback):
            each.on_epoch_end(logs(val_loss, float(epoch)))
        if state.stop_reason:
            break
    rows.on_train_end()
    return epoch, state.stop_reason


LOSSES = [0.5, 0.25, 0.375, 0.25, 0.125, 0.25]


def test_it_waits_for_so_many_epochs(run: Run, lease: Lease) -> None:
    words = "Stopped early: no lower validation loss for 2 epochs; the best was epoch 2."
    assert stopped_after(run, lease, LOSSES, early_stopping=2) == (4, words)


def test_it_is_patient(run: Run, lease: Lease) -> None:
    assert stopped_after(run, lease, LOSSES, early_stopping=3) == (6, None)


def test_without_patience_it_never_stops(run: Run, lease: Lease) -> None:
    assert stopped_after(run, lease, [1.0] * 6) == (6, None)


def test_where_no_loss_is_a_number_there_is_nothing_to_wait_for(run: Run, lease: Lease) -> None:
    assert stopped_after(run, lease, [float("nan")] * 6, early_stopping=1) == (6, None)


def test_a_request_for_more_epochs_begins_to_wait_anew(run: Run, lease: Lease) -> None:
    epoch, words = stopped_after(run, lease, LOSSES[:4] * 2, early_stopping=2, cycles=((0, 4), (4, 9)))
    assert epoch == 6 and "the best was epoch 2" in words


def test_at_the_last_epoch_there_is_nothing_to_stop(run: Run, lease: Lease) -> None:
    assert stopped_after(run, lease, LOSSES[:4], early_stopping=2, cycles=((0, 4),)) == (4, None)


@pytest.mark.parametrize(("early_stopping", "is_over"), [(2, True), (3, False)])
def test_a_run_that_goes_on_may_have_waited_long_enough(
    run: Run, lease: Lease, early_stopping: int, is_over: bool
) -> None:
    stopped_after(run, lease, LOSSES[:4])
    again = EarlyStopping(run)
    again.set_state(after_epoch(small_state(((0, 9),), early_stopping=early_stopping), 4))
    again.on_train_begin()
    assert (again.state.stop_reason is not None) == is_over
