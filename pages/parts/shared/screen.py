"""The screen that a page is shown on, as the link has it (laptop, phone or projector): how large things are.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.shared.link import look, segments
from pages.parts.shared.link_fields import SCREEN

_TITLES = {"laptop": "Laptop", "touch": "Phone", "projector": "Large"}
# Streamlit measures what it writes in the page's letters; its theme has one size for all sessions.
_LARGE_LETTERS = "<style>html { font-size: 27px; }</style>"


@dataclass(frozen=True)
class Screen:
    """How large things are on it, in pixels.

    Attributes:
        name: in the link.
        width: of pictures as wide as the page has room for, beside what is chosen.
        height: of pictures that are to be seen at once.
        letters: how many times as large as on a laptop.
        is_wide: whether what is chosen has room at the left of what is shown.
    """

    name: str
    width: int = 840
    height: int = 340
    letters: float = 1.0
    is_wide: bool = False

    @property
    def is_phone(self) -> bool:
        """What is shown comes first there, and pictures are below one another."""
        return self.name == "touch"

    @property
    def is_large(self) -> bool:
        """What is shown fills it; what is chosen is below."""
        return self.name == "projector"


# A phone is at least 360 pixels wide, 328 without margins; a projector has 1920, 1650 without.
SCREENS = {
    "laptop": Screen("laptop", is_wide=True),
    "touch": Screen("touch", width=328, height=680),
    "projector": Screen("projector", width=1640, height=780, letters=1.7),
}


def screen() -> Screen:
    """The one of the link; else what a phone says of itself decides."""
    return SCREENS[look(SCREEN, default=_usual())[0]]


def screen_choice() -> None:
    """The switch, and what is wrong with that of the link."""
    segments(SCREEN, _TITLES.__getitem__, default=_usual())
    if screen().is_large:
        st.html(_LARGE_LETTERS)


def side_and_stage(ratio: float) -> tuple[DeltaGenerator, DeltaGenerator]:
    """What is chosen, at the left of what is shown, `ratio` times as wide; on a projector below it."""
    if screen().is_large:
        stage, side = st.container(), st.container()
        return side, stage
    side, stage = st.columns([1, ratio], gap="medium")
    return side, stage


def _usual() -> str:
    return "touch" if "Mobi" in st.context.headers.get("User-Agent", "") else "laptop"
