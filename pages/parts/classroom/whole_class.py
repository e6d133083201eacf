"""What the teacher does with all runs at once, and the end of the class. No TensorFlow."""

from functools import partial

import streamlit as st

from lenet.people.classroom import Classroom
from lenet.people.person import TEACHER
from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import RunSummary
from lenet.runs.run_index import list_runs
from lenet.runs.status import ACTIVE_STATES
from pages.parts.classroom.deed import do
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.engine import engine_id

_TO_END = "class-to-end"  # key of the session
_COMMANDS = (
    ("Pause all", "pause", "pause"), ("Go on with all", "run", "play_arrow"), ("Stop all", "stop", "stop"),
)  # fmt: skip


def whole_class() -> None:
    """Pause, go on with, or stop whatever trains and waits."""
    active = [run for run in list_runs(default_folder(), engine_id()) if run.state in ACTIVE_STATES]
    with st.container(horizontal=True):
        for words, command, icon in _COMMANDS:
            st.button(words, icon=f":material/{icon}:", key=f"class-{command}", disabled=not active,
                      on_click=do, args=(_tell, active, command))  # fmt: skip


def _tell(runs: list[RunSummary], command: str) -> None:
    for run in runs:
        Run.open(run.id).write_control(command=command)


def ending(room: Classroom) -> None:
    """Everybody out; and what they made, away."""
    with st.container(horizontal=True):
        st.button("End the class", icon=":material/door_front:", key="class-end",
                  on_click=lambda: st.session_state.update({_TO_END: False}))  # fmt: skip
        st.button("End it and delete its runs", icon=":material/delete_forever:", key="class-delete",
                  on_click=lambda: st.session_state.update({_TO_END: True}))  # fmt: skip
    asked = st.session_state.pop(_TO_END, None)
    if asked is None:
        return
    words = "All are out at once, and their names are kept no more. The next class has another code."
    if asked:
        words += " **Their runs are gone for good**, but for those that train: stop them first."
    confirm("End this class?", words, "End it", partial(do, _end, room, asked), icon="door_front")


def _end(room: Classroom, with_runs: bool) -> None:
    for run in list_runs(default_folder(), engine_id()) if with_runs else ():
        if run.owner and run.owner != TEACHER:
            Run.open(run.id).delete(engine_id())
    room.end()
