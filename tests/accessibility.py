"""What is measured of a page in a browser: axe-core's rules, charts that stand out, the order of the Tab key.

axe-core is a file of the package `axe-playwright-python`; its rules are on https://dequeuniversity.com/rules.
"""

from collections.abc import Sequence
from importlib import resources

from playwright.sync_api import Page

from tests.engine_fixtures import rested
from tests.project import ROOT

THEMES, WIDTHS = ("light", "dark"), (390, 1280, 1920)  # a phone, a laptop, a projector
OF_COLORS = ("color-contrast", "link-in-text-block")  # axe-core's rules that ask for a color
_AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_VIOLATIONS, _FAINT, _JUMPS = (
    (ROOT / "tests" / f"{name}.js").read_text("utf-8")
    for name in ("serious_violations", "chart_contrast", "tab_order")
)
_AT_REST = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton], [data-testid=stProgress]")
  && !document.body.innerText.includes("comes by itself")"""
_GO = """(address) => new Promise((resolve) => {
  const app = document.querySelector("[data-testid=stApp]");
  new MutationObserver((_, observer) => {
    if (app.dataset.testScriptState === "notRunning") return;
    observer.disconnect();
    resolve(true);
  }).observe(app, { attributeFilter: ["data-test-script-state"] });
  setTimeout(() => resolve(false), 10_000);
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
})"""


def open_view(page: Page, address: str) -> None:
    """In a tab of the dashboard as one who goes back comes to it, without loading all of Streamlit again.

    It is loaded where it is not seen to run: a busy browser draws the beginning of a run and its end at once.
    """
    is_here = page.url.partition("?")[0].rpartition("/")[0] == address.partition("?")[0].rpartition("/")[0]
    if not is_here or not page.evaluate(_GO, address):
        page.goto(address)


def settle(page: Page) -> None:
    """Until the page has drawn all, and has rested since."""
    _wait_for_rest(page)
    rested(lambda: page.evaluate(_AT_REST), 0.3, 60)
    _wait_for_rest(page)


def _wait_for_rest(page: Page) -> None:
    page.wait_for_function(_AT_REST, timeout=120_000, polling=100)  # not at each frame of the screen


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core calls serious or critical; by these of its rules alone, where some are named."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE)
    return page.evaluate(_VIOLATIONS, list(rules))


def faint(page: Page) -> list[str]:
    """Words, lines, bars and points of charts that do not stand out from the page, with their contrast."""
    return page.evaluate(_FAINT)


def jumps(page: Page) -> list[str]:
    """Where the Tab key goes up within a column, or an element has a place of its own in its order."""
    return page.evaluate(_JUMPS)
