"""The Compare page in a real browser: three runs chosen, looked at, found again by the link, set up."""

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from lenet.runs.curves import EPOCH_COLUMNS
from lenet.runs.folder import Run
from tests.accessibility import settle
from tests.curve_rows import append_rows
from tests.dashboard import Dashboard
from tests.running_runs import running_run
from tests.small_runs import small_config, trained

pytestmark = pytest.mark.browser

NAME, USE = 140, 275  # pixels from the left edge of the table to these buttons


@pytest.fixture(scope="module")
def runs(dashboard: Dashboard) -> Iterator[list[Run]]:
    """Three finished runs that differ in their learning rate."""
    rates = (0.01, 0.003, 0.001)
    configs = [small_config(learning_rate=rate, name=f"rate {rate}") for rate in rates]
    made = [trained(config, dashboard.runs)[0] for config in configs]
    yield made
    for run in made:
        run.delete()


def click_cell(page: Page, row: int, from_left: int) -> None:
    """In the table of the runs, so many pixels from its left edge; rows are counted from 0."""
    grid = page.get_by_test_id("stDataFrame").last
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    page.mouse.click(box["x"] + from_left, box["y"] + 35 * (row + 1.5))


def test_three_runs_compared_with_a_link_that_opens_the_same(
    dashboard: Dashboard, page: Page, browser: Browser, runs: list[Run]
) -> None:
    page.goto(f"{dashboard.url}/train?run={runs[0].id}")
    page.get_by_role("tab", name="Runs").click(timeout=60_000)
    page.get_by_role("button", name="Compare runs").click()
    page.wait_for_url(re.compile("/compare"))
    expect(page.get_by_role("heading", level=1, name="Compare")).to_be_visible(timeout=60_000)
    page.get_by_text("Choose runs").click()
    page.get_by_role("textbox", name="Search").fill("rate 0.0")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Only these").click()
    page.wait_for_url(lambda url: url.count("runs=") == 3)
    expect(page.get_by_role("button", name="Share 3 runs")).to_be_visible()
    settle(page)
    for view in ("Scatter", "Parallel coordinates", "Kernels", "Confusion matrices", "Errors", "McNemar"):
        page.get_by_role("radio", name=view, exact=True).click()
        page.wait_for_url(re.compile("view="))
        settle(page)
        for wrong in ("stAlertContentError", "stException"):
            expect(page.get_by_test_id(wrong)).to_have_count(0)
    seen = page.get_by_test_id("stPlotlyChart").first.inner_text()
    assert all(f"rate {rate}" in seen for rate in (0.01, 0.003, 0.001))
    other = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    other.goto(page.url)
    expect(other.get_by_role("button", name="Share 3 runs")).to_be_visible(timeout=60_000)
    expect(other.get_by_role("radio", name="McNemar")).to_be_checked()
    settle(other)
    assert other.get_by_test_id("stPlotlyChart").first.inner_text() == seen
    other.context.close()
    page.locator("[data-testid=stPlotlyChart] .nsewdrag").click(
        position={"x": 165, "y": 55}
    )  # row 1, column 2
    expect(page.get_by_role("radio", name="Errors")).to_be_checked()
    settle(page)
    ids = parse_qs(urlsplit(page.url).query)
    assert [ids["first"][0], ids["second"][0]] == [ids["runs"][0], ids["runs"][1]]
    _open_and_set_up(page, runs)


def _open_and_set_up(page: Page, runs: list[Run]) -> None:
    """From the table of the runs to Train, and back."""
    page.get_by_role("radio", name="Curves", exact=True).click()
    settle(page)
    compared = page.url
    click_cell(page, 1, NAME)
    page.wait_for_url(re.compile("/train"))
    opened = parse_qs(urlsplit(page.url).query)["run"]
    assert opened == [parse_qs(urlsplit(compared).query)["runs"][1]]
    page.go_back()
    page.wait_for_url(compared)
    settle(page)
    page.get_by_role("button", name="Open or use a run").press("Enter")
    expect(page.get_by_role("button", name="Use its settings")).to_be_visible()
    page.keyboard.press("Escape")
    click_cell(page, 2, USE)
    page.wait_for_url(re.compile("/train"))
    asked = next(run for run in runs if run.id == parse_qs(urlsplit(compared).query)["runs"][2])
    expect(page.get_by_text("Network", exact=True).first).to_be_visible(timeout=60_000)
    settle(page)
    link = parse_qs(urlsplit(page.url).query)
    assert link["dataset"] == ["digits"] and link["epochs"] == ["2"]
    assert float(link.get("learning_rate", ["0.001"])[0]) == asked.config.learning_rate


def test_a_run_that_trains_shows_its_newer_epoch_by_itself(
    dashboard: Dashboard, page: Page, runs: list[Run]
) -> None:
    live = running_run(dashboard.runs)
    page.goto(f"{dashboard.url}/compare?runs={runs[0].id}&runs={live.id}")
    lines = page.get_by_test_id("stPlotlyChart").first.locator(".js-line")
    expect(lines).to_have_count(1, timeout=60_000)
    append_rows(live.path / "epochs.csv", EPOCH_COLUMNS, [(1, 2.0, 0.5, 2.0, 0.5, 0.001, 2.0)])
    append_rows(live.path / "epochs.csv", EPOCH_COLUMNS, [(2, 1.0, 0.6, 1.0, 0.6, 0.001, 2.0)])
    live.write_status(live.status().model_copy(update={"epoch": 2, "heartbeat": time.time()}))
    expect(lines).to_have_count(2)
    live.write_status(live.status().model_copy(update={"state": "stopped"}))
    live.delete()
