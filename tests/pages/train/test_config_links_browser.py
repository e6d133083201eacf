"""A teacher's set-up in a real browser: its link is copied, its code is of that link, a pupil opens it."""

import re

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from tests.dashboard import Dashboard
from tests.engine_fixtures import wait_until
from tests.train_controls import set_number, start_button

pytestmark = pytest.mark.browser


def ready(page: Page, address: str) -> Page:
    """The Train page at that address, when all of it is drawn."""
    page.goto(address)
    expect(start_button(page)).to_be_enabled(timeout=60_000)
    return page


def started(page: Page, dashboard: Dashboard) -> RunConfig:
    """Press Start; what the run is asked to do. It is stopped at once."""
    start_button(page).click()
    page.wait_for_url("**run=*", timeout=60_000)
    run = Run(dashboard.runs / re.search(r"run=([^&]*)", page.url)[1])
    run.write_control(command="stop")
    wait_until(lambda: run.status().state not in ("queued", "running", "paused"), 120)
    return run.config


def test_a_class_opens_what_a_teacher_has_set_up(page: Page, browser: Browser, dashboard: Dashboard) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ready(page, f"{dashboard.url}/train?recipe=digits-quick")
    set_number(page, "Epochs", "7")
    page.wait_for_url("**epochs=7*")
    set_number(page, "Epochs", "9")
    page.wait_for_url("**epochs=9*")
    page.go_back()
    expect(page.get_by_label("Epochs", exact=True).first).to_have_value("7")
    page.get_by_text("Edit layers").click()
    set_number(page, "Filters of layer 1", "5")
    page.wait_for_url("**layers=conv-filters-5*")

    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url, "of the address that this browser has"
    drawn = page.get_by_role("img", name="QR code of this link").get_attribute("src")
    path = page.evaluate("async (address) => (await fetch(address)).text()", drawn)
    assert re.search(r' d="([^"]+)"', segno.make(link, micro=False).svg_inline(scale=4))[1] in path
    expect(page.get_by_text("Other devices do not reach this machine as localhost")).to_be_visible()
    page.keyboard.press("Escape")
    expected = started(page, dashboard)
    assert (expected.epochs, expected.layers[0].filters) == (7, 5)

    pupil = browser.new_context()
    assert started(ready(pupil.new_page(), link), dashboard) == expected
    pupil.close()


def test_who_comes_back_to_the_page_finds_what_was_set_up(page: Page, dashboard: Dashboard) -> None:
    ready(page, f"{dashboard.url}/train?recipe=digits-quick")
    set_number(page, "Epochs", "7")
    page.wait_for_url("**epochs=7*")
    page.get_by_role("link", name="Data").first.click()
    page.wait_for_url("**/data*")
    page.get_by_role("link", name="Train").first.click()
    page.wait_for_url("**/train?*epochs=7*")
    expect(page.get_by_label("Epochs", exact=True).first).to_have_value("7")
