"""The board as a page: its link, and what the teacher does from it."""

from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from lenet.activities import activity, guess
from lenet.activities.guess import Choice, Round
from lenet.activities.write_along import opened, send
from lenet.data.drawing_collection import Collection
from lenet.people.person import TEACHER
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from tests.acting import Lesson
from tests.drawn_digits import drawn_digits
from tests.page_words import plain
from tests.project import ROOT

PAGE = str(ROOT / "pages" / "9_Board.py")


def page() -> AppTest:
    test = AppTest.from_file(PAGE, default_timeout=60).run()
    assert not test.exception
    return test


def press(test: AppTest, key: str) -> AppTest:
    test.button(key).click().run()
    assert not test.exception
    return test


def test_whoever_is_no_teacher_leads_nothing(lesson: Lesson) -> None:
    lesson.sits(lesson.joined("Ada"))
    assert not page().button


def test_nonsense_in_the_link_is_answered(lesson: Lesson) -> None:
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params["view"] = "<b>"
    assert "expected one of now, runs, activity, people" in plain(test.run().warning)


def test_the_class_writes_and_its_drawings_train(
    lesson: Lesson, runs_folder: Path, bare_machine: Path
) -> None:
    test = press(page(), "write-7")
    request = opened(activity.now_on(runs_folder))
    assert (request.name, request.models) == ("7", ("lenet5-draw",))
    assert "Nothing was sent yet" in plain(press(test, "write-keep").error)
    for number, (drawing, _) in enumerate(drawn_digits(12)):
        lesson.sits(lesson.joined(f"P{number}"))
        send(runs_folder, request.folder, drawing)
    lesson.sits(TEACHER)
    assert page().button("write-train").disabled
    test = press(page(), "write-keep")
    assert len(Collection().entries()) == 12 and not test.button("write-train").disabled
    press(test, "write-train")
    (run,) = list_runs(runs_folder)
    assert (run.dataset, run.owner) == ("my-digits", TEACHER)
    Run.open(run.id).write_control(command="stop")
    press(test, "activity-end")
    assert activity.now_on(runs_folder) is None


def test_a_round_is_led(lesson: Lesson, runs_folder: Path) -> None:
    rounds = (Round(5, 1, 2, 0.6, True),)
    choice = Choice("Digits", ("a", "b", "c"), "one", "one", rounds, np.zeros((1, 8, 8, 1), np.uint8))
    game = guess.begin(runs_folder, choice)
    assert "one plays itself, so the chosen ones are against it" in choice.how()
    test = press(page(), "guess-reveal")
    assert guess.opened(game.folder).phase == "revealed"
    press(test, "guess-next")
    assert guess.opened(game.folder).phase == "over"
