"""A page asks its own server alone: it works without the internet, and nobody else learns of it."""

import base64
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard import Dashboard
from tests.project import ROOT

pytestmark = pytest.mark.browser
ICON = ROOT / "pages" / "assets" / "icon.svg"
NAVIGATION = ".st-key-pages a"


def test_no_page_asks_another_host(page: Page, dashboard: Dashboard) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{dashboard.url}/train")
    data = base64.b64encode(ICON.read_bytes()).decode()
    icon = page.locator("link[rel~=icon]")
    expect(icon).to_have_attribute("href", f"data:image/svg+xml;base64,{data}", timeout=60_000)
    page.locator(NAVIGATION).nth(5).wait_for(timeout=60_000)
    links = page.locator(NAVIGATION).evaluate_all("all => all.map(each => each.href)")
    assert len(links) >= 6
    for link in links:
        page.goto(link)
        page.locator(NAVIGATION).first.wait_for(timeout=60_000)
        drawn = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
        expect(drawn).to_be_visible(timeout=60_000)
        asked.append(page.evaluate("document.querySelector('link[rel~=icon]').href"))
    asked = [url for url in asked if not url.startswith(("data:", "blob:"))]
    foreign = {url for url in asked if urlsplit(url).netloc != urlsplit(dashboard.url).netloc}
    assert foreign == set() and len(asked) > 50
