"""The sweeps that a server sees to: each driven by a process of its own, whose runs this server's engine
trains.

Optuna is in that process alone, which ends with the server, however that ends; another server then goes on.
Must not import Optuna, Dask, TensorFlow or Streamlit.
"""

import json
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from lenet.engine.base import Engine
from lenet.engine.lifeline import start_child, tell_to_end
from lenet.errors import EngineError, LeaseLost, RunError, SweepError
from lenet.runs.folder import Run
from lenet.runs.presence import is_alive
from lenet.runs.status import ACTIVE_STATES
from lenet.sweep.folder import Sweep, all_sweeps
from lenet.sweep.state import ACTIVE

_ENDED_EARLY = (
    "The process that drives the sweep ended early: often memory is short. Close other programs, then "
    "resume it: no trial is lost."
)


class Sweeps:
    """All of one server.

    Args:
        connect: the engine; waits for it, and raises `EngineError` where there is none.
        server: the id of the server; None where it has none, so that nobody takes up what it leaves.
    """

    def __init__(self, connect: Callable[[], Engine], server: str | None) -> None:
        self._connect, self._server = connect, server
        self._lock = threading.Lock()
        self._driven: set[str] = set()
        self._problems: dict[str, str] = {}  # as long as they cannot be written

    def problem(self, sweep: Sweep) -> str:
        """Why it went on no more, where its folder could not be told; else empty."""
        return self._problems.get(sweep.id, "")

    def is_driving(self, sweep: Sweep) -> bool:
        """Whether this server drives it."""
        return sweep.id in self._driven

    def go_on(self, sweep: Sweep) -> None:
        """Drive it from now on, unless this server does. Raises `SweepError`: it cannot be written."""
        with self._lock:
            if sweep.id in self._driven:
                return
            try:
                sweep.write_state(sweep.state().model_copy(update=self._handed_over()))
            except OSError as error:
                raise SweepError(
                    f"{sweep.path} cannot be written: {error.strerror or error}. Free some space."
                ) from error
            self._driven.add(sweep.id)
            self._problems.pop(sweep.id, None)
        threading.Thread(target=self._drive, args=(sweep,), name=f"sweep {sweep.id}", daemon=True).start()

    def take_up(self, folder: Path) -> None:
        """Go on with the sweeps that a server before this one left."""
        for sweep in left(folder):
            with suppress(SweepError):
                self.go_on(sweep)

    def _handed_over(self) -> dict[str, object]:
        return {
            "state": "waiting",
            "server": self._server,
            "error": "",
            "message": "Its process is starting.",
        }

    def _drive(self, sweep: Sweep) -> None:
        """In a thread that belongs to no session."""
        while True:
            problem = self._until_it_ends(sweep)
            with self._lock:
                if problem or not _is_wanted(sweep):
                    self._driven.discard(sweep.id)
                    break
        if problem:
            self._tell(sweep, problem)

    def _tell(self, sweep: Sweep, problem: str) -> None:
        if sweep.is_driven():  # by another process, whose state it is
            self._problems[sweep.id] = problem
            return
        try:
            sweep.write_state(
                sweep.state().model_copy(update={"state": "failed", "error": problem, "message": ""})
            )
        except (OSError, SweepError):
            self._problems[sweep.id] = problem

    def _until_it_ends(self, sweep: Sweep) -> str:
        """What went wrong; empty where nothing did."""
        try:
            engine = self._connect()
            child = start_child(
                "lenet.engine.sweep_child",
                str(sweep.path.absolute()), str(engine.num_trainers()), self._server or "",
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except (EngineError, OSError) as error:
            return str(error)
        with child:
            for line in child.stdout:
                said = json.loads(line)
                problem = said.get("problem") or self._launch(engine, Run(sweep.runs / said["start"]))
                if problem:
                    tell_to_end(child)
                    return problem
        return _ENDED_EARLY if child.returncode else ""

    def _launch(self, engine: Engine, run: Run) -> str:
        """Have it trained, unless this engine has it already; what went wrong."""
        with suppress(LeaseLost):  # somebody else goes on with it
            try:
                status = run.status()
                if status.state in ACTIVE_STATES and status.engine == engine.state().id:
                    return ""
                engine.submit_training(run.path, ticket=run.queue(self._server))
            except (RunError, EngineError) as error:
                return str(error)
        return ""


def left(folder: Path) -> list[Sweep]:
    """Those that went on when their server ended, the oldest first."""
    return [sweep for sweep in reversed(all_sweeps(folder)) if _is_left(sweep)]


def _is_left(sweep: Sweep) -> bool:
    with suppress(SweepError):
        state = sweep.state()
        return state.state in ACTIVE and bool(state.server) and not is_alive(sweep.runs, state.server)
    return False


def _is_wanted(sweep: Sweep) -> bool:
    """Whether a person has asked for something that its driver has not heard any more."""
    with suppress(SweepError):
        control = sweep.control()
        return control.command == "run" and control.number != sweep.state().heard
    return False
