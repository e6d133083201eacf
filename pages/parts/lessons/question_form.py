"""A question of a lesson: what is typed or chosen, Check, and what is said of it. No TensorFlow."""

from typing import Any

import streamlit as st

from lenet.errors import LessonError
from lenet.lessons import progress
from lenet.lessons.answers import Verdict, verdict
from lenet.lessons.progress import Answered
from lenet.lessons.questions import ChoiceQuestion, FilterQuestion, ImageQuestion, NumberQuestion, Question
from lenet.runs.folder import default_folder
from pages.parts.lessons.desk import desk
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person

_SAID = "lesson-said"  # key of the session: of a question, the last verdict
_LABELS = {
    NumberQuestion: "Your number",
    ImageQuestion: "Number of the image",
    FilterQuestion: "Number of the filter",
}


def question_form(lesson: str, question: Question, known: Answered, key: str) -> None:
    """In a frame; a question that is answered has no Check any more."""
    with st.container(border=True, key=f"question-{key}"):
        st.markdown(f":material/help: **{escaped(question.ask)}**")
        if known.is_right:
            return st.success(
                escaped(f"{known.said} {question.because}".strip()), icon=":material/check_circle:"
            )
        key = f"{key}-{question.key}"
        if isinstance(question, ChoiceQuestion):
            st.radio("Your answer", question.options, None, key=key, format_func=escaped,
                     label_visibility="collapsed")  # fmt: skip
        elif type(question) in _LABELS:
            st.text_input(_LABELS[type(question)], key=key, max_chars=40)
        st.button("Check", icon=":material/task_alt:", key=f"{key}-check", on_click=_check,
                  args=(lesson, question, key))  # fmt: skip
        if said := _said(question, known):
            st.warning(escaped(said), icon=":material/info:")


def _check(lesson: str, question: Question, key: str) -> None:
    found = verdict(question, _answer(question, key), desk())
    try:
        progress.answered(default_folder(), person(), lesson, question, found)
    except LessonError as error:
        found = Verdict(False, str(error), counts=False)
    st.session_state[_SAID] = {question.key: found}


def _answer(question: Question, key: str) -> Any:
    return st.session_state.get(key)


def _said(question: Question, known: Answered) -> str:
    """Of the last try: this session's, else the one that was kept; a hint with what was wrong."""
    last = st.session_state.get(_SAID, {}).get(question.key)
    if last is not None and not last.counts:
        return last.said
    return f"{known.said} {question.hint}".strip() if known.tries else ""
