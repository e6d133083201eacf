"""The door of a class over HTTP: who has joined comes in, and nobody else reaches anything."""

import asyncio
import io
import json
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import InvalidStatus

from lenet.people import deeds
from lenet.people.arrivals import AT_ONCE
from lenet.people.person import Person
from lenet.runs.folder import Run
from lenet.runs.status import Status
from pages.parts.classroom import gate
from tests.class_dashboard import ClassDashboard, class_dashboard
from tests.small_runs import small_config
from tests.tab import Tab

PLACES = (
    "/", "/train", "/draw?model=lenet5-draw", "/class", "/_stcore/stream", "/lenet/live?run=x",
    "/lenet/session?id=x", "/lenet/network?model=lenet5-draw", "/lenet/no-digit", "/media/a.png",
    "/_stcore/upload_file/a/b", "/joint", "/join/", "/static/../train", "//train",
)  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassDashboard]:
    with class_dashboard(tmp_path_factory.mktemp("class")) as running:
        yield running


def cookies_of_nobody(lab: ClassDashboard) -> list[str]:
    """None, and forged ones."""
    good = lab.joined(f"Eve {len(lab.room.people)}")
    secret = f"lenet-person={lab.room.teacher_secret}"
    return ["", "lenet-person=x", good[:-1], good + "x", secret, good.partition(".")[0]]


def test_nobody_reaches_anything_but_the_door(lab: ClassDashboard) -> None:
    cookies = cookies_of_nobody(lab)
    tries = [(place, cookie) for place in PLACES for cookie in cookies]
    assert len(tries) > 60
    for place, cookie in tries:
        status, headers, _ = lab.ask("GET", place, cookie)
        is_led = status in (302, 303, 307) and "join?to=" in headers["location"]
        assert is_led or status in (400, 403, 404), (place, cookie, status, headers)
    for place in ("/_stcore/upload_file/a/b", "/lenet/live", "/_stcore/stream"):
        assert lab.ask("POST", place)[0] in (403, 405)


def test_no_websocket_without_a_cookie(lab: ClassDashboard) -> None:
    async def knock(cookie: str) -> None:
        with pytest.raises(InvalidStatus, match="403"):
            async with Tab(f"{lab.url}/train", cookie=cookie):
                pass

    async def every() -> None:
        await asyncio.gather(*map(knock, cookies_of_nobody(lab)))

    asyncio.run(every())


def test_a_name_and_a_code_let_in_where_one_wanted_to_go(lab: ClassDashboard) -> None:
    wanted = "draw?model=lenet5-draw&more=collect"
    status, headers, _ = lab.ask("GET", f"/{wanted}")
    assert (status, headers["location"]) == (303, f"/join?to={quote(wanted)}")
    form = {"code": lab.room.code.lower(), "name": "Ada", "to": wanted}
    status, headers, _ = lab.ask("POST", "/join", form=form)
    assert (status, headers["location"]) == (303, f"/{wanted}")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(headers["set-cookie"].split("; "))
    cookie = headers["set-cookie"].partition(";")[0]
    assert lab.ask("GET", "/train", cookie)[0] == 200
    assert lab.ask("GET", "/join?to=train", cookie)[1]["location"] == "/train", "who is in needs no door"
    for number, elsewhere in enumerate(("//example.org", "/\\example.org", "https://example.org")):
        form = {"code": lab.room.code, "name": f"To {number}", "to": elsewhere}
        location = lab.ask("POST", "/join", form=form)[1]["location"]
        assert location.startswith("/") and not location.startswith(("//", "/\\"))


def test_names_and_codes_that_are_none_are_answered_on_the_form(lab: ClassDashboard) -> None:
    lab.joined("Cem")
    wrong = ("cem", "is taken in"), (" ", "received 0 characters"), ("x" * 5_000, "expected 1 to 40")
    for name, words in wrong:
        status, _, page = lab.ask("POST", "/join", form={"code": lab.room.code, "name": name})
        assert status == 403 and words in page and 'role="alert"' in page
    status, _, page = lab.ask("POST", "/join", form={"code": "<script>", "name": "<script>x"})
    assert status == 403 and "<script>" not in page and "&lt;script&gt;x" in page


