"""The engine behind the pages: started once for the whole server, when the first page is on the screen.

No page waits for it. Must not import Dask, TensorFlow or Keras.
"""

import threading
import time

import streamlit as st

from lenet.cluster import Engine, EngineError, EngineState, connect

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
                self.engine = connect()
            except EngineError as error:
                self.problem = str(error)
                time.sleep(_RETRY)


@st.cache_resource(show_spinner=False)
def _starter() -> _Starter:
    return _Starter()


def engine() -> Engine | None:
    """The engine, or None while it is being started or cannot be; never waits."""
    return _starter().engine


def engine_id() -> str | None:
    """The id of the engine, by which runs know theirs; None as long as there is none."""
    ready = engine()
    return ready.state().id if ready else None


def engine_status() -> None:
    """One line that says what the engine can do now; call it in a fragment that runs again by itself."""
    starter = _starter()
    if starter.engine:
        _show(starter.engine, starter.engine.state())
    elif starter.problem:
        st.warning(_markdown(starter.problem), icon=":material/power_off:")
    else:
        st.caption(":material/hourglass_top: The engine is starting")


def _show(engine: Engine, state: EngineState) -> None:
    if state.problem:
        _show_problem(engine, state)
    elif state.trainer == "warming":
        st.caption(
            f":material/hourglass_top: TensorFlow is warming up on the trainer: {state.seconds:.0f} s "
            f"so far, usually about {_USUAL_WARM_UP}. A run that you start now begins when it is ready."
        )
    elif state.inference == "warming":
        st.caption(":material/check_circle: Ready to train; TensorFlow is warming up for inference")
    else:
        st.caption(":material/check_circle: Engine ready")


def _show_problem(engine: Engine, state: EngineState) -> None:
    st.warning(_markdown(state.problem), icon=":material/error:")
    if state.details:
        with st.expander("Last lines of the worker"):
            st.code(state.details, language=None)
    if state.embedded and "missing" in (state.trainer, state.inference):
        st.button("Try again", icon=":material/restart_alt:", on_click=engine.try_again)


def _markdown(problem: str) -> str:
    return problem.replace("\n", "\n\n")
