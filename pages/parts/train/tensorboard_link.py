"""TensorBoard for all runs, started when it is asked for and opened by a link, on this machine alone.

Must not import TensorBoard, TensorFlow or Keras.
"""

from functools import cache
from urllib.parse import urlsplit

import streamlit as st

from lenet.engine.tensorboard_process import TensorBoardProcess
from lenet.errors import EngineError
from lenet.runs.folder import default_folder
from pages.parts.shared.host_check import LOOPBACK
from pages.parts.shared.markdown import escaped

_PROBLEM = "tensorboard-problem"  # of the session


@cache
def process() -> TensorBoardProcess:
    """The one of this server."""
    return TensorBoardProcess(default_folder())


@st.fragment
def tensorboard_link() -> None:
    """A button that starts it, then a link to it; for a browser elsewhere, how to start it there."""
    if not _is_on_this_machine():
        by_hand = f"python -m tensorboard.main --logdir {default_folder()}"
        st.caption(f"TensorBoard shows these runs too, on the machine of this server: `{escaped(by_hand)}`")
    elif url := process().url():
        st.link_button("Open TensorBoard", url, icon=":material/open_in_new:")
    else:
        words = "All curves and the graphs of these runs in TensorBoard, in a tab of its own."
        st.button("Start TensorBoard", icon=":material/monitoring:", on_click=_start, help=words)
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(escaped(problem))


def _start() -> None:
    try:
        process().start()
    except EngineError as error:
        st.session_state[_PROBLEM] = str(error)


def _is_on_this_machine() -> bool:
    """Whether the browser is, as far as its address tells: it has asked for this machine's own name."""
    name = urlsplit(st.context.url or "").hostname
    return name in LOOPBACK and (st.context.ip_address or "127.0.0.1") in LOOPBACK
