"""The run folder: everything about one training run, as files that any process may read.

    config.json     what was asked; never rewritten            status.json   how it goes
    control.json    what the person wants                      model.keras   the final model
    steps.csv       curves, a row every few steps              epochs.csv    curves, a row an epoch
    snapshots/      weights of epoch 0 (initial), 1, 2, …      checkpoint.npz  enough to go on exactly
    evaluation.npz  test labels and probabilities              tensorboard/  event files
    lease/          who may write all this: `lenet.runs.lease`
    owner.json      whose it is, in a class
    data.npz        the images of a data set that grows, as they were when the run began
    sweep.json      of a trial: which one of which sweep (`lenet.runs.trial`)

Must not import numpy, Streamlit, TensorFlow or Keras: listing runs is done at every tick of a page.
"""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from lenet.errors import LeaseLost, RunError
from lenet.files import read_json, write_json
from lenet.people import limits, owner
from lenet.people.hold import check_may_go_on
from lenet.runs.config import RunConfig
from lenet.runs.config_errors import describe_errors
from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS, read_columns
from lenet.runs.ids import free_path, is_id
from lenet.runs.lease import Lease, take
from lenet.runs.status import ACTIVE_STATES, LONGEST_TAG, MOST_TAGS, Control, Status, interrupted
from lenet.runs.trial import FILE as TRIAL_FILE
from lenet.runs.trial import MOST_BYTES as MOST_TRIAL_BYTES
from lenet.runs.trial import Trial
from lenet.sentences import reason, shown

# What is read of a folder that anybody may have written.
_MOST_BYTES = {"config.json": 300_000, "status.json": 100_000, "control.json": 100_000,
               TRIAL_FILE: MOST_TRIAL_BYTES}  # fmt: skip


MODELS = ".models"  # beside the runs: model files that people have brought


def default_folder() -> Path:
    """`LENET_RUNS`, else `runs` in the current folder."""
    return Path(os.environ.get("LENET_RUNS") or "runs")


