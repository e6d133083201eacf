"""Ben tries to get at what is Ada's and the teacher's, by the server's protocol: refused, written down."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import InvalidStatus

from lenet.people import deeds
from lenet.people.person import Person
from lenet.runs.folder import Run
from lenet.runs.status import Status
from pages.parts.shared.room import COOKIE
from tests.class_dashboard import ClassDashboard, class_dashboard
from tests.small_runs import small_config
from tests.small_sweeps import sweep_of
from tests.tab import Tab

STATES = ("running", "paused", "finished", "queued", "stopped")
HANDED = {"running": ["Pause", "Stop", "Rename"], "finished": ["Train 5 more", "Rename"]}  # what changes it
EVILS = "../../../../etc/passwd", "..%2f..%2f.class%2fkey", ".class/key", "%2e%2e/.class/people.json"


@dataclass
class Scene:
    """Ada's runs, one in each state, and a sweep; the widgets of her pages and of the teacher's."""

    lab: ClassDashboard
    ada: str  # cookies
    ben: str
    teacher: str
    runs: dict[str, Run]
    sweep: str
    loop: asyncio.Runner
    widgets: dict[str, dict[str, WidgetState | None]] = field(default_factory=dict)  # page → id → a value
    tabs: dict[str, Tab] = field(default_factory=dict)  # Ben's

    def files(self) -> dict[str, bytes]:
        """All that is there but the log itself."""
        every = (path for path in self.lab.running.runs.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in every if path.name != deeds.FILE}

    def refusals(self) -> int:
        """Lines of the log; nothing that Ben tries is done."""
        lines = deeds.read(self.lab.running.runs, 100_000)
        assert not [line for line in lines if line["allowed"]]
        return len(lines)

    async def ben_at(self, page: str) -> Tab:
        """His tab on that page, kept for the next try."""
        if page not in self.tabs:
            self.tabs[page] = await Tab(f"{self.lab.url}/{page}", cookie=self.ben).__aenter__()
            await self.tabs[page].settle(20)
        return self.tabs[page]


async def _look(scene: Scene, page: str, cookie: str) -> dict[str, WidgetState | None]:
    """The widgets of that page, as whoever may change things has them."""
    async with Tab(f"{scene.lab.url}/{page}", cookie=cookie) as tab:
        assert await tab.drawn(60)
        return {widget: tab.value_of(widget) for widget in tab.widgets()}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with class_dashboard(tmp_path_factory.mktemp("isolation")) as lab, asyncio.Runner() as loop:
        ada, ben, teacher = lab.joined("Ada"), lab.joined("Ben"), lab.room.token(Person("teacher", "T"))
        owner = lab.room.person_of(ada.partition("=")[2])
        runs = {state: _run(lab, owner, state) for state in STATES}
        sweep = sweep_of(lab.running.runs, "seed=1,2")
        _sign(sweep.path, owner)
        made = Scene(lab, ada, ben, f"{COOKIE}={teacher}", runs, sweep.id, loop)
        for state in HANDED:
            run = made.runs[f"handed {state}"] = _run(lab, lab.room.person_of(ben.partition("=")[2]), state)
            loop.run(made.ben_at(f"train?run={run.id}"))
            _sign(run.path, owner)
        yield made
        for tab in made.tabs.values():
            loop.run(tab.__aexit__())


def _run(lab: ClassDashboard, owner: Person, state: str) -> Run:
    run, now = Run.create(small_config(), lab.running.runs), time.time()
    _sign(run.path, owner)
    run.write_status(Status(state=state, epoch=1, epochs=2, created=now, heartbeat=now + 3_600))
    return run


def _sign(folder: Path, owner: Person) -> None:
    (folder / "owner.json").write_text(f'{{"id": "{owner.id}", "name": "{owner.name}"}}')


Try = Callable[[Scene], Awaitable[None]]


def _page_of(scene: Scene, what: str) -> str:
    if what == "class":
        return "class"
    return f"train?sweep={scene.sweep}" if what == "sweep" else f"train?run={scene.runs[what].id}"


def widgets(what: str, kind: str) -> Try:
    """Everything of that kind that the page has for its owner and not for Ben: clicked, or given a value."""

    async def attempt(scene: Scene) -> None:
        page = _page_of(scene, what)
        if page not in scene.widgets:
            whose = scene.teacher if what == "class" else scene.ada
            scene.widgets[page] = await _look(scene, page, whose)
        if what == "class" and (led := scene.tabs.pop(page, None)):  # away from there, to another page
            await led.__aexit__()
        tab = await scene.ben_at(page)
        theirs = {key: value for key, value in scene.widgets[page].items() if key not in tab.widgets()}
        assert theirs, "there is something to forge"
        clicks = [WidgetState(id=key, trigger_value=True) for key in theirs]
        values = [value for value in theirs.values() if value]
        said = {"clicks": clicks, "values": values, "all": clicks + values}[kind]
        for each in [said] if kind == "all" else [[one] for one in said]:
            await tab.say(*each)
            await tab.settle(10)

    return attempt


def handed(state: str) -> Try:
    """The buttons of a run that was Ben's when his page was drawn: their callbacks are called, in vain."""

    async def attempt(scene: Scene) -> None:
        tab = await scene.ben_at(_page_of(scene, f"handed {state}"))
        buttons = [each for words in HANDED[state] for each in tab.found("button", words)]
        assert len(buttons) == len(HANDED[state])
        for each in buttons:
            await tab.forge(each)
            await tab.settle(10)

    return attempt


