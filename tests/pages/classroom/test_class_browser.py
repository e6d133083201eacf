"""A lesson in real browsers: a teacher, and two who join, one of them on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lenet.runs.run_index import list_runs
from tests.accessibility import settle, violations
from tests.class_dashboard import class_dashboard
from tests.engine_fixtures import wait_until
from tests.train_controls import start_button

pytestmark = pytest.mark.browser


def tab(browser: Browser, width: int = 1280) -> Page:
    """Of somebody's own browser."""
    return browser.new_context(viewport={"width": width, "height": 844}).new_page()


def test_a_lesson(browser: Browser, tmp_path: Path) -> None:
    with class_dashboard(tmp_path) as lab:
        teacher, ada, ben = tab(browser), tab(browser), tab(browser, 390)
        teacher.goto(f"{lab.url}/join?teacher={lab.room.teacher_secret}")
        expect(teacher.get_by_text("Nobody has joined yet.")).to_be_visible(timeout=60_000)
        link = f"{lab.url}/join?code={teacher.get_by_test_id('stMetricValue').inner_text()}"
        for page, name in ((ada, "Ada"), (ben, "Ben")):
            page.goto(link)
            assert violations(page) == [], "of the door"
            page.get_by_label("Your name").fill(name)
            page.get_by_role("button", name="Join").click()
            badge = page.get_by_role("paragraph").filter(has_text=name)
            expect(badge.first).to_be_visible(timeout=60_000)
        ada.goto(f"{lab.url}/train?recipe=digits-quick&epochs=10000")
        start_button(ada).click(timeout=60_000)
        wait_until(lambda: [run.owner.name for run in list_runs(lab.running.runs)] == ["Ada"], 60)
        (run,) = list_runs(lab.running.runs)
        expect(ada.get_by_role("button", name="Stop", exact=True)).to_be_visible(timeout=60_000)
        ben.goto(f"{lab.url}/train?run={run.id}")
        expect(ben.get_by_text("This run is Ada's")).to_be_visible(timeout=60_000)
        expect(ben.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
        expect(ben.get_by_role("link", name="Class")).to_have_count(0)
        teacher.reload()
        expect(teacher.get_by_role("button", name="Stop all")).to_be_enabled(timeout=60_000)
        settle(teacher)
        assert violations(teacher) == []
        teacher.get_by_role("button", name="Stop all").click(timeout=60_000)
        wait_until(lambda: list_runs(lab.running.runs)[0].state == "stopped", 120)
        eyes_up(teacher, ada, ben)
        follow_me(teacher, ben, lab.url)
        teacher.get_by_role("button", name="Manage Ben").click()
        teacher.get_by_role("button", name="Remove from the class").click()
        teacher.get_by_role("button", name="Remove", exact=True).click()
        wait_until(lambda: [each.name for each in lab.room.people] == ["Ada"], 30)
        ben.reload()
        expect(ben.get_by_label("Your name")).to_be_visible(timeout=60_000)
        ada.reload()
        expect(ada.get_by_role("button", name="Train 5 more")).to_be_visible(timeout=60_000)


def eyes_up(teacher: Page, *students: Page) -> None:
    """A sentence is on every screen, and nothing below it answers, until it is lifted."""
    teacher.get_by_label("A sentence for every screen").fill("<b>Pens</b> down")
    teacher.get_by_role("button", name="Eyes up").click()
    for page in students:
        expect(page.get_by_role("alertdialog")).to_have_text("<b>Pens</b> down", timeout=10_000)
        expect(page.locator("#root")).to_have_attribute("inert", "")
        assert violations(page) == []
    teacher.get_by_role("button", name="Lift it").click()
    for page in students:
        expect(page.get_by_role("alertdialog")).to_have_count(0, timeout=10_000)
        assert page.locator("#root").evaluate("each => !each.inert")


def follow_me(teacher: Page, student: Page, url: str) -> None:
    """The teacher's page is over a student's, which is as it was afterwards."""
    before = student.url
    teacher.get_by_role("button", name="Follow me").click()
    expect(teacher.get_by_role("button", name="Lead no more")).to_be_visible()
    teacher.get_by_role("link", name="Glossary").click()
    led = student.frame_locator("#lenet-orders iframe")
    expect(led.get_by_role("heading", name="Glossary", exact=True)).to_be_visible(timeout=60_000)
    expect(teacher.get_by_role("link", name="On all screens: Follow me")).to_be_visible()
    teacher.get_by_role("link", name="Class", exact=True).click()
    teacher.get_by_role("button", name="Lead no more").click()
    expect(student.get_by_text("Your teacher leads")).to_be_hidden(timeout=10_000)
    assert student.url == before
    teacher.get_by_label("On the board").click()
    teacher.get_by_role("option", name="On the board: Ben's page").click()
    board = teacher.context.new_page()
    board.goto(f"{url}/board")
    shown = board.frame_locator("#lenet-orders iframe")
    expect(shown.get_by_role("heading", name="Train", exact=True)).to_be_visible(timeout=60_000)
    expect(board.get_by_text("Ben's page")).to_be_visible()
    board.close()
