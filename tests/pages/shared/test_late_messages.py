"""What a busy browser says late, or takes for another value, neither undoes nor changes a click."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.proto.ClientState_pb2 import ClientState

from pages.parts.shared import late_messages
from tests.dashboard import Dashboard, dashboard
from tests.project import ROOT
from tests.tab import Place, Tab

PAUSES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.4)  # seconds between the click and the first late message
AGAIN = 4 * (0.03,)  # and between the others
SLOW = """
import time
from pathlib import Path
import streamlit as st

def work():
    Path("begun").touch()
    time.sleep(0.5)
    st.session_state["done"] = True

st.button("go", key="go", on_click=work)
if st.session_state.get("done"):
    st.button("it is done")
"""
APP = """
import sys
sys.path.insert(0, {root!r})
import streamlit as st
from starlette.middleware import Middleware
from pages.parts.shared.late_messages import LateMessages
app = st.App("slow.py", middleware=[Middleware(LateMessages)])
"""
AUGMENTATION = "data?dataset=digits&view=augmentation&rotation=33"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """With no data but the bundled digits, so that there is a page that ticks: it looks for missing data."""
    folder = tmp_path_factory.mktemp("late")
    with dashboard(folder, module="tests.light_workers", LENET_DATA=str(folder)) as started:
        yield started


async def until(condition: Callable[[], bool]) -> None:
    """Comes back once it holds."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


async def is_led(tab: Tab, button: str, pause: float, has_tick: bool, to: str, link: dict[str, str]) -> None:
    """A click on the button leads to that page and link, with late messages."""
    widget = await tab.find("button", button)
    await tab.settle(0.5 if has_tick else 30)
    before, fragment = tab.place, tab.fragments[0] if has_tick else ""
    await tab.set(widget, trigger_value=True)
    for wait in (pause, *AGAIN):
        await asyncio.sleep(wait)
        await tab.say_late(before, fragment)
    await until(lambda: tab.place[1] == to and dict(parse_qsl(tab.place[2])) == link)
    for _ in range(20):
        assert tab.place[1] == to and tab.place[0] != before[0]
        await asyncio.sleep(0.025)


def all_are_led(address: str, *where: Any) -> None:
    """The same for every pause, a tab each."""

    async def one(pause: float) -> None:
        async with Tab(address) as tab:
            button, *rest = where
            await is_led(tab, button, pause, *rest)

    async def every() -> None:
        await asyncio.gather(*map(one, PAUSES))

    asyncio.run(every())


def test_a_late_message_brings_nobody_back(running: Dashboard) -> None:
    is_set_up = {"recipe": "digits-quick", "rotation": "33.0"}
    all_are_led(f"{running.url}/{AUGMENTATION}", "Train with these", False, "train", is_set_up)


def test_a_late_tick_brings_nobody_back(running: Dashboard) -> None:
    all_are_led(f"{running.url}/data?dataset=my-digits", "Draw digits", True, "draw", {})


async def led_to_train(tab: Tab) -> tuple[Place, Place]:
    """From Data by its button; both places."""
    await tab.settle(30)
    data = tab.place
    await tab.set(await tab.find("button", "Train with these"), trigger_value=True)
    await until(lambda: tab.place[1] == "train")
    return data, tab.place


def test_who_goes_back_and_forth_by_links_is_heard(running: Dashboard) -> None:
    async def back_and_forth() -> None:
        async with Tab(f"{running.url}/{AUGMENTATION}") as tab:
            data, train = await led_to_train(tab)
            for _ in range(3):
                # a link asks for its page, at the address of the one that is shown
                await tab.say_late((data[0], "train", ""))
                await until(lambda: tab.place[:2] == data[:2])
                await tab.say_late((train[0], "data", ""))
                await until(lambda: tab.place[:2] == train[:2])

    asyncio.run(back_and_forth())


