"""The rows of a run's curves, made of its updates whatever the calls that made them. Numpy only."""

import numpy as np

ROWS_PER_EPOCH = 100

StepRow = tuple[float, float, float, float]  # step, loss, accuracy, learning rate: `curves.STEP_COLUMNS`


def step_rows(
    losses: np.ndarray, correct: np.ndarray, rates: list[float], first_step: int, sizes: np.ndarray
) -> list[StepRow]:
    """The rows of steps.csv that the newest updates of an epoch complete.

    A row is the mean over the images since the row before it, whatever the chunks: a run that was killed and
    went on writes the rows of one that was left alone. The very first update of a run has a row besides.

    Args:
        losses: (steps of this epoch until now,) float32, the mean of each batch.
        correct: (the same,) int32, correct predictions of each batch.
        rates: learning rates of the newest updates.
        first_step: updates made before this epoch.
        sizes: (steps of the whole epoch,) int, images of each batch.
    """
    every, rows = max(1, len(sizes) // ROWS_PER_EPOCH), []
    newest = len(losses) - len(rates)
    for end in range(newest + 1, len(losses) + 1):
        if end % every and end != len(sizes) and first_step + end != 1:
            continue
        since = slice((end - 1) // every * every, end)
        loss = np.average(losses[since].astype(np.float64), weights=sizes[since])
        accuracy = correct[since].sum() / sizes[since].sum()
        rows.append((first_step + end, float(loss), float(accuracy), rates[end - newest - 1]))
    return rows
