"""What a class costs and waits for while one run trains: those who watch it, and those who draw.

    python benchmarks/watchers.py --tabs 1 3 16 30       # tabs on the live run
    python benchmarks/watchers.py --drawing 1 10 25      # people who draw a stroke every other second
    python benchmarks/watchers.py --idle 1000            # one idle tab beside so many finished runs

Every line is measured on a dashboard of its own, for each `--build PATH` in turn (a checkout; this one where
there is none), `--times` times over: builds that are compared meet the same quiet and busy minutes. The tabs
are `tests/tab.py`, all in this process, since real browsers would take the processors from what is measured;
`--chromium` measures one real browser as well. Where the browser answers, a stroke is over once the canvas
is drawn anew. "processor ms a stroke" is what page and worker take above what they take with nobody there;
wanted is a quarter of the former build's. The people's programs run on the processors that train: below their
row stands one with nobody, and beside the run a program that takes as much processor time as theirs did, so
that what the server costs the training is told from what they do. Needs MNIST (LENET_DATA) and the packages
of requirements-dev.txt.
"""

import argparse
import asyncio
import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.async_api import Page, async_playwright  # noqa: E402

from benchmarks.person_who_draws import Person  # noqa: E402
from benchmarks.watcher import Watcher  # noqa: E402
from lenet.runs.folder import Run  # noqa: E402
from tests import chromium  # noqa: E402
from tests.dashboard import Dashboard, dashboard  # noqa: E402

RECIPE, EPOCHS = "lenet5-relu", 500
OPENING = 180.0  # seconds until which everybody should have had one
_BUSY = """import sys, time
while True:
    begun, used = time.monotonic(), time.process_time()
    while time.process_time() - used < 0.02 * float(sys.argv[1]):
        pass
    time.sleep(max(0.0, 0.02 - (time.monotonic() - begun)))
"""
HEADINGS = {
    "tabs": "build | tabs | page process, cores | images/s | of alone | messages/s | new point: median, s "
            "| 95 % | longest | MB",
    "drawing": "build | people | strokes | without answer | answer: median, s | 95 % | longest "
               "| page process, cores | worker, cores | images/s | MB | processor ms a stroke "
               "| people's programs, cores",
    "idle": "build | runs | page process, cores | MB",
}  # fmt: skip


# What is measured


class Meter:
    """What the dashboard spends within this context, in cores, and what the run gets done meanwhile."""

    def __init__(self, running: Dashboard, run: Run | None = None) -> None:
        self._page, self._run = psutil.Process(running.pid), run
        self._worker = max(self._page.children(), key=lambda each: each.nice(), default=self._page)

    def __enter__(self) -> Self:
        self._before = self._now()
        return self

    def __exit__(self, *error: object) -> None:
        spent = [after - before for before, after in zip(self._before, self._now(), strict=True)]
        self.page, self.worker, self.own, self.images = (each / spent[0] for each in spent[1:])
        self.megabytes = self._page.memory_info().rss / 1e6

    def in_words(self) -> tuple[str, str, str, str]:
        """Cores of page and worker, images/s and MB."""
        return f"{self.page:.3f}", f"{self.worker:.3f}", f"{self.images:,.0f}", f"{self.megabytes:.0f}"

    def _now(self) -> tuple[float, float, float, float, float]:
        images = self._run.status().step * self._run.config.batch_size if self._run else 0
        own = _cpu(psutil.Process())
        return time.monotonic(), _cpu(self._page), _cpu(self._worker), own, images


def _cpu(process: psutil.Process) -> float:
    """Seconds of a core that it has used."""
    times = process.cpu_times()
    return times.user + times.system


# What is done


async def start_training(running: Dashboard) -> Run:
    """A run that outlasts every measurement, past what is slow at its beginning; a real browser starts it."""
    async with real_page() as page:
        await page.goto(f"{running.url}/train?recipe={RECIPE}")
        await page.get_by_label("Epochs", exact=True).first.fill(str(EPOCHS))
        await page.keyboard.press("Enter")
        await page.wait_for_timeout(2000)
        await page.get_by_role("button", name="Start", exact=True).click()
        while not (found := next(running.runs.glob("[0-9]*/config.json"), None)):
            await asyncio.sleep(0.2)
    run = Run(found.parent)
    while not (run.status().images_per_second and run.status().epoch):
        await asyncio.sleep(0.5)
    return run


