"""The panel of a lesson beside a page: its step, its questions, the way on, and links that lead nowhere."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.lessons import progress, shelf
from tests.page_words import plain

LESSON = """---
title: Mine
---
## One

Look <b>here</b>.

```question
kind: number
ask: How many?
answer: 64
hint: Count.
because: Eight by eight.
```

## Two

There.

```question
kind: choice
ask: Which?
options: [a, b]
answer: b
```

```question
kind: run
ask: Train?
where: {epochs: ">= 3"}
```
"""


def page() -> None:
    """What AppTest runs: a page with the panel."""

    import streamlit as st

    from pages.parts.lessons.panel import panel
    from pages.parts.shared import link

    here = st.query_params.get("here", "data")
    link.open_page(here)
    panel(here)


def at(runs: Path, step: str = "1", lesson: str = "mine", **query: str) -> AppTest:
    shelf.save("mine", LESSON, runs)
    test = AppTest.from_function(page, default_timeout=30)
    for name, text in ({"lesson": lesson, "step": step} | query).items():
        test.query_params[name] = text
    return test.run()


def check(test: AppTest) -> AppTest:
    next(each for each in test.button if each.label == "Check").click().run()
    assert not test.exception
    return test


def test_without_a_step_there_is_no_panel(runs_folder: Path) -> None:
    assert not at(runs_folder, "0").markdown and not at(runs_folder, lesson="").markdown


def test_a_question_is_answered_at_last(runs_folder: Path) -> None:
    test = at(runs_folder)
    assert [each.value for each in test.sidebar.text] == ["Look <b>here</b>."], "shown as it is written"
    assert "expected a number" in plain(check(test).warning)
    test.text_input[0].input("63")
    assert "Received 63, expected a larger number. Count." in plain(check(test).warning)
    test.text_input[0].input("64")
    assert "64 is right. Eight by eight." in plain(check(test).success)
    assert not test.text_input and "64 is right" in plain(at(runs_folder).success), "it is kept"
    (known,) = progress.read(runs_folder, None, "mine").answers.values()
    assert (known.tries, known.is_right) == (2, True)


def test_a_choice_and_a_run(runs_folder: Path) -> None:
    test = at(runs_folder, "2")
    test.radio[0].set_value("a")
    assert "Received “a”, expected another one." in plain(check(test).warning)
    test.radio[0].set_value("b")
    assert "Right." in plain(check(test).success)
    assert "You have no run yet" in plain(check(test).warning)


def test_the_way_through(runs_folder: Path) -> None:
    test = at(runs_folder)
    test.button("lesson-next").click().run()
    assert test.query_params["step"] == "2" and "There." in plain(test.markdown)
    assert [each.key for each in test.button if each.key in ("lesson-next", "lesson-finish")] == [
        "lesson-finish"
    ]
    test.button("lesson-back").click().run()
    assert test.query_params["step"] == "1" and progress.read(runs_folder, None, "mine").step == 2
    test.button("lesson-leave").click().run()
    assert not test.markdown and "step" not in test.query_params


def test_on_a_phone_it_is_above_the_page(runs_folder: Path) -> None:
    assert at(runs_folder, screen="projector").sidebar.markdown
    test = at(runs_folder, screen="touch")
    assert not test.sidebar.markdown and [each.label for each in test.expander] == ["Mine · 1 of 2"]
    assert test.expander[0].proto.expanded
    at_the_activity = at(runs_folder, screen="touch", here="activity")
    assert not at_the_activity.expander[0].proto.expanded, "what the class is asked for comes first"


@pytest.mark.parametrize(("lesson", "step", "words"), [
    ("gone", "1", "Lesson: received 'gone', expected one of those on the Lessons page."),
    ("../../etc/passwd", "1", "Lesson: received '../../etc/passwd'"),
    ("mine", "9", "Step: received '9' in the link, expected 1 to 2, the steps of this lesson. The last"),
    ("mine", "x", "Step: received 'x' in the link, expected a number"),
])  # fmt: skip
def test_a_link_that_leads_nowhere_is_said(runs_folder: Path, lesson: str, step: str, words: str) -> None:
    test = at(runs_folder, step, lesson)
    assert not test.exception and words in plain(test.warning)


def test_a_lesson_without_steps_is_said(runs_folder: Path) -> None:
    shelf.save("empty", "---\ntitle: Empty\n---\n", runs_folder)
    assert "has no steps yet" in plain(at(runs_folder, lesson="empty").warning)
