"""Every page and view in a real browser: readable in both themes, at three widths, and without a mouse."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page

from lenet.drawing import url_encoding
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from tests.accessibility import OF_COLORS, THEMES, WIDTHS, faint, jumps, open_view, settle, violations
from tests.chromium import fresh_tab
from tests.dashboard import Dashboard
from tests.drawing_board import draw, wait_for_canvas
from tests.small_runs import small_config, trained
from tests.small_sweeps import driver_of, sweep_of

pytestmark = pytest.mark.browser

STROKE = np.array([[70.0, 70], [220, 66], [200, 120], [160, 180], [130, 270]])
SEVEN = url_encoding.encode(render([Drawing((STROKE,), 320)])[0])
DATA, MODEL = "dataset=digits", "model=digits-quick"
PAPER = f"inspect?model=lenet5-1998&drawing={SEVEN}&layer="
VIEWS = {
    "data": ("samples", "classes", "image", "preprocessing", "augmentation"),
    "evaluate": ("confusion", "classes", "errors", "calibration", "compare"),
    "inspect": (
        "kernels", "layers", "arithmetic", "weights", "attribution", "features", "ablation", "embedding",
    ),
    "draw": ("attribution", "preprocessing", "collect"),
    "compare": ("curves", "scatter", "parallel", "kernels", "confusion", "errors", "mcnemar", "paper"),
}  # fmt: skip
PAGES = {
    "data": [f"data?{DATA}&view={view}" for view in VIEWS["data"]] + ["data?dataset=my-digits"],
    "train": ["train", "train?run={run}", "train?recipe=digits-quick&mode=sweep"],
    "glossary": ["glossary", "glossary?term=confusion-matrix"],
    "lessons": [  # last the one whose sidebar goes slowly
        "lessons",
        "lessons?view=write&edit=what-is-a-pixel",
        f"data?{DATA}&view=image&index=0&hide=view,part&lesson=what-is-a-pixel&step=2",
    ],
    "evaluate": [f"evaluate?{MODEL}&view={view}" for view in VIEWS["evaluate"]]
    + ["evaluate?model={run}&view=history"],
    "compare": [f"compare?runs={{run}}&runs={{other}}&view={view}" for view in VIEWS["compare"]],
    "inspect": [f"inspect?{MODEL}&{DATA}&index=3&view={view}" for view in VIEWS["inspect"]],
    "inspect-1998": [f"{PAPER}{layer}" for layer in ("3_partial_conv", "4_subsampling", "7_radial_basis")],
    "draw": [f"draw?model=lenet5-draw&more={view}" for view in VIEWS["draw"]]
    + ["draw?model=lenet5-1998&model=lenet5-draw&more=codes", "draw?model=lenet5-draw&source=photograph"],
}


@pytest.fixture(scope="module")
def run(dashboard: Dashboard) -> str:
    """The id of a finished run; beside it is a finished sweep."""
    sweep = sweep_of(dashboard.runs, "learning_rate=1e-3,1e-2", "seed=1,2", sampler="grid")
    assert driver_of(sweep).drive().importances
    return trained(small_config(), dashboard.runs)[0].id


@pytest.fixture(scope="module")
def other(dashboard: Dashboard) -> str:
    """The id of another one, to be compared with it."""
    return trained(small_config(learning_rate=0.01), dashboard.runs)[0].id


@pytest.fixture(scope="module")
def page(returning_browser: BrowserContext) -> Iterator[Page]:
    """One tab for all views: a whole load of Streamlit takes longer than most of what is looked at."""
    with fresh_tab(returning_browser) as tab:
        yield tab


@pytest.mark.parametrize("name", PAGES)
def test_every_view_is_for_all(page: Page, dashboard: Dashboard, run: str, other: str, name: str) -> None:
    found, (first, second) = [], THEMES
    page.emulate_media(color_scheme=first)
    for address in PAGES[name]:
        open_view(page, f"{dashboard.url}/{address.format(run=run, other=other)}")
        set_up(page, address)
        found += [f"{address}: {each}" for each in measured(page)]
        page.emulate_media(color_scheme=second)
        settle(page)
        found += [f"{address}: {each}" for each in measured(page, OF_COLORS)]  # a theme changes nothing else
        first, second = second, first  # the next view begins in the theme that is on
    assert found == []


def measured(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What is wrong with the page as it is, at each width; by all of axe-core's rules, or by these."""
    found = [f"chart: {each}" for each in faint(page)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} pixels: {each}" for each in violations(page, rules) + jumps(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def set_up(page: Page, address: str) -> None:
    """What a link does not say: layers that are edited, something drawn."""
    settle(page)
    if address.endswith("view=curves"):
        page.get_by_text("Choose runs").click()
    if address == "train":
        page.get_by_text("Edit layers").click()
    if address.startswith("draw?") and "photograph" not in address:
        wait_for_canvas(page)
        draw(page, [STROKE])
        page.get_by_role("img", name="; then ").first.wait_for(timeout=120_000)
    settle(page)
