"""A button that shows an icon alone, and has words for those who hear the page. No TensorFlow."""

from typing import Any

import streamlit as st


def icon_button(words: str, icon: str, key: str, **options: Any) -> bool:
    """Whether it was clicked; `words`, which say what it does to what, are its name and its tooltip.

    `page.css` hides them by the button's key, which is `icon-` and `key`.
    """
    return st.button(words, icon=f":material/{icon}:", key=f"icon-{key}", help=words, **options)