class Run:
    """One run folder. Every read is fresh from the disk; every write is atomic."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name

    @classmethod
    def create(
        cls,
        config: RunConfig,
        folder: Path | None = None,
        name: str | None = None,
        trial: Trial | None = None,
    ) -> "Run":
        """A new folder, queued.

        Args:
            name: what it is called; None: the name in the config, else its recipe and the end of its id.
            trial: which trial of a sweep it is, which names the folder.

        Raises:
            RunError: the folder cannot be written (a full disk, no permission), or that trial has one.
            NotAllowed: whoever asks is not in the class, or keeps as many runs as they may.
        """
        owner.check_is_joined()
        folder = folder or default_folder()
        limits.check_kept(folder)
        label = config.recipe or config.architecture or ""
        path = folder / trial.run_id if trial else free_path(folder, label)
        draft = cls(path.with_name(f".{path.name}"))  # hidden, so that no list shows a run that is half there
        now = time.time()
        try:
            (draft.path / "snapshots").mkdir(
                parents=True, exist_ok=trial is not None
            )  # of one that was killed
            write_json(draft.path / "config.json", config.model_dump())
            write_json(draft.path / "control.json", Control(name=name).model_dump())
            owner.sign(draft.path)
            draft.write_status(Status(epochs=config.epochs, created=now, queued_at=now, heartbeat=now))
            if trial:
                write_json(draft.path / TRIAL_FILE, trial.model_dump())
            draft.path.rename(path)
        except OSError as error:
            shutil.rmtree(draft.path, ignore_errors=True)
            raise RunError(f"{cannot_write(folder, error)} Nothing was started.") from error
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

    def trial(self) -> Trial | None:
        """Which trial of a sweep it is; None of a person's own run. Raises `RunError`: it is damaged."""
        if not os.path.lexists(self.path / TRIAL_FILE):
            return None
        return self._parse(TRIAL_FILE, Trial)

    def write_status(self, status: Status, lease: Lease | None = None) -> None:
        """Replace status.json, as the owner that `lease` makes one; without, the run must be nobody's.

        Raises:
            OSError: it cannot be written, or the lease is lost.
        """
        write_json(self.path / "status.json", status.model_dump(), lease and lease.aside)

    def write_control(self, **changes: Any) -> Control:
        """Change what the person wants. Raises `RunError`, also for a full disk, and `NotAllowed`."""
        owner.check(self.path, _deed(changes))
        if changes.get("command") == "run":
            check_may_go_on(self.path.parent)
        try:
            control = Control.model_validate(self._known_control().model_dump() | changes)
            write_json(self.path / "control.json", control.model_dump())
        except ValidationError as error:
            raise RunError(describe_errors(error)[0]) from error
        except OSError as error:
            raise RunError(cannot_write(self.path, error)) from error
        return control

    def _known_control(self) -> Control:
        """The control as it is; the defaults where it is damaged, so that writing mends it."""
        try:
            return self.control()
        except RunError:
            return Control()

    def queue(self, server: str | None = None, turn: int = 0) -> str:
        """A person wants it to be trained: whoever trains it now loses it.

        Args:
            server: the one that sees to it; None where somebody trains it at once: `lenet.engine.abandoned`.
            turn: of its owner, see `lenet.runs.turn`.

        Returns:
            The ticket of whoever trains it: see `lenet.runs.lease`.

        Raises:
            LeaseLost: somebody else did the same this moment.
            RunError: the disk is full.
        """
        self.write_control(command="run")
        return self._put_in_queue(None, None, {"server": server, "queued_at": time.time(), "turn": turn})

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
            raise RunError(cannot_write(self.path, error)) from error
        return lease.ticket

    def take(self, expected: str | None = None, ticket: str | None = None) -> Lease:
        """Become its owner: `lenet.runs.lease.take`. Raises `LeaseLost`; `RunError`: it cannot be written."""
        try:
            return take(self.path, expected, ticket)
        except OSError as error:
            raise RunError(cannot_write(self.path, error)) from error

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
        return read_columns(self.path / "steps.csv", STEP_COLUMNS)

    def epochs(self) -> dict[str, list[float]]:
        """Columns of epochs.csv: epoch, loss, accuracy, val_loss, val_accuracy, learning_rate, seconds."""
        return read_columns(self.path / "epochs.csv", EPOCH_COLUMNS)

    def has_curve(self) -> bool:
        """Whether there is a row in steps.csv, which is not read."""
        try:
            return os.path.getsize(self.path / "steps.csv") > len(",".join(STEP_COLUMNS)) + 1
        except OSError:
            return False

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

    def tag(self, tag: str, is_wanted: bool = True) -> None:
        """Give it that tag, or take it away. Raises `RunError`."""
        tag = " ".join(tag.split())
        if not 0 < len(tag) <= LONGEST_TAG:
            raise RunError(
                f"Tag: received {len(tag)} characters, expected 1 to {LONGEST_TAG}. Type a shorter one."
            )
        tags = [each for each in self._known_control().tags if each != tag] + [tag] * is_wanted
        if len(tags) > MOST_TAGS:
            raise RunError(
                f"Run {self.id} has {MOST_TAGS} tags, the most that a run can have. Take one away first."
            )
        self.write_control(tags=tags)

    def _trains(self, engine: str | None) -> bool:
        """Whether somebody trains it, as far as its files can be read."""
        try:
            status, _, _ = self.status(), self.control(), self.config
        except RunError:
            return False
        return status.state in ("running", "paused") and not interrupted(status, engine)

    def delete(self, engine: str | None = None) -> None:
        """Remove the folder. Raises `RunError` while it trains, or where it cannot be removed.

        Args:
            engine: the id of the engine that asks, see `run_index.list_runs`.
        """
        owner.check(self.path, "delete")
        if self._trains(engine):
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


def _deed(changes: dict[str, Any]) -> str:
    """What a change of the control is, as a person calls it."""
    words = {"name": "rename", "more_epochs": "more epochs", "learning_rate": "learning rate", "tags": "tag"}
    return str(changes.get("command") or ", ".join(words.get(each, each) for each in changes))


def cannot_write(folder: Path, error: OSError) -> str:
    """Why, and what to do."""
    reason = error.strerror or str(error)
    advice = "Free some space there, or point LENET_RUNS to another folder."
    return f"{folder} cannot be written: {reason}. {advice}"
