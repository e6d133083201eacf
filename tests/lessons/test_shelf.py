"""Lessons as files: who writes them, what is refused, what is read again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lenet.errors import LessonError, NotAllowed
from lenet.lessons import shelf
from lenet.lessons.lesson_file import MOST_CHARACTERS
from lenet.people import deeds
from lenet.people.person import NOBODY, TEACHER, Person, set_acting

ADA = Person("a", "Ada")
TEXT = "---\ntitle: Mine\n---\n## One\n"


@pytest.fixture(autouse=True)
def nobody_acts() -> Iterator[None]:
    yield
    set_acting(None)


def title(name: str, runs: Path) -> str:
    return shelf.lesson(name, runs, lambda link: "").title


def test_whoever_works_alone_writes(tmp_path: Path) -> None:
    shelf.save("mine", TEXT, tmp_path)
    assert shelf.names(tmp_path)[0] == "mine" and title("mine", tmp_path) == "Mine"
    shelf.save("mine", TEXT.replace("Mine", "Longer"), tmp_path)
    assert title("mine", tmp_path) == "Longer"
    shelf.delete("mine", tmp_path)
    shelf.delete("mine", tmp_path)
    assert shelf.names(tmp_path) == list(shelf.shipped())


def test_one_that_ships_is_changed_in_a_file_of_ones_own(tmp_path: Path) -> None:
    name = shelf.shipped()[0]
    shelf.save(name, TEXT, tmp_path)
    assert title(name, tmp_path) == "Mine" and shelf.names(tmp_path).count(name) == 1
    shelf.delete(name, tmp_path)
    assert title(name, tmp_path) == "What is a pixel?"


def test_what_is_typed_and_not_saved_is_a_draft(tmp_path: Path) -> None:
    for name in ("mine", ""):
        assert shelf.draft_of(name, tmp_path) is None
        shelf.keep_draft(name, TEXT, tmp_path)
        assert shelf.draft_of(name, tmp_path) == TEXT
    assert shelf.names(tmp_path) == list(shelf.shipped()), "a draft is no lesson"
    shelf.save("mine", TEXT, tmp_path)
    assert shelf.draft_of("mine", tmp_path) is None and shelf.draft_of("", tmp_path) == TEXT
    shelf.keep_draft("../../evil", TEXT, tmp_path)
    shelf.keep_draft("mine", "x" * (MOST_CHARACTERS + 1), tmp_path)
    assert shelf.draft_of("mine", tmp_path) is None and not list(tmp_path.rglob("*evil*"))
    set_acting(lambda: ADA)
    for deed in (lambda: shelf.keep_draft("", "other", tmp_path), lambda: shelf.drop_draft("", tmp_path)):
        with pytest.raises(NotAllowed, match="Only the teacher"):
            deed()
    assert shelf.draft_of("", tmp_path) == TEXT


@pytest.mark.parametrize("person", [ADA, NOBODY])
def test_in_a_class_the_teacher_alone_writes(tmp_path: Path, person: Person) -> None:
    set_acting(lambda: TEACHER)
    shelf.save("mine", TEXT, tmp_path)
    set_acting(lambda: person)
    for deed in (lambda: shelf.save("mine", "other", tmp_path), lambda: shelf.delete("mine", tmp_path)):
        with pytest.raises(NotAllowed, match="Only the teacher"):
            deed()
    assert shelf.text_of("mine", tmp_path) == TEXT
    assert [each["deed"] for each in deeds.read(tmp_path)] == ["delete lesson", "write lesson"]


@pytest.mark.parametrize("name", ["", "../a", "a/b", "A", "a" * 61, ".a", "a.md"])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(LessonError, match="Name: received"):
        shelf.save(name, TEXT, tmp_path)
    with pytest.raises(LessonError, match="expected one of those on the Lessons page"):
        shelf.text_of(name, tmp_path)


def test_too_long_and_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LessonError, match="expected at most 60,000"):
        shelf.save("mine", "x" * 60_001, tmp_path)
    (tmp_path / shelf.FOLDER).write_text("a file where the folder belongs")
    with pytest.raises(LessonError, match="The lesson was not kept"):
        shelf.save("mine", TEXT, tmp_path)


@pytest.mark.parametrize(("words", "name"), [
    ("What is a pixel?", "what-is-a-pixel"), ("Über alles", "uber-alles"), ("日本", "lesson"),
    ("a" * 99, "a" * 60),
])  # fmt: skip
def test_a_name_for_a_title(words: str, name: str) -> None:
    assert shelf.name_for(words) == name
