"""From a run that is a trial of a sweep to that sweep. Must not import TensorFlow or Keras."""

import streamlit as st

from lenet.runs.listing import RunSummary
from pages.parts.shared.link import write_all
from pages.parts.shared.link_fields import TRAIN as LINK

_WANTED = "sweep-wanted"  # key of the session


def trial_link(summary: RunSummary) -> None:
    """Nothing beside a person's own run."""
    if summary.sweep:
        st.button("See its sweep", icon=":material/tune:", on_click=_open, args=(summary.sweep,))


def has_opened_a_sweep() -> bool:
    """Whether a click here leads to a sweep, for which the whole page is drawn anew: told once."""
    return st.session_state.pop(_WANTED, False)


def _open(sweep: str) -> None:
    write_all(LINK, {"mode": "sweep", "sweep": sweep})
    st.session_state[_WANTED] = True
