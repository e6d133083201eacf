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
        teacher.get_by_role("button", name="Manage Ben").click()
        teacher.get_by_role("button", name="Remove from the class").click()
        teacher.get_by_role("button", name="Remove", exact=True).click()
        wait_until(lambda: [each.name for each in lab.room.people] == ["Ada"], 30)
        ben.reload()
        expect(ben.get_by_label("Your name")).to_be_visible(timeout=60_000)
        ada.reload()
        expect(ada.get_by_role("button", name="Train 5 more")).to_be_visible(timeout=60_000)
