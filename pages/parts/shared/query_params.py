"""What the Data page shows is in its link: each choice is read from it, and written to it when it changes.

Must not import TensorFlow or Keras.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from lenet.runs.config import FORMER_NAMES
from lenet.sentences import shown
from pages.parts.shared.link import put
from pages.parts.shared.markdown import escaped

_FORMER = {name: former for former, name in FORMER_NAMES.items()}  # what links of version 0.1 call it


def keep(name: str, value: object) -> None:
    """The link says so from now on; "" and None are not in it."""
    if name in _FORMER:
        put(**{_FORMER[name]: None})
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
    asked = _under_either_name(name, title)
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


def _under_either_name(name: str, title: str) -> str | None:
    """What the link says of a setting; a sentence where it says another thing under the former name."""
    asked, former = st.query_params.get(name), _FORMER.get(name, name)
    earlier = st.query_params.get(former)
    if asked is None or asked == earlier or earlier is None:
        return earlier if asked is None else asked
    st.warning(escaped(
        f"{title}: received {name} {shown(asked)} and {former} {shown(earlier)} in the link, expected one of "
        f"them: {former} is the former name of {name}. {shown(asked)} is shown."
    ), icon=":material/search_off:")  # fmt: skip
    return asked


def bound(key: str, name: str, value: object) -> Callable[[], None]:
    """Give a widget that is still to come its value; returns its `on_change`, which writes the link."""
    st.session_state[key] = value
    return lambda: keep(name, st.session_state[key])


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
