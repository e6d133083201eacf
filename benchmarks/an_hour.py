"""What a class does to the memory of the page process and of both workers, an hour's worth in fast motion.

    python benchmarks/an_hour.py                       # about ten minutes on a quiet machine
    python benchmarks/an_hour.py --quick               # two
    python benchmarks/an_hour.py --build ../before     # another checkout first, in the same sitting

In each minute of the class a teacher trains a run of `digits-quick`, and ten people look at a view each, of
every page, ask the workers, draw and upload files; after three views a session ends, and another one begins.
The next minute begins when all have seen what they asked for, so that every build does the same. Sessions are
`tests/tab.py`, since ten browsers would take the memory from what is measured. At the end stand the bounds
that the class should keep within. Needs the packages of requirements-dev.txt.
"""

import argparse
import asyncio
import contextlib
import io
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.watchers import CANVAS, Watcher  # noqa: E402
from lenet.data.published_files import data_folders  # noqa: E402
from lenet.drawing.canvas_json import to_data  # noqa: E402
from lenet.drawing.strokes import Drawing  # noqa: E402
from lenet.networks.pretrained import PRETRAINED, path  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from lenet.runs.status import ACTIVE_STATES  # noqa: E402
from tests.dashboard import Dashboard, dashboard  # noqa: E402
from tests.drawn_digits import drawn_digits  # noqa: E402
from tests.tab import Tab  # noqa: E402

PEOPLE, VIEWS_A_SESSION = 10, 3
MINUTES, QUICK_MINUTES = 60, 12
PATIENCE = 20.0  # seconds that somebody waits for a view
# Streamlit keeps the session of a closed tab for two minutes: of the class, a minute of which takes 7 seconds
# on a quiet machine. Of two real minutes it would keep the sessions of a quarter of the hour.
KEPT = 15  # seconds
# By how much nicer than the page process, `lenet.engine.worker.NICENESS`.
ROLES = {3: "trainer", 5: "inference"}

MOST_MB_OF_PAGE, MOST_MB_A_SESSION = 250, 3
MOST_MB = {"trainer": 1500, "inference": 1200}
MOST_GROWTH = 1.05  # from the middle to the end

DATA = ("samples", "classes", "image", "network", "augmentation")
EVALUATE = ("confusion", "classes", "errors", "certainty", "compare", "history")
INSPECT = ("Kernels and maps", "All layers", "Arithmetic", "Weights", "Why", "Wants", "Ablation", "Test set")
DRAW = ("Why", "Step by step", "Collect")


# What people do


class Person:
    """Somebody of the class: one session after the other, a view each minute."""

    def __init__(self, running: Dashboard, number: int) -> None:
        self._running, self._number = running, number
        self._random = random.Random(number)
        self._tab: Tab | None = None
        self._views = 0
        self.waited: list[bool] = []  # whether each view was there in time

    async def look(self, minute: int) -> None:
        """At one more view."""
        if self._tab is None or self._views % VIEWS_A_SESSION == 0:
            await self.leave()
            self._tab = await Tab(f"{self._running.url}/data").__aenter__()
        self._views += 1
        act = ACTS[(minute + self._number * 3) % len(ACTS)]
        try:
            async with asyncio.timeout(2 * PATIENCE):
                await act(self, self._tab)
            self.waited.append(await self._tab.settle(PATIENCE))
        except TimeoutError:
            self.waited.append(False)

    async def leave(self) -> None:
        """Closes the tab."""
        if self._tab is not None:
            await self._tab.__aexit__()
        self._tab = None

    def model(self) -> str:
        """A pretrained model, or a run at an epoch or at its end."""
        runs = sorted(each.parent.name for each in self._running.runs.glob("[0-9]*/model.keras"))
        run = self._random.choice(runs[-8:]) if runs else "lenet5-relu"
        return self._random.choice(
            [run, f"{run}@{self._random.randint(1, 25)}" if runs else run, *PRETRAINED]
        )

    async def train(self, tab: Tab) -> None:
        """The run that trains, or the newest one, watched for three seconds in a tab beside."""
        async with Watcher(f"{self._running.url}/train"):
            await asyncio.sleep(3)

    async def data(self, tab: Tab) -> None:
        """A view of a data set."""
        name = self._random.choice(["digits", "mnist", "fashion_mnist"])
        view, index = self._random.choice(DATA), self._random.randint(0, 300)
        await tab.go(f"data?dataset={name}&view={view}&index={index}")

    async def evaluate(self, tab: Tab) -> None:
        """How good a network is."""
        await tab.go(f"evaluate?model={self.model()}&view={self._random.choice(EVALUATE)}")

    async def inspect(self, tab: Tab) -> None:
        """A digit on its way through a network."""
        view = self._random.choice(INSPECT).replace(" ", "+")
        await tab.go(f"inspect?model={self.model()}&view={view}&index={self._random.randint(0, 300)}")

    async def draw(self, tab: Tab) -> None:
        """A digit, stroke by stroke, and something opened below."""
        await tab.go(f"draw?more={self._random.choice(DRAW).replace(' ', '+')}")
        canvas = await tab.find("bidi_component", "draw-canvas")
        digit = self._random.choice(DIGITS)
        for count in range(1, len(digit.strokes) + 1):
            drawing = Drawing(digit.strokes[:count], digit.canvas, digit.pen)
            raw = {"raw": to_data(drawing, CANVAS, "#15211f"), "data": None}
            await tab.set(canvas, json_value=json.dumps({"drawing": raw, "backgroundFit": None}))
            await tab.settle(PATIENCE)

    async def photograph(self, tab: Tab) -> None:
        """A picture of some digits on paper."""
        await tab.go("draw?source=Photograph")
        picker = await tab.find("file_uploader", "photo-file")
        await tab.upload(picker, "page.png", picture(self._random))

    async def own_data(self, tab: Tab) -> None:
        """A data set from a file, added under a new name."""
        await tab.go("data")
        picker = await tab.find("file_uploader", "data-dataset-own-file-0")
        name = f"class-{self._number}-{self._views}"
        await tab.upload(picker, f"{name}.npz", own_images(self._random))
        await tab.settle(PATIENCE)
        await tab.set(await tab.find("button", "data-dataset-own-add"), trigger_value=True)

    async def own_model(self, tab: Tab) -> None:
        """A `.keras` file from elsewhere."""
        await tab.go("inspect")
        await tab.settle(PATIENCE)
        name = self._random.choice(list(PRETRAINED))
        await tab.upload(await tab.find("file_uploader", "inspect-keras"), "m.keras", path(name).read_bytes())
        await tab.set(await tab.find("button", "Look into it"), trigger_value=True)


