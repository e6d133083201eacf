"""How soon the Compare page shows the curves of ten runs, and of two hundred.

    python benchmarks/compare_speed.py [--times 10]

Trains twenty runs of `digits-quick` (five learning rates, four seeds), and copies them until there are two
hundred folders, each copy with another learning rate in its config, so that it is a line by itself. In
Chromium, on a dashboard of its own with warm workers; every wait is timed inside the page: from the click on
Compare to the frame with the curves of both charts, and the same from a link in an empty tab. Needs the
packages of requirements-dev.txt.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from benchmarks.page_speed import HELPERS, report  # noqa: E402
from tests import chromium  # noqa: E402
from tests.dashboard import dashboard  # noqa: E402

RATES, SEEDS, FOLDERS = (0.0003, 0.001, 0.003, 0.01, 0.03), range(4), 200
LIMITS = {10: 1.0, 200: 3.0}  # runs → seconds that are wanted

_ARE_DRAWN = """() => [...document.querySelectorAll('.js-plotly-plot')]
  .filter(each => each.querySelector('path.js-line')).length === 2"""
_TO_COMPARE = f"""() => timed(
  () => [...document.querySelectorAll('a')].find(each => each.textContent.includes('Compare')).click(),
  {_ARE_DRAWN})"""
_LINK_OPENED = f"() => timed(() => {{}}, {_ARE_DRAWN}).then(() => performance.now() / 1000)"


def made(runs: Path) -> list[str]:
    """The ids of the runs."""
    from lenet.files import write_json
    from lenet.runs.folder import Run
    from lenet.training.recipes import RECIPES
    from tests.small_runs import trained

    config = RECIPES["digits-quick"].config.replace(epochs=12)
    trained_ids = [
        trained(config.replace(learning_rate=rate, seed=seed), runs)[0].id for rate in RATES for seed in SEEDS
    ]
    copies = [f"{run}-{number}" for number in range(FOLDERS // len(trained_ids) - 1) for run in trained_ids]
    for number, name in enumerate(copies):
        shutil.copytree(runs / name.rpartition("-")[0], runs / name)
        copied = Run(runs / name).config.replace(learning_rate=0.0001 * (number + 1))
        write_json(runs / name / "config.json", copied.model_dump())
    return [*copies, *trained_ids]


def clicked(page: Page, address: str, times: int) -> list[float]:
    """From the click on Compare, on the Data page, to the curves of the runs that were compared before."""
    seconds = []
    page.goto(address)
    page.wait_for_function(_ARE_DRAWN, timeout=120_000)
    for _ in range(times):
        page.get_by_role("link", name="Data").first.click()
        page.get_by_role("button", name="Reshuffle").wait_for(timeout=60_000)
        page.wait_for_timeout(1500)
        page.evaluate(HELPERS)
        seconds.append(page.evaluate(_TO_COMPARE))
    return seconds


def opened(page: Page, address: str, times: int) -> list[float]:
    """From a link in an empty tab to the curves."""
    seconds = []
    for _ in range(times):
        page.goto("about:blank")
        page.goto(address, wait_until="commit")
        page.evaluate(HELPERS)
        seconds.append(page.evaluate(_LINK_OPENED))
        page.wait_for_timeout(1000)
    return seconds


def main(times: int) -> None:
    """Measure both for each number of runs, and print them."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        ids = made(Path(folder) / "runs")
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        with dashboard(Path(folder)) as running:
            for count, limit in LIMITS.items():
                address = f"{running.url}/compare?{urlencode({'runs': ids[:count]}, doseq=True)}"
                report(f"the curves of {count} runs", clicked(page, address, times), limit)
                report("the same, a link in an empty tab", opened(page, address, times), limit)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    main(parser.parse_args().times)
