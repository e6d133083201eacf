"""Whose a thing of a class is, and the one control by which its owner shares it. No TensorFlow."""

from functools import partial
from pathlib import Path

import streamlit as st

from lenet.people import owner
from lenet.runs.folder import default_folder
from pages.parts.shared.clicks import change_of
from pages.parts.shared.deed import do, show_problem
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person

_TITLES = {"": "Not shared", "see": "The class sees it", "add": "The class adds to it"}


def share_control(made: Path, key: str, grows: bool = False) -> None:
    """What its owner and the teacher choose; to others whose it is. Nothing where people work alone.

    Args:
        made: by which it is known whose it is.
        key: of the widget, one for each place.
        grows: whether others could add to it.
    """
    who = person()
    if who is None or not made.exists():
        return
    show_problem()
    whose = owner.owner_of(made)
    if not owner.may_change(made, who):
        st.caption(f":material/person: {escaped(owner.whose(made)) if whose else 'Of before this class'}",
                   width="content")  # fmt: skip
        return
    if whose and whose.id != who.id:
        st.caption(f":material/person: {escaped(whose.name)}'s", width="content")
    now = owner.shared_as(made)
    titles = _TITLES if grows else {each: _TITLES[each] for each in ("", "see")}
    key = f"{key}-share-{now}"  # another control once it is shared otherwise, by whomever
    st.segmented_control(
        "Who sees it", list(titles), format_func=titles.__getitem__, default=now if now in titles else "see",
        required=True, key=key, label_visibility="collapsed",
        help=None if who.is_teacher else "Your teacher sees it, too.",
        on_change=change_of(key, now, partial(_share, made)),
    )  # fmt: skip


def _share(made: Path, how: owner.Share) -> None:
    """In a callback."""
    do(owner.share, made, how, default_folder())
