"""Handing a run to the engine, now or as soon as the engine is there. Must not import TensorFlow or Keras."""

import threading
import time

from lenet.cluster import Engine, EngineError, connect
from lenet.runs import Run, RunError
from pages.parts.engine import engine

_FIRST_POINT = 0.5  # seconds


def launch(run: Run) -> None:
    """Queue the run; never waits for the engine. Raises `RunError` where its folder cannot be written."""
    if ready := engine():
        _submit(ready, run)
    else:
        threading.Thread(target=_launch_later, args=(run,), daemon=True).start()


def launch_and_see(run: Run) -> None:
    """`launch`; where a warm trainer is free, wait a moment: the first drawing then has a point already."""
    ready = engine()
    is_free = ready is not None and ready.state().trainer == "ready"
    launch(run)
    deadline = time.monotonic() + _FIRST_POINT
    while is_free and not (run.path / "steps.csv").exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def _launch_later(run: Run) -> None:
    """In a thread that belongs to no session: it must not call Streamlit."""
    try:
        _submit(connect(), run)
    except (EngineError, RunError) as error:
        run.mark_failed(str(error))


def _submit(ready: Engine, run: Run) -> None:
    run.queue(ready.state().id)
    try:
        ready.submit_training(run.path)
    except EngineError as error:
        run.mark_failed(str(error))
