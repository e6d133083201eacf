"""Who acts in a test of people, and a class whose pages are run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lenet.people.classroom import VARIABLE, Classroom
from lenet.people.person import TEACHER, Person, set_acting
from pages.parts.shared import room


@pytest.fixture
def act_as() -> Iterator[Callable[[Person | None], None]]:
    """A function: from then on that person acts; None: the machine itself."""
    yield lambda person: set_acting(lambda: person)
    set_acting(None)


class Lesson:
    """A class of this process, and who sits at the page that is run, and acts."""

    def __init__(self, classroom: Classroom) -> None:
        self.room = classroom
        self.cookies = {room.COOKIE: classroom.token(TEACHER)}

    def joined(self, name: str) -> Person:
        """Somebody new."""
        return self.room.join(self.room.code, name)

    def sits(self, person: Person) -> None:
        """That person is at the page from now on; outside of pages they act as well."""
        self.cookies[room.COOKIE] = self.room.token(person)
        set_acting(lambda: person)


@pytest.fixture
def lesson(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lesson]:
    """The class of the folder of this test; the teacher is at the page."""
    monkeypatch.setenv(VARIABLE, "1")
    room.classroom.cache_clear()
    found = Lesson(room.classroom())
    monkeypatch.setattr(room.st.context.__class__, "cookies", property(lambda _: found.cookies))
    found.sits(TEACHER)
    yield found
    set_acting(None)
    room.classroom.cache_clear()
