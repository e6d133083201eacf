"""The Evaluate page in a real browser: from a confusion cell to its images, and from an image to Inspect."""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import psutil
import pytest
from playwright.sync_api import Page, expect

from lenet.data import datasets
from lenet.evaluation.result import EvaluationResult, stored
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from tests.accessibility import settle
from tests.dashboard import Dashboard
from tests.engine_fixtures import wait_until
from tests.evaluation_tasks import task
from tests.small_runs import finished

pytestmark = pytest.mark.browser

# Charts that stick out of their column, or of the window.
_BEYOND = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart] .main-svg')].filter(each => {
  const column = each.closest('[data-testid=stColumn]').getBoundingClientRect();
  return each.getBoundingClientRect().right > Math.min(column.right, window.innerWidth) + 1;
}).map(each => each.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def run(dashboard: Dashboard) -> Iterator[Run]:
    """A finished run that errs now and then."""
    with finished(RECIPES["digits-quick"].config.replace(epochs=6), dashboard.runs) as run:
        yield run


@pytest.fixture
def found(run: Run) -> EvaluationResult:
    return stored(task(run.id, None, "test", run.path.parent))


def matrix(page: Page):
    """The chart with the cells."""
    return page.locator("[data-testid=stPlotlyChart]").first


def click_cell(page: Page, row: int, column: int) -> None:
    box = matrix(page).locator(".nsewdrag").bounding_box()
    x = box["x"] + (column + 0.5) / 10 * box["width"]
    page.mouse.move(x - 3, box["y"] + (row + 0.5) / 10 * box["height"])
    page.mouse.click(x, box["y"] + (row + 0.5) / 10 * box["height"])


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_text("95 % interval").wait_for(timeout=60_000)
    matrix(page).locator(".nsewdrag").wait_for(timeout=30_000)


def test_a_cell_shows_its_images_and_an_image_opens_on_inspect(
    dashboard: Dashboard, page: Page, run: Run, found: EvaluationResult
) -> None:
    open_page(page, f"{dashboard.url}/evaluate?model={run.id}")
    counts = np.array(found.evaluation.confusion)
    order = np.argsort(-(counts * (1 - np.eye(10, dtype=int))).ravel(), kind="stable")
    row, column = divmod(int(order[1]), 10)  # the most frequent error is shown already
    click_cell(page, row, column)
    expect(page.get_by_role("heading", name=f"{row} predicted as {column}: ")).to_be_visible(timeout=30_000)
    page.wait_for_url(re.compile(f"cell={row}-{column}"))
    images = page.locator("[data-testid=stPlotlyChart]").nth(1)
    expect(images.locator("image")).to_have_count(min(20, int(counts[row, column])))
    settle(page)
    assert images.locator(".js-plotly-plot").evaluate("each => each._fullLayout.width <= each.clientWidth")
    numbers = page.locator("[data-testid=stPlotlyChart]").first.locator(".textpoint text")
    assert set(numbers.evaluate_all("all => all.map(each => getComputedStyle(each).fillOpacity)")) == {"1"}
    images.locator(".nsewdrag").click(position={"x": 30, "y": 30})
    page.wait_for_url(f"{dashboard.url}/inspect?*", timeout=30_000)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    surest = found.cell(row, column)[0]
    assert asked | {"model": run.id, "dataset": "digits", "part": "test", "index": str(surest)} == asked
    assert datasets.load("digits").y_test[surest] == row
    page.go_back()
    page.wait_for_url(re.compile(f"/evaluate.*cell={row}-{column}"), timeout=30_000)
    expect(page.get_by_role("heading", name=f"{row} predicted as {column}: ")).to_be_visible(timeout=30_000)


def test_a_live_run_shows_its_newer_epoch_by_itself(dashboard: Dashboard, page: Page, run: Run) -> None:
    live = Run.create(run.config, dashboard.runs)
    live.write_status(live.status().model_copy(update={"state": "running"}))
    page.goto(f"{dashboard.url}/evaluate?model={live.id}")
    expect(page.get_by_text("has no weights yet")).to_be_visible(timeout=60_000)
    shutil.copy(run.snapshot_path(0), live.snapshot_path(0))
    shutil.copy(run.snapshot_path(1), live.snapshot_path(1))
    page.get_by_text("95 % interval").wait_for(timeout=60_000)  # by itself
    page.get_by_role("radio", name="Counts").click()
    expect(page.get_by_role("slider", name="Epoch")).to_have_attribute("aria-valuetext", "1")
    shutil.copy(run.snapshot_path(6), live.snapshot_path(6))
    expect(page.get_by_role("slider", name="Epoch")).to_have_attribute("aria-valuetext", "6", timeout=60_000)
    expect(page.get_by_role("radio", name="Counts")).to_be_checked()
    wait_until(lambda: page.get_by_text("Until then you see epoch").count() == 0, 60)
    live.write_status(live.status().model_copy(update={"state": "stopped"}))
    expect(page.get_by_text("was stopped before its last epoch")).to_be_visible(timeout=30_000)
    live.delete()


def test_nothing_is_cut_and_the_matrix_is_on_the_first_screen(
    dashboard: Dashboard, page: Page, run: Run
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    open_page(page, f"{dashboard.url}/evaluate?model={run.id}&against=digits-quick")
    box = matrix(page).locator(".main-svg").first.bounding_box()
    assert box["y"] + box["height"] <= 800
    for view in ("Confusion matrix", "Classes", "Errors", "Calibration", "Two networks", "History"):
        views = page.get_by_role("radiogroup", name="View")
        views.get_by_role("radio", name=view, exact=True).click()
        expect(page.locator("[data-testid=stApp]")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=30_000
        )
        page.locator("[data-testid=stPlotlyChart] .main-svg").first.wait_for(timeout=120_000)
        assert page.evaluate(_BEYOND) == [], view
    server = psutil.Process(dashboard.pid)
    assert not [file.path for file in server.memory_maps() if "pandas" in file.path]
