"""The lessons that ship: read without a fault, each link opens its page, each question has an answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.lesson_figures import linked
from lenet.data import datasets
from lenet.lessons import shelf
from lenet.lessons.answers import Desk, verdict
from lenet.lessons.lesson import Lesson, Step
from lenet.lessons.questions import SETTINGS, ChoiceQuestion, NumberQuestion, RunQuestion
from lenet.runs.folder import default_folder
from lenet.runs.run_index import list_runs
from pages.parts.lessons import links
from pages.parts.shared.hideable import CONTROLS, matches
from pages.parts.shared.hideable import SETTINGS as ON_TRAIN
from tests.linked_page import opened
from tests.small_runs import trained

NAMES = shelf.shipped()
LESSONS = {name: shelf.lesson(name, Path(), links.problem) for name in NAMES}
STEPS = [(lesson, step) for lesson in LESSONS.values() for step in lesson.steps]
PAGES = sorted({step.page for _, step in STEPS if step.page})
NOBODY_ASKS = Desk((), Path(), lambda *call: pytest.fail("asked the worker"))


def test_there_are_ten() -> None:
    assert len(NAMES) == 10


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=NAMES)
def test_it_is_whole(lesson: Lesson) -> None:
    assert lesson.faults == () and 20 <= lesson.minutes <= 45 and lesson.aim and lesson.needs
    assert 4 <= len(lesson.steps) <= 8 and len(lesson.questions) >= 5
    guide = "\n".join(block.text for block in lesson.guide)
    assert all(words in guide for words in ("**Aim.**", "**Time.**", "**What goes wrong.**", "**Answers.**"))


# Links


def keys_of(test: AppTest) -> set[str]:
    """The keys of all widgets and containers of a page."""
    found = set()
    for node in test._tree:
        for part in (getattr(node, "proto", None), getattr(getattr(node, "proto", None), "id", None)):
            name = part if isinstance(part, str) else getattr(part, "id", "")
            found |= {name, name.split("-", 3)[-1]}
        found.add(getattr(node, "key", None) or "")
    return found


@pytest.fixture(scope="module")
def seen() -> dict[str, set[str]]:
    """Of each page, the keys that its links have shown."""
    return {page: set() for page in CONTROLS}


@pytest.mark.parametrize("link", PAGES)
@pytest.mark.usefixtures("engine", "runs_folder")
def test_a_link_opens_its_page_and_names_controls_that_are_there(
    link: str, seen: dict[str, set[str]]
) -> None:
    page, values = links.parts(link)
    test = AppTest.from_file(str(links.PATHS[page]), default_timeout=60)
    for name, texts in values.items():
        test.query_params[name] = texts
    opened(test)
    assert not test.exception and not test.error and not test.warning, [each.value for each in test.warning]
    keys = keys_of(test)
    seen[page] |= keys
    named = [name for what in ("hide", "show") for name in ",".join(values.get(what, [])).split(",") if name]
    assert [name for name in named if not any(matches(page, name, key) for key in keys)] == []


# Questions


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=NAMES)
def test_what_has_an_answer_in_the_file_takes_it(lesson: Lesson) -> None:
    for question in lesson.questions:
        if isinstance(question, ChoiceQuestion) or getattr(question, "answer", None) is not None:
            assert verdict(question, question.answer, NOBODY_ASKS).is_right
            wrong = next(
                (each for each in getattr(question, "options", ()) if each != question.answer), "-99999"
            )
            said = verdict(question, wrong, NOBODY_ASKS)
            assert not said.is_right and "Received" in said.said and "expected" in said.said


def runs_asked() -> Iterator[tuple[str, int, Step]]:
    for lesson, step in STEPS:
        is_asked = any(isinstance(each, RunQuestion) for each in step.questions)
        if is_asked and step.page.startswith("train?recipe="):
            yield lesson.name, lesson.steps.index(step) + 1, step


@pytest.mark.parametrize(("name", "number", "step"), list(runs_asked()), ids=lambda each: str(each)[:30])
def test_what_a_link_sets_up_is_what_its_question_asks_for(name: str, number: int, step: Step) -> None:
    """But for what the person is to find: then the link shows its control."""
    config, (_, values) = linked(name, number), links.parts(step.page)
    shown = ",".join(values["show"]).split(",")
    for question in (each for each in step.questions if isinstance(each, RunQuestion)):
        for condition in (each for each in question.where if each.name in SETTINGS):
            is_so = condition.holds(getattr(config, condition.name))
            assert is_so or condition.name in shown, (question.ask, condition)
            assert condition.name in ("dataset", *ON_TRAIN)


def called(function: str, *args: Any) -> Any:
    module, _, name = function.rpartition(".")
    return getattr(__import__(module, fromlist=[name]), name)(*args)


@pytest.mark.parametrize(("name", "number", "place"), [
    ("the-learning-rate", 2, 0), ("the-learning-rate", 3, 0), ("why-convolution", 2, 0),
])  # fmt: skip
def test_a_run_as_the_link_sets_it_up_answers(name: str, number: int, place: int, runs_folder: Path) -> None:
    question = LESSONS[name].steps[number - 1].questions[place]
    desk = Desk((), runs_folder, called)
    assert "You have no run yet" in verdict(question, None, desk).said
    trained(linked(name, number), runs_folder)
    desk = Desk(tuple(list_runs(default_folder())), runs_folder, called)
    assert verdict(question, None, desk).is_right, verdict(question, None, desk).said


def test_the_pixels_are_those_of_the_digits() -> None:
    """What lessons 1 and 2 state of three pictures."""
    zero, one, seven = (datasets.sample("digits", index, part)[0][..., 0].astype(int)
                        for index, part in ((0, "train"), (0, "test"), (1, "test")))  # fmt: skip
    assert zero.size == 64 and zero[0].max() == 207 and zero[0, 0] == 0
    text = shelf.text_of("what-is-a-pixel", Path())
    assert all("| " + " | ".join(map(str, row)) + " |" in text for row in seven)
    assert one[4].tolist() == [0, 0, 0, 0, 223, 255, 0, 0]
    assert (one[3:6, 3:6] @ [-1, 0, 1]).sum() == 717 and one[3:6, 3:6].tolist()[2] == [0, 239, 207]
    answers = [
        each.answer for each in LESSONS["a-filter-by-hand"].questions if isinstance(each, NumberQuestion)
    ]
    assert answers[:2] == [-223, 717]
