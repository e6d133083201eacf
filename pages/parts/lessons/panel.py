"""The lesson that is on, beside every page: the text of the step, its questions, and the way on.

Which lesson and which step is in the link of every page. Must not import TensorFlow or Keras.
"""

from pathlib import Path

import streamlit as st

from lenet.errors import LessonError
from lenet.lessons import progress
from lenet.lessons.lesson import Block, Lesson
from lenet.runs.folder import default_folder
from pages.parts.lessons import links
from pages.parts.lessons.desk import lesson_of, own_progress
from pages.parts.lessons.question_form import question_form
from pages.parts.shared.clicks import LESSONS
from pages.parts.shared.link import clear, everything, read, turn_to, warn, write
from pages.parts.shared.link_fields import LESSON, STEP
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.shared.screen import screen

_ACTIVITY = "activity"  # the page that a class answers on: where there is no room, the lesson is folded there
_mount = st.components.v2.component(
    "lenet_lesson_step",
    html="<i hidden></i>",
    js=(Path(__file__).parent / "step.js").read_text("utf-8"),
)
_WIDE = 520  # pixels, for the letters of a projector


def panel(page: str) -> None:
    """At the left of the page of that name, above it on a phone; nothing without a lesson."""
    name, number = read(LESSON), read(STEP)
    if not name or not number:
        return
    try:
        lesson = lesson_of(name)
        if not lesson.steps:
            raise LessonError(f"The lesson “{lesson.title}” has no steps yet.")
        progress.reached(default_folder(), person(), name, min(number, len(lesson.steps)))
    except LessonError as error:
        warn(str(error))
        return clear(LESSON, STEP)
    if number > len(lesson.steps):
        expected = f"1 to {len(lesson.steps)}, the steps of this lesson"
        warn(STEP.problem(str(number), expected, "The last one is shown."))
        number = len(lesson.steps)
    if not screen().is_phone:
        st.set_page_config(initial_sidebar_state=_WIDE if screen().is_large else "auto")
        with st.sidebar:
            _step(lesson, number, page)
    else:
        title = f"{lesson.title} · {number} of {len(lesson.steps)}"
        with st.expander(escaped(title), expanded=page != _ACTIVITY, icon=":material/school:"):
            _step(lesson, number, page)


def _step(lesson: Lesson, number: int, page: str) -> None:
    step, count = lesson.steps[number - 1], len(lesson.steps)
    if not screen().is_phone:
        st.caption(f":material/school: {escaped(lesson.title)} · {number} of {count}")
    st.subheader(escaped(step.title), anchor=False)
    texts(step.blocks)
    if step.page:
        _way_to_page(lesson, number, page)
    known = own_progress(lesson.name)
    for place, question in enumerate(step.questions):
        question_form(lesson.name, question, known.of(question), f"lesson-{number}-{place}")
    _ways_on(lesson, number)
    _mount(key="lesson-step", data={"step": f"{lesson.name} {number}"})


def texts(blocks: tuple[Block, ...]) -> None:
    """As Markdown; what was refused, as it is written."""
    for block in blocks:
        if block.is_markdown:
            st.markdown(block.text)
        else:
            st.text(block.text)


def _way_to_page(lesson: Lesson, number: int, page: str) -> None:
    """Back to what the step shows; it stands out where the person is elsewhere."""
    wanted, values = links.parts(lesson.steps[number - 1].page)
    if wanted == page and values.items() <= everything().items():
        return
    is_here = wanted == page
    words, icon, kind = (
        ("Show it again", "refresh", "tertiary")
        if is_here
        else (f"Show it on {wanted.capitalize()}", "arrow_forward", "primary")
    )
    st.button(words, icon=f":material/{icon}:", key="lesson-page", type=kind, on_click=go_to,
              args=(lesson, number))  # fmt: skip


def _ways_on(lesson: Lesson, number: int) -> None:
    with st.container(horizontal=True):
        if number > 1:
            st.button("Back", icon=":material/arrow_back:", key="lesson-back", on_click=go_to,
                      args=(lesson, number - 1))  # fmt: skip
        if number < len(lesson.steps):
            st.button("Next", icon=":material/arrow_forward:", key="lesson-next", type="primary",
                      on_click=go_to, args=(lesson, number + 1))  # fmt: skip
        else:
            st.button("Finish", icon=":material/check:", key="lesson-finish", type="primary",
                      on_click=_finish, args=(lesson,))  # fmt: skip
    st.button("Leave the lesson", icon=":material/close:", type="tertiary", key="lesson-leave",
              on_click=clear, args=(LESSON, STEP))  # fmt: skip


def _finish(lesson: Lesson) -> None:
    """To the list of lessons, with no step beside it any more."""
    clear(STEP)
    turn_to(LESSONS, {"lesson": lesson.name})


def go_to(lesson: Lesson, number: int) -> None:
    """To that step, and to its page where it has one."""
    step = lesson.steps[number - 1]
    if step.page:
        turn_to(*links.to(step.page, lesson.name, number))
    else:
        write(LESSON, lesson.name)
        write(STEP, number)
