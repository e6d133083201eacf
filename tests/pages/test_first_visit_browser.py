"""A first visit on a machine without data: a few clicks lead from the first page through all of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from pages.parts.shared.guidance import PURPOSES
from tests.dashboard import Dashboard, dashboard
from tests.drawing_board import draw, wait_for_canvas

pytestmark = pytest.mark.browser

MOST_CLICKS = 8
SEVEN = np.array([[70.0, 80], [130, 78], [220, 75], [190, 130], [150, 200], [120, 260]])
FOLDERS = {"LENET_DATA": "data", "XDG_CACHE_HOME": "cache", "KERAS_HOME": "keras"}
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


class Visitor:
    """A person who goes from page to page: what is clicked is counted, and no page shows a red box."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, role: str, name: str) -> None:
        """A link of the navigation, or a button."""
        self.clicks += 1
        self.page.get_by_role(role, name=re.compile(f"{name}$|{name} arrow_forward$")).click(timeout=120_000)

    def is_on(self, title: str, sign: str) -> None:
        """That page says what it is for, and shows the picture or the words of that pattern."""
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible(timeout=60_000)
        expect(self.page.get_by_text(PURPOSES[title])).to_be_visible()
        words, picture = (
            self.page.get_by_text(re.compile(sign)),
            self.page.get_by_role("img", name=re.compile(sign)),
        )
        expect(words.or_(picture).first).to_be_visible(timeout=180_000)
        for wrong in ("stAlertContentError", "stException"):
            expect(self.page.get_by_test_id(wrong)).to_have_count(0)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard of a machine that has no data, no runs and no network."""
    folders = {name: str(tmp_path / folder) for name, folder in FOLDERS.items()}
    with dashboard(tmp_path, **folders, **NO_NETWORK, NO_PROXY="localhost,127.0.0.1") as running:
        yield running


def test_a_few_clicks_lead_through_all_pages(page: Page, bare: Dashboard) -> None:
    visitor = Visitor(page)
    page.goto(bare.url)
    visitor.is_on("Train", "Press Start")
    visitor.click("link", "Data")
    visitor.is_on("Data", "1,500 images to train on")
    visitor.click("button", "Train a network on these")
    visitor.is_on("Train", "Press Start")
    visitor.click("button", "Start")
    visitor.is_on("Train", "Finished")
    visitor.click("button", "See its confusion matrix")
    visitor.is_on("Evaluate", "Each row adds up to 100 %")
    visitor.click("button", "Look at its kernels")
    visitor.is_on("Inspect", "each kernel, and below it the map that it makes")
    visitor.click("button", "Draw a digit")
    wait_for_canvas(page)
    draw(page, [SEVEN])
    visitor.is_on("Draw", "^7, .*; then ")
    visitor.click("button", "Follow it through the layers")
    visitor.is_on("Inspect", "^7, .*; then ")
    assert visitor.clicks <= MOST_CLICKS


def test_no_progress_is_shown_before_the_server_has_said_any(page: Page, dashboard: Dashboard) -> None:
    page.route("**/lenet/live*", lambda route: route.abort())
    page.goto(f"{dashboard.url}/train?recipe=digits-quick")
    page.locator(".figures .progress").wait_for(state="attached")
    expect(page.locator(".figures .progress")).to_be_hidden()
