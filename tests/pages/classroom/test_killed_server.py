"""The server is killed in mid-lesson: all are back, as who they were and where they were."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.class_dashboard import class_dashboard
from tests.dashboard import free_port
from tests.tab import Tab

pytestmark = pytest.mark.alone
PEOPLE, SECONDS = 30, 10.0
PAGES = (
    "train?recipe=digits-quick&epochs={number}",
    "inspect?model=lenet5-relu&index={number}&view=weights",
    "draw?more=collect&model=lenet5-draw",
    "data?dataset=digits&view=image&index={number}",
    "glossary?term=convolution",
    "board",
)


class Student:
    """A person of the class and what their page says."""

    def __init__(self, url: str, number: int, cookie: str) -> None:
        self.number, self.heard = number, b""
        page = PAGES[number % len(PAGES)].format(number=number + 5)
        self.tab = Tab(f"{url}/{page}", self._hear, cookie)

    def _hear(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "new_session" and not message.metadata.run.fragment_ids:
            self.heard = b""
        self.heard += message.delta.SerializeToString()

    def is_here(self) -> bool:
        """Whether the page knows who they are."""
        return f"Student {self.number}]".encode() in self.heard  # the badge

    def shows(self) -> tuple[object, ...]:
        """The page, its link, and the values of all that can be set on it."""
        return self.tab.place[1:], {each: str(self.tab.value_of(each)) for each in self.tab.widgets()}


async def _all_drawn(students: list[Student]) -> None:
    assert all(await asyncio.gather(*(each.tab.drawn(60) for each in students)))


def test_all_are_back_where_they_were(tmp_path: Path) -> None:
    port = free_port()
    with asyncio.Runner() as loop:
        with class_dashboard(tmp_path, port) as lab:
            cookies = [lab.joined(f"Student {number}") for number in range(PEOPLE)]
            students = [Student(lab.url, number, cookie) for number, cookie in enumerate(cookies)]
            loop.run(_open(students))
            before, people = [each.shows() for each in students], lab.room.people
            os.kill(lab.running.pid, signal.SIGKILL)
        began = time.monotonic()
        with class_dashboard(tmp_path, port) as lab:
            loop.run(_come_back(students))
            seconds = time.monotonic() - began
            assert [each.shows() for each in students] == before
            assert all(each.is_here() for each in students) and lab.room.people == people
            loop.run(_leave(students))
    assert seconds < SECONDS, f"{seconds:.1f} s from the start of the server until all are back"


async def _open(students: list[Student]) -> None:
    for each in students:
        await each.tab.__aenter__()
    await _all_drawn(students)
    assert all(each.is_here() for each in students)


async def _come_back(students: list[Student]) -> None:
    await asyncio.gather(*(each.tab.come_back() for each in students))
    await _all_drawn(students)


async def _leave(students: list[Student]) -> None:
    await asyncio.gather(*(each.tab.__aexit__() for each in students))
