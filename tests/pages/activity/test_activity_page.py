"""What somebody sees of an activity on their phone; what is on is told to every page."""

import json
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from lenet.activities import activity, guess
from lenet.activities.guess import Choice, Round
from lenet.activities.write_along import ask, send
from lenet.people.person import TEACHER
from pages.parts.shared import activity_notice
from tests.acting import Lesson
from tests.drawn_digits import drawn_digits
from tests.page_words import plain
from tests.project import ROOT

PAGE = str(ROOT / "pages" / "11_Activity.py")
((DRAWING, _),) = drawn_digits(1)
ROUNDS = (Round(5, 1, 2, 0.6, True), Round(9, 0, 0, 0.9, False))
CHOICE = Choice("Digits", ("0", "1", "2"), "one", "two", ROUNDS, np.zeros((2, 8, 8, 1), np.uint8))


def page() -> AppTest:
    test = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not test.exception
    return test


def told() -> dict:
    return json.loads(activity_notice.activity_now(None).body)


def test_nothing_is_on_and_nobody_who_works_alone_has_any(lesson: Lesson, runs_folder: Path) -> None:
    assert "Nothing is on" in plain(page().info)
    assert (told()["version"], told()["words"]) == ("", "")


def test_nothing_drawn_is_not_sent(lesson: Lesson, runs_folder: Path, bare_machine: Path) -> None:
    request, ada = ask(runs_folder, "my-digits", "7", []), lesson.joined("Ada")
    assert told()["words"] == "Write a 7"
    lesson.sits(ada)
    test = page()
    assert "Write a 7" in plain(test.header)
    assert next(each for each in test.button if each.label == "Send").disabled
    send(runs_folder, request.folder, DRAWING)
    test = page()
    assert "Yours is on the board" in plain(test.success)
    assert next(each for each in test.button if each.label == "Send").disabled, "that was sent"
    next(each for each in test.button if each.label == "Undo").click().run()
    assert len(DRAWING.strokes) == 1 or not test.button[0].disabled


def test_a_round_on_a_phone(lesson: Lesson, runs_folder: Path) -> None:
    game, ada = guess.begin(runs_folder, CHOICE), lesson.joined("Ada")
    assert told()["words"] == "Guess with the machine: round 1 of 2"
    before = told()["version"]
    lesson.sits(ada)
    test = page()
    test.button(f"guess-{game.folder.name}-0-1").click().run()
    assert "You said 1" in plain(test.success)
    assert all(each.disabled for each in test.button) and not any(
        "It is" in each.value for each in test.success
    )
    lesson.sits(TEACHER)
    guess.reveal(game.folder)
    assert told()["version"] != before
    lesson.sits(ada)
    test = page()
    assert "It is 1, as you said." in plain(test.success) and "two said 2, at 60 %" in plain(test.markdown)
    lesson.sits(TEACHER)
    guess.go_on(game.folder)
    guess.go_on(game.folder)
    lesson.sits(ada)
    assert "You: 1 of 2" in plain((test := page()).header) and "The class: 1 of 2" in plain(test.markdown)
    lesson.sits(TEACHER)
    activity.put_on(runs_folder, None)
    assert "Nothing is on" in plain(page().info)
