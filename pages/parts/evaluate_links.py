"""Widgets of the Evaluate page whose value is in the link. Must not import TensorFlow or Keras."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from lenet.evaluation_figures import DARK, LIGHT, Palette
from lenet.sentences import shown
from pages.parts.link import put
from pages.parts.words import escaped

_LEFT = "evaluate-left"  # key of the session: the parameters of the link when a person went to Inspect


def leave(page: Path, address: dict[str, str]) -> None:
    """Go to another page, from which the browser's Back comes to what is shown now."""
    st.session_state[_LEFT] = st.query_params.to_dict()
    st.switch_page(page, query_params=address)


def come_back() -> None:
    """Call it first: Back brings this page with the link's parameters of the other one."""
    if "index" in st.query_params and _LEFT in st.session_state:
        put(**dict.fromkeys(st.query_params) | st.session_state.pop(_LEFT))


def linked(label: str, options: Sequence[str], name: str) -> str:
    """The option that the link names, else the first one; a sentence where it names none of them."""
    received = st.query_params.get(name, options[0])
    if received in options:
        return received
    st.warning(escaped(
        f"{label}: received {shown(received)} in the link, expected one of {', '.join(options)}. "
        f"Shown: {options[0]}."
    ))  # fmt: skip
    return options[0]


def segments(label: str, options: Sequence[str], name: str, **shown: object) -> str:
    """A segmented control; `name` is what the link calls it, the first option its default."""
    key = f"evaluate-{name}"
    return st.segmented_control(
        label, options, default=linked(label, options, name), required=True, key=key,
        on_change=lambda: remember(name, st.session_state[key], options[0]), **shown,
    ) or options[0]  # fmt: skip


def switch(label: str, name: str) -> bool:
    """A toggle, off at first; `name` is what the link calls it."""
    key = f"evaluate-{name}"
    is_on = linked(label, ("no", "yes"), name) == "yes"
    return st.toggle(
        label, is_on, key=key,
        on_change=lambda: remember(name, "yes" if st.session_state[key] else "no", "no"),
    )  # fmt: skip


def remember(name: str, value: str | None, default: str = "") -> None:
    """A link to what is shown now opens the same; what is usual is left out of it."""
    put(**{name: None if value == default else value})


def colors() -> Palette:
    """Of the theme that is on; light where nobody knows yet."""
    return DARK if st.context.theme.type == "dark" else LIGHT
