"""The class of this server, and the person of a session. Must not import Dask, TensorFlow or Keras."""

import os
from contextvars import ContextVar
from functools import cache

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.secrets import secrets_singleton

from lenet.people.classroom import VARIABLE, Classroom
from lenet.people.institution import Institution, institution_of
from lenet.people.person import NOBODY, Person, set_acting
from lenet.runs.folder import default_folder
from pages.parts.shared.markdown import escaped

COOKIE = "lenet-person"


@cache
def classroom() -> Classroom | None:
    """That of this server; None where people work alone. Raises `OSError`: its folder cannot be written."""
    if not os.environ.get(VARIABLE):
        return None
    room = Classroom.opened(default_folder())
    set_acting(person)
    return room


asking: ContextVar[Person | None] = ContextVar("asking", default=None)  # of a request beside the pages


@cache
def institution() -> Institution | None:
    """Whose log in is the only door of this class; None: it is joined by the code.

    Raises `JoinError`: its settings are none.
    """
    if classroom() is None or not secrets_singleton.load_if_toml_exists():
        return None
    settings = secrets_singleton.to_dict()
    return institution_of(settings) if "auth" in settings else None


def person() -> Person | None:
    """Who is at the page that runs, as the cookie of its connection says, or asks beside the pages.

    None: nobody does, or people work alone.
    """
    room = classroom()
    if room is None:
        return None
    if get_script_run_ctx(suppress_warning=True) is None:
        return asking.get()
    return room.person_of(st.context.cookies.get(COOKIE))


def name_badge(who: Person | None) -> None:
    """Who is at this page, for those who share a device."""
    if who is not None and who != NOBODY:
        st.badge(escaped(who.name), icon=":material/person:", color="gray")
        if institution():
            st.button("Log out", key="log-out", type="tertiary", on_click=st.logout)


def check_is_joined(who: Person | None) -> None:
    """Ends the page of somebody who is in the class no more."""
    if who == NOBODY:
        st.error(
            "You are in this class no more: it has ended, your teacher has taken you out, or you went on "
            "with another device. What you made stays, unless your teacher has deleted it. [Join again](join)"
        )
        st.stop()
