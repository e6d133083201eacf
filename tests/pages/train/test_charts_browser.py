"""Curves of a run as the browser draws them: smoothed, thinned, each of its color, one chart at all ticks."""

import tomllib
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, Route

from pages.parts.train.curves import MAX_PAST_RUNS
from tests.project import ROOT

pytestmark = pytest.mark.browser

_ASSETS = ROOT / "pages" / "assets"
_ORIGIN = "http://charts.test/"
_OPEN = """async () => {
  const { Chart, colors, lines, loadCharts, smooth } = await import("/charts.js");
  await loadCharts("/");
  window.smooth = smooth;
  window.lines = lines;
  const figure = document.body.appendChild(document.createElement("figure"));
  window.chart = new Chart(figure, "loss");
  window.draw = (drawn, options) => {
    chart.draw(drawn, { by: "Step", colors: colors(document.body), height: 200, ...options });
    return chart.plot.data.map((column) => Array.from(column));
  };
}"""


@pytest.fixture(scope="module")
def blank(browser) -> Iterator[Page]:
    """A page of a server that has the charts' files and nothing else, with one chart in it."""
    page = browser.new_page()
    page.route(f"{_ORIGIN}**", _answer)
    page.goto(_ORIGIN)
    page.evaluate(_OPEN)
    yield page
    page.close()


def _answer(route: Route) -> None:
    name = route.request.url.removeprefix(_ORIGIN)
    if name:
        route.fulfill(path=_ASSETS / name, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><meta charset=utf-8><body></body>", content_type="text/html")


def smooth(page: Page, values: list[float], weight: float) -> list[float]:
    return page.evaluate("([values, weight]) => smooth(values, weight)", [values, weight])


def line(x: list[int], y: list[float | None], name: str = "training") -> dict:
    return {"name": name, "x": x, "y": y, "color": 0, "width": 2}


def drawn(page: Page, lines: list[dict], **options: object) -> list[list[float | None]]:
    """What the chart has then: the places, and of each line the value there or None."""
    return page.evaluate("([drawn, options]) => draw(drawn, options)", [lines, options])


def test_smoothing_by_hand(blank: Page) -> None:
    # Weights of the values from the newest: ½, ¼, ⅛, over their sum.
    expected = [8, (8 / 4 + 4 / 2) / (3 / 4), (8 / 8 + 4 / 4 + 0 / 2) / (7 / 8)]
    assert smooth(blank, [8, 4, 0], 0.5) == pytest.approx(expected)


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.6, 0.95])
def test_smoothing_is_the_weighted_mean_of_all_until_now(blank: Page, weight: float) -> None:
    values = np.random.default_rng(0).normal(size=60)
    for end, smoothed in enumerate(smooth(blank, values.tolist(), weight), start=1):
        weights = weight ** np.arange(end)[::-1]
        assert smoothed == pytest.approx(np.average(values[:end], weights=weights))


def test_smoothing_of_little(blank: Page) -> None:
    assert smooth(blank, [], 0.6) == []
    assert smooth(blank, [3.5], 0.6) == pytest.approx([3.5])
    assert smooth(blank, [1.0, 2.0, 0.5], 0) == [1.0, 2.0, 0.5]
    assert smooth(blank, [2.0] * 50, 0.95) == pytest.approx([2.0] * 50)


def test_a_loss_of_zero_stays_off_the_logarithmic_axis(blank: Page) -> None:
    loss = line([1, 2, 3], [0, 1, 10])
    assert drawn(blank, [loss], log=True) == [[2, 3], [1, 10]]
    assert drawn(blank, [loss]) == [[1, 2, 3], [0, 1, 10]]


def test_what_is_not_finite_is_left_out(blank: Page) -> None:
    """As JSON brings it: NaN and infinities are null."""
    assert drawn(blank, [line([1, 2, 3, 4], [1, None, None, 2])]) == [[1, 4], [1, 2]]


