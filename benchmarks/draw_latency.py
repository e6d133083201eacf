"""Milliseconds from the pen's lift to the new prediction on the screen of the Draw page.

    python benchmarks/draw_latency.py [--strokes 100] [--model NAME]… [--training]

In Chromium, on a dashboard of its own with warm workers; timed inside the page, from `mouseup` on the canvas
to the frame in which the answer's picture has changed. `--training` measures it while a run trains as well,
which needs MNIST (LENET_DATA). Needs the packages of requirements-dev.txt.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Locator, Page, TimeoutError, sync_playwright  # noqa: E402

from tests import chromium  # noqa: E402
from tests.dashboard import Dashboard, dashboard  # noqa: E402

CANVAS, ANSWER = "canvas.upper-canvas", 'img[alt*="; then "]'
WANTED, WANTED_WHILE_TRAINING = (400, 500), (None, 900)  # milliseconds: median, 95th percentile

# The answers' pictures are known by their words ("7, 99.3 %; then 1, 0.4 %"); another picture is another one.
_WATCH = """() => {
  const isWatching = window.latencies;
  window.latencies = [];
  if (isWatching) return;
  const answers = () => [...document.querySelectorAll('img[alt*="; then "]')].map(each => each.src).join();
  let lifted = 0, before = '';
  document.addEventListener('mouseup', () => {lifted = performance.now(); before = answers();}, true);
  new MutationObserver(() => {
    if (!lifted || answers() === before || !answers()) return;
    const started = lifted;
    lifted = 0;
    requestAnimationFrame(() => window.latencies.push(performance.now() - started));
  }).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""

_IS_QUIET = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"


def measure(page: Page, strokes: int) -> list[float]:
    """Milliseconds of each stroke, drawn into an empty canvas or beside others, three a drawing."""
    page.evaluate(_WATCH)
    canvas, drawn, measured = page.locator(CANVAS).first, 0, 0
    while measured < strokes:
        if drawn % 3 == 0:
            clear(page)
        draw(page, canvas)
        drawn += 1
        measured += wait_for_answer(page, measured)
        if drawn - measured > strokes:
            raise RuntimeError(f"Only {measured} of {drawn} strokes changed the answer.")
    return page.evaluate("() => window.latencies")


def wait_for_answer(page: Page, measured: int) -> int:
    """How many new latencies there are: 1; or 0 where the answer is the same picture as before the stroke."""
    try:
        page.wait_for_function(f"() => window.latencies.length > {measured}", timeout=5_000, polling=20)
    except TimeoutError:
        page.wait_for_function(_IS_QUIET, timeout=30_000)
        if page.get_by_text("comes by itself").count():
            raise
    return page.evaluate("() => window.latencies.length") - measured


def draw(page: Page, canvas: Locator) -> None:
    """One stroke somewhere, by the mouse."""
    place = canvas.bounding_box()
    across, down = (random.uniform(0.3, 0.7) for _ in range(2))  # below the canvas' own toolbar
    points = [(across + random.uniform(-0.15, 0.25), down + random.uniform(-0.15, 0.25)) for _ in range(8)]
    for number, (x, y) in enumerate(points):
        page.mouse.move(place["x"] + x * place["width"], place["y"] + y * place["height"], steps=3)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def clear(page: Page) -> None:
    """An empty canvas."""
    page.get_by_role("button", name="Clear").click()
    page.get_by_alt_text("No prediction yet").first.wait_for()
    page.wait_for_timeout(600)  # what the canvas says of having loaded nothing is over


def open_page(page: Page, running: Dashboard, models: list[str]) -> None:
    """The Draw page with a first answer: models are loaded then."""
    page.goto(f"{running.url}/draw?" + "&".join(f"model={model}" for model in models))
    canvas = page.locator(CANVAS).first
    canvas.hover()
    page.wait_for_timeout(500)
    draw(page, canvas)
    page.locator(ANSWER).nth(max(len(models), 1) - 1).wait_for(timeout=180_000)


def train(page: Page, running: Dashboard) -> None:
    """Start a long run, and leave its page."""
    page.goto(f"{running.url}/train?recipe=lenet5-relu")
    page.get_by_label("Epochs", exact=True).first.fill("500")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("Running").first.wait_for(timeout=120_000)
    page.close()
    time.sleep(5)


def report(what: str, milliseconds: list[float], wanted: tuple[int | None, int]) -> None:
    """Print median and 95th percentile beside what is wanted."""
    median, last = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[18]
    figures = f"median {median:.0f} ms, 95th percentile {last:.0f} ms, worst {max(milliseconds):.0f} ms"
    limits = f"wanted {wanted[0] or '–'} and {wanted[1]}; load {os.getloadavg()[0]:.1f}"
    print(f"{what}: {figures} of {len(milliseconds)} strokes ({limits})", flush=True)


def main(arguments: Any) -> None:
    """Measure and print."""
    random.seed(0)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        with dashboard(Path(folder)) as running:
            open_page(page, running, arguments.model)
            report("pen up to answer", measure(page, arguments.strokes), WANTED)
            if arguments.training:
                train(browser.new_page(), running)
                page.bring_to_front()
                milliseconds = measure(page, arguments.strokes)
                report("the same while a run trains", milliseconds, WANTED_WHILE_TRAINING)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=100)
    parser.add_argument("--model", action="append", default=[], help="one to three: as in the link")
    parser.add_argument("--training", action="store_true", help="and while a run trains")
    main(parser.parse_args())