def component(name: str, event: str, value: Any) -> Try:
    """What a component says that Ben's page has, with things of Ada's in it."""

    async def attempt(scene: Scene) -> None:
        run = scene.runs["running"].id
        tab = await scene.ben_at(f"train?run={run}")
        said = {"run": run, "id": run, "owner": "teacher", "command": "stop", "delete": run}
        await tab.trigger(await tab.find("bidi_component", name), event, said if value is None else value)
        await tab.settle(10)

    return attempt


def link(template: str) -> Try:
    """A page by a link that would have it do something."""

    async def attempt(scene: Scene) -> None:
        run = scene.runs["finished"].id
        async with Tab(scene.lab.url + template.format(run=run, sweep=scene.sweep), cookie=scene.ben) as tab:
            await tab.settle(20)

    return attempt


def http(method: str, path: str) -> Try:
    """A request beside the pages: it is no way to change anything, nor to read what is no page's."""

    async def attempt(scene: Scene) -> None:
        asked = path.format(run=scene.runs["running"].id)
        status, _, words = await asyncio.to_thread(scene.lab.ask, method, asked, scene.ben, None)
        assert scene.lab.room._key not in words and "root:" not in words and scene.lab.room.code not in words
        assert method == "GET" or status in (303, 403, 404, 405), status

    return attempt


def cookie(make: Callable[[Scene], str]) -> Try:
    """A cookie that is nobody's: no page, no answer, no connection."""

    async def attempt(scene: Scene) -> None:
        forged = f"{COOKIE}={make(scene)}"
        run = scene.runs["running"].id
        for place in (f"/train?run={run}", f"/lenet/live?run={run}"):
            status, headers, _ = await asyncio.to_thread(scene.lab.ask, "GET", place, forged)
            assert status == 303 and headers["location"].startswith("/join")
        with pytest.raises(InvalidStatus, match="403"):
            async with Tab(scene.lab.url, cookie=forged):
                pass

    return attempt


def _person(scene: Scene, cookie: str) -> Person:
    return scene.lab.room.person_of(cookie.partition("=")[2])


def _ada(scene: Scene, made: float) -> list:
    """What her cookie says."""
    return [_person(scene, scene.ada).id, 0, made]


def _signed(scene: Scene, salt: str, payload: list, key: str | None = None) -> str:
    """As the server signs, with that key; None: its own, which has come out in no way that is known."""
    return URLSafeSerializer(key or scene.lab.room._key, salt=salt).dumps(payload)


def signed(key: str | None, salt: str, payload: Callable[[Scene], list]) -> Callable[[Scene], str]:
    return lambda scene: _signed(scene, salt, payload(scene), key)


def _moved(scene: Scene) -> str:
    """The cookie of the device that Cem had before."""
    before = scene.lab.joined(f"Cem {time.time()}")
    move = {"move": scene.lab.room.take_over_secret(_person(scene, before).id)}
    assert scene.lab.ask("POST", "/join", form=move)[0] == 303
    return before.partition("=")[2]


def _swapped(scene: Scene) -> str:
    """Ada's words with Ben's signature."""
    return scene.ada.partition("=")[2].partition(".")[0] + "." + scene.ben.rpartition(".")[2]


