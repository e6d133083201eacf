"""The canvas on which a request is answered. Must not import TensorFlow or Keras.

Streamlit finds the canvas only while it runs: outside of a page this module cannot be imported.
"""

from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from lenet.drawing.strokes import Drawing
from pages.parts.shared.markdown import escaped
from pages.parts.shared.sketch import Sketch
from pages.parts.shared.theme import ink, paper

_SKETCH, _REQUEST = "activity-sketch", "activity-request"  # keys of the session
_PEN = 0.06  # of the width of the canvas


def canvas(request: str, sent_before: Drawing | None, size: int) -> None:
    """The canvas: with what was sent before where the page is new, empty where the request is.

    Args:
        request: which it is.
        size: in pixels.
    """
    state = st.session_state
    is_first, is_other = _SKETCH not in state, state.get(_REQUEST) != request
    now = state.setdefault(_SKETCH, Sketch())
    state[_REQUEST] = request
    is_new = _key() not in state  # Streamlit forgets widgets with their page
    if is_other:
        now.cleared = None  # it was drawn for another request
        now.load(sent_before, size, ink(), _sent())
    elif is_new or now.shown_as != (size, ink()):
        drawn().load(now.drawing, size, ink(), _sent())
    else:
        drawn()
    received = st_canvas(
        stroke_width=round(_PEN * size), stroke_color=ink(), background_color=paper(), width=size,
        height=size, initial_drawing=now.shown, key=_key(),
    ).json_data  # fmt: skip
    is_drawn = received is not None and "load" not in received  # else it is what the canvas was told to show
    if is_first and is_drawn:  # the server has forgotten the session, the browser has not
        now.take(received)
        now.load(now.drawing, size, ink(), received)
        st.rerun()
    if is_new:  # a new canvas gives what it is shown
        now.stale = received
    now.take(received)
    if now.problem:
        st.error(escaped(now.problem))


def drawn() -> Sketch:
    """What is drawn, with what the canvas has sent last."""
    now = st.session_state[_SKETCH]
    now.take(_sent())
    return now


def undo() -> None:
    """Take the last stroke away, or bring back what was cleared."""
    drawn().undo(_sent())


def clear() -> None:
    """An empty canvas."""
    drawn().clear(_sent())


def _key() -> str:
    """Of the canvas of this request: what was drawn for another one is not its."""
    return f"activity-canvas-{st.session_state[_REQUEST]}"


def _sent() -> Any:
    """What the canvas sent last, Fabric's JSON; None where there is no canvas, or nothing was drawn on it."""
    state = st.session_state.get(_key()) or {}
    return (state.get("drawing") or {}).get("raw")
