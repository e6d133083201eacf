"""What is measured of a page in a browser: axe-core's rules, charts that stand out, the order of the Tab key.

axe-core is a file of the package `axe-playwright-python`; its rules are on https://dequeuniversity.com/rules.
"""

from importlib import resources

from playwright.sync_api import Page

from tests.engine_fixtures import rested
from tests.project import ROOT

THEMES, WIDTHS = ("light", "dark"), (390, 1280, 1920)  # a phone, a laptop, a projector
_AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_VIOLATIONS, _FAINT, _JUMPS = (
    (ROOT / "tests" / f"{name}.js").read_text("utf-8")
    for name in ("serious_violations", "chart_contrast", "tab_order")
)
_AT_REST = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton], [data-testid=stProgress]")
  && !document.body.innerText.includes("comes by itself")"""


def settle(page: Page) -> None:
    """Until the page has drawn all, and has rested since."""
    page.wait_for_function(_AT_REST, timeout=120_000)
    rested(lambda: page.evaluate(_AT_REST), 0.3, 60)
    page.wait_for_function(_AT_REST, timeout=120_000)


def violations(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE)
    return page.evaluate(_VIOLATIONS)


def faint(page: Page) -> list[str]:
    """Words, lines, bars and points of charts that do not stand out from the page, with their contrast."""
    return page.evaluate(_FAINT)


def jumps(page: Page) -> list[str]:
    """Where the Tab key goes up within a column, or an element has a place of its own in its order."""
    return page.evaluate(_JUMPS)
