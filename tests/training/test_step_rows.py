"""The rows of the curves, whatever the calls of the train step that made their updates."""

import numpy as np
import pytest

from lenet.training.step_rows import ROWS_PER_EPOCH, step_rows

RANDOM = np.random.default_rng(5)


def one_epoch(steps: int, last_batch: int = 64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Losses, right answers and sizes of the batches of an epoch whose last batch may be partial."""
    sizes = np.full(steps, 64)
    sizes[-1] = last_batch
    return RANDOM.exponential(size=steps).astype(np.float32), RANDOM.integers(0, sizes + 1, steps), sizes


def in_chunks(
    epoch: tuple[np.ndarray, np.ndarray, np.ndarray], ends: list[int], first_step: int
) -> list[tuple]:
    """All rows of an epoch whose chunks end at `ends`, with step k's learning rate k."""
    losses, correct, sizes = epoch
    rows = []
    for start, end in zip([0, *ends], ends, strict=False):
        rates = [float(first_step + step) for step in range(start + 1, end + 1)]
        rows += step_rows(losses[:end], correct[:end], rates, first_step, sizes)
    return rows


@pytest.mark.parametrize("steps", [1, 2, 99, 100, 199, 200, 938])
@pytest.mark.parametrize("first_step", [0, 938])
def test_the_same_rows_whatever_the_chunks(steps: int, first_step: int) -> None:
    epoch = one_epoch(steps, last_batch=32)
    expected = in_chunks(epoch, [steps], first_step)
    assert in_chunks(epoch, list(range(1, steps + 1)), first_step) == expected
    for _ in range(20):
        cuts = RANDOM.integers(1, steps + 1, RANDOM.integers(0, 12))
        assert in_chunks(epoch, sorted({*map(int, cuts), steps}), first_step) == expected


def test_rows_by_hand() -> None:
    """250 steps: a row every 2 steps, 125 of them, and one for the very first update."""
    losses, correct, sizes = epoch = one_epoch(250)
    rows = in_chunks(epoch, [250], 0)
    assert [row[0] for row in rows] == [1, *range(2, 251, 2)]
    assert rows[0] == (1, pytest.approx(losses[0]), correct[0] / 64, 1.0)
    assert rows[7] == (14, pytest.approx(losses[12:14].mean()), correct[12:14].sum() / 128, 14.0)
    assert [row[0] for row in in_chunks(epoch, [250], 250)] == list(range(252, 501, 2))


def test_a_partial_batch_counts_by_its_images() -> None:
    """201 steps, a row every 2; the last row is the last batch alone. 200: it is with a full one."""
    losses, correct, sizes = epoch = one_epoch(201, last_batch=16)
    assert in_chunks(epoch, [201], 201)[-1] == (402, pytest.approx(losses[-1]), correct[-1] / 16, 402.0)
    losses, correct, sizes = epoch = one_epoch(200, last_batch=16)
    mean = (64 * losses[-2] + 16 * losses[-1]) / 80
    assert in_chunks(epoch, [200], 200)[-1] == (400, pytest.approx(mean), correct[-2:].sum() / 80, 400.0)


def test_the_rows_of_an_epoch_average_to_its_loss() -> None:
    losses, correct, sizes = epoch = one_epoch(300)
    rows = np.array(in_chunks(epoch, [7, 300], 300))
    assert len(rows) == ROWS_PER_EPOCH
    assert rows[:, 1].mean() == pytest.approx(losses.mean(), rel=1e-6)
    assert rows[:, 2].mean() == pytest.approx(correct.sum() / sizes.sum())


def test_a_chunk_that_completes_no_row() -> None:
    losses, correct, sizes = one_epoch(938)
    assert step_rows(losses[:5], correct[:5], [0.1, 0.1], 938, sizes) == []
