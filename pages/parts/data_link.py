"""What the Data page shows is in its link: each choice is read from it, and written to it when it changes.

Must not import TensorFlow or Keras.
"""

import math
from collections.abc import Callable, Mapping

import streamlit as st

from lenet.sentences import shown
from pages.parts.link import put
from pages.parts.words import escaped


def keep(name: str, value: object) -> None:
    """The link says so from now on; "" and None are not in it."""
    put(**{name: None if value in ("", None) else str(value)})


def option(name: str, title: str, options: Mapping[str, str], default: str) -> str:
    """The option that the link names, a key; else the default, and a sentence where the link is wrong."""
    asked = st.query_params.get(name)
    if asked is None or asked in options:
        return default if asked is None else asked
    st.warning(escaped(
        f"{title}: received {shown(asked)} in the link, expected one of {', '.join(list(options)[:12])}. "
        f"“{options[default]}” is shown."
    ), icon=":material/search_off:")  # fmt: skip
    return default


def number(name: str, title: str, highest: int, default: int = 0) -> int:
    """A whole number of the link, 0 to `highest`; else the default, and a sentence where it is wrong."""
    asked = st.query_params.get(name, str(default))
    if asked.isdecimal() and len(asked) < 10 and int(asked) <= highest:
        return int(asked)
    st.warning(escaped(
        f"{title}: received {shown(asked)} in the link, expected 0 to {highest:,}. {default:,} is shown."
    ), icon=":material/search_off:")  # fmt: skip
    return default


def decimal(name: str, title: str, low: float, high: float, default: float) -> float:
    """A number of the link; else the default, and a sentence where it is wrong."""
    asked = st.query_params.get(name)
    if asked is None:
        return default
    try:
        value = float(asked)
    except ValueError:
        value = math.nan
    if low <= value <= high:
        return value
    st.warning(escaped(
        f"{title}: received {shown(asked)} in the link, expected {low:g} to {high:g}. {default:g} is shown."
    ), icon=":material/search_off:")  # fmt: skip
    return default


def bound(key: str, name: str, value: object) -> Callable[[], None]:
    """Give a widget that is still to come its value; returns its `on_change`, which writes the link."""
    st.session_state[key] = value
    return lambda: keep(name, st.session_state[key])
