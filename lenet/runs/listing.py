"""A run as a line of the list of runs, however damaged its files are.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lenet.errors import RunError
from lenet.people.owner import owner_of
from lenet.people.person import Person
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.status import Control, Status, interrupted
from lenet.sentences import LONGEST, plain, shortened


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
    owner: Person | None = None  # in a class; None: everybody's
    tags: tuple[str, ...] = ()
    sweep: str = ""  # whose trial it is

    @property
    def accuracy(self) -> float | None:
        """Test accuracy, else the last validation accuracy; 0–1."""
        status = self.status
        return status.test_accuracy if status.test_accuracy is not None else status.val_accuracy

    @property
    def accuracy_of(self) -> str:
        """Which part of the data set that accuracy is of; empty where nobody knows it."""
        if self.status.test_accuracy is not None:
            return "test"
        return "validation" if self.status.val_accuracy is not None else ""

    @property
    def num_images(self) -> int | None:
        """That the accuracy is of; None where nobody knows."""
        status = self.status
        return status.test_images if status.test_accuracy is not None else status.val_images


def summarize(path: Path, engine: str | None = None) -> RunSummary:
    """The line of one run folder in the list of runs. Never raises: what is damaged is its `problem`."""
    run, problems = Run(path), []
    config = _or(None, lambda: run.config, problems)
    control = _or(Control(), run.control, problems)
    status = _or(Status(state="failed"), run.status, problems)
    recipe = _recipe(config) if config else ""
    default = f"{recipe} {path.name[-4:]}" if config else path.name
    given = control.name or (config.name if config else "")
    trial = _or(None, run.trial, problems)
    state = "damaged" if problems else "interrupted" if interrupted(status, engine) else status.state
    return RunSummary(
        id=path.name,
        name=" ".join(given.split()) or default,
        recipe=recipe,
        dataset=config.dataset if config else "",
        state=state,
        status=status,
        problem=shortened(" ".join(problems), LONGEST) or None,
        owner=owner_of(path),
        tags=tuple(dict.fromkeys(tag for each in control.tags if (tag := " ".join(plain(each).split())))),
        sweep=trial.sweep if trial else "",
    )


def _recipe(config: RunConfig) -> str:
    """What it was set up from: not the recipe alone where its layers are others."""
    edited = "" if config.architecture else ", edited layers"
    return config.recipe + edited if config.recipe else config.architecture or "own network"


def _or(default: Any, read: Callable[[], Any], problems: list[str]) -> Any:
    """What `read` returns; the default where it cannot be read, and why among the problems."""
    try:
        return read()
    except RunError as error:
        problems.append(str(error))
        return default
