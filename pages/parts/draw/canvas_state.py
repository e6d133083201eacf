"""What is drawn on the Draw page: kept in the session, and by the server for a reload.

The drawing lives here, not in the canvas: it survives another size, another theme and another page. The
server keeps a copy under a name that is in the link. Must not import TensorFlow or Keras.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from lenet.drawing import canvas_json
from lenet.drawing.strokes import Drawing
from lenet.errors import DrawingError
from pages.parts.shared.link import read
from pages.parts.shared.link_fields import DRAW as LINK

MOST_KEPT, MOST_POINTS_KEPT = 500, 500_000  # drawings, and points of all of them: 8 MB


@dataclass
class Sketch:
    """What is drawn, and what the canvas was told to show.

    Attributes:
        drawing: None where nothing is drawn.
        shown: `initial_drawing`: what the canvas starts from; another one makes it load that.
        shown_as: size of the canvas and color of the ink that `shown` was made for.
        stale: what the canvas sent that was taken, or was sent before it was told to load something else.
        problem: why what it sent could not be taken; the drawing is what it was before.
        version: grows whenever the drawing becomes another one.
        name: under which the server keeps a copy; empty before the first change.
    """

    drawing: Drawing | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    shown_as: tuple[int, str] | None = None
    stale: Any = None
    loads: int = 0
    version: int = 0
    problem: str = ""
    name: str = ""

    def take(self, sent: Any) -> None:
        """What the canvas sent, unless that is older than what it was told to load."""
        if sent is None or sent == self.stale or self.shown_as is None:
            return
        self.stale, self.problem = sent, ""
        try:
            self.drawing = canvas_json.to_drawing(sent, self.shown_as[0])
        except DrawingError as error:
            self.problem = str(error)
        self._keep()

    def load(self, drawing: Drawing | None, size: int, color: str, sent: Any) -> None:
        """Have the canvas show that drawing; what it has `sent` so far is stale."""
        self.loads += 1  # Fabric ignores it; the canvas loads what differs from what it loaded before
        self.shown_as, self.stale, self.problem = (size, color), sent, ""
        self.shown = canvas_json.to_data(drawing, size, color) | {"load": self.loads}
        if drawing is not self.drawing:
            self.drawing = drawing
            self._keep()

    def _keep(self) -> None:
        self.version += 1
        kept, self.name = _kept(), self.name or secrets.token_urlsafe(6)
        kept[self.name] = self.drawing
        kept.move_to_end(self.name)
        while len(kept) > MOST_KEPT or sum(map(_count, kept.values())) > MOST_POINTS_KEPT:
            kept.popitem(last=False)


def _count(drawing: Drawing | None) -> int:
    return sum(map(len, drawing.strokes)) if drawing else 0


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[str, Drawing | None]:
    """Of all sessions, the longest unchanged one first."""
    return OrderedDict()


def sketch() -> Sketch:
    """The one of this session, else a copy of the one that the link names: its owner's stays as it is."""
    if "sketch" not in st.session_state:
        st.session_state["sketch"] = Sketch(_kept().get(read(LINK["sketch"])))
    return st.session_state["sketch"]
