"""Colors of the theme that is on, for what cannot ask the browser for them: pictures and the canvas."""

import streamlit as st

from lenet.figures.theme import DARK, LIGHT, Palette

_INK = {"light": "#15211f", "dark": "#eaf2f0"}
_PAPER = {"light": "#ffffff", "dark": "#1a2624"}


def ink() -> str:
    """Of words and strokes, CSS."""
    return _INK[_theme()]


def paper() -> str:
    """What strokes are drawn on, CSS."""
    return _PAPER[_theme()]


def _theme() -> str:
    """Light where nobody knows yet."""
    return st.context.theme.type or "light"


def colors() -> Palette:
    """Of the theme that is on; light where nobody knows yet."""
    return DARK if st.context.theme.type == "dark" else LIGHT
