"""A pen on the canvas that the keyboard moves, and the canvas' toolbar in its place. No TensorFlow."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_WORDS = "Canvas: arrow keys move the pen, with Shift in small steps; the space bar puts it down and lifts it"

_mount = st.components.v2.component(
    "lenet_keyboard_pen",
    html=f'<section><div class="pen" tabindex="0" role="application" aria-label="{_WORDS}"><i></i>'
    "<p>Arrows: move. Space: pen down, pen up.</p><output></output></div></section>",
    css=(_HERE / "keyboard_pen.css").read_text("utf-8"),
    js=(_HERE / "keyboard_pen.js").read_text("utf-8"),
)


def keyboard_pen(size: int) -> None:
    """Over the canvas that follows it, of so many pixels: takes no room, and no click."""
    _mount(key="draw-pen", data={"size": size})