@contextlib.asynccontextmanager
async def real_page() -> AsyncIterator[Page]:
    """A tab of a Chromium of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = await browser.new_page()
        page.set_default_timeout(180_000)  # milliseconds
        try:
            yield page
        finally:
            await browser.close()


async def watch(running: Dashboard, run: Run, tabs: int, seconds: float) -> tuple[Meter, int, list[float]]:
    """So many tabs on the live run; what it costs, messages sent, and every gap between two new points."""
    async with contextlib.AsyncExitStack() as stack:
        watchers = []
        for _ in range(tabs):
            watcher = Watcher(f"{running.url}/train?run={run.id}")
            watchers.append(await stack.enter_async_context(watcher))
            await asyncio.sleep(0.2)
        await asyncio.sleep(5)
        start, before = time.monotonic(), sum(each.tab.messages for each in watchers)
        with Meter(running, run) as meter:
            await asyncio.sleep(seconds)
        messages, end = sum(each.tab.messages for each in watchers) - before, time.monotonic()
    return meter, messages, [gap for each in watchers for gap in each.gaps(start, end)]


async def watch_in_chromium(running: Dashboard, run: Run, seconds: float) -> tuple[Meter, int, list[float]]:
    """One real tab on the live run, for `watch` to be compared with."""
    frames: list[Any] = []
    async with real_page() as page:
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
        await page.goto(f"{running.url}/train?run={run.id}")
        await asyncio.sleep(15)
        frames.clear()
        with Meter(running, run) as meter:
            await asyncio.sleep(seconds)
        messages = len(frames)
    return meter, messages, []


async def draw(running: Dashboard, run: Run, people: int, seconds: float) -> tuple[Meter, list[float], int]:
    """So many people who draw; what it costs, every wait for an answer, and how many ended without one."""
    stop, everybody = asyncio.Event(), [Person(running.url, seed) for seed in range(people)]
    async with asyncio.TaskGroup() as group:
        for each in everybody:
            group.create_task(each.draw_until(stop))
            await asyncio.sleep(0.2)
        opened = time.monotonic()
        while not all(each.has_had_an_answer for each in everybody) and time.monotonic() - opened < OPENING:
            await asyncio.sleep(0.2)  # until the worker is warm and the model loaded
        start = time.monotonic()
        with Meter(running, run) as meter:
            await asyncio.sleep(seconds)
        stop.set()
    waits = [wait for each in everybody for drawn, wait in each.waits if drawn > start]
    return meter, waits, sum(drawn > start for each in everybody for drawn in each.refused)


async def beside_as_much(running: Dashboard, run: Run, cores: float, seconds: float) -> Meter:
    """Nobody draws, and a program beside the run takes so much processor time, in as short pieces."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _BUSY, str(cores))
    try:
        await asyncio.sleep(2)
        with Meter(running, run) as meter:
            await asyncio.sleep(seconds)
    finally:
        process.kill()
        await process.wait()
    return meter


async def rest(running: Dashboard, seconds: float) -> Meter:
    """One tab on the Train page, where nothing trains any more and the workers are warm."""
    async with Watcher(f"{running.url}/train"):
        is_quiet = False
        while not is_quiet:
            workers = psutil.Process(running.pid).children()
            before = sum(map(_cpu, workers))
            await asyncio.sleep(5)
            is_quiet = len(workers) == 2 and sum(map(_cpu, workers)) - before < 0.5
        with Meter(running) as meter:
            await asyncio.sleep(seconds)
    return meter


# The tables


