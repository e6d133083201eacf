"""Drives a sweep: asks for trials, makes their runs, watches these, ends the hopeless ones.

Who trains the runs is another's business (`start`): the engine of a server, or this process. All that a
driver knows is in files, so another one goes on where it was killed: a trial that was asked for and has a
run goes on with that run, one that has none is given it, and no trial is asked for twice. Loads Optuna;
never TensorFlow.
"""

import errno
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from optuna.trial import Trial

from lenet.data import datasets
from lenet.errors import DatasetError, RunError, SweepError
from lenet.runs import presence
from lenet.runs.default_name import default_name
from lenet.runs.folder import Run
from lenet.runs.history import best_epoch
from lenet.runs.status import ACTIVE_STATES, DISK_FULL, Status
from lenet.runs.trial import Trial as TrialOfSweep
from lenet.sweep.config import trial_config
from lenet.sweep.folder import Sweep
from lenet.sweep.state import SweepState
from lenet.sweep.state_writer import StateWriter
from lenet.sweep.study import Study

LOOK_SECONDS = 0.25
MOST_FAILURES = 5  # trials in a row: those that follow would fail alike
_PATIENCE = 10.0  # seconds until a driver that was told to end has ended


@dataclass
class _Ongoing:
    """A trial whose run is not at its end.

    Attributes:
        epoch: up to which it was reported.
        value: of that epoch.
        why: why it is being ended early; empty where it is not.
    """

    trial: Trial
    run: Run
    epoch: int = 0
    value: float | None = None
    why: str = ""
    is_halted: bool = False  # by the end of the sweep: it goes on when that does


