"""How a run goes and what a person wants of it, as the files of its folder say; when it is interrupted.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lenet.sentences import LONGEST, plain, shortened
from lenet.values import at_most

State = Literal["queued", "running", "paused", "finished", "stopped", "failed"]
ACTIVE_STATES = ("queued", "running", "paused")
LONGEST_TAG, MOST_TAGS = 40, 20  # characters of a tag; tags of a run
MOST_TURNS = 10_000
DISK_FULL = "The disk is full"  # how the error of a run begins that failed for that alone
DIVERGED = "The loss became NaN or infinite"  # likewise


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
    val_images: Count | None = None  # that these are of
    test_loss: float | None = None
    test_accuracy: Share | None = None
    test_images: Count | None = None  # that these are of
    learning_rate: float | None = None
    best_epoch: Count | None = None  # of the lowest validation loss
    message: Words | None = None  # what it is doing when that is not training; why it ended early
    error: Words | None = None  # why it failed
    created: Moment = 0.0
    queued_at: Moment = 0.0
    turn: Annotated[int, Field(ge=0, le=MOST_TURNS)] = 0  # of its owner in the queue: `lenet.runs.turn`
    heartbeat: Moment = 0.0
    host: Words | None = None
    engine: Words | None = None  # which engine has it; see `interrupted`
    server: Words | None = None  # whose end leaves it without a trainer; see `lenet.engine.abandoned`

    @property
    def in_queue(self) -> tuple[int, float]:
        """What is smaller trains sooner."""
        return self.turn, self.queued_at


class Control(BaseModel):
    """What the person wants; written by pages and the command line, read between chunks of steps."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    command: Literal["run", "pause", "stop"] = "run"
    learning_rate: float | None = Field(None, gt=0)  # instead of the schedule's; None: the schedule
    # Asked for later: (after this epoch, so many)
    more_epochs: Annotated[tuple[tuple[Count, Count], ...], at_most(1_000)] = ()
    name: str | None = Field(None, max_length=80)  # the run's name: by default, or since it was renamed
    # By which runs are found again
    tags: Annotated[tuple[Annotated[str, Field(max_length=LONGEST_TAG)], ...], at_most(MOST_TAGS)] = ()


# Without a sign of life for so long (seconds), a run of another engine, or of this one, is interrupted.
_SILENCE_OF_ANOTHER_ENGINE = 15.0
_SILENCE = 120.0
_CLOCKS_APART = 86_400.0  # a sign of life from later than this is none


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