ACTS: tuple[Callable[[Person, Tab], Awaitable[None]], ...] = (
    Person.data, Person.evaluate, Person.inspect, Person.draw, Person.inspect, Person.train,
    Person.evaluate, Person.photograph, Person.data, Person.inspect, Person.draw, Person.own_data,
    Person.evaluate, Person.inspect, Person.own_model,
)  # fmt: skip
DIGITS = [drawing for drawing, _ in drawn_digits(100)]


def picture(chance: random.Random) -> bytes:
    """A PNG of 1200×900 pixels: six digits on grey paper."""
    paper = Image.new("L", (1200, 900), 215)
    pen = ImageDraw.Draw(paper)
    for place in range(6):
        digit, (down, right) = chance.choice(DIGITS), divmod(place, 3)
        for stroke in digit.strokes:
            points = np.asarray(stroke) / digit.canvas * 260 + (90 + 370 * right, 100 + 400 * down)
            pen.line([tuple(point) for point in points], fill=40, width=14, joint="curve")
    file = io.BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()


def own_images(chance: random.Random) -> bytes:
    """An .npz of 2,000 images of 28×28 and their labels, 1.6 MB."""
    values = np.random.default_rng(chance.randrange(10**6))
    file = io.BytesIO()
    x, y = values.integers(0, 256, (2000, 28, 28), np.uint8), values.integers(0, 4, 2000)
    np.savez(file, x=x, y=y)
    return file.getvalue()


class Teacher:
    """One session that lasts the whole hour and trains a run after the other."""

    def __init__(self, running: Dashboard, tab: Tab) -> None:
        self._running, self._tab = running, tab
        self.seconds: list[float] = []  # that each run took, with its place in the queue

    async def train(self) -> None:
        """Presses Start and waits for the end."""
        await self._tab.settle(3)  # a live panel that ticks never rests
        known = set(self._running.runs.glob("[0-9]*/status.json"))
        await self._press_start()
        while not (new := set(self._running.runs.glob("[0-9]*/status.json")) - known):
            await asyncio.sleep(0.05)
        run, started = Run(new.pop().parent), time.monotonic()
        while run.status().state in ACTIVE_STATES:
            await asyncio.sleep(0.1)
        self.seconds.append(time.monotonic() - started)

    async def _press_start(self) -> None:
        """The page's own component, which is told what it shows; in older builds Streamlit's button."""
        while True:
            if button := next(self._tab.found("button", "Start"), None):
                return await self._tab.set(button, trigger_value=True)
            component = next(self._tab.found("bidi_component", "-start"), None)
            if component and not self._tab.given(component)["disabled"]:
                return await self._tab.trigger(component, "pressed", self._tab.given(component)["shown"])
            await asyncio.sleep(0.1)


# What it costs


@dataclass
class Sample:
    """Megabytes at the end of one minute of the class; of several workers of a role the largest."""

    minute: int
    sessions: int  # open
    page: float
    page_shared: float  # the page process' proportional share (PSS); 0 where nobody tells
    trainer: float
    inference: float

    @property
    def all_together(self) -> float:
        """Of the page process and both workers."""
        return self.page + self.trainer + self.inference