@pytest.mark.parametrize("charset", ["undefined", "unicode_escape"])
def test_a_form_that_no_browser_sends_is_answered(lab: ClassDashboard, charset: str) -> None:
    field = 'Content-Disposition: form-data; name="code"'
    form = f"--x\r\n{field}\r\n\r\n\\ud800\r\n--x--\r\n".encode()
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    status, _, page = lab.ask("POST", "/join", form=form, form_type=kind)
    assert status == 403 and "Code: received another one" in page


def test_a_form_larger_than_any_is_not_kept(lab: ClassDashboard) -> None:
    form = f"code={lab.room.code}&name=Large&to=".encode()
    for length, answer in ((50_000, 303), (3_000_000, 403)):
        assert lab.ask("POST", "/join", form=form + b"x" * length)[0] == answer
    assert lab.ask("POST", "/join", form=b"name=%ff%00&code=%ff&&=&to=%0d%0a")[0] == 403


def test_wrong_codes_are_slow_and_right_ones_are_not(lab: ClassDashboard) -> None:
    def guess(number: int) -> int:
        return lab.ask("POST", "/join", form={"code": f"A{number:05}", "name": "Guess"})[0]

    with ThreadPoolExecutor(100) as threads:
        began = time.monotonic()
        guesses = [threads.submit(guess, number) for number in range(1_000)]
        lab.joined("Dora")
        assert time.monotonic() - began < 10
        answers = [each.result() for each in guesses]
        seconds = time.monotonic() - began
    assert set(answers) == {403, 429} and answers.count(403) <= 20 * (seconds + 1)
    assert lab.joined("Emil"), "nobody is locked out"


def test_a_flood_of_one_address_does_not_fill_the_class(tmp_path: Path) -> None:
    with class_dashboard(tmp_path) as flooded:
        form = {"code": flooded.room.code}
        joined = [flooded.ask("POST", "/join", form=form | {"name": f"Bot {n}"}) for n in range(AT_ONCE + 20)]
        refused = [words for status, _, words in joined if status == 429]
        assert {status for status, _, _ in joined} == {303, 429} and len(refused) > 10, "one more each 10 s"
        assert all("Many have joined from here just now. Wait " in words for words in refused)
        assert len(flooded.room.people) == len(joined) - len(refused)
        cookie = joined[0][1]["set-cookie"].partition(";")[0]
        assert flooded.ask("GET", "/train", cookie)[0] == 200


def test_orders_are_for_who_is_in_the_class(lab: ClassDashboard) -> None:
    cookie = lab.joined("Gil")
    status, _, words = lab.ask("POST", "/lenet/orders", cookie, b"here train?recipe=lenet5-relu")
    assert status == 200 and json.loads(words) == {"sentence": "", "frame": None, "note": "", "wait": 1.5}
    for other in cookies_of_nobody(lab):
        assert lab.ask("POST", "/lenet/orders", other, b"here train")[0] == 403
    assert lab.ask("POST", "/lenet/orders", cookie, b"x" * 3_000_000)[0] == 200


def test_one_who_floods_the_log_does_not_silence_anothers(lab: ClassDashboard) -> None:
    loud, quiet = lab.joined("Floods"), lab.joined("Asks once")
    for number in range(gate._MOST_NOTED + 5):
        lab.ask("GET", f"/?run=../{number}", cookie=loud)
    lab.ask("GET", "/?run=../quiet", cookie=quiet)
    found = [each["name"] for each in deeds.read(lab.running.runs, 1_000) if each["deed"] == "ask by GET"]
    assert (found.count("Floods"), found.count("Asks once")) == (gate._MOST_NOTED, 1)


