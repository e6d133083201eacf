"""The link of a page is what the page has written into it, however late a message of the browser is.

Each message brings the address that the browser has at that moment. That of a tick, or of a click that
follows another at once, may lack what the page has just written, and a choice would be undone. So what was
written since the page was opened holds, until a person goes back in the browser. Must not import TensorFlow.
"""

from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_KEY = "link"  # of the session


@dataclass
class _Link:
    """What one page has written: name → value, or values; None: it was taken out."""

    page: str
    written: dict[str, str | list[str] | None] = field(default_factory=dict)


def put(**values: str | list[str] | None) -> None:
    """Write these parameters; None takes one out."""
    if link := st.session_state.get(_KEY):
        link.written |= values
    for name, value in values.items():
        _write(name, value)


def open_page(page: str) -> None:
    """At the start of every run of a page: another page has a link of its own."""
    link = st.session_state.get(_KEY)
    if link is None or link.page != page or get_script_run_ctx().is_history_navigation:
        st.session_state[_KEY] = _Link(page)
    hold()


def hold() -> None:
    """At the start of a fragment that reads the link. The browser is told again: newer runs drop messages."""
    if link := st.session_state.get(_KEY):
        for name, value in link.written.items():
            _write(name, value)


def _write(name: str, value: str | list[str] | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
