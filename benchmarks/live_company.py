"""Milliseconds from the pen to new bars in a browser: alone, and beside people who draw while a run trains.

    python benchmarks/live_company.py [--people 30] [--strokes 100]
    python benchmarks/live_company.py --own-processor    # Linux: the browser has one for itself

The browser is a real one, as in `live_latency.py`; the people are those of `watchers.py`, which say to the
server what a browser says and compute nothing. With a processor of its own, in both rows, the browser is as
on a student's laptop, where nothing else of the class runs; server, workers and people have the others.
Needs the packages of requirements-dev.txt and MNIST.
"""

import argparse
import asyncio
import contextlib
import os
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import sync_playwright  # noqa: E402

from benchmarks import live_latency, watchers  # noqa: E402
from tests import chromium  # noqa: E402
from tests.dashboard import Dashboard, dashboard  # noqa: E402


def own_processor(folder: Path) -> str:
    """The path of a Chromium on the last processor; this program, and what it starts, keeps to the others."""
    *others, last = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, others)
    script = folder / "chromium"
    script.write_text(f'#!/bin/sh\nexec taskset --cpu-list {last} {chromium.find()} "$@"\n')
    script.chmod(0o700)
    return str(script)


@contextlib.contextmanager
def company(running: Dashboard, people: int) -> Iterator[None]:
    """A run that trains, and so many people who draw a stroke every other second."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    stop = asyncio.Event()

    async def draw() -> None:
        async with asyncio.TaskGroup() as group:
            for seed in range(people):
                group.create_task(watchers.Person(running.url, seed).draw_until(stop))
                await asyncio.sleep(0.2)

    asyncio.run_coroutine_threadsafe(watchers.start_training(running), loop).result()
    drawing = asyncio.run_coroutine_threadsafe(draw(), loop)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        drawing.result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def main(arguments: Any) -> None:
    """Print a row of each."""
    random.seed(0)
    print(live_latency.HEADING.format("beside"), flush=True)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        executable = own_processor(folder) if arguments.own_processor else chromium.find()
        running = stack.enter_context(dashboard(folder))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.FLAGS)
        kinds = ("mousedown", "mousemove")
        for people in (0, arguments.people):
            with company(running, people) if people else contextlib.nullcontext():
                page = live_latency.new_page(browser)
                live_latency.open_page(page, running, live_latency.MODEL)
                live_latency.measure(page, arguments.strokes)
                what = f"{people} people and a run" if people else "nobody"
                print(live_latency.row(what, live_latency.times(page, *kinds), "16"), flush=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--strokes", type=int, default=100, help="of each measurement")
    parser.add_argument("--own-processor", action="store_true", help="the browser has one for itself")
    main(parser.parse_args())
