"""For the teacher: who is at which step of a lesson, and which questions each has right.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.errors import LessonError
from lenet.lessons import progress, shelf
from lenet.lessons.lesson import Lesson
from lenet.lessons.progress import Answered, Progress
from lenet.people.person import Person
from lenet.runs.folder import default_folder
from lenet.sentences import shortened
from pages.parts.lessons.desk import lesson_of
from pages.parts.shared.link import read, write
from pages.parts.shared.link_fields import LESSON
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import classroom
from pages.parts.shared.tables import show_table

_TICK = 3.0  # seconds
_BOX = "lesson-progress-of"


def overview() -> None:
    """A line each; drawn anew by itself while the class works."""
    names = shelf.names(default_folder())
    asked = read(LESSON)
    now = asked if asked in names else names[0]
    name = st.selectbox("Lesson", names, names.index(now), key=_BOX, format_func=_title)
    if name != asked:
        write(LESSON, name)
    st.fragment(_table, run_every=_TICK)(name)


def _title(name: str) -> str:
    try:
        return lesson_of(name).title
    except LessonError:
        return name


def _table(name: str) -> None:
    room = classroom()
    try:
        lesson = lesson_of(name)
    except LessonError as error:
        return st.error(escaped(str(error)))
    known = [(each, progress.read(default_folder(), each, name)) for each in room.people] if room else []
    begun = [(person, found) for person, found in known if found.step]
    st.caption(f"{len(begun)} of {len(known)} have begun. ✓ right, ✗ not yet; in brackets how many tries.")
    if begun:
        show_table(_columns(lesson, begun))


def _columns(lesson: Lesson, known: list[tuple[Person, Progress]]) -> dict[str, list[str]]:
    columns = {
        "Person": [person.name for person, _ in known],
        "Step": [f"{found.step} of {len(lesson.steps)}" for _, found in known],
        "Right": [f"{sum(found.of(each).is_right for each in lesson.questions)} of {len(lesson.questions)}"
                  for _, found in known],
    }  # fmt: skip
    for number, question in enumerate(lesson.questions, 1):
        title = f"{number}. {shortened(question.ask, 18)}"
        columns[title] = [_mark(found.of(question)) for _, found in known]
    return columns


def _mark(found: Answered) -> str:
    if not found.tries:
        return ""
    return f"{'✓' if found.is_right else '✗'} ({found.tries})"
