"""Where a lesson is written: its file at the left, what is wrong with it and how it looks at the right.

What is typed is kept as a draft until it is saved, or discarded. Must not import TensorFlow or Keras.
"""

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from lenet.errors import SentenceError
from lenet.lessons import shelf
from lenet.lessons.lesson import Fault, Lesson
from lenet.lessons.lesson_file import MOST_CHARACTERS, parse
from lenet.lessons.questions import ChoiceQuestion, Question
from lenet.runs.folder import default_folder
from pages.parts.lessons import links
from pages.parts.lessons.panel import go_to, texts
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.link import read, write
from pages.parts.shared.link_fields import LESSONS as LINK
from pages.parts.shared.markdown import escaped

_TEXT, _OPENED, _SAID, _TO_DELETE = "lesson-text", "lesson-opened", "lesson-kept", "lesson-to-delete"
_IMPORTED = "lesson-import"
_NEW = """---
title: My lesson
aim: You can say what …
minutes: 20
---
## The first step

What to look at, and what to do.

page: data?dataset=digits&view=image&index=0

```question
kind: number
ask: How many pixels are in one row of this image?
answer: 8
```

## For the teacher

What goes wrong, and the answers.
"""


def editor() -> None:
    """The lesson of the link's `edit`, or a new one."""
    name = read(LINK["edit"]) or ""
    _open(name)
    left, right = st.columns(2, gap="medium")
    with left:
        st.text_area("The lesson's file", key=_TEXT, height=520, max_chars=MOST_CHARACTERS,
                     persist_state="session", on_change=_typed, args=(name,))  # fmt: skip
    text = st.session_state[_TEXT]
    lesson = parse(text, name, links.problem)
    with left:
        _buttons(name, text, lesson)
        _import()
    with right:
        _faults(lesson)
        _preview(lesson)
    if st.session_state.pop(_TO_DELETE, False):
        words = f"**{escaped(lesson.title)}** is gone for good. Export it first, if in doubt."
        confirm("Delete this lesson?", words, "Delete", partial(_do, _delete, name))


def _open(name: str) -> None:
    """The draft of that lesson, else its text, once; "": a new one."""
    if st.session_state.get(_OPENED) == name and _TEXT in st.session_state:
        return
    draft = shelf.draft_of(name, default_folder())
    try:
        kept = shelf.text_of(name, default_folder()) if name else _NEW
        st.session_state[_TEXT] = kept if draft is None else draft
    except SentenceError as error:
        st.warning(escaped(str(error)))
        st.session_state[_TEXT] = _NEW
    st.session_state[_OPENED] = name


def _buttons(name: str, text: str, lesson: Lesson) -> None:
    with st.container(horizontal=True):
        st.button("Save", icon=":material/save:", type="primary", key="lesson-save",
                  on_click=_do, args=(_save, name))  # fmt: skip
        st.button("Try it", icon=":material/play_arrow:", key="lesson-try",
                  disabled=not (name and lesson.steps), on_click=_do, args=(_try, name))  # fmt: skip
        st.download_button("Export", text, f"{name or shelf.name_for(lesson.title)}.md", "text/markdown",
                           icon=":material/download:", key="lesson-export", on_click="ignore")  # fmt: skip
        st.button("New", icon=":material/add:", key="lesson-new", on_click=_go_to, args=("",))
        if shelf.draft_of(name, default_folder()) is not None:
            st.button("Discard changes", icon=":material/undo:", key="lesson-discard", on_click=_do,
                      args=(_discard, name), help="What is typed and not saved goes.")  # fmt: skip
        if name and shelf.is_own(name, default_folder()):
            st.button("Delete", icon=":material/delete:", key="lesson-delete",
                      on_click=lambda: st.session_state.update({_TO_DELETE: True}))  # fmt: skip
    if said := st.session_state.pop(_SAID, None):
        is_problem, words = said
        (st.error if is_problem else st.success)(escaped(words))


