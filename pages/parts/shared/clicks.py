"""Clicks that are never lost, and where they lead. Must not import TensorFlow or Keras.

A run of a page is given up as soon as a newer click arrives, and a part of it may not run at all. So what a
click does is done in its callback; where it needs this run's values, it is kept until the run comes to it.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_PAGES = Path(__file__).resolve().parent.parent.parent
DATA, TRAIN, EVALUATE, INSPECT, DRAW, COMPARE, GLOSSARY, LESSONS = (
    _PAGES / f"{name}.py"
    for name in (
        "1_Data",
        "2_Train",
        "3_Evaluate",
        "4_Inspect",
        "5_Draw",
        "6_Compare",
        "7_Glossary",
        "10_Lessons",
    )
)
ACTIVITY = _PAGES / "11_Activity.py"
_DRAWN = "drawn-titles"  # key of the session: of each select box, title → option
_PATIENCE = 20.0  # seconds: nobody expects an older click to do anything


def clicked(label: str, key: str, **options: object) -> bool:
    """A button, and whether it was clicked: once for each click, in this run of the page or in the next."""
    # A list of our own: a callback that uses the session's state may be ended there by a newer message.
    moments: list[float] = st.session_state.setdefault(f"{key}-clicked", [])
    st.button(label, key=key, on_click=lambda: moments.append(time.monotonic()), **options)
    is_clicked = bool(moments) and time.monotonic() - moments[-1] < _PATIENCE
    moments.clear()
    return is_clicked


def select_box(
    label: str, options: Sequence[str], now: str, key: str, title: Callable[[str], str], **shown: Any
) -> str:
    """A select box whose titles may change, as of runs that train; `option_of` says what is chosen.

    Streamlit 1.67 knows an option by its title alone: a message of the browser that was on its way when
    another one was drawn would choose what is no option. So the titles that were drawn are kept.
    """
    drawn = st.session_state.setdefault(_DRAWN, {}).setdefault(key, {})
    drawn |= {title(option): option for option in options}
    return st.selectbox(label, options, options.index(now), key=key, format_func=title, **shown)


def option_of(key: str) -> Any:
    """The option that is chosen in the widget of that key; None where there is no such widget."""
    value, drawn = st.session_state.get(key), st.session_state.get(_DRAWN, {}).get(key, {})
    return drawn.get(value, value) if isinstance(value, str) else value


def change_of(key: str, shown: Any, act: Callable[[Any], None]) -> Callable[[], None]:
    """The `on_change` of the widget `key`, which shows that value at first: `act(value)`, once a choice.

    For widgets that others take the place of. Streamlit calls it again once the widget has gone: a tick, or a
    click, that is sent before the browser has drawn the other one brings its value along, as if it were new.
    """
    known = st.session_state.setdefault("acted-on", {})
    known[key] = option_of(key) if key in st.session_state else shown

    def change() -> None:
        value = option_of(key)
        if value != known[key]:
            known[key] = value
            act(value)

    return change
