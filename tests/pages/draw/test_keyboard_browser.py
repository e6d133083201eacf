"""The Draw page without a mouse: a digit by the arrow keys, predictions in words, names of buttons."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.accessibility import settle
from tests.chromium import fresh_tab
from tests.dashboard import Dashboard
from tests.drawing_board import canvas, wait_for_canvas

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def draw_page(returning_browser: BrowserContext, dashboard: Dashboard) -> Iterator[Page]:
    """One tab, whose canvas each test leaves empty."""
    with fresh_tab(returning_browser) as page:
        page.goto(f"{dashboard.url}/draw?model=lenet5-draw&model=lenet5-relu")
        canvas(page).wait_for(timeout=60_000)
        settle(page)
        yield page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_seven_is_drawn_and_heard(draw_page: Page) -> None:
    page = draw_page
    heard = page.get_by_role("status").filter(has_text="lenet5-draw")
    heard_of_pen = page.get_by_role("application").locator("output")
    page.get_by_role("application", name=re.compile("^Canvas: arrow keys")).focus()
    press(page, *["ArrowLeft"] * 7, " ")
    expect(heard_of_pen).to_have_text("Pen down, 28 % from the left, 25 % from the top")
    press(page, *["ArrowRight"] * 12, *["ArrowDown"] * 14, " ")
    expect(heard_of_pen).to_have_text("Pen up, 66 % from the left, 69 % from the top")
    expect(heard).to_have_text(
        re.compile(r"^lenet5-draw: (Not sure: )?7, .*; then .*lenet5-relu: "), timeout=90_000
    )
    region = heard.element_handle()

    press(page, "ArrowLeft", " ", "Tab")  # leaving the canvas lifts the pen
    expect(heard_of_pen).to_have_text(re.compile("^Pen up, 63 %"))
    settle(page)
    page.get_by_role("button", name="Clear").press("Enter")
    page.wait_for_function("each => each.textContent === ''", arg=region, timeout=30_000)


def test_each_button_says_what_it_does_to_what(draw_page: Page) -> None:
    page = draw_page
    for name in ("Undo", "Clear", "Without the model lenet5-draw", "Without the model lenet5-relu"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(1)


def test_what_is_left_of_the_toolbar_is_on_the_canvas(draw_page: Page) -> None:
    page = draw_page
    wait_for_canvas(page)
    edit, board = page.get_by_role("button", name="Edit", exact=True), canvas(page).bounding_box()
    expect(edit).to_be_visible()
    place = edit.bounding_box()
    assert board["y"] <= place["y"] and place["y"] + place["height"] <= board["y"] + board["height"]
    edit.click(trial=True)  # nothing covers it
