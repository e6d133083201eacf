"""The people of the class: how many runs each has; rename, another device, remove. No TensorFlow."""

from collections import Counter
from functools import partial

import streamlit as st

from lenet.data import storage
from lenet.formatting import counted
from lenet.people import owner
from lenet.people.classroom import LONGEST_NAME, TAKE_OVER_HOURS, Classroom
from lenet.people.person import Person
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from lenet.sweep.folder import all_sweeps
from pages.parts.classroom.invitation import class_link
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.deed import do
from pages.parts.shared.engine import engine_id
from pages.parts.shared.markdown import escaped
from pages.parts.shared.shared_link import shared_link

_TO_REMOVE = "person-to-remove"  # key of the session
_MANY, _HEIGHT = 12, 460  # people; pixels of their list then, so that what is below stays near
_ISOLATED = "\u2068{}\u2069"  # of a direction of its own, as Unicode has it


def members(room: Classroom) -> None:
    """A line each; many scroll in a place of their own."""
    people = room.people
    st.subheader(f"People: {len(people)}", anchor=False)
    if not people:
        st.caption("Nobody has joined yet.")
    runs = Counter(run.owner.id for run in list_runs(default_folder(), engine_id()) if run.owner)
    with st.container(height=_HEIGHT if len(people) > _MANY else "content", border=False):
        for each in people:
            _line(room, each, runs[each.id])
    if asked := st.session_state.pop(_TO_REMOVE, None):
        words = f"{escaped(asked.name)} is out at once. Runs stay, and are yours to delete."
        remove = partial(do, room.remove, asked.id)
        confirm("Remove from the class?", words, "Remove", remove, icon="person_remove")


def _line(room: Classroom, who: Person, runs: int) -> None:
    """A name may be written from right to left, and its number is not of it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"{_ISOLATED.format(escaped(who.name))} · :gray[{counted(runs, 'run')}]", width="content")
        _manage(room, who)


def _rename(room: Classroom, who: Person, name: str) -> None:
    """In the class, and on what they have made."""
    room.rename(who.id, name)
    now = next(each for each in room.people if each.id == who.id)
    for run in list_runs(default_folder(), engine_id()):
        owner.rename(default_folder() / run.id, now)
    for thing in (*storage.of(now), *(sweep.path for sweep in all_sweeps())):
        owner.rename(thing, now)


def _manage(room: Classroom, who: Person) -> None:
    words = f"Manage {escaped(who.name)}"
    with st.popover(words, icon=":material/more_vert:", help=words, key=f"icon-person-{who.id}"):
        key = f"person-name-{who.id}-{who.name}"
        name = st.text_input("Name", who.name, max_chars=LONGEST_NAME, key=key)
        st.button("Rename", icon=":material/edit:", key=f"person-rename-{who.id}", disabled=name == who.name,
                  on_click=do, args=(_rename, room, who, name))  # fmt: skip
        if st.toggle("Go on with another device", key=f"person-move-{who.id}"):
            words = f"For another device of {escaped(who.name)}, {TAKE_OVER_HOURS} hours, and once:"
            link = class_link(f"join?move={room.take_over_secret(who.id)}")
            shared_link(link, words, key=f"person-link-{who.id}")
        st.button("Remove from the class", icon=":material/person_remove:", key=f"person-remove-{who.id}",
                  on_click=lambda: st.session_state.update({_TO_REMOVE: who}))  # fmt: skip
