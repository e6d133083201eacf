"""The canvas of the Draw page: undo, clear, the pen. Must not import TensorFlow or Keras.

Streamlit finds the canvas only while it runs: outside of a page this module cannot be imported.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from pages.parts.draw.canvas_state import KeptSketch, sketch
from pages.parts.draw.prediction_cards import PAGE
from pages.parts.shared.link import read, write
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.live_network import live_network, strokes
from pages.parts.shared.markdown import escaped
from pages.parts.shared.theme import ink, paper

_KEY = "draw-canvas"
_PENS, _PEN_CANVAS = (6, 40), 320  # pixels of a pen, on a canvas of so many


def draw(size: int, pen: int, specs: Sequence[str], box: bool, center: bool) -> Drawing | None:
    """The canvas, and what listens to the pen on it, so that models answer while it moves.

    Args:
        size, pen: in pixels.
        specs: the models.
        box, center: which steps from strokes to pixels are taken.

    Returns:
        What the person has drawn, as far as the canvas has reported it.
    """
    now, shown_as = take_sent(), (size, ink())
    is_new = now.shown_as is None
    if now.shown_as != shown_as:
        now.load(now.drawing, *shown_as, _sent())
    sent = st_canvas(
        stroke_width=pen, stroke_color=ink(), background_color=paper(), width=size, height=size,
        initial_drawing=now.shown, key=_KEY,
    ).json_data  # fmt: skip
    if not is_new:  # a new canvas gives what it is shown
        now.take(sent)
    known = {"canvas": size, "pen": _pen(now, size, pen), "loads": now.loads, "box": box, "center": center}
    live_network(
        "pen", PAGE, "live-pen", canvas=_KEY, models=specs,
        drawing=known | {"strokes": strokes(now.drawing, size)},
    )  # fmt: skip
    if now.name and read(LINK["sketch"]) != now.name:
        write(LINK["sketch"], now.name)
    if now.problem:
        st.error(escaped(now.problem))
    return now.drawing


def take_sent() -> KeptSketch:
    """What is drawn, with what the canvas has sent last."""
    now = sketch()
    now.take(_sent())
    return now


def put_away() -> None:
    """The canvas is not on the page: it is told what is drawn when it comes back."""
    take_sent().shown_as = None


def bring_out() -> None:
    """Whoever comes from another page gets a new canvas: Streamlit forgets widgets with their page."""
    if _KEY not in st.session_state:
        put_away()


def see(box: bool, center: bool) -> np.ndarray | None:
    """(28, 28) uint8: what the network sees of what is drawn; None where nothing is."""
    drawing = take_sent().drawing  # a click on a button may come together with the last stroke
    return None if drawing is None else render([drawing], box, center)[0]


def _pen(now: KeptSketch, size: int, pen: int) -> float:
    """The width of what is drawn, in pixels of the canvas; of the pen where nothing is."""
    return now.drawing.pen * size / now.drawing.canvas if now.drawing else pen


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
    """An empty canvas; undo brings back what was on it."""
    take_sent().clear(_sent())


def _undo() -> None:
    take_sent().undo(_sent())
