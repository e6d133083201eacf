"""Seconds from the click on Start to the first point on the screen, and from `make run` to a page.

    python benchmarks/first_point.py [--clicks 10] [--starts 3]

In Chromium, on a dashboard of its own with warm workers; the click is timed inside the page. Needs the
packages of requirements-dev.txt, an installed .venv for `make run`, and MNIST (LENET_DATA).
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests import chromium  # noqa: E402
from tests.dashboard import dashboard, free_port  # noqa: E402

# A chart says the step of its last point ("… at step 7; …"); the new run's lies before the old one's.
_CLICK_AND_WAIT = """() => new Promise((resolve, reject) => {
  const parts = [...document.querySelectorAll('*')].map(each => each.shadowRoot).filter(root => root);
  const charts = () => parts.flatMap(root => [...root.querySelectorAll('figure.loss, figure.accuracy')]);
  const lasts = () => charts().map(chart => Number(/ at step (\\d+)/.exec(chart.ariaLabel ?? '')?.[1] ?? 0));
  const before = Math.min(...lasts().filter(step => step), Infinity), started = performance.now();
  const look = () => {
    const now = lasts();
    if (now.length === 2 && now.every(step => step > 0 && step < before)) {
      resolve({seconds: (performance.now() - started) / 1000, step: now[0]});
    } else if (performance.now() - started > 60000) reject(new Error(`no new point: ${before}, ${now}`));
    else requestAnimationFrame(look);
  };
  [...document.querySelectorAll('button')].find(each => each.textContent.trim().endsWith('Start')).click();
  look();
})"""


def click_to_first_point(page: Page, url: str, clicks: int) -> list[float]:
    """Seconds of each click; every run is stopped before the next one."""
    page.goto(url)
    page.get_by_text("Engine ready").wait_for(timeout=180_000)
    seconds = []
    for number in range(clicks + 1):
        first = page.evaluate(_CLICK_AND_WAIT)
        if number:  # the first click loads the data into the trainer
            seconds.append(first["seconds"])
            print(f"click {number}: {first['seconds']:.2f} s (step {first['step']:.0f})", flush=True)
        time.sleep(4.0)  # far enough for the next run's first point to be told from this run's last
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Same initial weights").wait_for(timeout=60_000)
    return seconds


def make_run_to_page(page: Page, starts: int) -> list[float]:
    """Seconds from the command to a Start button in an open browser."""
    return [_one_start(page) for _ in range(starts)]


def _one_start(page: Page) -> float:
    port = free_port()
    settings = {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | settings | {"LENET_RUNS": folder}
        started = time.perf_counter()
        process = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            _open(page, port)
            seconds = time.perf_counter() - started
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
    print(f"make run to a page: {seconds:.2f} s", flush=True)
    return seconds


def _open(page: Page, port: int) -> None:
    """The page as soon as somebody listens at the port, as the browser that Streamlit opens would."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", port)) == 0:
                break
        time.sleep(0.01)
    page.goto(f"http://localhost:{port}/")
    page.locator("button", has_text="Start").first.wait_for(timeout=60_000)


def report(what: str, seconds: list[float], limit: float) -> None:
    """Print the median of the measurements beside what is wanted."""
    median = statistics.median(seconds)
    print(f"{what}: median {median:.2f} s of {len(seconds)}, worst {max(seconds):.2f} s (wanted {limit:g} s)")


def main(arguments: Any) -> None:
    """Measure both and print them."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        starts = make_run_to_page(page, arguments.starts)
        with dashboard(Path(folder)) as running:
            clicks = click_to_first_point(page, running.url, arguments.clicks)
        browser.close()
    report("click on Start to first point", clicks, 1.0)
    report("make run to a page", starts, 3.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clicks", type=int, default=10)
    parser.add_argument("--starts", type=int, default=3)
    main(parser.parse_args())
