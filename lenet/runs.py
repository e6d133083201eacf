"""The run folder: everything about one training run, as files that any process may read.

    config.json     what was asked; never rewritten            status.json   how it goes
    control.json    what the person wants                      model.keras   the final model
    steps.csv       curves, a row every few steps              epochs.csv    curves, a row an epoch
    snapshots/      weights of epoch 0 (initial), 1, 2, …      checkpoint.npz  enough to go on exactly
    evaluation.npz  test labels and probabilities              tensorboard/  event files

Must not import numpy, Streamlit, TensorFlow or Keras: listing runs is done at every tick of a page.
"""

import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lenet.config import RunConfig, describe_errors
from lenet.files import read_json, write_atomically, write_json

State = Literal["queued", "running", "paused", "finished", "stopped", "failed"]
ACTIVE_STATES = ("queued", "running", "paused")
STEP_COLUMNS = ("step", "loss", "accuracy", "learning_rate")
EPOCH_COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")

# Without a sign of life for so long (seconds), a run of another engine, or of this one, is interrupted.
_SILENCE_OF_ANOTHER_ENGINE = 15.0
_SILENCE = 120.0


class RunError(ValueError):
    """A run that cannot be read, made or changed; the message is for the person."""


class Status(BaseModel):
    """How a run goes; written by whoever trains it. Times are seconds since 1970, durations seconds."""

    model_config = ConfigDict(extra="ignore")

    state: State = "queued"
    epoch: int = 0  # epochs completed
    epochs: int = 0  # epochs wanted in all
    step: int = 0  # updates made since the first epoch
    steps_per_epoch: int = 0
    images_per_second: float | None = None
    eta_seconds: float | None = None
    seconds: float = 0.0  # spent training
    loss: float | None = None
    accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    learning_rate: float | None = None
    best_epoch: int | None = None  # of the lowest validation loss
    message: str | None = None  # what it is doing when that is not training; why it ended early
    error: str | None = None  # why it failed
    created: float = 0.0
    queued_at: float = 0.0
    heartbeat: float = 0.0
    host: str | None = None
    engine: str | None = None  # which engine has it; see `interrupted`


class Control(BaseModel):
    """What the person wants; written by pages and the command line, read between chunks of steps."""

    model_config = ConfigDict(extra="ignore")

    command: Literal["run", "pause", "stop"] = "run"
    learning_rate: float | None = Field(None, gt=0)  # instead of the schedule's; None: the schedule
    more_epochs: tuple[tuple[int, int], ...] = ()  # asked for later: (after this epoch, so many)
    name: str | None = None  # the run's name since it was renamed


@dataclass(frozen=True)
class RunSummary:
    """A line of the table of runs. With a `problem`, what could not be read has its default."""

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
        label = re.sub(r"[^a-z0-9]+", "-", (config.recipe or config.architecture or "own").lower()).strip("-")
        run = cls(folder / f"{date.today():%Y-%m-%d}-{label}-{secrets.token_hex(2)}")
        now = time.time()
        try:
            run.path.mkdir(parents=True)
            (run.path / "snapshots").mkdir()
            write_json(run.path / "config.json", config.model_dump())
            run.write_control()
            run.write_status(Status(epochs=config.epochs, created=now, queued_at=now, heartbeat=now))
        except FileExistsError:
            return cls.create(config, folder)
        except OSError as error:
            shutil.rmtree(run.path, ignore_errors=True)
            raise RunError(f"{_cannot_write(folder, error)} Nothing was started.") from error
        return run

    @classmethod
    def open(cls, run_id: str, folder: Path | None = None) -> "Run":
        """The run of that id.

        Raises:
            RunError: the id is not one, or there is no such run.
        """
        folder = folder or default_folder()
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", run_id):
            raise RunError(
                f"Run: received {run_id!r}, expected an id such as 2026-11-20-lenet5-relu-7f3a. "
                "Choose a run from the table."
            )
        if not (folder / run_id).is_dir():
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
        if not (self.path / "control.json").exists():
            return Control()
        return self._parse("control.json", Control)

    def write_status(self, status: Status) -> None:
        """Replace status.json. Raises `OSError`."""
        write_json(self.path / "status.json", status.model_dump())

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

    def queue(self, engine: str | None) -> None:
        """Mark it as waiting for that engine. Raises `RunError` for a full disk."""
        self.write_control(command="run")
        now = time.time()
        epochs = sum(self.cycles()[-1])
        changes = {"state": "queued", "queued_at": now, "heartbeat": now, "engine": engine, "epochs": epochs}
        try:
            status = self.status().model_copy(update=changes | {"error": None, "message": None})
            self.write_status(status)
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

    def mark_failed(self, sentence: str) -> None:
        """Say why it failed, unless it ended in another way meanwhile."""
        status = self.status()
        if status.state in ACTIVE_STATES:
            self.write_status(status.model_copy(update={"state": "failed", "error": sentence}))

    def steps(self) -> dict[str, list[float]]:
        """Columns of steps.csv: step, loss, accuracy (0–1), learning_rate."""
        return _read_columns(self.path / "steps.csv", STEP_COLUMNS)

    def epochs(self) -> dict[str, list[float]]:
        """Columns of epochs.csv: epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds."""
        return _read_columns(self.path / "epochs.csv", EPOCH_COLUMNS)

    def snapshots(self) -> list[int]:
        """The epochs whose weights are there; 0 is the initial ones."""
        return sorted(int(path.stem) for path in (self.path / "snapshots").glob("[0-9]*.npz"))

    def snapshot_path(self, epoch: int) -> Path:
        """Where the weights after `epoch` epochs are."""
        return self.path / "snapshots" / f"{epoch:04d}.npz"

    def rename(self, name: str) -> None:
        """Give it a name to read; the id stays. Raises `RunError`."""
        name = " ".join(name.split())
        if not 0 < len(name) <= 80:
            raise RunError(f"Name: received {len(name)} characters, expected 1 to 80. Type a shorter one.")
        self.write_control(name=name)

    def delete(self) -> None:
        """Remove the folder. Raises `RunError` while it trains."""
        if summarize(self.path).state in ("running", "paused"):
            raise RunError(f"Run {self.id} is training. Stop it first, then delete it.")
        shutil.rmtree(self.path, ignore_errors=True)

    def _read(self, file: str) -> dict[str, Any]:
        try:
            return read_json(self.path / file)
        except FileNotFoundError as error:
            raise RunError(
                f"Run {self.id}: {file} is missing. Delete the run, or restore the file."
            ) from error
        except (OSError, ValueError) as error:
            raise RunError(
                f"Run {self.id}: {file} is damaged ({error}). Delete the run, or restore the file."
            ) from error

    def _parse(self, file: str, model: type[BaseModel]) -> Any:
        try:
            return model.model_validate(self._read(file))
        except ValidationError as error:
            raise RunError(f"Run {self.id}: {file}: {describe_errors(error)[0]}") from error


