"""How soon Evaluate and Inspect show what they are asked for, on a finished run of `cnn-16-32`.

    python benchmarks/page_speed.py [--times 10] [--epochs 10]

In Chromium, on a dashboard of its own with warm workers and a run that is trained first; every wait is timed
inside the page, from the click or the key to the frame that shows what is new. Needs the packages of
requirements-dev.txt and MNIST (LENET_DATA).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests import chromium  # noqa: E402
from tests.dashboard import dashboard  # noqa: E402

# Pictures may be in shadow roots. `timed(act, isThere)`: seconds from the act to the first frame with it;
# `awaitKey(isThere)`: the same from the next key that is pressed, in `window.seconds`.
HELPERS = """() => {
  const everything = root => [...root.querySelectorAll('*')]
    .flatMap(each => each.shadowRoot ? [each, ...everything(each.shadowRoot)] : [each]);
  window.pictures = words => everything(document)
    .filter(each => each.tagName === 'IMG' && each.alt.startsWith(words)).map(each => each.src);
  window.areNew = (before, now) => now.length === before.length && now.every((src, at) => src !== before[at]);
  window.timed = (act, isThere) => new Promise((resolve, reject) => {
    const started = performance.now();
    const look = () => {
      if (isThere()) resolve((performance.now() - started) / 1000);
      else if (performance.now() - started > 60000) reject(new Error('60 s have passed'));
      else requestAnimationFrame(look);
    };
    act();
    look();
  });
  window.awaitKey = isThere => {
    const key = new Promise(resolve => addEventListener('keydown', resolve, {once: true, capture: true}));
    window.seconds = key.then(() => window.timed(() => {}, isThere));
  };
}"""

_TO_EVALUATE = """() => timed(
  () => [...document.querySelectorAll('a')].find(each => each.textContent.includes('Evaluate')).click(),
  () => ['Errors in', 'True class'].every(words => document.body.textContent.includes(words)))"""

# From the browser's asking for the link to the matrix and the images of a cell.
_LINK_OPENED = """() => timed(() => {},
  () => ['Errors in', 'True class'].every(words => document.body.textContent.includes(words))
    && document.querySelectorAll('.js-plotly-plot image').length > 4).then(() => performance.now() / 1000)"""

_NEW_KERNELS = """() => {
  const names = ['Kernels of C1', 'Feature maps of C1'], before = names.map(pictures);
  awaitKey(() => names.every((name, at) => areNew(before[at], pictures(name))));
}"""

_NEW_MAPS = """() => {
  const maps = () => pictures('Feature maps of').slice(0, -1), before = maps();  // sure answers look alike
  awaitKey(() => areNew(before, maps()));
}"""

_TO_ABLATION = """() => timed(
  () => [...document.querySelectorAll('button')].find(each => each.textContent.trim() === 'Ablation').click(),
  () => document.querySelectorAll('[data-testid=stVegaLiteChart] .mark-rect path').length >= 48)"""


def evaluate_ready(page: Page, url: str, run: str, times: int) -> list[float]:
    """From the click on Evaluate, on the Data page, to the figures and the matrix."""
    seconds = []
    page.goto(f"{url}/evaluate?model={run}")
    page.get_by_text("Errors in").wait_for(timeout=120_000)  # the worker has what it needs
    for _ in range(times):
        page.get_by_role("link", name="Data").first.click()
        page.get_by_role("button", name="Reshuffle").wait_for(timeout=60_000)
        page.wait_for_timeout(2000)
        page.evaluate(HELPERS)
        seconds.append(page.evaluate(_TO_EVALUATE))
    return seconds


def link_opened(page: Page, url: str, run: str, times: int) -> list[float]:
    """From a link to Evaluate in an empty tab to the matrix and the images of its first cell."""
    seconds = []
    for _ in range(times):
        page.goto("about:blank")
        page.goto(f"{url}/evaluate?model={run}", wait_until="commit")
        page.evaluate(HELPERS)
        seconds.append(page.evaluate(_LINK_OPENED))
        page.wait_for_timeout(1000)
    return seconds


def slider_moved(page: Page, url: str, run: str, times: int, epochs: int) -> list[float]:
    """From an arrow key on the epoch slider to new kernels and new maps of the first layer."""
    _open(page, f"{url}/inspect?model={run}@{epochs}&dataset=mnist&part=test&index=7", "Feature maps of C1")
    seconds = []
    for number in range(times):
        page.get_by_role("slider").first.focus()
        page.evaluate(_NEW_KERNELS)
        page.keyboard.press("ArrowLeft" if number % (2 * epochs) < epochs else "ArrowRight")
        seconds.append(page.evaluate("() => window.seconds"))
        page.wait_for_timeout(700)
    return seconds


def digit_shown(page: Page, url: str, run: str, times: int) -> list[float]:
    """From the Enter key behind another index to the maps of all layers."""
    _open(page, f"{url}/inspect?model={run}&dataset=mnist&part=test&index=7", "Feature maps of C1")
    page.get_by_role("radio", name="All layers").click()
    page.get_by_alt_text("Feature maps of Output").wait_for(timeout=120_000)
    seconds = []
    for index in range(20, 20 + times):
        page.get_by_role("spinbutton").first.fill(str(index))
        page.evaluate(_NEW_MAPS)
        page.keyboard.press("Enter")
        seconds.append(page.evaluate("() => window.seconds"))
        page.wait_for_timeout(700)
    return seconds


def filters_ablated(page: Page, url: str, run: str, times: int) -> list[float]:
    """From the click on Ablation to the bars of all 48 filters; each time of another epoch's weights."""
    seconds = []
    for epoch in range(1, 1 + times):
        _open(
            page, f"{url}/inspect?model={run}@{epoch}&dataset=mnist&part=test&index=7", "Feature maps of C1"
        )
        seconds.append(page.evaluate(_TO_ABLATION))
    return seconds


def _open(page: Page, address: str, picture: str) -> None:
    page.goto(address)
    page.get_by_alt_text(picture).first.wait_for(timeout=120_000)
    page.wait_for_timeout(1500)
    page.evaluate(HELPERS)


def trained(runs: Path, epochs: int) -> str:
    """The id of a run of `cnn-16-32`."""
    command = [sys.executable, "-m", "lenet", "train", "cnn-16-32", "--set", f"epochs={epochs}"]
    finished = subprocess.run(
        [*command, "--runs", str(runs), "--json"], cwd=ROOT, capture_output=True, check=True
    )
    return json.loads(finished.stdout)["run"]


def report(what: str, seconds: list[float], limit: float) -> None:
    """Print the median of the measurements beside what is wanted."""
    median, load = statistics.median(seconds), os.getloadavg()[0]
    print(
        f"{what}: median {median:.2f} s of {len(seconds)}, worst {max(seconds):.2f} s "
        f"(wanted {limit:g} s; load {load:.1f})",
        flush=True,
    )


def main(times: int, epochs: int) -> None:
    """Measure all five and print them."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        run = trained(Path(folder) / "runs", epochs)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        with dashboard(Path(folder)) as running:
            url = running.url
            report("Evaluate, its evaluation stored", evaluate_ready(page, url, run, times), 1.5)
            report("the same, a link in an empty tab", link_opened(page, url, run, times), 1.5)
            report("epoch slider to new kernels and maps", slider_moved(page, url, run, times, epochs), 0.5)
            report("another digit to all its maps", digit_shown(page, url, run, times), 0.5)
            report("the bars of 48 filters", filters_ablated(page, url, run, min(times, epochs)), 10)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=10)
    arguments = parser.parse_args()
    main(arguments.times, arguments.epochs)
