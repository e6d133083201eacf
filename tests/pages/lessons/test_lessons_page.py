"""The Lessons page: the list, the editor with its sentences on faults, and the teacher's overview."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.lessons import progress, shelf
from lenet.lessons.answers import Verdict
from lenet.lessons.lesson_file import parse
from lenet.people.classroom import VARIABLE, Classroom
from lenet.people.person import TEACHER, Person, set_acting
from pages.parts.shared import room
from tests.page_words import plain
from tests.project import ROOT


def page(**query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "10_Lessons.py"), default_timeout=60)
    for name, text in query.items():
        test.query_params[name] = text
    test.run()
    assert not test.exception
    return test


@pytest.fixture
def lab(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Classroom, dict[str, str]]]:
    """A class, and the cookies of whoever is at the page."""
    monkeypatch.setenv(VARIABLE, "1")
    room.classroom.cache_clear()
    cookies: dict[str, str] = {}
    monkeypatch.setattr(room.st.context.__class__, "cookies", property(lambda _: cookies))
    yield room.classroom(), cookies
    set_acting(None)
    room.classroom.cache_clear()


def test_the_list(runs_folder: Path) -> None:
    progress.reached(runs_folder, None, "a-filter-by-hand", 2)
    test = page(lesson="a-filter-by-hand")
    titles = [
        each.value.split("**")[1]
        for each in test.markdown
        if each.value.startswith("**") and ":gray" in each.value
    ]
    assert len(titles) == 10 and titles[0] == "A filter by hand", "that of the link comes first"
    assert "0 of 7 questions right" in plain(test.markdown)
    labels = {each.key: each.label for each in test.button}
    assert (
        labels["lesson-start-a-filter-by-hand"] == "Go on"
        and labels["lesson-start-what-is-a-pixel"] == "Start"
    )
    wrong = plain(page(lesson="gone", view="progress").warning)
    assert "Lesson: received 'gone' in the link, expected one of those below" in wrong
    assert "View: received 'progress' in the link, expected one of lessons, write." in wrong


def test_a_lesson_is_written(runs_folder: Path) -> None:
    test = page(view="write")
    assert "Nothing is wrong with it." in plain(test.success)
    test.text_area[0].input("---\ntitle: Mine\n---\n## One\n\n<script>x</script>\n\npage: nowhere\n")
    test.run()
    said = plain(test.warning)
    assert "Line 6: Text: received HTML" in said and "Line 8: page: received the page 'nowhere'" in said
    assert [each.value for each in test.text] == ["<script>x</script>"]
    test.button("lesson-save").click().run()
    assert not test.exception and "Kept as “mine”. 2 lines have something wrong" in plain(test.success)
    assert shelf.names(runs_folder)[0] == "mine" and test.query_params["edit"] == "mine"
    assert page(view="write", edit="mine").text_area[0].value.startswith("---\ntitle: Mine"), "it opens again"
    test.button("lesson-delete").click().run()
    next(each for each in test.button if each.label == "Delete" and each.key != "lesson-delete").click().run()
    assert not test.exception and "mine" not in shelf.names(runs_folder)


def test_what_was_typed_is_there_again_and_can_be_discarded(runs_folder: Path) -> None:
    shelf.save("mine", "---\ntitle: Mine\n---\n## One\n", runs_folder)
    for name, typed in (("mine", "---\ntitle: Other\n---\n"), ("", "---\ntitle: New\n---\n")):
        page(view="write", edit=name).text_area[0].input(typed).run()
        again = page(view="write", edit=name)
        assert again.text_area[0].value == typed
        again.button("lesson-discard").click().run()
        assert not again.exception and again.text_area[0].value != typed
        assert page(view="write", edit=name).text_area[0].value == again.text_area[0].value
    test = page(view="write")
    test.text_area[0].input("---\ntitle: New\n---\n").run()
    test.button("lesson-save").click().run()
    assert shelf.draft_of("", runs_folder) is None and "lesson-discard" not in [b.key for b in test.button]


def test_two_lessons_of_one_title_are_two(runs_folder: Path) -> None:
    for _ in range(2):
        page(view="write").button("lesson-save").click().run()
    assert shelf.names(runs_folder)[:2] == ["my-lesson", "my-lesson-2"]


def test_an_export_is_what_an_import_takes(runs_folder: Path) -> None:
    text = shelf.text_of("what-is-a-pixel", runs_folder)
    test = page(view="write")
    test.file_uploader[0].set_value(("pixel.md", text.encode(), "text/markdown")).run()
    test.button("lesson-take").click().run()
    assert not test.exception and test.text_area[0].value == text
    assert (
        parse(test.text_area[0].value, "x").questions
        == shelf.lesson("what-is-a-pixel", runs_folder, str).questions
    )


def test_what_students_do_not_see(lab: tuple[Classroom, dict[str, str]]) -> None:
    classroom, cookies = lab
    cookies[room.COOKIE] = classroom.token(classroom.join(classroom.code, "Ada"))
    test = page(view="write", edit="what-is-a-pixel")
    keys = [each.key or "" for each in test.button]
    assert not test.text_area and not any(key.startswith("lesson-edit") for key in keys)
    assert "Could two different pictures have the same" not in plain(test.markdown)


def test_the_teacher_sees_who_is_where(lab: tuple[Classroom, dict[str, str]], runs_folder: Path) -> None:
    classroom, cookies = lab
    people = [classroom.join(classroom.code, name) for name in ("Ada", "Ben", "Cem")]
    (first, second, *_) = shelf.lesson("what-is-a-pixel", runs_folder, lambda link: "").questions

    def answers(person: Person, step: int, *verdicts: Verdict) -> None:
        progress.reached(runs_folder, person, "what-is-a-pixel", step)
        for found in verdicts:
            progress.answered(runs_folder, person, "what-is-a-pixel", first, found)

    answers(people[0], 3, Verdict(False, "no"), Verdict(True, "yes"))
    answers(people[1], 1, Verdict(False, "no"))
    cookies[room.COOKIE] = classroom.token(TEACHER)
    test = page(view="progress", lesson="what-is-a-pixel")
    assert "2 of 3 have begun" in plain(test.caption)
    table = test.dataframe[0].value
    assert table["Person"].tolist() == ["Ada", "Ben"] and table["Step"].tolist() == ["3 of 6", "1 of 6"]
    assert table.iloc[:, 3].tolist() == ["✓ (2)", "✗ (1)"] and table.iloc[:, 4].tolist() == ["", ""]
