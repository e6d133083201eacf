"""What the teacher does with all runs at once, and the end of the class. No TensorFlow."""

from contextlib import suppress
from functools import partial

import streamlit as st

from lenet.activities import activity
from lenet.data import storage
from lenet.errors import SweepError
from lenet.people.classroom import Classroom
from lenet.people.hold import hold
from lenet.people.owner import owner_of
from lenet.people.person import Person
from lenet.runs.folder import Run, default_folder
from lenet.runs.run_index import list_runs
from lenet.runs.status import ACTIVE_STATES
from lenet.sweep.folder import Sweep, all_sweeps
from lenet.sweep.state import ACTIVE
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.deed import do
from pages.parts.shared.engine import engine_id, sweeps
from pages.parts.shared.orders import orders

_TO_END = "class-to-end"  # key of the session
_COMMANDS = (
    ("Pause all", "pause", "pause"), ("Go on with all", "run", "play_arrow"), ("Stop all", "stop", "stop"),
)  # fmt: skip


def whole_class() -> None:
    """Pause, go on with, or stop whatever trains and waits."""
    runs, going = _runs(), _sweeps()
    with st.container(horizontal=True):
        for words, command, icon in _COMMANDS:
            st.button(words, icon=f":material/{icon}:", key=f"class-{command}", disabled=not (runs or going),
                      on_click=do, args=(_tell, command))  # fmt: skip


def _runs() -> list[str]:
    """Ids of those that train and wait."""
    return [run.id for run in list_runs(default_folder(), engine_id()) if run.state in ACTIVE_STATES]


def _sweeps() -> list[Sweep]:
    return [sweep for sweep in all_sweeps() if _goes_on(sweep)]


def _goes_on(sweep: Sweep) -> bool:
    with suppress(SweepError):
        return sweep.state().state in (*ACTIVE, "paused")
    return False


def _tell(command: str) -> None:
    """All of this moment, also after one that is gone; sweeps first, so that none begins another trial."""
    do(hold, default_folder(), command == "pause")
    for sweep in _sweeps():
        do(_tell_sweep, sweep, command)
    for run in _runs():
        do(_tell_run, run, command)


def _tell_sweep(sweep: Sweep, command: str) -> None:
    sweep.write_control(command=command)
    if command == "run" and not sweep.is_driven():
        sweeps().go_on(sweep)


def _tell_run(run: str, command: str) -> None:
    Run.open(run).write_control(command=command)


def ending(room: Classroom) -> None:
    """Everybody out; and what they made, away."""
    with st.container(horizontal=True):
        st.button("End the class", icon=":material/door_front:", key="class-end",
                  on_click=lambda: st.session_state.update({_TO_END: False}))  # fmt: skip
        st.button("End it and delete what it made", icon=":material/delete_forever:", key="class-delete",
                  on_click=lambda: st.session_state.update({_TO_END: True}))  # fmt: skip
    asked = st.session_state.pop(_TO_END, None)
    if asked is None:
        return
    words = (
        "All are out at once, and the list of names is gone. The next class has another code. What was "
        "written and guessed together goes, but for what became a data set."
    )
    if asked:
        words += (
            " **Their runs, sweeps, data, drawings and model files are gone for good**, but for what trains: "
            "stop that first."
        )
    confirm("End this class?", words, "End it", partial(do, _end, room, asked), icon="door_front")


def _end(room: Classroom, with_runs: bool) -> None:
    """With what those who are in it have made, but for what trains; what other classes left stays."""
    members = room.ids
    for run in list_runs(default_folder(), engine_id()) if with_runs else ():
        if run.owner and run.owner.id in members:
            do(_delete, run.id)
    for sweep in all_sweeps() if with_runs else ():
        if (whose := owner_of(sweep.path)) and whose.id in members:
            do(sweep.delete)
    for who in members if with_runs else ():
        do(storage.delete_all, Person(who, ""))
    do(hold, default_folder(), False)
    activity.forget(default_folder())
    room.end()
    orders().clear()


def _delete(run: str) -> None:
    Run.open(run).delete(engine_id())