def test_the_teacher_calls_the_link_back(lab: ClassDashboard) -> None:
    """By the cookie alone: nobody else can, whatever they send."""
    link, form = f"/join?teacher={lab.room.teacher_secret}", {"teachers-link": "1"}
    cookie = lab.ask("GET", link)[1]["set-cookie"].partition(";")[0]
    student = lab.joined("Hal")
    assert lab.ask("POST", "/join", student, form)[0] == lab.ask("POST", "/join", "", form)[0] == 403
    assert lab.ask("GET", link)[0] == 303, "nothing has changed"
    assert "Call it back" in lab.ask("GET", "/join?teachers-link=1", cookie)[2]
    status, headers, _ = lab.ask("POST", "/join", cookie, form)
    now = headers["set-cookie"].partition(";")[0]
    assert (status, headers["location"]) == (303, "/class")
    assert lab.ask("GET", link)[0] == 403 and lab.ask("GET", "/train", cookie)[0] == 303
    assert lab.ask("GET", "/train", now)[0] == lab.ask("GET", "/train", student)[0] == 200


def test_a_forged_message_changes_nothing_of_anothers(lab: ClassDashboard) -> None:
    """Ben's browser sends what Ada's sends when she changes her run: a click on each button of hers."""
    ada, ben = (lab.joined(name) for name in ("Ada L", "Ben"))
    run = Run.create(small_config(), lab.running.runs)
    person = lab.room.person_of(ada.partition("=")[2])
    lab_owner(run, person)
    run.write_status(Status(state="stopped", epoch=1, epochs=2, created=time.time(), heartbeat=time.time()))
    before = files(run)

    async def forge() -> int:
        address = f"{lab.url}/train?run={run.id}"
        async with Tab(address, cookie=ada) as hers, Tab(address, cookie=ben) as his:
            await hers.settle(30)
            await his.settle(30)
            widgets = set(hers.buttons()) - set(his.buttons())
            assert not any(run.id in each for each in his.buttons()), "they are not offered"
            for widget in widgets:
                await his.forge(widget)
                await his.settle(10)
            return len(widgets)

    assert asyncio.run(forge()) >= 2
    assert files(run) == before
    assert not any(each["allowed"] for each in deeds.read(lab.running.runs))


def test_the_teacher_alone_takes_the_class_home_as_one_file(lab: ClassDashboard) -> None:
    ada = lab.joined("Ada of the file")
    teacher = f"lenet-person={lab.room.token(lab.room.teacher(lab.room.teacher_secret))}"
    assert lab.ask("GET", "/lenet/class", ada)[0] == 403
    assert lab.ask("GET", "/lenet/class")[0] == 303
    with urlopen(Request(f"{lab.url}/lenet/class", headers={"Cookie": teacher})) as answer:
        assert "class-" in answer.headers["content-disposition"]
        made = zipfile.ZipFile(io.BytesIO(answer.read()))
    assert "Ada of the file" in made.read("people.json").decode()
    assert [each["allowed"] for each in deeds.read(lab.running.runs) if each["deed"] == "export"] == [
        True,
        False,
    ]


def test_who_is_in_the_class_no_more_is_told(lab: ClassDashboard) -> None:
    """In a tab that was open before, also where but a part of its page runs; a board is told nothing."""
    cookie = lab.joined("Fay")
    fay = lab.room.person_of(cookie.partition("=")[2])
    said = []

    async def leave() -> None:
        async with Tab(f"{lab.url}/draw", said.append, cookie) as tab:
            button = await tab.find("button", "Clear")
            await tab.settle(10)
            move = {"move": lab.room.take_over_secret(fay.id)}
            assert lab.ask("GET", "/lenet/board", cookie)[0] == 200
            assert lab.ask("POST", "/join", form=move)[0] == 303
            assert all(lab.ask("GET", f"/lenet/{each}", cookie)[0] == 303 for each in ("board", "activity"))
            await tab.set(button, trigger_value=True)
            assert await tab.settle(10), "no part of the page runs by itself any more"
            assert any(b"You are in this class no more" in each.SerializeToString() for each in said)

    asyncio.run(leave())


def lab_owner(run: Run, person: Person) -> None:
    """As if that person had made it."""
    (run.path / "owner.json").write_text(f'{{"id": "{person.id}", "name": "{person.name}"}}')


def files(run: Run) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