def _do(action: Callable[..., None], *arguments: str) -> None:
    """In a callback; where it cannot be done, a sentence says why."""
    try:
        action(*arguments)
    except SentenceError as error:
        st.session_state[_SAID] = True, str(error)


def _typed(name: str) -> None:
    _do(partial(shelf.keep_draft, runs=default_folder()), name, st.session_state[_TEXT])


def _discard(name: str) -> None:
    shelf.drop_draft(name, default_folder())
    st.session_state[_OPENED] = None


def _save(name: str) -> None:
    text = st.session_state[_TEXT]
    lesson = parse(text, name, links.problem)
    shelf.save(kept := name or _free_name(lesson.title), text, default_folder())
    if not name:  # what was typed as a new one is this one now
        shelf.drop_draft("", default_folder())
    name = kept
    st.session_state[_OPENED] = name
    write(LINK["edit"], name)
    faults = f" {len(lesson.faults)} lines have something wrong, see at the right." if lesson.faults else ""
    st.session_state[_SAID] = False, f"Kept as “{name}”.{faults}"


def _free_name(title: str) -> str:
    """Of a new lesson: none is written over."""
    first, taken = shelf.name_for(title), shelf.names(default_folder())
    numbered = (f"{first[:56]}-{number}" for number in range(2, 1_000))
    return next(each for each in (first, *numbered) if each not in taken)


def _try(name: str) -> None:
    _save(name)
    go_to(shelf.lesson(name, default_folder(), links.problem), 1)


def _delete(name: str) -> None:
    shelf.delete(name, default_folder())
    _go_to("")


def _go_to(name: str) -> None:
    st.session_state[_OPENED] = None
    write(LINK["edit"], name)


def _import() -> None:
    upload = st.file_uploader("Import a lesson (.md)", ["md"], key=_IMPORTED, max_upload_size=1)
    if upload is None:
        return
    text = upload.getvalue().decode("utf-8-sig", "replace")
    st.button(f"Open {escaped(upload.name)} in the editor", icon=":material/file_open:", key="lesson-take",
              on_click=_take, args=(text,))  # fmt: skip


def _take(text: str) -> None:
    """As a new lesson, which is not kept yet; what is too long for one is cut, and said to be."""
    st.session_state[_TEXT], st.session_state[_OPENED] = text[:MOST_CHARACTERS], ""
    write(LINK["edit"], "")
    _typed("")
    if len(text) > MOST_CHARACTERS:
        words = (
            f"File: received {len(text):,} characters, expected at most {MOST_CHARACTERS:,}. Its end is cut."
        )
        st.session_state[_SAID] = True, words


def _faults(lesson: Lesson) -> None:
    if not lesson.faults:
        return st.success("Nothing is wrong with it.", icon=":material/check_circle:")
    st.warning("\n".join(f"- {_unlinked(each)}" for each in lesson.faults), icon=":material/rule:")


def _unlinked(fault: Fault) -> str:
    """With an invisible joiner where Markdown would find an address, escaped or not."""
    return escaped(re.sub(r"(?<=/)(?=/)|(?<=www)(?=\.)|(?<=@)", "\u2060", str(fault)))


def _preview(lesson: Lesson) -> None:
    """As a person sees it, all steps at once."""
    st.header(escaped(lesson.title), anchor=False)
    st.caption(escaped(f"{lesson.aim} · {lesson.minutes} minutes" if lesson.minutes else lesson.aim))
    for number, step in enumerate(lesson.steps, 1):
        st.subheader(escaped(f"{number}. {step.title}"), anchor=False)
        texts(step.blocks)
        if step.page:
            st.code(step.page, language=None, wrap_lines=True)
        for question in step.questions:
            st.markdown(_question(question))


def _question(question: Question) -> str:
    options = f" ({escaped(' / '.join(question.options))})" if isinstance(question, ChoiceQuestion) else ""
    return f":material/help: **{escaped(question.ask)}**{options} :gray[{question.kind}]"
