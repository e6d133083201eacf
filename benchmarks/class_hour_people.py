"""The people of `benchmarks/an_hour.py`: a teacher who trains, and a class that looks at a view each minute.

Needs the packages of requirements-dev.txt.
"""

import asyncio
import io
import json
import random
import time
from collections.abc import Awaitable, Callable

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.watcher import Watcher
from lenet.drawing.canvas_json import to_data
from lenet.drawing.strokes import Drawing
from lenet.networks.pretrained import PRETRAINED, path
from lenet.runs.folder import Run
from lenet.runs.status import ACTIVE_STATES
from tests.dashboard import Dashboard
from tests.drawn_digits import drawn_digits
from tests.tab import Tab

VIEWS_A_SESSION = 3
PATIENCE = 20.0  # seconds that somebody waits for a view
CANVAS = 320  # pixels
# Views by their former names: a build before knows no others, and these are read for ever.
DATA = ("samples", "classes", "image", "network", "augmentation")
EVALUATE = ("confusion", "classes", "errors", "certainty", "compare", "history")
INSPECT = ("Kernels and maps", "All layers", "Arithmetic", "Weights", "Why", "Wants", "Ablation", "Test set")
DRAW = ("Why", "Step by step", "Collect")


class Person:
    """Somebody of the class: one session after the other, a view each minute."""

    def __init__(self, running: Dashboard, number: int, patience: float = PATIENCE) -> None:
        self._running, self._number, self._patience = running, number, patience
        self._random = random.Random(number)
        self._tab: Tab | None = None
        self._views = 0
        self.waited: dict[str, bool] = {}  # view → whether it was there in time

    async def look(self, minute: int) -> None:
        """At one more view."""
        if self._tab is None or self._views % VIEWS_A_SESSION == 0:
            await self.leave()
            self._tab = await Tab(f"{self._running.url}/data").__aenter__()
        self._views += 1
        act = ACTS[(minute + self._number * 3) % len(ACTS)]
        try:
            async with asyncio.timeout(2 * self._patience):
                await act(self, self._tab)
            is_there = await self._tab.settle(self._patience)
        except TimeoutError:
            is_there = False
        self.waited[f"{act.__name__} in minute {minute}"] = is_there

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
            await tab.settle(self._patience)

    async def photograph(self, tab: Tab) -> None:
        """A picture of some digits on paper."""
        await tab.go("draw?source=Photograph")
        picker = await tab.find("file_uploader", "photo-file")
        await tab.upload(picker, "page.png", picture(self._random))

    async def upload_dataset(self, tab: Tab) -> None:
        """A data set from a file, added under a new name."""
        await tab.go("data")
        picker = await tab.find("file_uploader", "data-dataset-own-file-0")
        name = f"class-{self._number}-{self._views}"
        await tab.upload(picker, f"{name}.npz", dataset_to_upload(self._random))
        await tab.settle(self._patience)
        await tab.set(await tab.find("button", "data-dataset-own-add"), trigger_value=True)

    async def own_model(self, tab: Tab) -> None:
        """A `.keras` file from elsewhere."""
        await tab.go("inspect")
        await tab.settle(self._patience)
        name = self._random.choice(list(PRETRAINED))
        await tab.upload(await tab.find("file_uploader", "Model"), "m.keras", path(name).read_bytes())
        await tab.set(await tab.find("button", "Open it"), trigger_value=True)


ACTS: tuple[Callable[[Person, Tab], Awaitable[None]], ...] = (
    Person.data, Person.evaluate, Person.inspect, Person.draw, Person.inspect, Person.train,
    Person.evaluate, Person.photograph, Person.data, Person.inspect, Person.draw, Person.upload_dataset,
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


def dataset_to_upload(chance: random.Random) -> bytes:
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
        await self.press_start()
        while not (new := set(self._running.runs.glob("[0-9]*/status.json")) - known):
            await asyncio.sleep(0.05)
        run, started = Run(new.pop().parent), time.monotonic()
        while run.status().state in ACTIVE_STATES:
            await asyncio.sleep(0.1)
        self.seconds.append(time.monotonic() - started)

    async def press_start(self) -> None:
        """The page's own component, which is told what it shows; in older builds Streamlit's button."""
        while True:
            if button := next(self._tab.found("button", "Start"), None):
                return await self._tab.set(button, trigger_value=True)
            component = next(self._tab.found("bidi_component", "-start"), None)
            if component and not self._tab.given(component)["disabled"]:
                return await self._tab.trigger(component, "pressed", self._tab.given(component)["shown"])
            await asyncio.sleep(0.1)
