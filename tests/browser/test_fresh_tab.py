"""A test's tab knows nothing of the one before it, though the browser is the same."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.chromium import fresh_tab

pytestmark = pytest.mark.browser

ORIGIN, LEFT = "http://localhost:9/", "http://localhost:10/"
_KEEP = """() => new Promise(done => {
  document.cookie = "who=ada; max-age=999";
  localStorage.who = sessionStorage.who = "ada";
  indexedDB.open("who").onsuccess = () => caches.open("who").then(done);
})"""
_KEPT = """async () => [
  document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, (await navigator.permissions.query({name: "clipboard-read"})).state,
]"""


def opened(tab: Page, origin: str = ORIGIN) -> Page:
    tab.route("**/*", lambda route: route.fulfill(body="<title>a page</title>", content_type="text/html"))
    tab.goto(origin)
    return tab


def test_what_a_page_keeps_ends_with_its_test(returning_browser: BrowserContext) -> None:
    with fresh_tab(returning_browser) as tab:
        returning_browser.grant_permissions(["clipboard-read"])
        opened(tab, LEFT).evaluate(_KEEP)
        opened(tab).evaluate(_KEEP)
        second = opened(returning_browser.new_page())
        assert second.evaluate(_KEPT) == ["who=ada", 1, 0, 1, 1, "granted"]
    assert len(returning_browser.pages) == 1, "the window's own"
    with fresh_tab(returning_browser) as tab:
        for origin in (ORIGIN, LEFT):
            assert opened(tab, origin).evaluate(_KEPT) == ["", 0, 0, 0, 0, "prompt"]
