"""The paper's chart in a real browser: a click on a bar brings a classifier's errors, and the link has it."""

import re

import pytest
from playwright.sync_api import Page, expect

from lenet.data import datasets
from lenet.evaluation.paper_chart import CLASSIFIERS, measurements
from tests.accessibility import settle
from tests.conftest import require
from tests.dashboard import Dashboard

pytestmark = pytest.mark.browser


def test_a_click_on_a_bar_and_on_an_image(dashboard: Dashboard, page: Page) -> None:
    require(datasets.available("mnist"), "MNIST is not on this machine")
    page.goto(f"{dashboard.url}/compare?view=paper")
    bars = page.get_by_test_id("stPlotlyChart").first.locator(".bars .point path")
    expect(bars).to_have_count(2 * len(CLASSIFIERS) + 2, timeout=60_000)
    settle(page)
    number = list(CLASSIFIERS).index("pairwise-linear")
    bars.nth(number).click(force=True)
    page.wait_for_url(re.compile("classifier=pairwise-linear"))
    (measured,) = measurements()["pairwise-linear"]
    expect(page.get_by_text(f"{len(measured.errors):,} errors in 10,000 images")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("stMetricValue").last).to_have_text(f"{measured.error:.2f} %", timeout=60_000)
    settle(page)
    images = page.get_by_test_id("stPlotlyChart").nth(1)
    images.locator(".nsewdrag").click(position={"x": 30, "y": 30})
    page.wait_for_url(re.compile(f"/inspect.*index={next(iter(measured.errors))}(&|$)"))