def test_what_is_said_right_after_back_leads_nowhere(running: Dashboard) -> None:
    """A browser with the address of the one page asks for the other: a theme that changes at that moment."""

    async def back(pause: float) -> None:
        async with Tab(f"{running.url}/{AUGMENTATION}") as tab:
            data, train = await led_to_train(tab)
            await tab.settle(5)
            await tab.go_back(data)
            for wait in (pause, *AGAIN):
                await asyncio.sleep(wait)
                await tab.say_late((train[0], "data", data[2]))
            await until(lambda: tab.place[1] == "data")
            for _ in range(20):
                assert tab.place[:2] == data[:2]
                await asyncio.sleep(0.025)

    async def every() -> None:
        await asyncio.gather(*map(back, PAUSES[:5]))

    asyncio.run(every())


@pytest.mark.parametrize(
    "link",
    [
        "data?dataset=fashion_mnist",
        AUGMENTATION,
        "data?dataset=digits&index=7&part=test&settings=dense-2",
        "train?recipe=dense-2&epochs=7&optimizer=sgd&dataset=digits",
        "evaluate?model=digits-quick&view=calibration&reject=0.05",
        "inspect?model=digits-quick&index=9&view=arithmetic",
        "draw?model=digits-quick&more=collect",
        "glossary?term=receptive-field",
    ],
)
def test_who_draws_the_second_of_two_runs_alone_knows_all_values(running: Dashboard, link: str) -> None:
    """As a busy browser does; it would say another value with the next click, for a person who sees it."""

    async def look() -> dict[str, Any]:
        async with Tab(f"{running.url}/{link}") as tab:
            await tab.settle(3)
            return await tab.misunderstood(3)

    assert asyncio.run(look()) == {}


def test_a_callback_that_takes_long_is_not_ended_by_what_follows(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    (tmp_path / "app.py").write_text(APP.format(root=str(ROOT)))

    async def click(address: str) -> None:
        async with Tab(address) as tab:
            await tab.set(await tab.find("button", "go"), trigger_value=True)
            await until((tmp_path / "begun").exists)
            await tab.say_late(tab.place)
            await tab.find("button", "it is done", 5)

    with dashboard(tmp_path, root=tmp_path) as started:
        asyncio.run(click(started.url))


def said(page: str, path: str, **more: bool | str) -> ClientState:
    state = ClientState(page_script_hash=page, **more)
    state.context_info.url = f"http://localhost:8501/base/{path}"
    return state


def test_what_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_messages, "_open", {"me": late_messages._Open("t")})
    monkeypatch.setattr(late_messages, "_paths", {"d": "data", "t": "train"})
    assert late_messages.is_late(said("d", "data"), "me")
    assert not late_messages.is_late(said("t", "train"), "me")
    assert not late_messages.is_late(said("d", "data", is_history_navigation=True), "me"), "Back"
    assert not late_messages.is_late(said("d", "data"), "somebody else")
    nowhere = said("d", "data")
    nowhere.context_info.url = "http://[::1"
    assert not late_messages.is_late(nowhere, "me")
    assert not late_messages.is_late(said("d", "train"), "me"), "a link to it"
    assert late_messages.is_late(said("t", "train"), "me"), "what the page still says that is left by it"
    assert not late_messages.is_late(said("g", "train"), "me"), "a link to a page that nobody has opened yet"
    assert not late_messages.is_late(said("g", "train", fragment_id="tick"), "me"), "its own tick"
    assert not late_messages.is_late(said("d", "data", is_history_navigation=True), "me"), "Back"
    assert late_messages.is_late(said("g", "data", fragment_id="tick"), "me"), "a tick is no link"
    assert not late_messages.is_late(said("d", "data", fragment_id="tick"), "me")
    late_messages._open["me"].until = 0.0
    assert not late_messages.is_late(said("g", "data"), "me"), "a link to it again, later"
    assert late_messages.is_late(said("t", "train"), "me")
    assert not late_messages.is_late(said("t", "train", is_history_navigation=True), "me"), "Back"
    assert late_messages.is_late(said("g", "train"), "me"), "of the page that Back has left, at this address"
    assert not late_messages.is_late(said("g", "data", is_history_navigation=True), "me"), "Forward"
