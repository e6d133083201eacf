"""The curves of a run: CSV files that its owner appends to while others read them.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

import math
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from lenet.files import opened, write_atomically
from lenet.runs.lease import Lease

STEP_COLUMNS = ("step", "loss", "accuracy", "learning_rate")
EPOCH_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")


_MOST_CURVE_BYTES = 10_000_000  # of the end of a file of curves: some 250,000 rows, those of 2,500 epochs
_MOST_ROWS = 250_000
_MOST_KEPT_BYTES = 200_000_000  # of a file of curves where a run goes on
_LONGEST_ROW = 400  # characters


class Rows:
    """A CSV file of the curves, which one owner of the run makes anew and then appends to.

    So what a former owner still had in hand goes to the file that was replaced, and nobody sees it.
    """

    def __init__(self, path: Path, columns: tuple[str, ...], lease: Lease) -> None:
        self.path = path
        self._columns, self._lease = columns, lease
        self._file: TextIO | None = None

    def keep_until(self, last: float) -> None:
        """Keep the whole rows whose first column is at most `last`: a killed run wrote beyond its checkpoint.

        Raises:
            OSError, LeaseLost: as `append`.
        """
        if self.path.exists():
            self._begin(last)

    def append(self, rows: list[tuple[float, ...]]) -> None:
        """Append rows, after a header where the file is new.

        Raises:
            LeaseLost: the run has another owner.
            OSError: the file cannot be written.
        """
        if self._file is None:
            self._begin(math.inf)
        self._lease.check()  # also: what was opened is this owner's file
        self._file.write(_as_text(rows))
        self._file.flush()

    def close(self) -> None:
        """Nothing is appended any more. Idempotent."""
        if self._file is not None:
            with suppress(OSError):  # what a full disk did not take
                self._file.close()

    def _begin(self, last: float) -> None:
        lines = _whole_rows(self.path, _MOST_KEPT_BYTES) if self.path.exists() else []
        rows = [line for line in lines if (row := parse_row(line, self._columns)) and row[0] <= last]
        text = "".join(f"{line}\n" for line in [",".join(self._columns), *rows])
        write_atomically(self.path, lambda file: file.write(text.encode()), self._lease.aside)
        self.close()
        self._file = open(self.path, "a", encoding="ascii")  # noqa: SIM115 for as long as the owner trains


def _as_text(rows: list[tuple[float, ...]]) -> str:
    return "".join(",".join(f"{value:.9g}" for value in row) + "\n" for row in rows)


def read_columns(path: Path, columns: tuple[str, ...]) -> dict[str, list[float]]:
    """Columns of a CSV file that somebody may be appending to, or deleting; damaged rows are left out.

    Of a file beyond the bounds its newest rows.
    """
    try:
        lines = _whole_rows(path, _MOST_CURVE_BYTES)[-_MOST_ROWS:]
    except (OSError, ValueError):
        lines = []
    rows = [row for line in lines if (row := parse_row(line, columns))]
    return {name: [row[index] for row in rows] for index, name in enumerate(columns)}


def _whole_rows(path: Path, most_bytes: int) -> list[str]:
    """The lines after the header, but one that has no newline yet; of a longer file those at its end.

    Raises:
        OSError: it cannot be read; ValueError: it is no file.
    """
    with opened(path, sys.maxsize) as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - most_bytes))
        data = file.read(most_bytes)
    return data[: data.rfind(b"\n") + 1].decode("ascii", errors="replace").splitlines()[1:]


def parse_row(line: str, columns: tuple[str, ...]) -> list[float]:
    """The numbers of a row; none where one of them is damaged."""
    if len(line) > _LONGEST_ROW:
        return []
    try:
        row = [float(cell) for cell in line.split(",")]
    except ValueError:
        return []
    return row if len(row) == len(columns) else []