def sample(running: Dashboard, minute: int, sessions: int) -> Sample:
    """As it is now."""
    page = psutil.Process(running.pid)
    sizes = {"trainer": 0.0, "inference": 0.0}
    for worker in page.children():
        with contextlib.suppress(psutil.Error):  # just ended
            role = ROLES.get(worker.nice() - page.nice())
            if role:
                sizes[role] = max(sizes[role], worker.memory_info().rss / 1e6)
    memory = page.memory_full_info()
    return Sample(minute, sessions, memory.rss / 1e6, getattr(memory, "pss", 0) / 1e6, **sizes)


async def play(running: Dashboard, minutes: int) -> AsyncIterator[Sample]:
    """The class; a sample at the beginning, and one after each minute."""
    people = [Person(running, number) for number in range(PEOPLE)]
    async with Tab(f"{running.url}/train?recipe=digits-quick") as tab:
        teacher = Teacher(running, tab)
        await teacher.train()  # the workers are warm
        yield sample(running, 0, 1)
        for minute in range(1, minutes + 1):
            await asyncio.gather(teacher.train(), *(each.look(minute) for each in people))
            yield sample(running, minute, PEOPLE + 1)
        for each in people:
            await each.leave()
    seen = [each for person in people for each in person.waited]
    print(f"\n{sum(seen)} of {len(seen)} views were there within {PATIENCE:.0f} s. A run took "
          f"{statistics.median(teacher.seconds[:5]):.1f} s at first, "
          f"{statistics.median(teacher.seconds[-5:]):.1f} s at the end.")  # fmt: skip


async def measure(build: Path, minutes: int) -> list[Sample]:
    """All samples of one build; prints some as a table."""
    samples, every = [], max(1, minutes // 12)
    print("\n| build | minute | sessions | page process, MB | its share (PSS) | inference, MB | trainer, MB |"
          "\n|---|---|---|---|---|---|---|", flush=True)  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        dashboard(Path(folder), build, **settings(Path(folder))) as running,
    ):
        async for now in play(running, minutes):
            samples.append(now)
            if now.minute % every == 0:
                sizes = (now.page, now.page_shared, now.inference, now.trainer)
                row = " | ".join(f"{each:.0f}" for each in (now.minute, now.sessions, *sizes))
                print(f"| {build.name} | {row} |", flush=True)
    return samples


def settings(folder: Path) -> dict[str, str]:
    """Of the dashboard, in its environment."""
    data = str(copied_data(folder))
    return {"LENET_DATA": data, "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(KEPT)}


def copied_data(folder: Path) -> Path:
    """A folder of data for this class alone: what it uploads goes there."""
    copies = folder / "data"
    copies.mkdir()
    for name in ("mnist.npz", "fashion_mnist.npz", "pen_strokes.jsonl.gz"):
        if file := next((each / name for each in data_folders() if (each / name).is_file()), None):
            shutil.copy(file, copies)
    return copies


def middle_and_end(samples: list[Sample], size: Callable[[Sample], float]) -> tuple[float, float]:
    """Medians of the middle tenth and of the last one, of which the noise of one minute is no part."""
    tenth, half = max(1, len(samples) // 10), len(samples) // 2
    parts = samples[half - tenth // 2 : half - tenth // 2 + tenth], samples[-tenth:]
    return tuple(statistics.median(map(size, part)) for part in parts)


def print_verdicts(samples: list[Sample]) -> None:
    """Of this build, bound by bound."""
    bounds = {"page": MOST_MB_OF_PAGE + MOST_MB_A_SESSION * samples[-1].sessions, **MOST_MB}
    for name, most in bounds.items():
        highest = max(getattr(each, name) for each in samples)
        middle, end = middle_and_end(samples, lambda each, name=name: getattr(each, name))
        print(f"{name}: {highest:.0f} MB at most (wanted: {most}), {_word(highest <= most)}; "
              f"{middle:.0f} in the middle, {end:.0f} at the end, {end / middle:.3f} "
              f"(wanted: {MOST_GROWTH}), {_word(end <= MOST_GROWTH * middle)}")  # fmt: skip


def print_comparison(samples: list[Sample], others: list[Sample]) -> None:
    """What is held at the end, beside the other build."""
    for name in ("page", "inference", "trainer", "all_together"):
        ours, theirs = (
            middle_and_end(each, lambda now, name=name: getattr(now, name))[1] for each in (samples, others)
        )
        print(f"{name}: {ours:.0f} MB instead of {theirs:.0f}, {ours / theirs:.2f}")


def _word(is_kept: bool) -> str:
    return "kept" if is_kept else "NOT KEPT"


def main(given: Any) -> None:
    """Print the table of each build, the verdicts, and the comparison."""
    minutes = QUICK_MINUTES if given.quick else given.minutes
    others = asyncio.run(measure(given.build.resolve(), minutes)) if given.build else []
    samples = asyncio.run(measure(ROOT, minutes))
    print()
    print_verdicts(samples)
    if others:
        print_comparison(samples, others)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=MINUTES, help="of the class")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_MINUTES} minutes of the class")
    parser.add_argument("--build", type=Path, help="another checkout, to be compared with")
    main(parser.parse_args())
