"""The sweep folder: everything about one sweep but its runs, as files that any process may read.

    .sweeps/<id>/ beside the runs, hidden, so that no list takes it for a run
        sweep.json    what was asked; never rewritten         state.json    how it goes, without Optuna
        control.json  what the person wants                   journal.log   Optuna's journal
        driver.lock   held by the one process that drives it, until that ends, however

A trial's run lies where all runs do, is called `<id>-<number>`, and says in its own `sweep.json` which trial
it is. Must not import Optuna, numpy, Streamlit, TensorFlow or Keras.
"""

import hashlib
import os
import re
import secrets
import shutil
import time
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ValidationError

from lenet.errors import SweepError
from lenet.files import read_json, write_json
from lenet.formatting import counted
from lenet.people import owner
from lenet.people.hold import check_may_go_on
from lenet.runs.config_errors import describe_errors
from lenet.runs.folder import cannot_write, default_folder
from lenet.runs.presence import holds_lock, is_alive
from lenet.sentences import reason, shown
from lenet.sweep.config import MOST_TRIALS, SweepConfig, to_json
from lenet.sweep.state import ACTIVE, SweepControl, SweepState

FOLDER = ".sweeps"
_ID = re.compile(r"\d{4}-\d\d-\d\d-[a-z0-9-]{1,60}-[0-9a-f]{4}")
_MOST_BYTES = {"sweep.json": 400_000, "control.json": 10_000, "state.json": 8_000_000}