NOW, OLD = time.time(), time.time() - 86_400 * 181
COMPONENTS: list[tuple[str, str, Any]] = [
    ("live-figures", "changed", None), ("live-figures", "changed", "x" * 100_000),
    ("live-curves", "changed", [1]), ("live-network", "changed", None), ("theme-change", "changed", None),
    ("lost-session", "renewed", None), ("lost-session", "renewed", '{"name": "Ada"}'),
    ("start", "pressed", {"run": "x", "owner": "teacher"}),
]  # fmt: skip
LINKS = (
    "/train?run={run}&command=stop", "/train?run={run}&delete=1", "/train?run=.class", "/train?run=../.class",
    "/train?sweep={sweep}&command=stop", "/compare?runs={run}&tag=x", "/class", "/class?end=1",
)  # fmt: skip
REQUESTS = [
    ("POST", "/lenet/live?run={run}&command=stop"), ("DELETE", "/lenet/live?run={run}"),
    ("PUT", "/train?run={run}"), ("DELETE", "/_stcore/upload_file/x/y"), ("PUT", "/_stcore/upload_file/x/y"),
    ("POST", "/lenet/network?model={run}"),
]  # fmt: skip
READERS = "/lenet/network?model=", "/lenet/live?run=", "/media/", "/lenet/assets/1/"
COOKIES: dict[str, Callable[[Scene], str]] = {
    "without a signature": lambda scene: scene.ada.partition("=")[2].partition(".")[0],
    "cut": lambda scene: scene.ada.partition("=")[2][:-1],
    "of Ada's words and Ben's signature": _swapped,
    "that is the teacher's link": lambda scene: scene.lab.room.teacher_secret,
    "that moves Ada": lambda scene: scene.lab.room.take_over_secret(_person(scene, scene.ada).id),
    "of another device": _moved,
    "of another key": signed("0" * 64, "teacher", lambda _: ["teacher", 0, NOW]),
    "of another key, Ada's": signed("0" * 64, "person", lambda scene: _ada(scene, NOW)),
    "of another class": signed(None, "person 0123", lambda scene: _ada(scene, NOW)),
    "of no class": signed(None, "person ", lambda scene: _ada(scene, NOW)),
    "that is too old": lambda scene: _signed(scene, f"person {scene.lab.room.id}", _ada(scene, OLD)),
    "of a teacher, too old": signed(None, "teacher", lambda _: ["teacher", 0, OLD]),
    "of words": lambda _: "teacher",
    "of nothing much": lambda _: ".",
    "of zeros": lambda _: "%00%00",
}
PAGES = *STATES, "sweep", "class"
KINDS = "clicks", "values", "all"
TRIES: dict[str, Try] = {
    **{f"widgets: {kind} of {what}": widgets(what, kind) for what in PAGES for kind in KINDS},
    **{f"widgets of a run that is {state} and was his": handed(state) for state in HANDED},
    **{f"component {name} says {event} {number}": component(name, event, value)
       for number, (name, event, value) in enumerate(COMPONENTS)},
    **{f"link {each}": link(each) for each in LINKS},
    **{f"{method} {path}": http(method, path) for method, path in REQUESTS},
    **{f"GET {name}{each}": http("GET", f"{name}{each}") for name in READERS for each in EVILS},
    **{f"cookie {name}": cookie(make) for name, make in COOKIES.items()},
}  # fmt: skip


# What means a thing of another's; the rest says nothing, or what an honest browser says as well
LOGGED = (
    "widgets", "cookie", "GET", "POST /lenet", "PUT /train", "DELETE /lenet", "link /train?run=.",
)  # fmt: skip


def test_there_are_enough() -> None:
    assert sum(name.startswith(LOGGED) for name in TRIES) >= 60


@pytest.mark.parametrize("name", TRIES)
def test_refused(scene: Scene, name: str) -> None:
    files, refusals = scene.files(), scene.refusals()
    is_logged = name.startswith(LOGGED)
    deadline = time.monotonic() + 60
    while True:  # what a page says that is just being left goes unheard: he says it again
        scene.loop.run(TRIES[name](scene))
        if not is_logged or scene.refusals() > refusals:
            break
        assert time.monotonic() < deadline, "it is written down"
    after = scene.files()
    people = str(scene.lab.room.root / "people.json")  # Cem came
    assert {**after, people: b""} == {**files, people: b""}
    if "was his" in name:
        done = [line["deed"] for line in deeds.read(scene.lab.running.runs, 9) if "click" not in line["deed"]]
        assert done, "the check of the file was asked, not the button alone"
