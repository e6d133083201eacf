"""The canvas of the Draw page: what is drawn on it, undo, clear, the pen.

The drawing lives in the session, not in the canvas: it survives another size, another theme and another page.
The server keeps a copy under a name that is in the link, so that it survives a reload too. Must not import
TensorFlow or Keras.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from lenet import canvas
from lenet.strokes import Drawing, DrawingError
from pages.parts.draw_theme import ink, paper
from pages.parts.words import escaped

_KEY = "draw-canvas"
_PENS, _USUAL_PEN, _PEN_CANVAS = (6, 40), 20, 320  # pixels of a pen, on a canvas of so many
_MOST_KEPT = 500  # drawings; some 10 kB each


@dataclass
class Sketch:
    """What is drawn, and what the canvas was told to show.

    Attributes:
        drawing: None where nothing is drawn.
        shown: `initial_drawing`: what the canvas starts from; another one makes it load that.
        shown_as: size of the canvas and color of the ink that `shown` was made for.
        stale: what the canvas sent that was taken, or was sent before it was told to load something else.
        problem: why what it sent could not be taken; the drawing is what it was before.
        name: under which the server keeps a copy; empty before the first change.
    """

    drawing: Drawing | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    shown_as: tuple[int, str] | None = None
    stale: Any = None
    loads: int = 0
    problem: str = ""
    name: str = ""

    def take(self, sent: Any, pen: int) -> None:
        """What the canvas sent, unless that is older than what it was told to load."""
        if sent is None or sent == self.stale or self.shown_as is None:
            return
        self.stale, self.problem = sent, ""
        try:
            self.drawing = canvas.to_drawing(sent, self.shown_as[0], pen)
        except DrawingError as error:
            self.problem = str(error)
        self._keep()

    def load(self, drawing: Drawing | None, size: int, color: str, sent: Any) -> None:
        """Have the canvas show that drawing; what it has `sent` so far is stale."""
        self.loads += 1  # Fabric ignores it; the canvas loads what differs from what it loaded before
        self.shown_as, self.stale, self.problem = (size, color), sent, ""
        self.shown = canvas.to_data(drawing, size, color) | {"load": self.loads}
        if drawing is not self.drawing:
            self.drawing = drawing
            self._keep()

    def _keep(self) -> None:
        kept, self.name = _kept(), self.name or secrets.token_urlsafe(6)
        kept[self.name] = self.drawing
        kept.move_to_end(self.name)
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[str, Drawing | None]:
    """Of all sessions, the longest unchanged one first."""
    return OrderedDict()


def _sketch() -> Sketch:
    """The one of this session, else a copy of the one that the link names: its owner's stays as it is."""
    if "sketch" not in st.session_state:
        st.session_state["sketch"] = Sketch(_kept().get(st.query_params.get("sketch", "")))
    return st.session_state["sketch"]


def draw(size: int, pen: int) -> Drawing | None:
    """The canvas, with what the person has drawn so far; `size` and `pen` in pixels."""
    sketch, shown_as = _sketch(), (size, ink())
    sketch.take(_sent(), pen)  # before anything is loaded over it
    if sketch.shown_as != shown_as or _KEY not in st.session_state:
        sketch.load(sketch.drawing, *shown_as, _sent())
    st_canvas(
        stroke_width=pen, stroke_color=ink(), background_color=paper(), width=size, height=size,
        initial_drawing=sketch.shown, key=_KEY,
    )  # fmt: skip
    if sketch.name and st.query_params.get("sketch") != sketch.name:
        st.query_params["sketch"] = sketch.name
    if sketch.problem:
        st.error(escaped(sketch.problem))
    return sketch.drawing


def _sent() -> Any:
    """What the canvas sent last, Fabric's JSON; None where there is no canvas, or nothing was drawn on it."""
    state = st.session_state.get(_KEY) or {}
    return (state.get("drawing") or {}).get("raw")


def canvas_buttons(size: int) -> int:
    """Undo, clear, and the pen's width, which is returned in pixels of a canvas of that size."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.button("Undo", icon=":material/undo:", on_click=_undo)
        st.button("Clear", icon=":material/delete:", on_click=clear)
        st.markdown(":material/line_weight:", width="content")
        pen = st.slider("Pen width", *_PENS, _USUAL_PEN, key="draw-pen", label_visibility="collapsed",
                        persist_state="session")  # fmt: skip
    return round(pen * size / _PEN_CANVAS)


def clear() -> None:
    """An empty canvas."""
    _replace(None)


def _undo() -> None:
    """Take the last stroke away."""
    drawing = _sketch().drawing
    strokes = drawing.strokes[:-1] if drawing else ()
    _replace(Drawing(strokes, drawing.canvas, drawing.pen) if strokes else None)


def _replace(drawing: Drawing | None) -> None:
    sketch = _sketch()
    if sketch.shown_as:
        sketch.load(drawing, *sketch.shown_as, _sent())
