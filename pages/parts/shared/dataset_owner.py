"""Whose a data set is, who sees it, and its end. Must not import TensorFlow or Keras."""

from functools import partial
from pathlib import Path

import streamlit as st

from lenet.data import datasets
from lenet.people.owner import may_change
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.deed import do
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.shared.share_control import share_control

_TO_DELETE = "dataset-to-delete"  # key of the session


def whose(key: str, name: str, made: Path) -> None:
    """In a line; `made`: by which it is known."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        share_control(made, f"{key}-{name}", datasets.grows(name))
        if name in datasets.uploads() and may_change(made, person()):
            words = f"Delete the data set {escaped(name)}"
            icon_button(words, "delete", f"{key}-delete-{name}", type="tertiary",
                        on_click=lambda: st.session_state.update({_TO_DELETE: name}))  # fmt: skip
    if asked := st.session_state.pop(_TO_DELETE, None):
        words = f"**{escaped(asked)}** will be gone for good; runs that learned from it keep their weights."
        confirm("Delete this data set?", words, "Delete", partial(do, datasets.remove_own, asked))
