"""A question before anything is gone for good. Must not import TensorFlow or Keras."""

from collections.abc import Callable

import streamlit as st

_ANSWERED = "confirmation-answered"  # key of the session


def confirm(
    title: str,
    words: str,
    remove: str,
    act: Callable[[], object],
    keep: str = "Keep it",
    icon: str = "delete",
) -> None:
    """A dialog, opened by this call.

    Args:
        title: the question.
        words: what would be gone, in Markdown.
        remove: the words of the button that calls `act`.
        keep: those of the button that leaves all as it is.
        icon: of `remove`.
    """
    st.session_state.pop(_ANSWERED, None)
    st.dialog(title)(_question)(words, remove, act, keep, icon)


def _question(words: str, remove: str, act: Callable[[], object], keep: str, icon: str) -> None:
    """What its buttons do, they do in callbacks: those come before anything that could take their place."""
    if st.session_state.pop(_ANSWERED, False):
        st.rerun()  # the page, without this question
    st.write(words)
    left, right = st.columns(2)
    left.button(keep, width="stretch", on_click=_answer)
    right.button(remove, type="primary", icon=f":material/{icon}:", width="stretch", on_click=_answer,
                 args=(act,))  # fmt: skip


def _answer(act: Callable[[], object] | None = None) -> None:
    st.session_state[_ANSWERED] = True
    if act:
        act()
