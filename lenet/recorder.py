"""What a training run tells the world: status.json, the rows of its curves, TensorBoard's event files.

Must not import Streamlit, TensorFlow or Keras.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from lenet.event_files import EventFiles
from lenet.runs import EPOCH_COLUMNS, STEP_COLUMNS, Run, Status, append_rows, drop_rows_after

ROWS_PER_EPOCH = 100

Report = Callable[[Status], None]


class Recorder:
    """Writes the figures of one run.

    Args:
        run: its folder.
        report: called with the status whenever that is written.
    """

    def __init__(self, run: Run, report: Report | None, **changes: Any) -> None:
        self.run, self.report = run, report
        self.status = run.status().model_copy(update=changes)
        self._events: EventFiles | None = None

    def write(self, **changes: Any) -> None:
        """Change the status and write it, with a heartbeat. Raises `OSError`."""
        self.status = self.status.model_copy(update=changes | {"heartbeat": time.time()})
        self.run.write_status(self.status)
        if self.report:
            self.report(self.status)

    def go_on_from(self, step: int, epoch: int) -> None:
        """Drop the rows of a run that was killed after its last checkpoint. Raises `OSError`."""
        drop_rows_after(self.run.path / "steps.csv", step)
        drop_rows_after(self.run.path / "epochs.csv", epoch)

    def steps(self, rows: list[tuple[float, ...]]) -> None:
        """Append (step, loss, accuracy, learning rate) rows. Raises `OSError`."""
        if not rows:
            return
        append_rows(self.run.path / "steps.csv", STEP_COLUMNS, rows)
        for step, *values in rows:
            tags = (f"step/{name}" for name in STEP_COLUMNS[1:])
            self._event_files().scalars(int(step), dict(zip(tags, values, strict=True)))
        changes = dict(zip(STEP_COLUMNS[1:], rows[-1][1:], strict=True))
        self.status = self.status.model_copy(update=changes)

    def epoch(self, epoch: int, loss: float, accuracy: float, validation: tuple[float, float],
              rate: float, seconds: float) -> None:  # fmt: skip
        """Append a row of epochs.csv; `seconds` is the time spent since the run began. Raises `OSError`."""
        values = (loss, accuracy, *validation)
        row = (epoch, *values, rate, seconds - sum(self.run.epochs()["seconds"]))
        append_rows(self.run.path / "epochs.csv", EPOCH_COLUMNS, [row])
        tags = (f"epoch/{name}" for name in EPOCH_COLUMNS[1:5])
        self._event_files().scalars(epoch, dict(zip(tags, values, strict=True)))
        best = self.best_epoch()
        self.write(epoch=epoch, val_loss=validation[0], val_accuracy=validation[1], best_epoch=best)

    def graph(self, graph: Any) -> None:
        """Write the TensorFlow graph for TensorBoard."""
        self._event_files().graph(graph)

    def best_epoch(self) -> int | None:
        """The epoch of the lowest validation loss; None before the first has ended."""
        epochs = self.run.epochs()
        pairs = zip(epochs["val_loss"], epochs["epoch"], strict=True)
        return int(min(pairs)[1]) if epochs["epoch"] else None

    def close(self) -> None:
        """Write what is left of the events."""
        if self._events:
            self._events.close()

    def _event_files(self) -> EventFiles:
        if self._events is None:
            self._events = EventFiles(self.run.path / "tensorboard")
        return self._events


def step_rows(
    losses: np.ndarray, correct: np.ndarray, rates: list[float], first_step: int, sizes: np.ndarray
) -> list[tuple[float, float, float, float]]:
    """The rows of steps.csv that the newest updates of an epoch complete.

    A row is the mean since the row before it, whatever the chunks: a run that was killed and went on
    writes the rows of one that was left alone. The very first update of a run is a row of its own.

    Args:
        losses: (steps of this epoch until now,) float32, the mean of each batch.
        correct: (the same,) int32, right answers of each batch.
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
        accuracy = correct[since].sum() / sizes[since].sum()
        rows.append((first_step + end, float(losses[since].mean()), float(accuracy), rates[end - newest - 1]))
    return rows
