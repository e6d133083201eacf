"""The paper's chart in a real browser: a click on a bar brings a classifier's errors, and the link has it."""

import re

import pytest
from playwright.sync_api import Page, expect

from lenet.evaluation.paper_chart import CLASSIFIERS, measurements
from tests.accessibility import settle
from tests.dashboard import Dashboard

pytestmark = pytest.mark.browser


def test_a_click_on_a_bar(dashboard: Dashboard, page: Page) -> None:
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
