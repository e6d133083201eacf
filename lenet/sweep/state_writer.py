"""Writes how a sweep goes, for pages that have no Optuna: `state.json`, where it says something new.

Loads Optuna; must not import TensorFlow or Streamlit.
"""

import time
from collections.abc import Collection
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from lenet.runs.trial import Trial as TrialOfSweep
from lenet.sweep.folder import Sweep
from lenet.sweep.state import TrialState as Line

SAVE_SECONDS = 2.0  # between two states where no trial began or ended
_STATES = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}


class StateWriter:
    """As long as one driver has a sweep; what it wrote last is kept in mind.

    Args:
        server: the one that sees to it; None: a terminal.

    Raises:
        SweepError: the state cannot be read.
    """

    def __init__(self, sweep: Sweep, server: str | None) -> None:
        self._sweep, self._server, self._former = sweep, server, sweep.state()
        self._since, self._saved_at = time.monotonic(), 0.0
        self._over: dict[int, Line] = {}  # trials at their end
        self._saved: dict[str, Any] = {}

    @property
    def seconds(self) -> float:
        """That the sweep went on, in all."""
        return self._former.seconds + time.monotonic() - self._since

    def write(self, trials: Collection[FrozenTrial], running: Collection[int], **about: Any) -> None:
        """Say how it goes; where no more than an epoch is new, now and then.

        Args:
            running: the numbers of the trials that are under way.
            about: the other fields of a `SweepState`.

        Raises:
            OSError: it cannot be written.
        """
        lines = [self._line(trial, running) for trial in trials if trial.state != TrialState.WAITING]
        what = {"trials": lines, "server": self._server} | about
        if what == self._saved:
            return
        is_urgent = _turn(what) != _turn(self._saved)
        if is_urgent or time.monotonic() - self._saved_at > SAVE_SECONDS:
            self._sweep.write_state(self._former.model_copy(update=what | {"seconds": self.seconds}))
            self._saved, self._saved_at = what, time.monotonic()

    def _line(self, trial: FrozenTrial, running: Collection[int]) -> Line:
        if trial.state.is_finished():
            if trial.number not in self._over:
                self._over[trial.number] = self._last_line(trial)
            return self._over[trial.number]
        last = trial.last_step
        return Line(
            **self._known(trial),
            state="running" if trial.number in running else "stopped",
            value=None if last is None else trial.intermediate_values[last],
            epoch=last or 0,
        )

    def _last_line(self, trial: FrozenTrial) -> Line:
        about = {"epoch": trial.last_step or 0} | trial.user_attrs.get("about", {})
        return Line(**self._known(trial), state=_STATES[trial.state], value=trial.value, **about)

    def _known(self, trial: FrozenTrial) -> dict[str, Any]:
        run_id = TrialOfSweep(sweep=self._sweep.id, number=trial.number).run_id
        has_run = (self._sweep.runs / run_id).is_dir()
        return {"number": trial.number, "run": run_id if has_run else "", "settings": dict(trial.params)}


def _turn(what: dict[str, Any]) -> list[Any]:
    """All of a state but how far its trials are."""
    trials = [(trial.number, trial.state) for trial in what.get("trials", [])]
    return [trials, *(value for name, value in what.items() if name != "trials")]
