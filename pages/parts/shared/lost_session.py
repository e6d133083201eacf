"""A page that outlives its session: a laptop that slept comes back to a server that has forgotten it.

Streamlit keeps a session for two minutes without its browser (1.67). After that the page looks as before, but
the session behind it is a new one that has drawn nothing: it answers no click. So the browser asks now and
then whether its session is alive, and has the page drawn anew where it is not. It also remembers what was set
up on the Train page; that is set up again, and the page says so. Links name all other choices. Must not
import TensorFlow or Keras.
"""

from pathlib import Path

import streamlit as st
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lenet.runs.config import RunConfig
from pages.parts.shared.run_draft import said, set_up

_KEY, _RENEWED = "lost-session", "session-renewed"  # keys of the session
_LONGEST = 200_000  # characters of a config: sixty-four layers have a tenth of that
_WORDS = (
    "The server had forgotten this page, as it does after two minutes without it or a new start. What you "
    "had set up is here again; if your last click did nothing, click once more."
)

_mount = st.components.v2.component(
    "lenet_lost_session",
    html="<i hidden></i>",
    js=(Path(__file__).parent / "lost_session.js").read_text("utf-8"),
)


def lost_session() -> None:
    """At the end of every page: remembers what is set up, and tells where the session is a new one."""
    config, context = said(), get_script_run_ctx()
    setup = config.model_dump_json() if config else ""
    data = {"session": context.session_id if context else "", "setup": setup}
    _mount(key=_KEY, data=data, on_renewed_change=_renewed, on_lost_change=lambda: None)
    if st.session_state.pop(_RENEWED, False):
        st.toast(_WORDS, icon=":material/history:", duration="long")


def _renewed() -> None:
    """The browser knew another session: set up again what it remembers of that."""
    st.session_state[_RENEWED] = True
    setup = st.session_state[_KEY].get("renewed")
    if not isinstance(setup, str) or not 0 < len(setup) <= _LONGEST:
        return
    try:
        set_up(RunConfig.model_validate_json(setup))
    except ValidationError:  # of a page that an older version has drawn
        return


async def session(request: Request) -> JSONResponse:
    """The route `GET lenet/session?id=…`: whether a browser is connected to the session of that id."""
    is_alive = runtime.exists() and runtime.get_instance().is_active_session(
        request.query_params.get("id", "")
    )
    return JSONResponse({"alive": is_alive}, headers={"Cache-Control": "no-store"})
