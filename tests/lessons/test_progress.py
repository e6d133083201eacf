"""How far a person is: written at once, read after a kill, of each person alone."""

from pathlib import Path

import pytest

from lenet.errors import LessonError
from lenet.lessons import progress
from lenet.lessons.answers import Verdict
from lenet.lessons.progress import Answered
from lenet.lessons.questions import question
from lenet.people.classroom import Classroom
from lenet.people.person import NOBODY, Person

ADA, BEN = Person("a", "Ada"), Person("b", "Ben")
ASKED = question.validate_python({"kind": "number", "ask": "?", "answer": "1"})
WRONG, RIGHT, NONE = Verdict(False, "no"), Verdict(True, "yes"), Verdict(False, "later", counts=False)


def test_tries_and_steps_of_each_person(tmp_path: Path) -> None:
    for found in (WRONG, NONE, WRONG, RIGHT, WRONG):
        progress.answered(tmp_path, ADA, "one", ASKED, found)
    progress.reached(tmp_path, ADA, "one", 3)
    progress.reached(tmp_path, ADA, "one", 2)
    known = progress.read(tmp_path, ADA, "one")
    assert (known.step, known.of(ASKED)) == (3, Answered(3, True, "yes"))
    for person, lesson in ((BEN, "one"), (None, "one"), (ADA, "two")):
        assert progress.read(tmp_path, person, lesson) == progress.Progress()
    assert (tmp_path / ".class" / "lessons" / "a.json").is_file()


def test_alone_it_is_beside_the_runs(tmp_path: Path) -> None:
    progress.reached(tmp_path, None, "one", 1)
    assert (tmp_path / ".lessons" / "progress.json").is_file()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"one": 3}', '{"one": {"step": "x", "answers": {"k": 1}}}'])
def test_a_damaged_file_begins_again(tmp_path: Path, text: str) -> None:
    progress.reached(tmp_path, ADA, "one", 2)
    (tmp_path / ".class" / "lessons" / "a.json").write_text(text)
    assert progress.read(tmp_path, ADA, "one") == progress.Progress()
    progress.reached(tmp_path, ADA, "one", 1)
    assert progress.read(tmp_path, ADA, "one").step == 1


def test_nobody_and_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="not in this class"):
        progress.reached(tmp_path, NOBODY, "one", 1)
    (tmp_path / ".class").write_text("a file where the folder belongs")
    with pytest.raises(LessonError, match="Your answer was not kept"):
        progress.reached(tmp_path, ADA, "one", 1)


def test_the_end_of_a_class_takes_it_away(tmp_path: Path) -> None:
    room = Classroom.opened(tmp_path)
    person = room.join(room.code, "Ada")
    progress.reached(tmp_path, person, "one", 1)
    room.end()
    assert progress.read(tmp_path, person, "one").step == 0
