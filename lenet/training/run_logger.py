"""What a training run tells the world: status.json, the rows of its curves, TensorBoard's event files.

Must not import Streamlit, TensorFlow or Keras.
"""

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS, Rows
from lenet.runs.event_files import EventFiles
from lenet.runs.folder import Run
from lenet.runs.history import best_epoch
from lenet.runs.lease import Lease
from lenet.runs.status import Status

ROWS_PER_EPOCH = 100

Report = Callable[[Status], None]


class Recorder:
    """Writes the figures of one run, as long as it is its owner's: see `lenet.runs.lease`.

    Args:
        run: its folder.
        lease: what makes this the owner.
        report: called with the status whenever that is written.
    """

    def __init__(self, run: Run, lease: Lease, report: Report | None = None, **changes: Any) -> None:
        self.run, self.lease, self.report = run, lease, report
        self.status = run.status().model_copy(update=changes)
        self._steps = Rows(run.path / "steps.csv", STEP_COLUMNS, lease)
        self._epochs = Rows(run.path / "epochs.csv", EPOCH_COLUMNS, lease)
        self._events: EventFiles | None = None

    def write(self, **changes: Any) -> None:
        """Change the status and write it, with a heartbeat. Raises `OSError`."""
        self._change(changes | {"heartbeat": time.time()})
        self.run.write_status(self.status, self.lease)
        if self._events:
            self._events.flush()  # nothing is left for a thread to write when the run has another owner
        if self.report:
            self.report(self.status)

    def go_on_from(self, step: int, epoch: int) -> None:
        """Drop the rows of a run that was killed after its last checkpoint. Raises `OSError`."""
        self._steps.keep_until(step)
        self._epochs.keep_until(epoch)

    def steps(self, rows: list[tuple[float, ...]]) -> None:
        """Append (step, loss, accuracy, learning rate) rows. Raises `OSError`."""
        if not rows:
            return
        self._steps.append(rows)
        for step, *values in rows:
            tags = (f"step/{name}" for name in STEP_COLUMNS[1:])
            self._event_files().scalars(int(step), dict(zip(tags, values, strict=True)))
        self._change(dict(zip(STEP_COLUMNS[1:], rows[-1][1:], strict=True)))

    def epoch(self, epoch: int, loss: float, accuracy: float, validation: tuple[float, float],
              rate: float, seconds: float) -> None:  # fmt: skip
        """Append a row of epochs.csv; `seconds` is the time spent since the run began. Raises `OSError`."""
        values = (loss, accuracy, *validation)
        row = (epoch, *values, rate, seconds - sum(self.run.epochs()["seconds"]))
        self._epochs.append([row])
        tags = (f"epoch/{name}" for name in EPOCH_COLUMNS[1:5])
        self._event_files().scalars(epoch, dict(zip(tags, values, strict=True)))
        best = self.best_epoch()
        self.write(epoch=epoch, val_loss=validation[0], val_accuracy=validation[1], best_epoch=best)

    def graph(self, graph: Any) -> None:
        """Write the TensorFlow graph for TensorBoard."""
        self.lease.check()
        self._event_files().graph(graph)

    def best_epoch(self) -> int | None:
        """The epoch of the lowest validation loss; None where there is none yet that is finite."""
        return best_epoch(self.run.epochs())

    def close(self) -> None:
        """Write what is left of the events; nothing is written after that."""
        self._steps.close()
        self._epochs.close()
        if self._events:
            self._events.close()

    def _change(self, changes: dict[str, Any]) -> None:
        """Change the status; a figure that is NaN or infinite becomes None, for JSON has no such numbers."""
        finite = {name: None if _is_no_number(value) else value for name, value in changes.items()}
        self.status = self.status.model_copy(update=finite)

    def _event_files(self) -> EventFiles:
        if self._events is None:
            self._events = EventFiles(self.run.path / "tensorboard")
        return self._events


def _is_no_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def step_rows(
    losses: np.ndarray, correct: np.ndarray, rates: list[float], first_step: int, sizes: np.ndarray
) -> list[tuple[float, float, float, float]]:
    """The rows of steps.csv that the newest updates of an epoch complete.

    A row is the mean over the images since the row before it, whatever the chunks: a run that was killed and
    went on writes the rows of one that was left alone. The very first update of a run has a row besides.

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
        loss = np.average(losses[since].astype(np.float64), weights=sizes[since])
        accuracy = correct[since].sum() / sizes[since].sum()
        rows.append((first_step + end, float(loss), float(accuracy), rates[end - newest - 1]))
    return rows
