"""The run folder: everything about one training run, as files that any process may read.

    config.json     what was asked; never rewritten            status.json   how it goes
    control.json    what the person wants                      model.keras   the final model
    steps.csv       curves, a row every few steps              epochs.csv    curves, a row an epoch
    snapshots/      weights of epoch 0 (initial), 1, 2, …      checkpoint.npz  enough to go on exactly
    evaluation.npz  test labels and probabilities              tensorboard/  event files
    lease/          who may write all this: `lenet.lease`
    data.npz        the images of a data set that grows, as they were when the run began

Must not import numpy, Streamlit, TensorFlow or Keras: listing runs is done at every tick of a page.
"""

import math
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TextIO

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lenet.config import RunConfig, at_most, describe_errors
from lenet.files import opened, read_json, write_atomically, write_json
from lenet.lease import Lease, LeaseLost, take
from lenet.sentences import LONGEST, SentenceError, plain, reason, shortened, shown

State = Literal["queued", "running", "paused", "finished", "stopped", "failed"]
ACTIVE_STATES = ("queued", "running", "paused")
STEP_COLUMNS = ("step", "loss", "accuracy", "learning_rate")
EPOCH_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")

# Without a sign of life for so long (seconds), a run of another engine, or of this one, is interrupted.
_SILENCE_OF_ANOTHER_ENGINE = 15.0
_SILENCE = 120.0
_CLOCKS_APART = 86_400.0  # a sign of life from later than this is none

# A folder's name, never a way out of `runs`, short enough for every file system, and the same on each:
# Windows takes dots and spaces at its end away.
_ID = re.compile(r"\w([\w .,()+~-]{0,148}[\w,()+~-])?")

# What is read of a folder that anybody may have written.
_MOST_BYTES = {"config.json": 300_000, "status.json": 100_000, "control.json": 100_000}
_MOST_CURVE_BYTES = 10_000_000  # of the end of a file of curves: some 250,000 rows, those of 2,500 epochs
_MOST_ROWS = 250_000
_MOST_KEPT_BYTES = 200_000_000  # of a file of curves where a run goes on
_LONGEST_ROW = 400  # characters


class RunError(SentenceError):
    """A run that cannot be read, made or changed; the message is for the person."""


