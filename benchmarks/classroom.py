"""A lesson of thirty: they join, draw, start runs and look into networks while one trains.

    python benchmarks/classroom.py                     # an hour, in real time
    python benchmarks/classroom.py --minutes 5
    python benchmarks/classroom.py --students 10 --board 30 --minutes 2

First a teacher's run of MNIST trains alone, then with everybody's tab on it; then it is stopped, and for so
many minutes each student does one thing after the other with ten to thirty seconds between: a page, a view of
Inspect or Evaluate, a digit on Draw stroke by stroke, a run of their own. At last many tabs are on the board.
Each student has a cookie that the door gave, and a `tests/tab.py`, the protocol without a browser: thirty
of those would take the processors from what is measured. The table has each figure beside what is wanted, and
the load of the machine. Needs MNIST (LENET_DATA) and the packages of requirements-dev.txt.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: E402

from benchmarks import watchers  # noqa: E402
from benchmarks.an_hour import Sample, copied_data, sample  # noqa: E402
from benchmarks.class_hour_people import DATA, DIGITS, EVALUATE, INSPECT, Teacher  # noqa: E402
from benchmarks.watcher import Watcher  # noqa: E402
from lenet.drawing.strokes import Drawing  # noqa: E402
from lenet.networks.pretrained import PRETRAINED  # noqa: E402
from lenet.people.classroom import VARIABLE  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from pages.parts.shared.room import COOKIE  # noqa: E402
from tests.class_dashboard import ClassDashboard  # noqa: E402
from tests.dashboard import dashboard  # noqa: E402
from tests.http_connection import Http  # noqa: E402
from tests.tab import Tab  # noqa: E402

MOST_MB_OF_PAGE, MOST_MB_A_PERSON, LEAST_SPEED = 250, 3, 0.9
PAUSE = (10.0, 30.0)  # seconds between two things that a student does
PATIENCE = 60.0  # seconds until a page that is not there counts as an error
MOST_RUNS = 6  # of each: a teacher lets nobody keep all
OWN_RUN = "train?recipe=lenet5-relu&epochs=2"


@dataclass
class Lesson:
    """What is measured of all; times are seconds."""

    pages: list[float] = field(default_factory=list)
    views: list[float] = field(default_factory=list)  # until nothing is waited for any more
    joins: list[float] = field(default_factory=list)
    strokes: list[float] = field(default_factory=list)
    started: int = 0  # runs
    errors: Counter = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)


class Student(watchers.Person):
    """Somebody of the class, with one tab from the door to the end."""

    def __init__(self, lab: ClassDashboard, number: int, lesson: Lesson) -> None:
        super().__init__(lab.url, number)
        self._lab, self._number, self._lesson = lab, number, lesson
        self.cookie, self.tab, self._runs = "", Tab(lab.url), 0

    async def join(self, within: float) -> None:
        """Opens the link, types a name, and sees the first page."""
        await asyncio.sleep(self._random.uniform(0, within))
        began = time.monotonic()
        self.cookie = await asyncio.to_thread(self._lab.joined, f"Student {self._number}")
        self.tab = await Tab(f"{self._lab.url}/train", self._hear, self.cookie).__aenter__()
        if not await self.tab.drawn(PATIENCE):
            self._lesson.errors["no page after the door"] += 1
        self._lesson.joins.append(time.monotonic() - began)

    async def learn_until(self, end: float) -> None:
        """One thing after the other; at least one run of their own."""
        await asyncio.sleep(self._random.uniform(0, PAUSE[1]))
        acts = [self._start, self._draw, self._look, self._look, self._draw, self._look]
        for act in self._random.sample(acts, len(acts)) * 1000:
            if time.monotonic() > end:
                break
            try:
                await act()
            except (OSError, TimeoutError, RuntimeError) as error:
                self._lesson.errors[f"{act.__name__}: {type(error).__name__} {error}"[:80]] += 1
            await asyncio.sleep(self._random.uniform(*PAUSE))
        drawn = [seconds for _, seconds in self.waits]
        self._lesson.strokes += drawn
        self._lesson.errors["no answer to a stroke"] += len(self.refused)

    async def hear_orders(self) -> None:
        """As `pages/parts/shared/orders.js`: whether the teacher says something, of every page."""
        async with Http(urlsplit(self._lab.url).netloc, self.cookie) as http:
            while True:
                status, body = await http.post("/lenet/orders", f"here {self.tab.place[1]}".encode())
                if status != 200:
                    self._lesson.errors[f"orders: {status}"] += 1
                await asyncio.sleep(json.loads(body)["wait"] if status == 200 else 4)

    async def _go(self, address: str) -> None:
        began = time.monotonic()
        await self.tab.go(address)
        if not await self.tab.drawn(PATIENCE):
            self._lesson.errors[f"no page: {address.partition('?')[0]}"] += 1
        self._lesson.pages.append(time.monotonic() - began)

    async def _look(self) -> None:
        model, index = (
            self._random.choice([*PRETRAINED]),
            self._random.randint(0, 290),
        )  # of the fewest: the small digits
        views = self._random.choice(INSPECT).replace(" ", "+"), self._random.choice(EVALUATE)
        data = self._random.choice(["digits", "mnist"]), self._random.choice(DATA)
        began = time.monotonic()
        await self._go(self._random.choice([
            f"inspect?model={model}&view={views[0]}&index={index}", f"evaluate?model={model}&view={views[1]}",
            f"data?dataset={data[0]}&view={data[1]}&index={index}", "train", "board", "glossary",
        ]))  # fmt: skip
        if self.tab.place[1] in ("inspect", "evaluate", "data"):
            await self.tab.settle(PATIENCE)
            self._lesson.views.append(time.monotonic() - began)

    async def _draw(self) -> None:
        await self._go("draw")
        canvas = await self.tab.find("bidi_component", "draw-canvas")
        digit, self._seen = self._random.choice(DIGITS), None  # of the page before, perhaps the same digit
        for count in range(1, len(digit.strokes) + 1):
            await self._stroke(self.tab, canvas, Drawing(digit.strokes[:count], digit.canvas, digit.pen))
            await asyncio.sleep(1)

    async def _start(self) -> None:
        if self._runs == MOST_RUNS:
            return await self._look()
        self._runs += 1
        await self._go(OWN_RUN)
        async with asyncio.timeout(PATIENCE):
            await Teacher(self._lab.running, self.tab).press_start()
        self._lesson.started += 1

    def _hear(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.HasField("exception"):
            self._lesson.errors[f"exception: {element.exception.type} {element.exception.message}"[:80]] += 1
        elif element.HasField("alert") and element.alert.format == element.alert.ERROR:
            self._lesson.errors[f"said: {element.alert.body}"[:80]] += 1
        self._watch(message)


# Parts of the lesson


async def speed(lab: ClassDashboard, teacher: str, students: list[Student], seconds: float) -> list[float]:
    """Images/s of a run of MNIST alone, and with a tab of each student on it."""
    async with Tab(f"{lab.url}/train?recipe=lenet5-relu&epochs=1000", cookie=teacher) as tab:
        await tab.settle(PATIENCE)
        await Teacher(lab.running, tab).press_start()
        while not (found := next(lab.running.runs.glob("[0-9]*/config.json"), None)):
            await asyncio.sleep(0.2)
    run = Run(found.parent)
    while run.status().epoch < 2:
        await asyncio.sleep(0.5)
    speeds = [await _measured(lab, run, seconds)]
    async with contextlib.AsyncExitStack() as stack:
        for each in students:
            await stack.enter_async_context(Watcher(f"{lab.url}/train?run={run.id}", each.cookie))
        await asyncio.sleep(5)
        speeds.append(await _measured(lab, run, seconds))
    speeds.append(await _measured(lab, run, seconds))  # alone again: the machine may be another one by now
    run.write_control(command="stop")
    return speeds


async def _measured(lab: ClassDashboard, run: Run, seconds: float) -> float:
    with watchers.Meter(lab.running, run) as meter:
        await asyncio.sleep(seconds)
    return meter.images


async def learn(lab: ClassDashboard, students: list[Student], minutes: float, lesson: Lesson) -> None:
    """All of them at once; a look at the processes every minute."""
    end = time.monotonic() + 60 * minutes
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        for each in students:
            stack.callback(asyncio.create_task(each.hear_orders()).cancel)
            group.create_task(each.learn_until(end))
        while time.monotonic() < end:
            await asyncio.sleep(min(60.0, max(1.0, end - time.monotonic())))
            lesson.samples.append(sample(lab.running, len(lesson.samples) + 1, len(students)))
            _say_minute(lesson)


def _say_minute(lesson: Lesson) -> None:
    now = lesson.samples[-1]
    sizes = f"{now.page:.0f} | {now.inference:.0f} | {now.trainer:.0f}"
    print(f"| {now.minute} | {sizes} | {_p95(lesson.pages):.2f} | {sum(lesson.errors.values())} | "
          f"{os.getloadavg()[0]:.1f} |", flush=True)  # fmt: skip


async def board(lab: ClassDashboard, students: list[Student], tabs: int, seconds: float) -> tuple[Any, ...]:
    """Tabs on the board: seconds until all show it, how many never do, for an answer, cores and MB."""
    are_there, waits = [False] * tabs, []

    def hear(number: int, message: ForwardMsg) -> None:
        are_there[number] |= message.WhichOneof("type") == "script_finished"

    async with contextlib.AsyncExitStack() as stack:
        began = time.monotonic()
        for number in range(tabs):
            cookie = students[number % len(students)].cookie
            watch = lambda message, number=number: hear(number, message)  # noqa: E731
            await stack.enter_async_context(Tab(f"{lab.url}/board", watch, cookie))
            look = asyncio.create_task(_look(urlsplit(lab.url).netloc, cookie, waits))
            stack.callback(look.cancel)
        while not all(are_there) and time.monotonic() < began + PATIENCE:
            await asyncio.sleep(0.05)
        opened, without = time.monotonic() - began, are_there.count(False)
        waits.clear()
        with watchers.Meter(lab.running) as meter:
            await asyncio.sleep(seconds)
    return opened, without, _p95(waits), meter.page, meter.megabytes


async def _look(host: str, cookie: str, waits: list[float]) -> None:
    """As `pages/parts/board/screen.js`: what is new, again when the answer says; seconds for each answer."""
    async with Http(host, cookie) as http:
        have = ""
        while True:
            began = time.monotonic()
            status, body = await http.get(f"/lenet/board?show=runs&by=accuracy&have={have}")
            assert status == 200, status
            waits.append(time.monotonic() - began)
            answer = json.loads(body)
            have = answer["version"]
            await asyncio.sleep(answer["wait"])


# The table


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles([*seconds, *seconds], n=20, method="inclusive")[18] if seconds else 0.0


def print_table(lesson: Lesson, speeds: list[float], given: Any, folders: int) -> None:
    """Each figure, what is wanted, and whether that is so."""
    most_mb = MOST_MB_OF_PAGE + MOST_MB_A_PERSON * given.students
    figures = {
        "a page change, 95 %, s": (_p95(lesson.pages), 1.5, len(lesson.pages)),
        "an answer to a stroke, 95 %, s": (_p95(lesson.strokes), 1.0, len(lesson.strokes)),
        "the longest from the door to the first page, s": (max(lesson.joins), 60.0, len(lesson.joins)),
        "errors": (sum(lesson.errors.values()), 0, lesson.started + len(lesson.pages) + len(lesson.strokes)),
        "runs that were started and are not there": (lesson.started + 1 - folders, 0, lesson.started),
        "page process, MB": (max(each.page for each in lesson.samples), most_mb, len(lesson.samples)),
        "inference worker, MB": (max(each.inference for each in lesson.samples), 1200, len(lesson.samples)),
    }  # fmt: skip
    print("\n| figure | measured | wanted at most | of | |\n|---|---|---|---|---|")
    for name, (value, wanted, count) in figures.items():
        print(
            f"| {name} | {value:.2f} | {wanted:g} | {count} | {'kept' if value <= wanted else 'NOT KEPT'} |"
        )
    alone = (speeds[0] + speeds[2]) / 2
    is_kept = "kept" if speeds[1] >= LEAST_SPEED * alone else "NOT KEPT"
    print(f"| images/s with {given.students} tabs, of alone | {speeds[1] / alone:.2f} | at least "
          f"{LEAST_SPEED} | {', '.join(f'{each:,.0f}' for each in speeds)} | {is_kept} |")  # fmt: skip
    print(f"\nA view with all its answers: median {statistics.median(lesson.views or [0]):.2f} s, "
          f"95 % {_p95(lesson.views):.2f} s, of {len(lesson.views)}.")  # fmt: skip
    for words, count in (+lesson.errors).most_common():
        print(f"{count} × {words}")


async def measure(given: Any) -> None:
    """The whole lesson, on a dashboard of its own."""
    lesson = Lesson()
    with tempfile.TemporaryDirectory() as folder:
        data = str(copied_data(Path(folder)))
        if not (Path(data) / "mnist.npz").is_file():
            sys.exit("MNIST is not there: point LENET_DATA at a folder with mnist.npz.")
        with dashboard(Path(folder), **{VARIABLE: "1", "LENET_DATA": data}) as running:
            lab = ClassDashboard(running)
            teacher = f"{COOKIE}={lab.room.token(lab.room.teacher(lab.room.teacher_secret))}"
            students = [Student(lab, number, lesson) for number in range(given.students)]
            print(f"Load before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors.\n", flush=True)
            await asyncio.gather(*(each.join(given.join) for each in students))
            speeds = await speed(lab, teacher, students, given.seconds)
            print("| minute | page process, MB | inference, MB | trainer, MB | page change, 95 %, s | errors "
                  "| load |\n|---|---|---|---|---|---|---|", flush=True)  # fmt: skip
            with watchers.Meter(running) as meter:
                await learn(lab, students, given.minutes, lesson)
            print_table(lesson, speeds, given, len(list(running.runs.glob("[0-9]*/config.json"))))
            spent = 60 * given.minutes * meter.page / len(lesson.pages)
            print(f"Page process: {meter.page:.2f} cores, {spent:.2f} s of a processor a page change.")
            for each in students:
                await each.tab.__aexit__()
            opened, without, wait, cores, megabytes = await board(lab, students, given.board, given.seconds)
            print(
                f"\n{given.board} tabs on the board: all there after {opened:.1f} s ({without} not), an "
                f"answer after {wait:.3f} s (95 %), page process {cores:.2f} cores, {megabytes:.0f} MB."
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=60, help="of the lesson, real ones")
    parser.add_argument("--join", type=float, default=50, help="seconds within which they open the link")
    parser.add_argument("--board", type=int, default=100, help="tabs on the board at the end")
    parser.add_argument("--seconds", type=float, default=30, help="of each measurement of speed")
    random.seed(0)
    asyncio.run(measure(parser.parse_args()))
