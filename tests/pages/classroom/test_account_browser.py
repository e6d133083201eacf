"""A teacher and a student log in at the identity provider of their school, and out again."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import violations
from tests.class_dashboard import ClassDashboard
from tests.identity_provider import institution

pytestmark = pytest.mark.browser


def logged_in(browser: Browser, lab: ClassDashboard, account: str, name: str, wanted: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(f"{lab.url}/{wanted}")
    assert violations(page) == [], "of the door"
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name=account, exact=True).click()
    expect(page.get_by_role("paragraph").filter(has_text=name).first).to_be_visible(timeout=60_000)
    assert page.url.startswith(f"{lab.url}/{wanted}")
    return page


def test_log_in_and_out(browser: Browser, tmp_path: Path) -> None:
    with institution(tmp_path) as lab:
        ada = logged_in(browser, lab, "ada", "Ada", "glossary")
        expect(ada.get_by_role("link", name="Class")).to_have_count(0)
        teacher = logged_in(browser, lab, "noether", "Emmy Noether", "class")
        expect(teacher.get_by_role("button", name="Manage Ada")).to_be_visible(timeout=60_000)
        ada.get_by_role("button", name="Log out").click()
        ada.get_by_role("button", name="End session").click(timeout=60_000)
        expect(ada.get_by_role("button", name="Log in")).to_be_visible(timeout=60_000)
        ada.goto(f"{lab.url}/glossary")
        expect(ada.get_by_role("button", name="Log in")).to_be_visible(timeout=60_000)
