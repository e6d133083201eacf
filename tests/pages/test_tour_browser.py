"""The tour of five minutes in a real browser, from an image to a digit drawn; the glossary on its way."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from lenet.runs.run_index import list_runs
from pages.parts.shared.tour import STEPS
from tests.dashboard import Dashboard
from tests.drawing_board import draw, slowly, wait_for_canvas
from tests.made_strokes import SEVEN

pytestmark = pytest.mark.browser

SCALE = 320 / 500  # from the strokes to the canvas


def does(page: Page, step: str) -> None:
    """The bar asks for that step, and it is not done."""
    expect(page.get_by_text(STEPS[step].task)).to_be_visible(timeout=60_000)


def has_done(page: Page, step: str, onwards: str = "") -> None:
    """The bar says that it is done; on to the next one."""
    expect(page.get_by_text(STEPS[step].result)).to_be_visible(timeout=180_000)
    if onwards:
        page.get_by_role("button", name=f"Next: {onwards}").click()


def test_the_tour_is_walked(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/tour")
    does(page, "load")
    page.wait_for_url(re.compile("/data.*tour=load"))
    page.get_by_role("radio", name="One image").click()
    has_done(page, "load", "Train")

    does(page, "train")
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option", name="digits-quick").click()
    epochs = page.get_by_label("Epochs", exact=True).first
    expect(epochs).to_have_value("30")
    epochs.fill("3")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start", exact=True).click()
    has_done(page, "train", "Look inside")

    does(page, "inspect")
    page.wait_for_url(re.compile(f"/inspect.*model={list_runs(dashboard.runs)[0].id}"))  # one's own run
    page.get_by_role("img", name=re.compile("^Feature maps of C1")).first.click(position={"x": 20, "y": 20})
    has_done(page, "inspect", "Judge")

    does(page, "evaluate")
    page.locator(".js-plotly-plot .nsewdrag").first.click(position={"x": 30, "y": 30})
    expect(page.get_by_text(STEPS["evaluate"].result)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Leave the tour").click()
    expect(page.get_by_text("Tour, 4 of 5")).to_have_count(0)
    page.get_by_role("link", name="Tour").click()  # a cell is no longer chosen: it waits for one
    does(page, "evaluate")
    page.locator(".js-plotly-plot .nsewdrag").first.click(position={"x": 30, "y": 30})
    has_done(page, "evaluate", "Draw")

    does(page, "draw")
    wait_for_canvas(page)
    draw(page, [slowly(SCALE * np.array(stroke, float)) for stroke in SEVEN])
    has_done(page, "draw")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Tour, 5 of 5")).to_have_count(0)


def test_a_link_opens_a_term_and_a_search_another(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/train?recipe=lenet5-relu")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Receptive field").click(timeout=60_000)
    glossary = opened.value
    expect(glossary.get_by_role("heading", name="Receptive field")).to_be_visible(timeout=60_000)
    glossary.get_by_role("textbox", name="Search").fill("hessian")
    glossary.keyboard.press("Enter")
    expect(glossary.get_by_role("heading", name="Levenberg–Marquardt")).to_be_visible()
    glossary.get_by_role("textbox", name="Search").fill("")
    glossary.keyboard.press("Enter")
    glossary.get_by_role("radio", name="Evaluation").click()
    expect(glossary.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    glossary.wait_for_url(re.compile(r"/glossary\?term=confusion-matrix$"))
    glossary.get_by_role("button", name="See it on Evaluate").click()
    glossary.wait_for_url(re.compile("/evaluate"))
    glossary.go_back()
    expect(glossary.get_by_role("heading", name="Confusion matrix")).to_be_visible()
