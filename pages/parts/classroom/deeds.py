"""What was done, or tried, to what is another's. Must not import TensorFlow or Keras."""

import time

import streamlit as st

from lenet.people import deeds
from lenet.runs.folder import default_folder
from pages.parts.shared.tables import show_table


def deeds_table() -> None:
    """The newest first."""
    lines = deeds.read(default_folder())
    with st.expander(f"What was done to others' things: {len(lines)}", icon=":material/history:"):
        if not lines:
            return st.caption("Nothing yet.")
        show_table(
            {
                "Time": [
                    time.strftime("%d %b, %H:%M", time.localtime(each.get("time", 0))) for each in lines
                ],
                "Person": [str(each.get("name")) for each in lines],
                "Deed": [str(each.get("deed")) for each in lines],
                "Thing": [str(each.get("thing")) for each in lines],
                "Done": ["yes" if each.get("allowed") else "refused" for each in lines],
            }
        )
