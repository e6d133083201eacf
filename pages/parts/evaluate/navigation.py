"""Widgets of the Evaluate page whose value is in the link. Must not import TensorFlow or Keras."""

from pathlib import Path

import streamlit as st

from pages.parts.shared.link import put

_LEFT = "evaluate-left"  # key of the session: the parameters of the link when a person went to Inspect


def leave(page: Path, address: dict[str, str]) -> None:
    """Go to another page, from which the browser's Back comes to what is shown now."""
    st.session_state[_LEFT] = st.query_params.to_dict()
    st.switch_page(page, query_params=address)


def come_back() -> None:
    """Call it first: Back brings this page with the link's parameters of the other one."""
    if "index" in st.query_params and _LEFT in st.session_state:
        put(**dict.fromkeys(st.query_params) | st.session_state.pop(_LEFT))