Moment = Annotated[float, Field(ge=0, le=32_503_680_000)]  # seconds since 1970, until 3000
Seconds = Annotated[float, Field(ge=-(10**10), le=10**10)]  # 300 years
Share = Annotated[float, Field(ge=0, le=1)]
Speed = Annotated[float, Field(ge=0, le=10**12)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Words = Annotated[str, AfterValidator(lambda text: shortened(plain(text), LONGEST))]


class Status(BaseModel):
    """How a run goes; written by whoever trains it. Times are seconds since 1970, durations seconds."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    state: State = "queued"
    epoch: Count = 0  # epochs completed
    epochs: Count = 0  # epochs wanted in all
    step: Count = 0  # updates made since the first epoch
    steps_per_epoch: Count = 0
    images_per_second: Speed | None = None
    eta_seconds: Seconds | None = None
    seconds: Seconds = 0.0  # spent training
    loss: float | None = None
    accuracy: Share | None = None
    val_loss: float | None = None
    val_accuracy: Share | None = None
    test_loss: float | None = None
    test_accuracy: Share | None = None
    learning_rate: float | None = None
    best_epoch: Count | None = None  # of the lowest validation loss
    message: Words | None = None  # what it is doing when that is not training; why it ended early
    error: Words | None = None  # why it failed
    created: Moment = 0.0
    queued_at: Moment = 0.0
    heartbeat: Moment = 0.0
    host: Words | None = None
    engine: Words | None = None  # which engine has it; see `interrupted`
    server: Words | None = None  # whose end leaves it without a trainer; see `lenet.abandoned`


class Control(BaseModel):
    """What the person wants; written by pages and the command line, read between chunks of steps."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    command: Literal["run", "pause", "stop"] = "run"
    learning_rate: float | None = Field(None, gt=0)  # instead of the schedule's; None: the schedule
    # Asked for later: (after this epoch, so many)
    more_epochs: Annotated[tuple[tuple[Count, Count], ...], at_most(1_000)] = ()
    name: str | None = Field(None, max_length=80)  # the run's name since it was renamed


@dataclass(frozen=True)
class RunSummary:
    """A line of the table of runs. With a `problem`, what could not be read has its default.

    The name is one line of text, whatever the files say.
    """

    id: str
    name: str
    recipe: str
    dataset: str
    state: str
    status: Status
    problem: str | None = None

    @property
    def accuracy(self) -> float | None:
        """Test accuracy, else the last validation accuracy; 0–1."""
        status = self.status
        return status.test_accuracy if status.test_accuracy is not None else status.val_accuracy


def default_folder() -> Path:
    """`LENET_RUNS`, else `runs` in the current folder."""
    return Path(os.environ.get("LENET_RUNS") or "runs")


class Run:
    """One run folder. Every read is fresh from the disk; every write is atomic."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name

    @classmethod
    def create(cls, config: RunConfig, folder: Path | None = None) -> "Run":
        """A new folder, queued.

        Raises:
            RunError: the folder cannot be written (a full disk, no permission).
        """
        folder = folder or default_folder()
        path = _free_path(folder, config.recipe or config.architecture or "")
        draft = cls(path.with_name(f".{path.name}"))  # hidden, so that no list shows a run that is half there
        now = time.time()
        try:
            (draft.path / "snapshots").mkdir(parents=True)
            write_json(draft.path / "config.json", config.model_dump())
            write_json(draft.path / "control.json", Control().model_dump())
            draft.write_status(Status(epochs=config.epochs, created=now, queued_at=now, heartbeat=now))
            draft.path.rename(path)
        except OSError as error:
            shutil.rmtree(draft.path, ignore_errors=True)
            raise RunError(f"{_cannot_write(folder, error)} Nothing was started.") from error
        return cls(path)

    @classmethod
    def open(cls, run_id: str, folder: Path | None = None) -> "Run":
        """The run of that id.

        Raises:
            RunError: the id is not one, or there is no such run.
        """
        folder = folder or default_folder()
        if not is_id(run_id):
            raise RunError(
                f"Run: received {shown(run_id)}, expected an id such as 2026-11-20-lenet5-relu-7f3a. "
                "Choose a run from the table."
            )
        if not os.path.isdir(folder / run_id):  # never raises, whatever the name
            raise RunError(f"There is no run {run_id!r} here. It may have been deleted: choose another one.")
        return cls(folder / run_id)

    @property
    def config(self) -> RunConfig:
        """What was asked. Raises `RunError` where config.json is missing or damaged."""
        try:
            return RunConfig.model_validate(self._read("config.json"))
        except ValidationError as error:
            raise RunError(f"Run {self.id}: config.json: {describe_errors(error)[0]}") from error

    def status(self) -> Status:
        """How it goes. Raises `RunError` where status.json is missing or damaged."""
        return self._parse("status.json", Status)

    def control(self) -> Control:
        """What the person wants. Raises `RunError` where control.json is damaged; missing: the defaults."""
        if not os.path.lexists(self.path / "control.json"):
            return Control()
        return self._parse("control.json", Control)

    def write_status(self, status: Status, lease: Lease | None = None) -> None:
        """Replace status.json, as the owner that `lease` makes one; without, the run must be nobody's.

        Raises:
            OSError: it cannot be written, or the lease is lost.
        """
        write_json(self.path / "status.json", status.model_dump(), lease and lease.aside)

    def write_control(self, **changes: Any) -> Control:
        """Change what the person wants. Raises `RunError`, also for a full disk."""
        try:
            control = Control.model_validate(self._known_control().model_dump() | changes)
            write_json(self.path / "control.json", control.model_dump())
        except ValidationError as error:
            raise RunError(describe_errors(error)[0]) from error
        except OSError as error:
            raise RunError(_cannot_write(self.path, error)) from error
        return control

    def _known_control(self) -> Control:
        """The control as it is; the defaults where it is damaged, so that writing mends it."""
        try:
            return self.control()
        except RunError:
            return Control()

    def queue(self, server: str | None = None) -> str:
        """A person wants it to be trained: whoever trains it now loses it.

        Args:
            server: the one that sees to it; None where somebody trains it at once. See `lenet.abandoned`.

        Returns:
            The ticket of whoever trains it: see `lenet.lease`.

        Raises:
            LeaseLost: somebody else did the same this moment.
            RunError: the disk is full.
        """
        self.write_control(command="run")
        return self._put_in_queue(None, None, {"server": server, "queued_at": time.time()})

    def take_up(self, server: str, ticket: str) -> str:
        """Queue what nobody trains any more, in its old place, and leave the person's wishes as they are.

        Returns the new ticket. Raises `LeaseLost` where it is no longer on `ticket`, and `RunError`.
        """
        return self._put_in_queue(ticket, None, {"server": server})

    def assign(self, engine: str, ticket: str | None = None, is_embedded: bool = True) -> str:
        """Mark it as waiting for that engine, which an end of this server ends as well where it is embedded.

        Returns the ticket; a new one where none is given. Raises `LeaseLost` where the run is on another one,
        and `RunError`.
        """
        changes = {"engine": engine} | ({} if is_embedded else {"server": None})
        return self._put_in_queue(ticket, ticket, changes)

    def _put_in_queue(self, expected: str | None, ticket: str | None, changes: dict[str, Any]) -> str:
        lease, epochs = self.take(expected, ticket), sum(self.cycles()[-1])
        queued = {"state": "queued", "engine": None, "error": None, "message": None, "epochs": epochs}
        try:
            status = self.status().model_copy(update=queued | {"heartbeat": time.time()} | changes)
            self.write_status(status, lease)
        except OSError as error:
            raise RunError(_cannot_write(self.path, error)) from error
        return lease.ticket

    def take(self, expected: str | None = None, ticket: str | None = None) -> Lease:
        """Become its owner: `lenet.lease.take`. Raises `LeaseLost`; `RunError`: it cannot be written."""
        try:
            return take(self.path, expected, ticket)
        except OSError as error:
            raise RunError(_cannot_write(self.path, error)) from error

    def cycles(self) -> tuple[tuple[int, int], ...]:
        """(first epoch, number of epochs) of what was asked for first, then of each later request."""
        return ((0, self.config.epochs), *self.control().more_epochs)

    def ask_for_more(self, epochs: int) -> None:
        """Want `epochs` more after those completed. Queue it afterwards. Raises `RunError`."""
        if not 1 <= epochs <= 10_000:
            raise RunError(f"More epochs: received {epochs}, expected 1 to 10,000.")
        self.write_control(more_epochs=(*self.control().more_epochs, (self.status().epoch, epochs)))

    def mark_failed(self, sentence: str, ticket: str | None = None) -> None:
        """Say why it failed, unless it ended in another way meanwhile, or is on another ticket."""
        with suppress(LeaseLost):
            lease, status = self.take(ticket, ticket), self.status()
            if status.state in ACTIVE_STATES:
                self.write_status(status.model_copy(update={"state": "failed", "error": sentence}), lease)

    def steps(self) -> dict[str, list[float]]:
        """Columns of steps.csv: step, loss, accuracy (0–1), learning_rate."""
        return _read_columns(self.path / "steps.csv", STEP_COLUMNS)

    def epochs(self) -> dict[str, list[float]]:
        """Columns of epochs.csv: epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds."""
        return _read_columns(self.path / "epochs.csv", EPOCH_COLUMNS)

    def snapshots(self) -> list[int]:
        """The epochs whose weights are there; 0 is the initial ones."""
        stems = (path.stem for path in (self.path / "snapshots").glob("*.npz"))
        return sorted({int(stem) for stem in stems if stem.isdecimal() and len(stem) < 10})

    def snapshot_path(self, epoch: int) -> Path:
        """Where the weights after `epoch` epochs are."""
        return self.path / "snapshots" / f"{epoch:04d}.npz"

    def rename(self, name: str) -> None:
        """Give it a name to read; the id stays. Raises `RunError`."""
        name = " ".join(name.split())
        if not 0 < len(name) <= 80:
            raise RunError(f"Name: received {len(name)} characters, expected 1 to 80. Type a shorter one.")
        self.write_control(name=name)

    def delete(self, engine: str | None = None) -> None:
        """Remove the folder. Raises `RunError` while it trains, or where it cannot be removed.

        Args:
            engine: the id of the engine that asks, see `run_index.list_runs`.
        """
        if summarize(self.path, engine).state in ("running", "paused"):
            raise RunError(f"Run {self.id} is training. Stop it first, then delete it.")
        aside = self.path.with_name(f".{self.id}.deleted")
        try:
            self.path.rename(aside)  # gone from every list at once
            with suppress(FileNotFoundError):  # a server that starts sweeps it away
                shutil.rmtree(aside)
        except OSError as error:
            raise RunError(
                f"Run {self.id} cannot be deleted: {error.strerror or error}. "
                f"Remove it from {self.path.parent} by hand."
            ) from error

    def _read(self, file: str) -> dict[str, Any]:
        try:
            return read_json(self.path / file, _MOST_BYTES[file])
        except FileNotFoundError as error:
            raise RunError(
                f"Run {self.id}: {file} is missing. Delete the run, or restore the file."
            ) from error
        except (OSError, ValueError) as error:
            raise RunError(
                f"Run {self.id}: {file} is damaged ({reason(error)}). Delete the run, or restore the file."
            ) from error

    def _parse(self, file: str, model: type[BaseModel]) -> Any:
        try:
            return model.model_validate(self._read(file))
        except ValidationError as error:
            raise RunError(f"Run {self.id}: {file}: {describe_errors(error)[0]}") from error


def is_id(name: str) -> bool:
    """Whether a folder of that name may be a run's: no hidden one, no way out of the folder of runs."""
    return bool(_ID.fullmatch(name))


def run_ids(folder: Path) -> list[str]:
    """The names of the run folders there, in no order; none where the folder cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if is_id(entry.name) and _is_folder(entry)]
    except OSError:
        return []


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def summarize(path: Path, engine: str | None = None) -> RunSummary:
    """The line of one run folder in the list of runs. Never raises: what is damaged is its `problem`."""
    run, problems = Run(path), []
    config = _or(None, lambda: run.config, problems)
    control = _or(Control(), run.control, problems)
    status = _or(Status(state="failed"), run.status, problems)
    recipe = (config.recipe or config.architecture or "own network") if config else ""
    default = f"{recipe} {path.name[-4:]}" if config else path.name
    given = control.name or (config.name if config else "")
    state = "damaged" if problems else "interrupted" if interrupted(status, engine) else status.state
    return RunSummary(
        id=path.name,
        name=" ".join(given.split()) or default,
        recipe=recipe,
        dataset=config.dataset if config else "",
        state=state,
        status=status,
        problem=shortened(" ".join(problems), LONGEST) or None,
    )


def _or(default: Any, read: Callable[[], Any], problems: list[str]) -> Any:
    """What `read` returns; the default where it cannot be read, and why among the problems."""
    try:
        return read()
    except RunError as error:
        problems.append(str(error))
        return default


def interrupted(status: Status, engine: str | None) -> bool:
    """Whether a run that should be alive has no one left who trains it.

    A run without an engine is the command line's, which may be loading TensorFlow. Nobody writes a heartbeat
    while a run waits, so only an engine can say this of one, and not of its own.
    """
    if status.state == "queued" and engine in (None, status.engine):
        return False
    limit = _SILENCE if status.engine in (None, engine) else _SILENCE_OF_ANOTHER_ENGINE
    silence = time.time() - status.heartbeat
    return status.state in ACTIVE_STATES and not -_CLOCKS_APART < silence <= limit


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


def _read_columns(path: Path, columns: tuple[str, ...]) -> dict[str, list[float]]:
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


def _free_path(folder: Path, recipe: str) -> Path:
    """Where a new run goes: named by the day and, as far as a file's name may have it, by its recipe."""
    label = re.sub(r"[^a-z0-9]+", "-", recipe.lower()).strip("-")[:40] or "own"
    while True:
        path = folder / f"{date.today():%Y-%m-%d}-{label}-{secrets.token_hex(2)}"
        if not os.path.lexists(path):
            return path


def _cannot_write(folder: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    advice = "Free some space there, or point LENET_RUNS to another folder."
    return f"{folder} cannot be written: {reason}. {advice}"