class Driver:
    """One sweep, as long as it goes on. No other process drives it meanwhile.

    Args:
        start: sees to it that a run is trained; it may return when that has begun, or when it is over, and
            calls `look` now and then in the latter case.
        slots: how many runs are under way at a time.
        server: the one that sees to it; None: a terminal.

    Raises:
        SweepError: another process drives it, or its files are damaged.
        OSError: they cannot be written.
    """

    def __init__(self, sweep: Sweep, start: Callable[[Run], None], slots: int, server: str | None) -> None:
        self.sweep, self._start, self._slots = sweep, start, slots
        self._lock = _hold(sweep)
        try:
            self.config, self._control = sweep.config, sweep.control()
            self._writer, self._importances = StateWriter(sweep, server), sweep.state().importances
            self._data = datasets.info(self.config.base.dataset)
            self._study = Study(self.config, sweep.path / "journal.log", slots)
        except BaseException:
            self.close()
            raise
        self._unfinished = self._study.unfinished()
        self._ongoing: dict[int, _Ongoing] = {}
        self._failures, self._last_failure = 0, ""
        self._is_interrupted = False

    def drive(self) -> SweepState:
        """Until nothing is left to do, or a person wants a pause or an end. How it ended.

        Raises:
            SweepError: why it cannot go on.
        """
        try:
            while self.step():
                time.sleep(LOOK_SECONDS)
            return self.sweep.state()
        except (SweepError, RunError, DatasetError, OSError) as error:
            sentence = _sentence(error)
            with suppress(OSError):
                self._save("failed", error=sentence)
            raise SweepError(sentence) from error
        finally:
            self.close()

    def close(self) -> None:
        """Another one may drive it from now on."""
        os.close(self._lock)

    def step(self) -> bool:
        """Look at all that is under way and begin what may begin; whether anything is left to do."""
        self.look()
        if self._may_begin():
            self._begin()
        outcome = self._outcome()
        self._save(outcome)
        return outcome == "running"

    def interrupt(self) -> None:
        """A person wants this process to end: what is under way is left to the next driver."""
        self._is_interrupted = True

    def _wants(self, command: str) -> bool:
        return self._control.command == command or (command == "stop" and self._is_interrupted)

    def _outcome(self) -> str:
        """The state of the sweep."""
        if self._wants("stop"):
            return "running" if self._ongoing else "stopped"
        if self._ongoing or self._may_begin():
            return "running"
        if self._wants("pause"):
            return "paused"
        most = min(MOST_FAILURES, max(1, self._study.num_asked))
        return "failed" if self._failures >= most else "finished"

    # Begin

    def _may_begin(self) -> bool:
        if self._control.command != "run" or self._is_interrupted or len(self._ongoing) >= self._slots:
            return False
        if self._failures >= MOST_FAILURES:
            return False
        return bool(self._unfinished) or (self._has_more() and self._has_time())

    def _has_more(self) -> bool:
        return self._study.num_asked < self._control.trials

    def _has_time(self) -> bool:
        return self._control.minutes is None or self._writer.seconds < 60 * self._control.minutes

    def _begin(self) -> None:
        """The next trial; one that somebody has asked for before comes first."""
        trial = self._study.again(self._unfinished[0]) if self._unfinished else self._study.ask()
        try:
            run = self._run_of(trial)
        except SweepError as error:
            self._unfinished = self._unfinished[1:]
            return self._fail(trial.number, str(error))
        self._unfinished = self._unfinished[1:]
        if why := trial.user_attrs.get("why"):  # whoever pruned it ended before it could tell
            run.write_control(command="stop")
            return self._study.pruned(trial.number, why=why)
        self._ongoing[trial.number] = _Ongoing(trial, run)
        self._save("running")
        if not _is_over(run.status()):
            self._start(run)

    def _run_of(self, trial: Trial) -> Run:
        """The run of a trial, made where there is none. Raises `SweepError`: its settings are no run's."""
        about = TrialOfSweep(sweep=self.sweep.id, number=trial.number)
        if (self.sweep.runs / about.run_id).is_dir():
            return Run.open(about.run_id, self.sweep.runs)
        config = trial_config(self.config.base, trial.params, self._data)
        name = default_name(config, self.config.base, f"trial {trial.number + 1}")
        return Run.create(config, self.sweep.runs, name, about)

    # Watch

    def look(self) -> None:
        """Report new epochs of what is under way, end what is hopeless or not wanted, tell what is over."""
        self._control = self.sweep.control()
        for ongoing in list(self._ongoing.values()):
            try:
                status = ongoing.run.status()  # before its curves: all epochs of one that is over are there
                epochs = ongoing.run.epochs()
            except RunError as error:
                self._fail(ongoing.trial.number, str(error))
                continue
            self._report(ongoing, epochs, status)
            if status.state not in ACTIVE_STATES:
                self._end(ongoing, status, epochs)
        if self._wants("stop"):
            self._halt()

    def _report(self, ongoing: _Ongoing, epochs: dict[str, list[float]], status: Status) -> None:
        known = self._study.trials()[ongoing.trial.number].intermediate_values
        for epoch, value in zip(map(int, epochs["epoch"]), epochs[self.config.measure], strict=True):
            if epoch <= ongoing.epoch or not math.isfinite(value):
                continue
            ongoing.epoch, ongoing.value = epoch, value
            if epoch in known:
                continue
            ongoing.trial.report(value, epoch)
            if not ongoing.why and status.state in ACTIVE_STATES and ongoing.trial.should_prune():
                self._prune(ongoing)

    def _prune(self, ongoing: _Ongoing) -> None:
        """Why is written first: whoever finds the run stopped knows that nobody is to go on with it."""
        ongoing.why = f"Pruned after epoch {ongoing.epoch}."
        ongoing.trial.set_user_attr("why", ongoing.why)
        ongoing.run.write_control(command="stop")

    def _halt(self) -> None:
        """End what is under way; it goes on when the sweep does."""
        for ongoing in self._ongoing.values():
            if not ongoing.is_halted and not ongoing.why:
                ongoing.is_halted = True
                ongoing.run.write_control(command="stop")

    def _end(self, ongoing: _Ongoing, status: Status, epochs: dict[str, list[float]]) -> None:
        number = ongoing.trial.number
        about = {"seconds": status.seconds, "epoch": status.epoch, "epochs": status.epochs}
        if status.state == "stopped" and (ongoing.is_halted or self._wants("stop")) and not ongoing.why:
            self._unfinished.append(number)
        elif status.state == "failed" and _is_full(status):
            raise SweepError(status.error)
        elif status.state == "failed":
            return self._fail(number, status.error or "", **about)
        elif status.state == "stopped" and ongoing.value is not None:
            self._study.pruned(
                number, why=ongoing.why or f"A person stopped it after epoch {status.epoch}.", **about
            )
            self._failures = 0
        elif (value := self._value(epochs)) is not None:
            self._study.complete(number, value, **about)
            self._failures = 0
        else:
            return self._fail(number, "It ended before an epoch was complete.", **about)
        del self._ongoing[number]
        self._importances = self._study.importances()

    def _value(self, epochs: dict[str, list[float]]) -> float | None:
        """Of the epoch whose weights are the final model."""
        best = best_epoch(epochs) if self.config.base.keep_best else None
        place = epochs["epoch"].index(best) if best is not None else -1
        value = epochs[self.config.measure][place] if epochs["epoch"] else math.nan
        return value if math.isfinite(value) else None

    def _fail(self, number: int, why: str, **about: Any) -> None:
        self._study.failed(number, why=why, **about)
        self._ongoing.pop(number, None)
        self._failures, self._last_failure = self._failures + 1, why

    # Say how it goes

    def _save(self, outcome: str, error: str = "") -> None:
        if outcome == "failed" and not error:
            error = (
                f"The last {self._failures} trials failed, so no other one was begun. The last one: "
                f"{self._last_failure} Start another sweep with other settings or ranges, or resume this "
                "one once that is mended."
            )
        running = {number for number, ongoing in self._ongoing.items() if not ongoing.is_halted}
        self._writer.write(
            self._study.trials(), running, state=outcome, error=error, message=self._message(),
            wanted=self._control.trials, heard=self._control.number, importances=self._importances,
        )  # fmt: skip

    def _message(self) -> str:
        if not self._has_time() and self._has_more():
            minutes = f"The {self._control.minutes:.3g} minutes are over: no further trial begins."
            return f"{minutes} Add trials for as many minutes again."
        if self._ongoing and self._wants("pause"):
            return "No further trial begins; what is under way goes on to its end."
        if self._ongoing and self._wants("stop"):
            return "The trials that are under way are being stopped."
        return ""


def _hold(sweep: Sweep) -> int:
    """Become its driver; one that was just told to end is waited for."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return presence.hold(sweep.lock)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
                raise
            if time.monotonic() > deadline:
                raise SweepError(
                    f"Sweep {sweep.id}: another process drives it, expected none. Watch it on the Train "
                    "page, or stop it there first."
                ) from error
        time.sleep(0.1)


def _is_over(status: Status) -> bool:
    """Whether nobody is to go on with the run; one that was stopped with the sweep goes on with it."""
    return status.state == "finished" or (status.state == "failed" and not _is_full(status))


def _is_full(status: Status) -> bool:
    return bool(status.error) and status.error.startswith(DISK_FULL)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        full = f"{DISK_FULL}: " if error.errno == errno.ENOSPC else ""
        return (
            f"{full}The sweep could not be written any more ({error.strerror or error}). Free some space, "
            "then resume it: no trial is lost."
        )
    return str(error)
