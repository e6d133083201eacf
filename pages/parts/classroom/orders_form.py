"""Eyes up, follow me, and whose page is on the board. The teacher's. No TensorFlow."""

from functools import partial

import streamlit as st

from lenet.people import deeds
from lenet.people.classroom import Classroom
from lenet.people.orders import LONGEST
from lenet.people.person import Person
from lenet.runs.folder import default_folder
from pages.parts.shared.clicks import change_of
from pages.parts.shared.deed import do
from pages.parts.shared.markdown import escaped
from pages.parts.shared.orders import orders
from pages.parts.shared.room import person

_SENTENCE = "eyes-up"  # key of a widget


def orders_form(room: Classroom) -> None:
    """What is on everybody's screen, until it is lifted."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _eyes_up()
    with st.container(horizontal=True, vertical_alignment="center"):
        _follow_me()
        _on_the_board(room)


def _eyes_up() -> None:
    now = orders()
    if now.sentence:
        st.markdown(f"**On every screen:** {escaped(now.sentence)}", width="stretch")
        st.button("Lift it", icon=":material/visibility_off:", type="primary", key="eyes-lift",
                  on_click=do, args=(now.lift,))  # fmt: skip
        return
    st.text_input("A sentence for every screen", key=_SENTENCE, max_chars=LONGEST,
                  placeholder="Pens down, look at the board.")  # fmt: skip
    st.button("Eyes up", icon=":material/visibility:", key="eyes-show",
              on_click=lambda: do(now.say, st.session_state.get(_SENTENCE, "")))  # fmt: skip


def _follow_me() -> None:
    now = orders()
    if now.is_followed:
        st.button("Lead no more", icon=":material/undo:", type="primary", key="follow-end",
                  on_click=do, args=(now.lead, False))  # fmt: skip
        return
    st.button("Follow me", icon=":material/directions_walk:", key="follow-me", on_click=do,
              args=(now.lead, True),
              help="Everybody's screen shows the page that you go to; theirs waits below.")  # fmt: skip


def _on_the_board(room: Classroom) -> None:
    """Whoever has been here since the server began."""
    now = orders()
    here = {each.id: each for each in room.people if now.place_of(each)}
    shown = now.shown.id if now.shown and now.shown.id in here else ""
    options, key = ["", *here], f"on-the-board-{shown}"
    st.selectbox(
        "On the board", options, options.index(shown), key=key, width=280, label_visibility="collapsed",
        format_func=lambda each: f"On the board: {_whose(here.get(each))} page",
        on_change=change_of(key, shown, partial(_show, here)),
    )  # fmt: skip


def _whose(who: Person | None) -> str:
    return f"{who.name}'s" if who else "nobody's"


def _show(here: dict[str, Person], chosen: str) -> None:
    """In a callback."""
    who, teacher = here.get(chosen), person()
    do(orders().show, who)
    if who and teacher:
        deeds.write(default_folder(), teacher, "put on the board", f"{who.name}'s page", who, True)
