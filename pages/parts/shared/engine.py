"""The engine behind the pages: started once for the whole server, when the first page is on the screen.

No page waits for it. Must not import Dask, TensorFlow or Keras.
"""

import threading
import time
from functools import cache, cached_property

import streamlit as st

from lenet.engine.abandoned import abandoned, take_up
from lenet.engine.base import Engine, EngineState
from lenet.engine.connect import connect
from lenet.engine.sweeps import Sweeps, left
from lenet.errors import EngineError
from lenet.runs.folder import default_folder
from lenet.runs.presence import Presence

READY = "Engine ready"
_PAGE_FIRST = 1.0  # seconds: until then the processor belongs to the first page
_RETRY = 10.0  # seconds
_USUAL_WARM_UP = 10  # seconds, on a slow machine


class _Starter:
    """Connects in a thread of its own, which must not call Streamlit: it belongs to no session."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.problem: str | None = None
        threading.Thread(target=self._connect, name="lenet engine", daemon=True).start()

    def _connect(self) -> None:
        time.sleep(_PAGE_FIRST)
        while self.engine is None:
            try:
                engine = connect()
            except EngineError as error:
                self.problem = str(error)
                time.sleep(_RETRY)
            else:
                self._take_up(engine)
                self.engine = engine

    def _take_up(self, engine: Engine) -> None:
        """Go on with what a server before this one left: runs first, so that trials among them train once."""
        if abandoned(default_folder()) and self.server:
            take_up(engine, self.server, default_folder())
        if left(default_folder()) and self.server:
            self.sweeps.take_up(default_folder())

    @cached_property
    def sweeps(self) -> Sweeps:
        """Those that this server sees to."""
        return Sweeps(connect, self.server)

    @cached_property
    def server(self) -> str | None:
        """What says that this server is alive; made when it sees to its first run."""
        try:
            self._presence = Presence(default_folder())
        except OSError:  # no such folder, or no locks there: nobody will take up what this server leaves
            return None
        return self._presence.id


_starting = threading.Lock()


def _starter() -> _Starter:
    """One for the whole server; also for threads that belong to no session."""
    with _starting:
        return _only_starter()


@cache
def _only_starter() -> _Starter:
    return _Starter()


def engine() -> Engine | None:
    """The engine, or None while it is being started or cannot be; never waits."""
    return _starter().engine


def engine_id() -> str | None:
    """The id of the engine, by which runs know theirs; None as long as there is none."""
    ready = engine()
    return ready.state().id if ready else None


def server_id() -> str | None:
    """The id of this server, by which another one knows whether runs are still seen to."""
    return _starter().server


def sweeps() -> Sweeps:
    """The sweeps that this server sees to."""
    return _starter().sweeps


def engine_words() -> str:
    """What is still to come before all can be done, else `READY`; "" where a person must act."""
    starter = _starter()
    if starter.engine is None:
        return "" if starter.problem else "The engine is starting"
    state = starter.engine.state()
    if state.problem:
        return ""
    if state.trainer == "warming":
        return (
            f"TensorFlow is warming up on the trainer: {state.seconds:.0f} s so far"
            f"{usual_warm_up(state.seconds)}. A run that you start now begins when it is ready."
        )
    return "Ready to train; TensorFlow is warming up for inference" if state.inference == "warming" else READY


def usual_warm_up(seconds: float) -> str:
    """How long warming up takes, after a comma; nothing once it has taken longer."""
    return f", usually about {_USUAL_WARM_UP} s" if seconds < _USUAL_WARM_UP else ""


def engine_status() -> None:
    """One line that says what the engine can do now; call it in a fragment that runs again by itself."""
    if engine_problem():
        return
    ready = engine()
    can_train = ready is not None and ready.state().trainer != "warming"
    st.caption(f":material/{'check_circle' if can_train else 'hourglass_top'}: {engine_words()}")


def engine_problem() -> bool:
    """What a person must do before the engine can go on, if anything; whether there is."""
    starter = _starter()
    state = starter.engine.state() if starter.engine else None
    if state is not None and state.problem:
        _show_problem(starter.engine, state)
    elif state is None and starter.problem:
        st.warning(_markdown(starter.problem), icon=":material/power_off:")
    else:
        return False
    return True


def _show_problem(engine: Engine, state: EngineState) -> None:
    st.warning(_markdown(state.problem), icon=":material/error:")
    if state.details:
        with st.expander("Last lines of the worker"):
            st.code(state.details, language=None)
    if state.embedded and "missing" in (state.trainer, state.inference):
        st.button("Try again", icon=":material/restart_alt:", on_click=engine.try_again)


def _markdown(problem: str) -> str:
    return problem.replace("\n", "\n\n")
