"""Every page on a phone and on a projector, in a real browser: nothing is cut, nothing is small."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from tests.accessibility import open_view
from tests.dashboard import Dashboard
from tests.engine_fixtures import wait_until
from tests.small_runs import finished

pytestmark = pytest.mark.browser

PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
# Page → its link, with the model in it, and its views by the words on their buttons
PAGES = {
    "Data": ("dataset=digits", ["Samples", "Classes", "One image", "Preprocessing", "Augmentation"]),
    "Train": ("run={model}", []),
    "Evaluate": (
        "model={model}",
        ["Classes", "Errors", "Calibration", "Two networks", "History", "Confusion matrix"],
    ),
    "Inspect": (
        "model={model}&index=18",
        ["All layers", "Arithmetic", "Weights", "Attribution", "Kernels and maps"],
    ),
    "Draw": ("model=lenet5-relu&model=lenet5-1998", ["Attribution", "Codes", "Preprocessing", "Collect"]),
}
# What each page is about
ABOUT = {
    "Data": "[data-testid=stPlotlyChart]",
    "Train": ".curves figure",
    "Evaluate": "[data-testid=stPlotlyChart]",
    "Inspect": ".row, figure:has(.marks)",
    "Draw": "canvas, .live",
}
_SMALLEST = """() => {
    const sizes = [];
    const visit = (root) => {
        for (const each of root.querySelectorAll('*')) {
            if (each.shadowRoot) visit(each.shadowRoot);
            const says = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
            const style = getComputedStyle(each);
            const box = each.getBoundingClientRect();
            const isIcon = style.fontFamily.includes('Material Symbols');
            const isSeen = box.width > 1 && style.visibility !== 'hidden' && style.opacity !== '0';
            if (!says || isIcon || !isSeen) continue;
            if (each.closest('style, script, .katex-mathml')) continue;
            const scale = each.closest('.prediction') ? each.getScreenCTM().a : 1;
            sizes.push([scale * parseFloat(style.fontSize), each.textContent.trim().slice(0, 30)]);
        }
    };
    visit(document.querySelector('[data-testid=stMain]'));
    return sizes.sort((one, other) => one[0] - other[0])[0];
}"""
_WIDEST = """() => Math.max(document.scrollingElement.scrollWidth,
    document.querySelector('[data-testid=stMain]').scrollWidth)"""


@pytest.fixture(scope="module")
def run(dashboard: Dashboard) -> Iterator[Run]:
    """A finished run, on the digits that are always here."""
    with finished(RECIPES["digits-quick"].config.replace(epochs=3), dashboard.runs) as run:
        yield run


def open_page(page: Page, dashboard: Dashboard, name: str, run: Run, more: str = "") -> None:
    query = PAGES[name][0].format(model=run.id)
    open_view(page, f"{dashboard.url}/{name.lower()}?{query}{more}")
    at_rest(page)


def at_rest(page: Page) -> None:
    """Nothing runs, and nothing is awaited."""
    app = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    app.wait_for(timeout=120_000)
    expect(page.get_by_text("comes by itself")).to_have_count(0, timeout=120_000)
    app.wait_for(timeout=120_000)


def choose(page: Page, view: str) -> None:
    radio = page.get_by_role("radio", name=view, exact=True).first
    radio.click()
    expect(radio).to_be_checked()
    at_rest(page)


def follow(page: Page, link: str, there: Locator) -> None:
    """By a link within the page: curves that come above meanwhile can push away what it led to."""
    page.get_by_role("link", name=link).click()
    try:
        expect(there).to_be_in_viewport(timeout=10_000)
    except AssertionError:
        page.get_by_role("link", name=link).click()
        expect(there).to_be_in_viewport()


def filled(page: Page, selector: str) -> tuple[float, float]:
    """The shares of the first screen's width and height over which these reach."""
    boxes = [box for each in page.locator(selector).all() if (box := each.bounding_box()) and box["y"] < 1080]
    if not boxes:
        return 0.0, 0.0
    left, top = (min(box[side] for box in boxes) for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    return (right - left) / 1920, (min(bottom, 1080) - top) / 1080


def test_on_a_phone(browser: Browser, dashboard: Dashboard, run: Run) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, user_agent=PHONE
    )
    page = context.new_page()
    for name, (_, views) in PAGES.items():
        open_page(page, dashboard, name, run)
        expect(page.get_by_role("link", name=name, exact=True)).to_be_in_viewport()
        assert page.evaluate(_WIDEST) <= 390, name
        if name == "Train":  # the run comes first, and Start is far below
            follow(page, "Set up another run", page.get_by_text("Epochs", exact=True).first)
            follow(page, "See the run", page.get_by_role("button", name="Train 5 more"))
        for view in views:
            choose(page, view)
            assert page.evaluate(_WIDEST) <= 390, (name, view)
        if name == "Train":
            expect(page.get_by_text("Test accuracy").first).to_be_in_viewport()  # the run comes first
            kernels = page.get_by_alt_text("Kernels of C1")
            expect(kernels).to_be_visible(timeout=30_000)
            assert kernels.bounding_box()["width"] / 3 >= 40
        if name == "Inspect":
            chosen = page.locator(".mark.chosen")
            expect(chosen).to_have_count(2)
            assert all(
                width >= 40 for width in chosen.evaluate_all("all => all.map(each => each.clientWidth)")
            )
    context.close()


def test_on_a_projector(browser: Browser, dashboard: Dashboard, run: Run) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    for name in PAGES:
        open_page(page, dashboard, name, run, "&screen=projector")
        wait_until(lambda name=name: min(filled(page, ABOUT[name])) >= 0.7, 60)
        size, words = page.evaluate(_SMALLEST)
        assert size >= 20, (name, words)
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("radio", name="Large")).to_be_checked()  # it stays on another page
    page.wait_for_url("**/data?*screen=projector*", timeout=30_000)
    page.get_by_role("radio", name="Laptop").click()
    wait_until(lambda: page.evaluate(_SMALLEST)[0] < 20, 30)
    page.goto(f"{dashboard.url}/data?dataset=digits&screen=cinema")
    page.get_by_text(
        "Screen: received 'cinema' in the link, expected one of laptop, touch, projector"
    ).wait_for(timeout=30_000)
    page.close()
