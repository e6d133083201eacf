"""The board itself: a component that asks the server what is new, and shows it. No TensorFlow."""

from pathlib import Path

import streamlit as st

from lenet.activities import activity
from lenet.activities.write_along import hide, opened
from lenet.runs.folder import default_folder
from pages.parts.shared.deed import do
from pages.parts.shared.polling import with_polling

_KEY = "board"
_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "lenet_board",
    html='<div class="board"></div>',
    css=(_HERE / "screen.css").read_text("utf-8"),
    js=with_polling(_HERE / "screen.js"),
)


def board_screen(show: str, by: str, is_teacher: bool, at: str) -> None:
    """What `feed.py` answers; whoever is the teacher can hide a drawing by a click.

    Args:
        at: at which point the activity was when the teacher's buttons were drawn: they are drawn anew when it
            is at another one.
    """
    data = {"show": show, "by": by, "is_teacher": is_teacher, "at": at}
    _mount(key=_KEY, data=data, on_hide_change=_hide, on_changed_change=lambda: None)


def _hide() -> None:
    asked = (st.session_state.get(_KEY) or {}).get("hide")
    request = opened(activity.newest(default_folder(), "write"))
    who = asked.get("who") if isinstance(asked, dict) else None
    if request and who in request.drawings():
        do(hide, default_folder(), request.folder, who)
