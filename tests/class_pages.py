"""Pages of a class as AppTest runs them, for whoever sits at them."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from lenet.people.classroom import VARIABLE, Classroom
from lenet.people.person import Person, set_acting
from pages.parts.shared import room
from pages.parts.shared.orders import orders

Sit = Callable[[Person], None]


@contextlib.contextmanager
def class_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Classroom, Sit]]:
    """The class of the runs folder, and a function: that person is at the pages from then on."""
    monkeypatch.setenv(VARIABLE, "1")
    room.classroom.cache_clear()
    orders.cache_clear()
    lesson, cookies = room.classroom(), {}
    monkeypatch.setattr(room.st.context.__class__, "cookies", property(lambda _: cookies))

    def sit(person: Person) -> None:
        cookies[room.COOKIE] = lesson.token(person)

    yield lesson, sit
    set_acting(None)
    room.classroom.cache_clear()
    orders.cache_clear()


@contextlib.contextmanager
def acting_as(person: Person) -> Iterator[None]:
    """Beside the pages: that person makes something."""
    set_acting(lambda: person)
    yield
    set_acting(room.person)
