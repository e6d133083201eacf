"""Milliseconds from the pen to new bars in a browser: alone, and beside people who draw while a run trains.

    python benchmarks/live_company.py [--people 30] [--strokes 100]

The browser is a real one, as in `live_latency.py`; the people are those of `watchers.py`, which say to the
server what a browser says and compute nothing. Needs the packages of requirements-dev.txt and MNIST.
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
    with (
        tempfile.TemporaryDirectory() as folder,
        dashboard(Path(folder)) as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
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
    main(parser.parse_args())
