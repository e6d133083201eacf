"""What Dask sends to the workers, as functions by name, and what becomes of a run whose worker is lost.

Light: a page may import it. What needs TensorFlow is imported by the functions themselves, in the worker.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from lenet.engine import memory
from lenet.errors import LeaseLost, RunError
from lenet.runs.folder import Run
from lenet.runs.status import ACTIVE_STATES


def train_unless_ended(train: Callable[[str], str], path: str) -> str:
    """Calls `train(path)` for the run in the folder `path`, unless it is at its end: then that state.

    Dask forgets at once what ended and nobody waits for; whoever lost the connection just then asks anew.
    """
    return train(path) if is_active(path) else _open(path).status().state


def train_run(path: str, ticket: str | None = None) -> str:
    """Trains the run in the folder `path` to its end, on a trainer, as long as it is on that ticket.

    Returns the state that it ended in; "lost" where somebody else goes on with it.
    """
    from lenet.training import trainer

    try:
        state = trainer.train(_open(path), ticket=ticket).state
    except LeaseLost:
        state = "lost"
    memory.give_back()  # now, not some runs later: the network and its data refer to each other
    return state


def call(name: str, *args: Any) -> Any:
    """Calls the function `name`, "lenet.evaluation.predictor.predict" say, which the sender need not import.

    What it gives must be of classes of light modules (`lenet.inspection.results`): the sender imports them.
    What it raises becomes a RuntimeError where that would import TensorFlow there, 600 MB for good.
    """
    module, _, function = name.rpartition(".")
    try:
        return getattr(import_module(module), function)(*args)
    except Exception as error:
        if type(error).__module__.partition(".")[0] in ("lenet", "builtins"):
            raise
        words = str(error)[:500]
        raise RuntimeError(f"{type(error).__name__}: {words}") from None


def is_active(path: str) -> bool:
    """Whether the run in the folder `path` is not at its end, as far as one can read."""
    try:
        return _open(path).status().state in ACTIVE_STATES
    except RunError:  # deleted, or damaged
        return False


def is_waiting(path: str) -> bool:
    """Whether the run in the folder `path` has not begun to train. Raises `RunError`: deleted, or damaged."""
    return _open(path).status().state == "queued"


def mark_failed(path: str, ticket: str, sentence: str) -> None:
    """Writes into the run in the folder `path` why it failed, as long as it is on that ticket.

    Raises `RunError`: deleted, or damaged.
    """
    _open(path).mark_failed(sentence, ticket)


def _open(path: str) -> Run:
    folder = Path(path)
    return Run.open(folder.name, folder.parent)