async def tabs_table(running: Dashboard, counts: list[int], given: Any) -> AsyncIterator[tuple]:
    """A row for no tab, for each count of tabs, and for a real one."""
    run, alone = await start_training(running), 0.0
    for count in [0, *counts, *(["Chromium"] if given.chromium else [])]:
        if count == "Chromium":
            meter, messages, gaps = await watch_in_chromium(running, run, given.seconds)
        else:
            meter, messages, gaps = await watch(running, run, count, given.seconds)
        alone = alone or meter.images
        yield (count, f"{meter.page:.2f}", f"{meter.images:,.0f}", f"{meter.images / alone:.2f}",
               f"{messages / given.seconds:.0f}", *_quantiles(gaps), f"{meter.megabytes:.0f}")  # fmt: skip


async def drawing_table(running: Dashboard, counts: list[int], given: Any) -> AsyncIterator[tuple]:
    """A row for each count of people, after the same with nobody."""
    run = await start_training(running)
    await asyncio.sleep(15)  # until the worker is warm
    with Meter(running, run) as alone:
        await asyncio.sleep(given.seconds)
    yield 0, 0, 0, *_quantiles([]), *alone.in_words(), "–", "–"
    for count in counts:
        meter, waits, refused = await draw(running, run, count, given.seconds)
        cores = meter.page + meter.worker - alone.page - alone.worker
        cost = f"{1000 * cores * given.seconds / len(waits):.1f}" if waits else "–"
        yield count, len(waits), refused, *_quantiles(waits), *meter.in_words(), cost, f"{meter.own:.2f}"
        as_much = await beside_as_much(running, run, meter.own, given.seconds)
        yield "nobody, as much", 0, 0, *_quantiles([]), *as_much.in_words(), "–", f"{meter.own:.2f}"


async def idle_table(running: Dashboard, counts: list[int], given: Any) -> AsyncIterator[tuple]:
    """A row for each count of finished runs."""
    for count in counts:
        copy_runs(running.runs, count)
        meter = await rest(running, given.seconds)
        yield count, f"{meter.page:.3f}", f"{meter.megabytes:.0f}"


TABLES = {"tabs": tabs_table, "drawing": drawing_table, "idle": idle_table}


def copy_runs(folder: Path, count: int) -> None:
    """As many finished runs of the bundled digits in that folder."""
    if not (run := next(folder.glob("[0-9]*/config.json"), None)):
        command = [sys.executable, "-m", "lenet", "train", "digits-quick", "--runs", str(folder)]
        subprocess.run([*command, "--set", "epochs=2"], cwd=ROOT, capture_output=True, check=True)
        run = next(folder.glob("[0-9]*/config.json"))
    for number in range(len(list(folder.glob("*/config.json"))), count):
        shutil.copytree(run.parent, folder / f"2026-01-01-digits-quick-{number:04x}")


def _quantiles(seconds: list[float]) -> tuple[str, str, str]:
    """Median, 95th percentile and the longest; dashes where there is none."""
    if not seconds:
        return "–", "–", "–"
    twentieths = statistics.quantiles([*seconds, *seconds], n=20, method="inclusive")
    return f"{twentieths[9]:.2f}", f"{twentieths[18]:.2f}", f"{max(seconds):.2f}"


async def measure(what: str, build: Path, given: Any) -> None:
    """The rows of one build, on a dashboard of its own."""
    with tempfile.TemporaryDirectory() as folder, dashboard(Path(folder), build) as running:
        async for row in TABLES[what](running, getattr(given, what), given):
            print(f"| {build.name} | {' | '.join(map(str, row))} |", flush=True)


def main(given: Any) -> None:
    """Print the tables that are asked for."""
    for what in TABLES:
        if getattr(given, what):
            print(f"| {HEADINGS[what]} |\n|{'---|' * (1 + HEADINGS[what].count('|'))}", flush=True)
            for _ in range(given.times):
                for build in given.build or [ROOT]:
                    asyncio.run(measure(what, build.resolve(), given))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in TABLES:
        parser.add_argument(f"--{name}", type=int, nargs="+", metavar="N")
    parser.add_argument("--build", type=Path, action="append", help="a checkout; again for another one")
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--times", type=int, default=1, help="how often the builds take turns")
    parser.add_argument("--chromium", action="store_true", help="with --tabs: also one real browser")
    main(parser.parse_args())