def test_lines_of_other_places_keep_their_own(blank: Page) -> None:
    both = drawn(blank, [line([1, 2], [5, 6]), line([2, 3], [7, 8], "validation")])
    assert both == [[1, 2, 3], [5, 6, None], [None, 7, 8]]


@pytest.mark.parametrize(("count", "kept"), [(0, 0), (1, 1), (1_500, 1_500), (1_501, 751), (93_810, 1_490)])
def test_a_long_line_is_thinned_evenly_and_keeps_its_end(blank: Page, count: int, kept: int) -> None:
    steps = list(range(count))
    places, values = drawn(blank, [line(steps, steps)])
    assert len(places) == kept and places == values
    assert count == 0 or places[-1] == count - 1
    assert len(set(np.diff(places).tolist())) <= 1


def test_each_line_is_thinned_by_itself(blank: Page) -> None:
    places, *both = drawn(
        blank, [line(list(range(length)), [1] * length, str(length)) for length in (3_000, 1_000)]
    )
    assert [sum(value is not None for value in values) for values in both] == [1_500, 1_000]
    assert places[-1] == 2_999


def test_the_same_chart_at_every_tick(blank: Page) -> None:
    """Its zoom and its hover are kept only if the canvas stays."""
    drawn(blank, [line([1, 2], [3, 2])])
    blank.evaluate("document.querySelector('canvas').dataset.mark = 'kept'")
    drawn(blank, [line([1, 2, 3], [3, 2, 1])])
    assert blank.locator("canvas[data-mark=kept]").count() == blank.locator("canvas").count() == 1
    drawn(blank, [line([1, 2], [3, 2]), line([1, 2], [3, 2], "another run")])
    assert blank.locator("canvas[data-mark=kept]").count() == 0


def test_the_wheel_is_left_to_the_page(blank: Page) -> None:
    drawn(blank, [line([1, 2], [3, 2])])
    turned = "new WheelEvent('wheel', { bubbles: true, cancelable: true, deltaY: 100 })"
    assert blank.evaluate(f"document.querySelector('.u-over').dispatchEvent({turned})") is True


def test_every_kind_of_line_is_drawn(blank: Page) -> None:
    state = {
        "steps": {"step": [1, 2], "loss": [2, 1]},
        "epochs": {"epoch": [1], "loss": [1.5], "val_loss": [1.2]},
        "figures": {"steps_per_epoch": 2},
    }
    past = [{"name": "a run", "rows": state}]
    found = blank.evaluate("([state, past]) => lines(state, past, 'loss', 'Step', 0.5)", [state, past])
    assert [each["name"] for each in found] == ["a run", "each row", "training", "validation"]
    assert [each.get("faint", False) for each in found] == [False, True, False, False]
    assert found[-1]["x"] == [2], "an epoch ends at its last step"
    found = blank.evaluate("([state, past]) => lines(state, past, 'loss', 'Epoch', 0.5)", [state, past])
    assert [(each["name"], each["y"]) for each in found] == [
        ("a run", [1.2]), ("training", [1.5]), ("validation", [1.2]),
    ]  # fmt: skip


def test_every_line_has_a_color_of_the_theme_for_itself(blank: Page) -> None:
    past = [
        {"name": f"run {number}", "rows": {"steps": {"step": [1], "loss": [1]}}}
        for number in range(MAX_PAST_RUNS)
    ]
    state = {"steps": {"step": [1], "loss": [1]}, "epochs": {}, "figures": None}
    found = blank.evaluate("([state, past]) => lines(state, past, 'loss', 'Step', 0)", [state, past])
    used = {each["color"] for each in found if not each.get("faint")}
    assert len(used) == MAX_PAST_RUNS + 2
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for kind in ("light", "dark"):
        colors = theme[kind]["chartCategoricalColors"]
        assert len(set(colors)) == len(colors) > max(used)
