"""The main job in a real browser: a person trains a network on real data and watches it learn."""

import re
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Page, expect

from lenet.runs.curves import STEP_COLUMNS
from lenet.runs.folder import Run
from lenet.runs.run_index import list_runs
from lenet.training.recipes import RECIPES
from tests.curve_rows import append_rows
from tests.dashboard import Dashboard
from tests.engine_fixtures import rested, stays, wait_until
from tests.train_controls import set_number, start_button

pytestmark = pytest.mark.browser

_CHARTS = "figure.loss, figure.accuracy"
_KEPT = "canvas[data-mark=kept]"
_MEGABYTE = 1e6
_STATE = "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState"


@pytest.fixture
def train_page(require_mnist: None, page: Page, dashboard: Dashboard) -> Iterator[Page]:
    """The Train page on a warm engine, with MNIST's recipe; no run of a test outlives it."""
    page.goto(f"{dashboard.url}/train?recipe=lenet5-relu")
    expect(start_button(page)).to_be_enabled(timeout=60_000)
    yield page
    stop_all(dashboard)


def newest(dashboard: Dashboard) -> Run:
    return Run(dashboard.runs / list_runs(dashboard.runs)[0].id)


def points(page: Page) -> int:
    """How many points of the training line are drawn in the first chart, as a screen reader is told."""
    told = page.locator("figure.loss").get_attribute("aria-label") or ""
    return int(re.search(r"(\d+) points", told)[1]) if told else 0


def wait_for_points(page: Page, count: int) -> None:
    page.locator("figure.loss").wait_for(timeout=60_000)
    wait_until(lambda: points(page) >= count, 60)


def shown_steps(page: Page) -> str:
    """The stretch of the first chart that is seen."""
    told = page.locator("figure.loss").get_attribute("aria-label")
    return re.search(r"shown from \S+ to \S+", told)[0]


def stop_all(dashboard: Dashboard) -> None:
    for summary in list_runs(dashboard.runs):
        run = Run(dashboard.runs / summary.id)
        run.write_control(command="stop")
        wait_until(lambda run=run: run.status().state not in ("queued", "running", "paused"), 60)


def test_train_lenet5_relu_on_mnist(train_page: Page, dashboard: Dashboard) -> None:
    for summary in list_runs(dashboard.runs):  # no line of another run comes into the charts
        Run(dashboard.runs / summary.id).delete()
    page = train_page
    set_number(page, "Epochs", "100")  # longer than this test
    start_button(page).click()
    expect(page.get_by_text("Running").first).to_be_visible(timeout=120_000)  # the trainer is warm
    wait_for_points(page, 2)
    run = newest(dashboard)
    canvases = page.locator(_CHARTS).locator("canvas")
    canvases.evaluate_all("all => all.forEach(each => { each.dataset.mark = 'kept' })")
    assert page.locator(_KEPT).count() == 2

    seen: set[int] = set()
    wait_until(lambda: seen.add(points(page)) or len(seen) >= 10, 60)  # ten times new points while it trains
    assert page.locator(_KEPT).count() == 2, "in charts that stay where they are"

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused").first).to_be_visible(timeout=30_000)
    held = run.status().step
    stays(lambda: (run.status().step, run.status().state) == (held, "paused"), 1.5)
    page.get_by_role("button", name="Resume").click()
    wait_until(lambda: run.status().step > held, 10)
    wait_until(lambda: run.status().epoch >= 2, 120)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped").first).to_be_visible(timeout=60_000)
    assert page.locator(_KEPT).count() == 2

    metric = page.locator(".figures dl div").filter(has_text="Test accuracy")
    accuracy = float(re.search(r"([\d.]+) %", metric.inner_text())[1])
    assert accuracy >= 97.5
    assert accuracy == pytest.approx(100 * run.status().test_accuracy, abs=0.006)


def finished_run(dashboard: Dashboard, name: str) -> Run:
    """On the bundled digits, with a curve: not drawn beside runs of MNIST unless it is asked for."""
    run = Run.create(RECIPES["digits-quick"].config.replace(name=name), dashboard.runs)
    append_rows(run.path / "steps.csv", STEP_COLUMNS, [(step, 1 / step, 0.5, 0.1) for step in range(1, 500)])
    run.write_status(run.status().model_copy(update={"state": "finished"}))
    return run


def test_the_learning_rate_is_drawn_once_it_has_changed(page: Page, dashboard: Dashboard) -> None:
    run = finished_run(dashboard, "one rate")
    page.goto(f"{dashboard.url}/train?run={run.id}")
    page.locator("figure.loss").wait_for(timeout=60_000)
    wait_until(lambda: points(page) == 499)
    stays(page.locator("figure.rate").is_hidden, 1)
    append_rows(run.path / "steps.csv", STEP_COLUMNS, [(500, 0.002, 0.5, 0.01)])
    page.reload()
    expect(page.locator("figure.rate")).to_be_visible(timeout=60_000)
    told = page.locator("figure.rate").get_attribute("aria-label")
    assert "learning_rate of learning rate: 0.01 at step 500; 500 points" in told


