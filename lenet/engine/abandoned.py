"""Runs whose server ended while they trained or waited: the next one goes on with them, each by one alone.

Only runs that a server saw to (`Status.server`): the command line's belong to a person at a terminal, and
those that were handed to a scheduler elsewhere may be training there. Must not import Dask or TensorFlow.
"""

import os
from contextlib import suppress
from pathlib import Path

from lenet.engine.base import Engine
from lenet.errors import EngineError, LeaseLost, RunError
from lenet.runs.folder import Run
from lenet.runs.ids import is_id
from lenet.runs.lease import current_ticket
from lenet.runs.presence import is_alive
from lenet.runs.status import ACTIVE_STATES, Status


def abandoned(folder: Path) -> list[Run]:
    """Those of a runs folder, in the order in which they were queued."""
    try:
        names = [entry.name for entry in os.scandir(folder) if is_id(entry.name) and entry.is_dir()]
    except OSError:  # no folder yet
        return []
    runs = [Run(folder / name) for name in names]
    found = [(status.queued_at, run.id, run) for run in runs if (status := _left(run))]
    return [run for *_, run in sorted(found)]


def take_up(engine: Engine, server: str, folder: Path) -> None:
    """Hand the abandoned runs to `engine`, as each was left: one that was paused waits, paused.

    What another server takes up at the same time is left to it.
    """
    for run in abandoned(folder):
        with suppress(RunError, LeaseLost, EngineError, OSError):
            ticket = current_ticket(run.path)
            if _left(run):  # still so, on that ticket
                engine.submit_training(run.path, ticket=run.take_up(server, ticket))


def _left(run: Run) -> Status | None:
    """Its status, where nobody is left who sees to it."""
    with suppress(RunError):
        status = run.status()
        if status.state in ACTIVE_STATES and status.server and not is_alive(run.path.parent, status.server):
            return status
    return None
