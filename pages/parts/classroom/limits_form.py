"""The limits of a person, as the teacher sets them. No TensorFlow."""

import streamlit as st

from lenet.people import limits
from lenet.people.limits import Limits
from lenet.runs.folder import default_folder
from pages.parts.shared.deed import do

_TITLES = {
    "minutes": "Minutes a run", "parameters": "Parameters of a network", "runs": "Runs a person keeps",
    "megabytes": "Megabytes of data a person",
}  # fmt: skip


def limits_form() -> None:
    """A number each, written at once; they hold for students."""
    now = limits.read(default_folder())
    with st.expander("Limits", icon=":material/tune:"):
        st.caption("For each student, at once: a run over its minutes ends and keeps its weights.")
        with st.container(horizontal=True):
            for name, title in _TITLES.items():
                value = getattr(now, name)
                key = f"limit-{name}-{value}"  # another box once it is another number, by whomever
                lowest, highest = limits.BOUNDS[name]
                st.number_input(title, lowest, highest, value, key=key, width=200, on_change=do,
                                args=(_write, name, key))  # fmt: skip


def _write(name: str, key: str) -> None:
    folder = default_folder()
    limits.write(folder, Limits(**vars(limits.read(folder)) | {name: st.session_state[key]}))
