"""Colors of the theme that is on, for what cannot ask the browser for them: pictures and the canvas."""

from pathlib import Path

import streamlit as st

from lenet.figures.theme import DARK, LIGHT, Palette

_INK = {"light": "#15211f", "dark": "#eaf2f0"}
_PAPER = {"light": "#ffffff", "dark": "#1a2624"}

_mount = st.components.v2.component(
    "lenet_theme_change",
    html="<i hidden></i>",
    js=(Path(__file__).parent / "theme_change.js").read_text("utf-8"),
)


def follow_theme() -> None:
    """At the end of every page: it is drawn anew where the browser's theme changes."""
    _mount(key="theme-change", data={"theme": _theme()}, on_changed_change=lambda: None)


def ink() -> str:
    """Of words and strokes, CSS."""
    return _INK[_theme()]


def paper() -> str:
    """What strokes are drawn on, CSS."""
    return _PAPER[_theme()]


def colors() -> Palette:
    """Of the theme that is on."""
    return DARK if _theme() == "dark" else LIGHT


def _theme() -> str:
    """Light where nobody knows yet."""
    return st.context.theme.type or "light"
