"""The canvas of the Draw page: undo, clear, the pen. Must not import TensorFlow or Keras.

Streamlit finds the canvas only while it runs: outside of a page this module cannot be imported.
"""

from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from lenet.drawing.strokes import Drawing
from pages.parts.draw.canvas_state import sketch
from pages.parts.draw.keyboard_pen import keyboard_pen
from pages.parts.shared.link import read, write
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.theme import ink, paper

_KEY = "draw-canvas"
_PENS, _PEN_CANVAS = (6, 40), 320  # pixels of a pen, on a canvas of so many


def draw(size: int, pen: int) -> Drawing | None:
    """The canvas, with what the person has drawn so far; `size` and `pen` in pixels."""
    now, shown_as = sketch(), (size, ink())
    now.take(_sent(), pen)  # before anything is loaded over it
    if now.shown_as != shown_as or _KEY not in st.session_state:
        now.load(now.drawing, *shown_as, _sent())
    with st.container(gap=None):
        keyboard_pen(size)
        st_canvas(
            stroke_width=pen, stroke_color=ink(), background_color=paper(), width=size, height=size,
            initial_drawing=now.shown, key=_KEY,
        )  # fmt: skip
    if now.name and read(LINK["sketch"]) != now.name:
        write(LINK["sketch"], now.name)
    if now.problem:
        st.error(escaped(now.problem))
    return now.drawing


def _sent() -> Any:
    """What the canvas sent last, Fabric's JSON; None where there is no canvas, or nothing was drawn on it."""
    state = st.session_state.get(_KEY) or {}
    return (state.get("drawing") or {}).get("raw")


def canvas_buttons(size: int, usual_pen: int) -> int:
    """Undo, clear, and the pen's width, which is returned in pixels of a canvas of that size."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.button("Undo", icon=":material/undo:", on_click=_undo)
        st.button("Clear", icon=":material/delete:", on_click=clear)
        st.markdown(":material/line_weight:", width="content")
        pen = st.slider("Pen width", *_PENS, usual_pen, key=f"draw-pen-{usual_pen}", persist_state="session",
                        label_visibility="collapsed")  # fmt: skip
    return round(pen * size / _PEN_CANVAS)


def clear() -> None:
    """An empty canvas."""
    _replace(None)


def _undo() -> None:
    """Take the last stroke away."""
    drawing = sketch().drawing
    strokes = drawing.strokes[:-1] if drawing else ()
    _replace(Drawing(strokes, drawing.canvas, drawing.pen) if strokes else None)


def _replace(drawing: Drawing | None) -> None:
    now = sketch()
    if now.shown_as:
        now.load(drawing, *now.shown_as, _sent())
