"""What the teacher's page does with all runs and sweeps at once, and at the end of the class."""

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.people.hold import is_held
from lenet.people.person import TEACHER, Person, set_acting
from lenet.runs.folder import Run
from lenet.runs.status import Status
from pages.parts.shared import room
from tests.class_pages import acting_as, class_pages
from tests.project import ROOT
from tests.small_runs import small_config
from tests.small_sweeps import sweep_of

Made = Callable[[Person, str], Run]


@pytest.fixture
def made(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """A function: a run of that person in that state. The page's person is the teacher."""
    with class_pages(monkeypatch) as (_, sit):
        sit(TEACHER)
        yield partial(_make, runs_folder)


def _make(runs_folder: Path, owner: Person, state: str) -> Run:
    with acting_as(owner):
        run = Run.create(small_config(), runs_folder)
    now = time.time()
    run.write_status(Status(state=state, epoch=1, epochs=2, created=now, heartbeat=now))
    return run


def page() -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "8_Class.py"), default_timeout=60).run()
    assert not test.exception
    return test


def test_all_are_stopped_also_sweeps_and_after_one_that_is_gone(made: Made, runs_folder: Path) -> None:
    runs = [made(room.classroom().join(room.classroom().code, name), "running") for name in ("Ada", "Ben")]
    sweep = sweep_of(runs_folder, "seed=1,2")
    test = page()
    test.button("class-pause").click().run()
    assert is_held(runs_folder) and runs[1].control().command == "pause"
    shutil.rmtree(runs[1].path)
    test.button("class-stop").click().run()
    assert not test.exception and not test.error, "of one that is gone nothing is wanted"
    assert not is_held(runs_folder)
    assert runs[0].control().command == sweep.control().command == "stop"
    shutil.rmtree(runs[0].path)
    assert not page().button("class-stop").disabled, "a sweep between two trials"


def test_a_name_from_right_to_left_does_not_turn_its_line(made: Made) -> None:
    lesson = room.classroom()
    for number in range(13):
        lesson.join(lesson.code, f"ليلى {number}")
    lines = [each.value for each in page().markdown if "ليلى" in each.value]
    assert len(lines) == 13 and all(each.startswith("\u2068") and "\u2069 · " in each for each in lines)


def test_the_end_of_a_class_deletes_its_runs_alone(made: Made) -> None:
    lesson = room.classroom()
    before = made(lesson.join(lesson.code, "Ada"), "finished")
    set_acting(None)
    lesson.end()
    ada, ben = (lesson.join(lesson.code, name) for name in ("Ada", "Ben"))
    trains, others = made(ada, "running"), [made(ada, "finished"), made(ben, "finished")]
    of_teacher = made(TEACHER, "finished")
    test = page()
    test.button("class-delete").click().run()
    next(each for each in test.button if each.label == "End it").click().run()
    assert not test.exception and lesson.people == []
    assert [each.path.exists() for each in (before, trains, *others, of_teacher)] == [
        True, True, False, False, True,
    ]  # fmt: skip
