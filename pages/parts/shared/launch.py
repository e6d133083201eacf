"""Handing a run to the engine, now or as soon as the engine is there. Must not import TensorFlow or Keras."""

import threading
import time
from contextlib import suppress

from lenet.engine import admission
from lenet.engine.base import Engine
from lenet.engine.connect import connect
from lenet.errors import EngineError, LeaseLost, RunError
from lenet.people.owner import owner_of
from lenet.runs.folder import Run, default_folder
from lenet.runs.run_index import list_runs
from lenet.runs.turn import next_turn
from pages.parts.shared.engine import engine, engine_id, server_id

_FIRST_POINT = 0.5  # seconds


def launch(run: Run) -> None:
    """Queue the run; never waits for the engine.

    Raises `RunError` where its folder cannot be written, `NotAllowed` where it is over its owner's limits.
    """
    admission.check(run)
    with suppress(LeaseLost):  # somebody else did the same this moment
        turn = next_turn(owner_of(run.path), list_runs(default_folder(), engine_id()), run.id)
        ticket, ready = run.queue(server_id(), turn), engine()
        if ready:
            _submit(ready, run, ticket)
        else:
            threading.Thread(target=_launch_later, args=(run, ticket), daemon=True).start()


def launch_and_see(run: Run) -> None:
    """`launch`; where a warm trainer is free, wait a moment: the first drawing then has a point already."""
    ready = engine()
    is_free = ready is not None and ready.state().trainer == "ready"
    launch(run)
    deadline = time.monotonic() + _FIRST_POINT
    while is_free and not (run.path / "steps.csv").exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def _launch_later(run: Run, ticket: str) -> None:
    """In a thread that belongs to no session: it must not call Streamlit."""
    try:
        _submit(connect(), run, ticket)
    except (EngineError, RunError) as error:
        with suppress(RunError):
            run.mark_failed(str(error), ticket)


def _submit(ready: Engine, run: Run, ticket: str) -> None:
    with suppress(EngineError, LeaseLost):  # the run says so; or whoever has it now
        ready.submit_training(run.path, ticket=ticket)
