"""The teacher's page is drawn anew where somebody has joined, or runs began or ended. No TensorFlow."""

import streamlit as st

from lenet.people.classroom import Classroom
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from lenet.runs.status import ACTIVE_STATES
from pages.parts.shared.engine import engine_id

_TICK = 3.0  # seconds


def follow_changes(room: Classroom) -> None:
    """What is typed and opened on the page stays."""
    st.fragment(_look, run_every=_TICK)(room, _state(room))


def _look(room: Classroom, known: tuple[object, ...]) -> None:
    if _state(room) != known:
        st.rerun()


def _state(room: Classroom) -> tuple[object, ...]:
    """Of all that the page shows and others change."""
    runs = list_runs(default_folder(), engine_id())
    return tuple(room.people), len(runs), any(run.state in ACTIVE_STATES for run in runs)
