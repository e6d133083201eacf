"""What is drawn on the Draw page: kept in the session, and by the server for a reload.

The server keeps a copy under a name that is in the link. Must not import TensorFlow or Keras.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

import streamlit as st

from lenet.drawing.strokes import Drawing
from pages.parts.shared.link import read
from pages.parts.shared.link_fields import DRAW as LINK
from pages.parts.shared.sketch import Sketch

MOST_KEPT, MOST_POINTS_KEPT = 500, 500_000  # drawings, and points of all of them: 8 MB


@dataclass
class KeptSketch(Sketch):
    """A sketch of which the server keeps a copy.

    Attributes:
        name: under which the server keeps a copy; empty before the first change.
    """

    name: str = ""

    def changed(self) -> None:
        super().changed()
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


def sketch() -> KeptSketch:
    """The one of this session, else a copy of the one that the link names: its owner's stays as it is."""
    if "sketch" not in st.session_state:
        st.session_state["sketch"] = KeptSketch(_kept().get(read(LINK["sketch"])))
    return st.session_state["sketch"]