class Sweep:
    """One sweep folder. Every read is fresh from the disk; every write is atomic."""

    def __init__(self, path: Path) -> None:
        self.path, self.id = path, path.name
        self.runs = path.parent.parent

    @classmethod
    def create(cls, config: SweepConfig, folder: Path | None = None, server: str | None = None) -> Self:
        """A new folder, waiting for a driver.

        Args:
            server: the one that sees to it; None: a terminal.

        Raises:
            SweepError: it cannot be written.
            NotAllowed: whoever asks is not in the class.
        """
        owner.check_is_joined()
        runs = folder or default_folder()
        label = re.sub(r"[^a-z0-9]+", "-", (config.base.recipe or "own").lower()).strip("-")[:40] or "own"
        name = f"{date.today():%Y-%m-%d}-{label}-{secrets.token_hex(2)}"
        path = runs / FOLDER / name
        draft = cls(path.with_name(f".{name}"))  # hidden until it is whole
        try:
            draft.path.mkdir(parents=True)
            write_json(draft.path / "sweep.json", to_json(config))
            control = SweepControl(trials=config.num_trials, minutes=config.minutes)
            write_json(draft.path / "control.json", control.model_dump())
            owner.sign(draft.path)
            draft.write_state(SweepState(server=server, created=time.time(), wanted=config.num_trials))
            draft.path.rename(path)
        except OSError as error:
            shutil.rmtree(draft.path, ignore_errors=True)
            raise SweepError(f"{cannot_write(runs, error)} Nothing was started.") from error
        return cls(path)

    @classmethod
    def open(cls, sweep_id: str, folder: Path | None = None) -> Self:
        """The sweep of that id. Raises `SweepError`: the id is none, or there is no such sweep."""
        path = (folder or default_folder()) / FOLDER / sweep_id
        if not _ID.fullmatch(sweep_id):
            raise SweepError(
                f"Sweep: received {shown(sweep_id)}, expected an id such as 2026-12-01-digits-quick-7f3a. "
                "Choose one of the sweeps on the Train page."
            )
        if not path.is_dir():
            raise SweepError(
                f"There is no sweep {sweep_id!r} here. It may have been deleted: choose another one."
            )
        return cls(path)

    @property
    def config(self) -> SweepConfig:
        """What was asked. Raises `SweepError` where sweep.json is missing or damaged."""
        return self._parse("sweep.json", SweepConfig)

    def state(self) -> SweepState:
        """How it goes. Raises `SweepError` where state.json is missing or damaged."""
        return self._parse("state.json", SweepState)

    def control(self) -> SweepControl:
        """What the person wants. Raises `SweepError` where control.json is missing or damaged."""
        return self._parse("control.json", SweepControl)

    def write_state(self, state: SweepState) -> None:
        """Replace state.json. Raises `OSError`."""
        write_json(self.path / "state.json", state.model_dump())

    def write_control(self, **changes: Any) -> SweepControl:
        """Change what the person wants. Raises `SweepError`, also for a full disk, and `NotAllowed`."""
        owner.check(self.path, f"sweep: {changes.get('command', 'change')}", self.runs)
        if changes.get("command") == "run":
            check_may_go_on(self.runs)
        known = self.control()
        control = known.model_copy(update=changes | {"number": known.number + 1})
        try:
            write_json(self.path / "control.json", control.model_dump())
        except OSError as error:
            raise SweepError(cannot_write(self.path, error)) from error
        return control

    def add(self, trials: int) -> None:
        """Want so many trials more, and go on; where minutes bound it, as many again. Raises `SweepError`."""
        now, most = self.control().trials, self._most()
        if not 1 <= trials <= most - now:
            left = f"1 to {most - now:,}" if most > now else "none: all are there"
            raise SweepError(
                f"Trials: received {trials:,} more, expected {left}. {counted(most, 'trial')} are the "
                "most that this sweep has. Start another one for other settings."
            )
        self.write_control(trials=now + trials, command="run", minutes=self._minutes_again())

    def delete(self) -> None:
        """Its folder; its runs stay. Raises `SweepError` while it goes on, and `NotAllowed`."""
        owner.check(self.path, "delete the sweep", self.runs)
        if self.is_driven():
            raise SweepError(f"Sweep {self.id} goes on. Stop it first, then delete it.")
        aside = self.path.with_name(f".{self.id}.{secrets.token_hex(4)}.deleted")
        try:
            self.path.rename(aside)
        except OSError as error:
            raise SweepError(f"{self.path} cannot be deleted: {error.strerror or error}.") from error
        shutil.rmtree(aside, ignore_errors=True)

    def _minutes_again(self) -> float | None:
        minutes = self.config.minutes
        return None if minutes is None else minutes + self.state().seconds / 60

    def _most(self) -> int:
        config = self.config
        return min(MOST_TRIALS, config.grid_size) if config.sampler == "grid" else MOST_TRIALS

    @property
    def lock(self) -> Path:
        """What a driver locks."""
        return self.path / "driver.lock"

    def is_driven(self) -> bool:
        """Whether a process drives it, here or elsewhere."""
        return holds_lock(self.lock)

    def shown_state(self) -> str:
        """Its state; "interrupted" where nobody is left who goes on with it. Raises `SweepError`."""
        state = self.state()
        is_left = state.state in ACTIVE and not self.is_driven()
        is_left = is_left and not (state.server and is_alive(self.runs, state.server))
        return "interrupted" if is_left else state.state

    def version(self) -> str:
        """Another one whenever a trial begins or ends, or the sweep itself has another state; asks little."""
        about = tuple(_changed(self.path / file) for file in ("state.json", "control.json"))
        return f"{_signature(self.path, about)} {self.is_driven()}"

    def run_ids(self) -> list[str]:
        """Of its trials, by number, as far as their runs are there."""
        return runs_of(self.id, self.runs)

    def _parse(self, file: str, model: type[BaseModel]) -> Any:
        try:
            return model.model_validate(read_json(self.path / file, _MOST_BYTES[file]))
        except ValidationError as error:
            raise SweepError(f"Sweep {self.id}: {file}: {describe_errors(error)[0]}") from error
        except FileNotFoundError as error:
            raise SweepError(
                f"Sweep {self.id}: {file} is missing. Restore the file, or start another sweep."
            ) from error
        except (OSError, ValueError) as error:
            raise SweepError(
                f"Sweep {self.id}: {file} is damaged ({reason(error)}). Restore the file, or start "
                "another sweep."
            ) from error


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=16)
def _signature(path: Path, about: tuple[int, ...]) -> str:
    """Of what its files say, which were changed at those times."""
    sweep = Sweep(path)
    try:
        state, control = sweep.state(), sweep.control()
    except SweepError as error:
        return str(error)
    trials = [(trial.number, trial.state, bool(trial.run)) for trial in state.trials]
    said = (state.state, state.wanted, state.message, state.error, trials, control.model_dump())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def runs_of(sweep_id: str, folder: Path | None = None) -> list[str]:
    """The ids of the runs of that sweep that are there, by number."""
    pattern = re.compile(re.escape(sweep_id) + r"-\d{4}")
    try:
        return sorted(name for name in os.listdir(folder or default_folder()) if pattern.fullmatch(name))
    except OSError:
        return []


def all_sweeps(folder: Path | None = None) -> list[Sweep]:
    """The sweeps beside the runs, the newest first."""
    root = (folder or default_folder()) / FOLDER
    try:
        found = [entry.name for entry in os.scandir(root) if _ID.fullmatch(entry.name) and entry.is_dir()]
    except OSError:
        return []
    by_age = sorted(found, key=lambda name: _changed(root / name / "sweep.json"), reverse=True)
    return [Sweep(root / name) for name in by_age]
