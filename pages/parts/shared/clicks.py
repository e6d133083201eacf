"""Clicks that are never lost, and where they lead. Must not import TensorFlow or Keras.

A run of a page is given up as soon as a newer click arrives, and a part of it may not run at all. So what a
click does is done in its callback; where it needs this run's values, it is kept until the run comes to it.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_PAGES = Path(__file__).resolve().parent.parent.parent
DATA, TRAIN, EVALUATE, INSPECT, DRAW = (
    _PAGES / f"{name}.py" for name in ("1_Data", "2_Train", "3_Evaluate", "4_Inspect", "5_Draw")
)
_PATIENCE = 20.0  # seconds: nobody expects an older click to do anything


def clicked(label: str, key: str, **options: object) -> bool:
    """A button, and whether it was clicked: once for each click, in this run of the page or in the next."""
    state, kept = st.session_state, f"{key}-clicked"
    st.button(label, key=key, on_click=lambda: state.update({kept: time.monotonic()}), **options)
    is_clicked = time.monotonic() - state.get(kept, -_PATIENCE) < _PATIENCE
    state.pop(kept, None)
    return is_clicked


def change_of(key: str, shown: Any, act: Callable[[Any], None]) -> Callable[[], None]:
    """The `on_change` of the widget `key`, which shows that value at first: `act(value)`, once a choice.

    For widgets that others take the place of. Streamlit calls it again once the widget has gone: a tick, or a
    click, that is sent before the browser has drawn the other one brings its value along, as if it were new.
    """
    known = st.session_state.setdefault("acted-on", {})
    known[key] = st.session_state.get(key, shown)

    def change() -> None:
        value = st.session_state[key]
        if value != known[key]:
            known[key] = value
            act(value)

    return change
