"""Clicks on what a page does not offer, and links to what is hidden, as one makes them who knows how.

Nothing comes of it: Streamlit calls nothing for a widget that the session has not drawn, and pages open no
such link. It is written down where it means what is another's. How Streamlit keeps what a browser says is
that of 1.67. No TensorFlow.
"""

import re
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.session_state import Serialized

from lenet.people import deeds
from lenet.people.owner import may_change, owner_of
from lenet.people.person import Person
from lenet.runs.folder import default_folder
from pages.parts.shared.hidden_places import leads_to_hidden

_LINK = "hidden-link"  # key of the session: the last one that was written down
_TRIGGERS = ("trigger_value", "json_trigger_value", "string_trigger_value")
_THING = re.compile(r"\d{4}-\d\d-\d\d-[\w-]+")  # a run or a sweep, in the key of a widget or in a link
_OF_TEACHER = re.compile(r"-((?:class|person|icon-person)-[\w-]+)$")  # keys on the page Class


def note_unknown_clicks(who: Person | None) -> None:
    """At the beginning of a page: writes down what was clicked or changed and is another's."""
    if who is None or who.is_teacher:
        return
    context = get_script_run_ctx()
    _note_link(context.query_string, who)
    known, link = context.session_state._state._new_widget_state, parse_qs(context.query_string)
    if not known.widget_metadata:  # a session that has drawn nothing: an honest page of a former server
        return
    for widget, value in known.states.items():
        if not isinstance(value, Serialized) or widget in known.widget_metadata:
            continue
        is_click = value.value.WhichOneof("value") in _TRIGGERS
        # A page that is left may still say a value: then it is of what the widget itself names.
        if thing := _anothers(widget, link.get("run", [""])[0] if is_click else "", who):
            owner, deed = owner_of(default_folder() / thing), "click on" if is_click else "change"
            deeds.write(default_folder(), who, f"{deed} what is not offered", thing, owner, False)


def _note_link(link: str, who: Person) -> None:
    """Once a session."""
    if leads_to_hidden(link) and link != st.session_state.get(_LINK):
        st.session_state[_LINK] = link
        deeds.write(default_folder(), who, "open a link", link[:100], None, False)


def _anothers(widget: str, link: str, who: Person) -> str:
    """What that widget, on the page of that run, would change and that person may not; "": nothing."""
    if found := _OF_TEACHER.search(widget):
        return found[1]
    thing = _THING.search(widget) or _THING.fullmatch(link)
    return thing[0] if thing and not may_change(default_folder() / thing[0], who) else ""
