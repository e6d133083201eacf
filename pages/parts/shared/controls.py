"""Hides the controls that a link does not want, as TensorFlow Playground does: every page by one rule of CSS.

A hidden control is there, and its value is what the link says. What brings it back is never hidden. Must not
import TensorFlow or Keras.
"""

import streamlit as st

from pages.parts.shared.hideable import hiding
from pages.parts.shared.link import clear, look, read
from pages.parts.shared.link_fields import PAGES


def show_wanted(page: str) -> None:
    """At the top of the page of that name: hides what its link hides, with a button that shows all again."""
    if page not in PAGES:
        return
    hide, show = PAGES[page]["hide"], PAGES[page]["show"]
    rule = hiding(page, read(hide) or (), read(show) or ())
    if rule:
        st.html(f"<style>{rule}</style>")
        st.button("Show all controls", icon=":material/visibility:", type="tertiary", key="show-all-controls",
                  on_click=clear, args=(hide, show))  # fmt: skip


def shown(page: str = "train") -> set[str]:
    """Those that the link of that page asks for by name."""
    return set(look(PAGES[page]["show"])[0] or ())
