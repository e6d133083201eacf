"""Whether a run will be over the minutes that the teacher gives it, before it starts. No TensorFlow."""

from collections.abc import Sequence

import streamlit as st

from lenet.people import limits
from lenet.runs.config import RunConfig
from lenet.runs.folder import default_folder
from lenet.runs.listing import RunSummary
from lenet.sweep.estimate import seconds_of
from pages.parts.shared.room import person


def minutes_note(config: RunConfig | None, runs: Sequence[RunSummary]) -> None:
    """A sentence where runs here say so; what it takes elsewhere nobody knows."""
    if config is None or not limits.is_limited(person()):
        return
    most, found = limits.read(default_folder()).minutes, seconds_of(config, config.epochs, runs)
    if found and found.seconds > 60 * most:
        st.warning(
            f"About {found.seconds / 60:,.0f} min of training, and your teacher gives a run {most} min: it "
            "ends then, and keeps its weights. Take fewer epochs, or a smaller network.",
            icon=":material/timer:",
        )