def test_what_is_said_above_the_curves_leaves_them_where_they_are(page: Page, dashboard: Dashboard) -> None:
    run = finished_run(dashboard, "told of")
    page.goto(f"{dashboard.url}/train?run={run.id}")
    page.locator("figure.loss").wait_for(timeout=60_000)
    wait_until(lambda: points(page) == 499)
    page.locator("figure.loss canvas").evaluate("each => { each.dataset.mark = 'kept' }")
    for error in ("The disk was full.", None):
        run.write_status(run.status().model_copy(update={"error": error, "state": "failed"}))
        expect(page.get_by_text("The disk was full.")).to_have_count(int(error is not None))
        wait_until(lambda: rested(lambda: page.evaluate(_STATE), 0.3) == "notRunning")
        expect(page.locator(f"figure.loss {_KEPT}")).to_be_visible()


def lose_once(page: Page, address: str) -> None:
    """The first question to that address is not answered: its connection breaks."""
    page.route(address, lambda route: route.abort("connectionreset"), times=1)


def test_a_zoom_survives_the_ticks_and_another_line(train_page: Page, dashboard: Dashboard) -> None:
    page = train_page
    lose_once(page, f"**/lenet/live?run={finished_run(dashboard, 'one before').id}")
    set_number(page, "Epochs", "100")  # longer than this test
    start_button(page).click()
    expect(page.get_by_text("Running").first).to_be_visible(timeout=60_000)  # not the run before it
    wait_for_points(page, 20)
    page.locator("figure.loss").scroll_into_view_if_needed()  # the plot in it is made anew with another line
    box = rested(lambda: page.locator("figure.loss .u-over").bounding_box(), 0.5)
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 50, steps=5)
    page.mouse.up()
    wait_until(lambda: not shown_steps(page).startswith("shown from 1 "))
    zoomed, drawn = shown_steps(page), points(page)
    wait_until(lambda: points(page) > drawn)
    assert shown_steps(page) == zoomed
    wait_until(lambda: rested(lambda: page.evaluate(_STATE), 0.3) == "notRunning")  # its list stays open
    page.get_by_label("Compare with").fill("one before")
    expect(page.get_by_role("option", name="one before")).to_be_visible()
    page.keyboard.press("ArrowDown")  # a click is lost where the list is drawn anew before the button is up
    page.keyboard.press("Enter")
    expect(page.locator("figure.loss .u-legend")).to_contain_text("one before")
    drawn = points(page)
    wait_until(lambda: points(page) > drawn)
    assert shown_steps(page) == zoomed
    page.mouse.dblclick(box["x"] + 50, box["y"] + 50)
    wait_until(lambda: shown_steps(page) != zoomed)


def test_a_reload_and_a_second_tab_show_the_run_and_a_second_run_waits(
    train_page: Page, dashboard: Dashboard
) -> None:
    page = train_page
    set_number(page, "Epochs", "100")  # longer than this test
    start_button(page).click()
    expect(page.get_by_text("Running").first).to_be_visible(timeout=60_000)
    first = newest(dashboard)
    page.reload()
    expect(page.get_by_text("Running").first).to_be_visible(timeout=30_000)
    tab = page.context.new_page()
    tab.goto(f"{dashboard.url}/train")
    expect(tab.get_by_text("Running").first).to_be_visible(timeout=30_000)
    assert first.status().state == "running"

    expect(start_button(tab)).to_be_enabled(timeout=30_000)  # the whole page is drawn
    set_number(tab, "Epochs", "1")
    start_button(tab).click()
    expect(tab.get_by_text("Place 1 in the queue")).to_be_visible(timeout=30_000)
    expect(tab.get_by_text("No curve yet: it begins with the first updates")).to_be_visible()
    second = newest(dashboard)
    assert second.id != first.id and second.status().state == "queued"
    page.get_by_role("button", name="Stop").click()
    expect(tab.get_by_text("Finished").first).to_be_visible(timeout=90_000)
    assert first.status().state == "stopped" and second.status().state == "finished"


def test_the_dashboard_stays_light_with_a_run_live(train_page: Page, dashboard: Dashboard) -> None:
    page = train_page
    start_button(page).click()
    wait_for_points(page, 50)
    page.get_by_text("It is").first.wait_for(timeout=30_000)
    server = psutil.Process(dashboard.pid)
    assert server.memory_info().rss < 250 * _MEGABYTE
    assert not [file.path for file in server.memory_maps() if "tensorflow" in file.path]


def test_a_link_to_a_run_and_to_nonsense(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/train?run=..%2F..%2Fetc&recipe=lenet-9000")
    expect(page.get_by_text("expected an id such as")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("lenet-9000")).to_be_visible()
    page.goto(f"{dashboard.url}/train?recipe=digits-quick")
    expect(start_button(page)).to_be_enabled(timeout=60_000)