def list_runs(folder: Path | None = None, engine: str | None = None) -> list[RunSummary]:
    """All runs, the newest first. A damaged folder is a line with its `problem`, never an exception.

    Args:
        engine: the id of the engine that asks; its own runs are given more time to show life.
    """
    folder = folder or default_folder()
    if not folder.is_dir():
        return []
    paths = [Path(entry) for entry in os.scandir(folder) if entry.is_dir() and entry.name[0] != "."]
    return sorted((summarize(path, engine) for path in paths), key=lambda run: -run.status.created)


def summarize(path: Path, engine: str | None = None) -> RunSummary:
    """The line of one run folder; see `list_runs`."""
    run, config, status, control, problem = Run(path), {}, Status(state="failed"), Control(), None
    try:
        config = run._read("config.json")
        control = run.control()
        status = run.status()
    except RunError as error:
        problem = str(error)
    recipe = str(config.get("recipe") or config.get("architecture") or "own network")
    state = "damaged" if problem else "interrupted" if interrupted(status, engine) else status.state
    name = control.name or str(config.get("name") or "") or f"{recipe} {path.name[-4:]}"
    return RunSummary(path.name, name, recipe, str(config.get("dataset", "")), state, status, problem)


def interrupted(status: Status, engine: str | None) -> bool:
    """Whether a run that should be alive has no one left who trains it."""
    silence = time.time() - status.heartbeat
    if status.state == "queued":  # nobody writes a heartbeat while it waits
        return status.engine != engine and silence > _SILENCE_OF_ANOTHER_ENGINE
    limit = _SILENCE if status.engine == engine else _SILENCE_OF_ANOTHER_ENGINE
    return status.state in ("running", "paused") and silence > limit


def append_rows(path: Path, columns: tuple[str, ...], rows: list[tuple[float, ...]]) -> None:
    """Append to a CSV file, with a header if it is new. Raises `OSError`."""
    new = not path.exists()
    with open(path, "a", encoding="ascii") as file:
        lines = [",".join(columns)] if new else []
        lines += [",".join(f"{value:.9g}" for value in row) for row in rows]
        file.write("".join(f"{line}\n" for line in lines))


def drop_rows_after(path: Path, last: float) -> None:
    """Keep the rows whose first column is at most `last`: a killed run wrote beyond its checkpoint."""
    if not path.exists():
        return
    header, *lines = path.read_text("ascii").splitlines(keepends=True) or [""]
    kept = [line for line in lines if line.endswith("\n") and float(line.split(",")[0]) <= last]
    write_atomically(path, lambda file: file.write("".join([header, *kept]).encode()))


def _read_columns(path: Path, columns: tuple[str, ...]) -> dict[str, list[float]]:
    """Columns of a CSV file that somebody may be appending to: rows without their newline are left out."""
    text = path.read_text("ascii", errors="replace") if path.exists() else ""
    lines = text[: text.rfind("\n") + 1].splitlines()[1:]
    rows = [row for row in map(_numbers, lines) if len(row) == len(columns)]
    return {name: [row[index] for row in rows] for index, name in enumerate(columns)}


def _numbers(line: str) -> list[float]:
    """The numbers of a row; none where one of them is damaged."""
    try:
        return [float(cell) for cell in line.split(",")]
    except ValueError:
        return []


def _cannot_write(folder: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    advice = "Free some space there, or point LENET_RUNS to another folder."
    return f"{folder} cannot be written: {reason}. {advice}"
