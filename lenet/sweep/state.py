"""How a sweep goes and what a person wants of it, as two small files that pages read without Optuna.

Must not import Optuna, numpy, Streamlit, TensorFlow or Keras.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lenet.runs.status import Count, Moment, Seconds, Share, Words
from lenet.sweep.space import Value
from lenet.values import at_most

SweepStatus = Literal["waiting", "running", "paused", "stopped", "finished", "failed"]
ACTIVE = ("waiting", "running")
MOST_KEPT = 10_000


class TrialState(BaseModel):
    """A trial as the leaderboard has it.

    Attributes:
        run: the id of its run; empty where its settings made none.
        value: of the sweep's measure; of one that goes on, that of its last epoch.
        why: why it failed, or ended early.
    """

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    number: Count
    state: Literal["running", "complete", "pruned", "stopped", "failed"] = "running"
    run: str = Field("", max_length=200)
    settings: dict[str, Value] = {}
    value: float | None = None
    epoch: Count = 0
    epochs: Count = 0
    seconds: Seconds = 0.0
    why: Words = ""


class SweepState(BaseModel):
    """Written by whoever drives the sweep, and by whoever hands it over while nobody does.

    Attributes:
        server: the one that sees to it; None: a terminal.
        seconds: that it went on, in all.
        heard: the number of the person's wishes (`SweepControl.number`) that this answers.
        trials: by number.
        importances: setting → share, together 1; empty where too few trials are complete.
    """

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    state: SweepStatus = "waiting"
    server: Words | None = None
    created: Moment = 0.0
    seconds: Seconds = 0.0
    wanted: Count = 0
    heard: Count = 0
    message: Words = ""
    error: Words = ""
    trials: Annotated[list[TrialState], at_most(MOST_KEPT)] = []
    importances: dict[str, Share] = {}

    @property
    def done(self) -> int:
        """How many trials are at their end; one that was stopped with the sweep goes on with it."""
        return sum(trial.state not in ("running", "stopped") for trial in self.trials)

    def best(self, is_maximized: bool) -> TrialState | None:
        """The best of the complete trials; the first of equals."""
        return next(iter(ranked(self.trials, is_maximized)), None)


class SweepControl(BaseModel):
    """What a person wants; `number` counts the changes."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    command: Literal["run", "pause", "stop"] = "run"
    trials: Count = 0
    minutes: float | None = Field(None, gt=0)
    number: Count = 0


def ranked(trials: list[TrialState], is_maximized: bool) -> list[TrialState]:
    """The complete ones, the best first."""
    complete = [trial for trial in trials if trial.state == "complete" and trial.value is not None]
    return sorted(complete, key=lambda trial: -trial.value if is_maximized else trial.value)
