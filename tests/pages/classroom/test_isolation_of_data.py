"""One person tries another's things over the wire, by links, values, clicks and requests: all are refused."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.persons_digits import own_digits
from lenet.networks import model_uploads
from lenet.networks.pretrained import path as pretrained_path
from lenet.people import deeds
from lenet.people.person import TEACHER, Person, set_acting
from lenet.runs.folder import Run
from lenet.runs.status import Status
from lenet.sweep.folder import Sweep
from tests.class_dashboard import ClassDashboard, class_dashboard
from tests.drawn_collection import drawing, image, symbols_collected
from tests.made_datasets import bars, npz
from tests.small_runs import small_config
from tests.small_sweeps import sweep_of
from tests.tab import Tab

SECRET = "quokka"  # in what Ada has made, and in no link


@dataclass(frozen=True)
class Made:
    """What Ada has made, and who is there."""

    lab: ClassDashboard
    folder: Path
    ada: str
    ben: str
    person: Person
    run: Run
    sweep: Sweep
    file: str

    def files(self) -> dict[str, bytes]:
        """All that is hers, and what the class is."""
        room = [self.lab.room.root / name for name in ("class.json", "people.json")]
        places = (self.folder / "data", self.run.path, self.sweep.path, self.lab.running.runs / ".models")
        paths = [path for place in places for path in place.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in (*room, *paths)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("isolation")
    (folder / "data").mkdir()
    with (
        class_dashboard(folder, LENET_DATA=str(folder / "data")) as lab,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("LENET_DATA", str(folder / "data"))
        patch.setenv("LENET_RUNS", str(lab.running.runs))
        ada, ben = lab.joined("Ada"), lab.joined("Ben")
        person = lab.room.person_of(ada.partition("=")[2])
        set_acting(lambda: person)
        yield Made(lab, folder, ada, ben, person, *_made_by(folder, lab.running.runs))
        set_acting(None)


def _made_by(folder: Path, runs: Path) -> tuple[Run, Sweep, str]:
    source = npz(folder / "leaves.npz", x=bars(60, 28), y=np.arange(60) % 2)
    datasets.add_own("leaves", source, (f"{SECRET} a", f"{SECRET} b"))
    symbols_collected(6, title="Signs").rename(f"{SECRET} signs")
    for number in range(10):
        own_digits().add(drawing(number), number, image(number))
    file = model_uploads.store(f"{SECRET}.keras", pretrained_path("lenet5-relu").read_bytes())
    run = Run.create(small_config(), runs)
    run.write_status(Status(state="stopped", epoch=1, epochs=2, created=1.0, heartbeat=1.0))
    return run, sweep_of(runs, "seed=1,2"), file


def links(made: Made) -> list[str]:
    """Of pages that would show what is hers."""
    names = "leaves", "signs", f"my-digits-{made.person.id}"
    return [
        *(f"data?dataset={name}" for name in (*names, "../own/leaves")), "data?dataset=leaves&view=image",
        *(f"train?dataset={name}" for name in names), f"train?from={made.file}", "class",
        *(f"{page}?model=lenet5-draw&dataset=leaves" for page in ("inspect", "evaluate")),
        *(f"draw?more=collect&set={name}" for name in (*names, "../drawing-sets/signs")),
        *(f"{page}?model={made.file}" for page in ("draw", "inspect", "evaluate")),
    ]  # fmt: skip


def test_no_link_shows_it(made: Made) -> None:
    async def look(link: str) -> None:
        said = []
        async with Tab(f"{made.lab.url}/{link}", said.append, made.ben) as tab:
            assert await tab.settle(60), link
        assert not any(SECRET.encode() in each.SerializeToString() for each in said), link

    async def every() -> None:
        for link in links(made):
            await look(link)

    before = made.files()
    asyncio.run(every())
    assert len(links(made)) >= 18 and made.files() == before


def test_no_click_and_no_value_changes_it(made: Made) -> None:
    """Ben sends what the browsers of Ada and of the teacher would, on every page where they may."""
    teacher = made.lab.ask("GET", f"/join?teacher={made.lab.room.teacher_secret}")[1]["set-cookie"].partition(
        ";"
    )[0]
    digits = f"draw?more=collect&set=my-digits-{made.person.id}"
    pages = [
        (made.ada, "data?dataset=leaves"), (made.ada, "draw?more=collect&set=signs"), (made.ada, digits),
        (made.ada, f"train?run={made.run.id}"), (made.ada, f"train?mode=sweep&sweep={made.sweep.id}"),
        (made.ada, f"inspect?model={made.file}"), (teacher, "class"),
    ]  # fmt: skip

    async def forge(cookie: str, link: str) -> int:
        address = f"{made.lab.url}/{link}"
        async with Tab(address, cookie=cookie) as theirs, Tab(address, cookie=made.ben) as his:
            # The teacher's page looks for changes as long as it is open.
            assert await (theirs.drawn(60) if link == "class" else theirs.settle(60))
            assert await his.settle(60)
            clicks = sorted(set(theirs.buttons()) - set(his.buttons()))
            values = [each for each in theirs.found("button_group", "") if "-share-" in each]
            for widget in clicks:
                await his.forge(widget)
                assert await his.settle(60)
            for widget in values:
                for how in ("see", "add"):
                    await his.pretend(theirs, widget, string_array_value={"data": [how]})
                    assert await his.settle(60)
            return len(clicks) + len(values)

    async def every() -> int:
        return sum([await forge(*each) for each in pages])

    before = made.files()
    assert asyncio.run(every()) >= 20
    assert made.files() == before
    assert not any(each["allowed"] for each in deeds.read(made.lab.running.runs))
    assert made.lab.room.person_of(teacher.partition("=")[2]) == TEACHER
    words = made.lab.ask("POST", "/lenet/orders", made.ben, b"here train")[2]
    assert json.loads(words)["sentence"] == "" and json.loads(words)["frame"] is None


def test_no_request_brings_it(made: Made) -> None:
    for path in (
        f"/lenet/network?model={made.file}", f"/lenet/network?model=../.models/{made.file}",
        f"/lenet/live?run={made.run.id}&image=0", f"/media/{made.file}.keras", "/own/leaves.npz",
        "/app/static/../../data/own/leaves.npz",
    ):  # fmt: skip
        _, _, words = made.lab.ask("GET", path, made.ben)
        assert SECRET not in words and '"maps"' not in words
