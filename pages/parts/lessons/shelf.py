"""The list of lessons; the one of the link first, with how far the person is. Must not import TensorFlow."""

import streamlit as st

from lenet.errors import LessonError
from lenet.lessons import shelf as lessons
from lenet.lessons.lesson import Lesson
from lenet.runs.folder import default_folder
from pages.parts.lessons import links
from pages.parts.lessons.desk import lesson_of, own_progress
from pages.parts.lessons.panel import go_to, texts
from pages.parts.shared.clicks import LESSONS
from pages.parts.shared.link import address, read, turn_to, warn
from pages.parts.shared.link_fields import LESSON
from pages.parts.shared.link_fields import LESSONS as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.shared_link import shared_link


def shelf() -> None:
    """Each lesson with its aim, its minutes, and Start."""
    asked = read(LESSON)
    names = lessons.names(default_folder())
    if asked and asked not in names:
        warn(LESSON.problem(asked, "one of those below"))
    for name in sorted(names, key=lambda name: name != asked):
        try:
            _line(lesson_of(name))
        except LessonError as error:
            st.error(escaped(str(error)))


def _line(lesson: Lesson) -> None:
    known = own_progress(lesson.name)
    right = sum(known.of(each).is_right for each in lesson.questions)
    minutes = f" · {lesson.minutes} minutes" if lesson.minutes else ""
    done = f" · {right} of {len(lesson.questions)} questions right" if known.step and lesson.questions else ""
    with st.container(
        border=True, key=f"lesson-{lesson.name}", horizontal=True, horizontal_alignment="distribute",
        vertical_alignment="center",
    ):  # fmt: skip
        with st.container(width=620, gap="xxsmall"):
            st.markdown(f"**{escaped(lesson.title)}** :gray[{escaped(minutes + done)}]")
            st.markdown(escaped(lesson.aim))
            if lesson.needs:
                st.caption(f"Needs: {escaped(lesson.needs)}")
        with st.container(horizontal=True, width="content"):
            if lessons.may_write():
                _for_teacher(lesson)
            is_done = known.step >= len(lesson.steps) > 0 and right == len(lesson.questions)
            _buttons(lesson, known.step, is_done)


def _for_teacher(lesson: Lesson) -> None:
    if lesson.guide:
        with st.popover("Guide", icon=":material/co_present:", key=f"lesson-guide-{lesson.name}"):
            texts(lesson.guide)
    to = address(LINK, view="write", edit=lesson.name)
    st.button("Edit", icon=":material/edit:", key=f"lesson-edit-{lesson.name}",
              on_click=turn_to, args=(LESSONS, to))  # fmt: skip


def _buttons(lesson: Lesson, step: int, is_done: bool) -> None:
    link = st.popover(
        "Link", icon=":material/qr_code_2:", key=f"lesson-link-{lesson.name}", on_change="rerun"
    )
    if link.open:
        with link:
            words = f"Opens the lesson “{escaped(lesson.title)}”:"
            shared_link(links.address(lesson.name), words, key=f"lesson-copy-{lesson.name}")
    words, icon = ("Go on", "play_arrow") if step else ("Start", "school")
    now = min(max(step, 1), max(len(lesson.steps), 1))
    if is_done:
        words, icon, now = "Once more", "replay", 1
    st.button(words, icon=f":material/{icon}:", type="primary", key=f"lesson-start-{lesson.name}",
              disabled=not lesson.steps, on_click=go_to, args=(lesson, now))  # fmt: skip
