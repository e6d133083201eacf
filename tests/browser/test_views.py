"""What is shown of a prediction in the browser: as long as it is probable, pale where it is doubted."""

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser_modules import open_modules
from tests.shares_in_words import SHARE_WORDS

pytestmark = pytest.mark.browser

DIGITS = tuple("0123456789")
SHARES = [0.5, 0.25, 0.125, 0.125, 0, 0, 0, 0, 0, 0]
_SHOW = """async ([classes, isLarge, answer]) => {
  const { AnswerView } = await import("/views.js");
  new AnswerView(document.body, classes, isLarge).show(answer);
  const all = (selector) => [...document.body.querySelectorAll(selector)];
  const about = (each) => Object.fromEntries([...each.attributes].map(({ name, value }) => [name, value]));
  const said = (each) => ({ words: each.textContent, ...about(each) });
  return {
    rects: all("rect").map(about),
    texts: all("text").filter((each) => each.textContent).map(said),
    label: document.body.querySelector("svg").getAttribute("aria-label"),
    verdict: document.body.querySelector(".verdict").innerText,
  };
}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Page:
    return open_modules(browser.new_page())


def shown(page: Page, names: tuple[str, ...] = DIGITS, large: bool = False, **answer: object) -> dict:
    return page.evaluate(_SHOW, [list(names), large, answer])


@pytest.mark.parametrize("large", [False, True])
def test_bars_are_as_long_as_the_probabilities(modules: Page, large: bool) -> None:
    view = shown(modules, large=large, probabilities=SHARES, doubt="")
    lengths = np.array([float(each["width"]) for each in view["rects"] if each["fill"] != "currentColor"])
    full = float(view["rects"][0]["width"])
    assert np.allclose(lengths / full, SHARES, atol=1e-4)
    words = [each["words"] for each in view["texts"]]
    assert words[:3] == ["0", "50.0 %", "then 1, 25.0 %"]
    assert words[-1] == "< 0.1 %" and words.count("12.5 %") == 2


def test_what_is_not_sure_is_pale_and_the_reason_is_said(modules: Page) -> None:
    three = [float(digit == "3") for digit in DIGITS]
    sure, unsure = (shown(modules, probabilities=three, doubt=doubt) for doubt in ("", "It is a dot."))
    assert sure["texts"][0]["words"] == unsure["texts"][0]["words"] == "3"
    assert float(unsure["texts"][0]["opacity"]) < float(sure["texts"][0]["opacity"]) == 1
    assert sure["verdict"] == "" and unsure["verdict"] == "Not sureIt is a dot."


def test_without_a_prediction_there_is_the_hint_and_no_bar(modules: Page) -> None:
    view = shown(modules, probabilities=None, hint="Draw a digit")
    assert view["texts"][0]["words"] == "Draw a digit"
    assert {each["width"] for each in view["rects"] if each["fill"] != "currentColor"} == {"0"}


def test_names_are_words_and_not_markup(modules: Page) -> None:
    view = shown(modules, ("<b>&", "Ankle boot", *DIGITS[2:]), probabilities=[1.0, *[0.0] * 9], doubt="")
    assert view["texts"][0]["words"] == "<b>&"


FAMILY = "👨\u200d👩\u200d👧"
_OUTSIDE = """() => {
  const edge = document.body.querySelector("svg").getBoundingClientRect().right + 1;
  const words = [...document.body.querySelectorAll("text")].filter((each) => each.textContent);
  return words.filter((each) => each.getBoundingClientRect().right > edge).map((each) => each.textContent);
}"""


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("names", [("☺", "♥"), ("W" * 20, "cat"), (FAMILY, "A"), ("two words", "a" * 20)])
def test_any_name_is_whole_above_and_has_room_beside_its_bar(
    modules: Page, names: tuple[str, ...], large: bool
) -> None:
    view = shown(modules, names, large, probabilities=[0.9, 0.1], doubt="")
    assert view["texts"][0]["words"] == names[0]
    assert modules.evaluate(_OUTSIDE) == []
    bar = float(view["rects"][0]["x"])
    labels = [each for each in view["texts"] if each["x"] == "2"]
    assert [each["words"].removesuffix("…") == name[: len(each["words"]) - 1] or each["words"] == name
            for each, name in zip(labels, names, strict=True)] == [True, True]  # fmt: skip
    assert bar >= 20 and 300 - 66 - bar >= 100, "of a bar there is enough to see"


def test_of_62_classes_the_twelve_most_probable_ones_have_bars(modules: Page) -> None:
    names = tuple(f"class {number}" for number in range(62))
    shares = [0.0] * 62
    shares[61], shares[7] = 0.75, 0.25
    view = shown(modules, names, probabilities=shares, doubt="")
    labels = [each["words"] for each in view["texts"] if each["x"] == "2"]
    assert len(labels) == 12 and labels[:2] == ["class 61", "class 7"]


@pytest.mark.parametrize(("share", "words"), SHARE_WORDS)
def test_shares_in_words(modules: Page, share: float, words: str) -> None:
    view = shown(modules, probabilities=[share, *[0.0] * 9], doubt="")
    assert words in [each["words"] for each in view["texts"] if each.get("text-anchor") == "end"]


def test_predictions_in_words(modules: Page) -> None:
    shares = [0.1, 0.6, 0.3, 0, 0, 0, 0, 0, 0, 0]
    assert shown(modules, probabilities=shares, doubt="")["label"] == "1, 60.0 %; then 2, 30.0 %"
    doubted = shown(modules, probabilities=shares, doubt="It is a dot.")["label"]
    assert doubted == "Not sure: 1, 60.0 %; then 2, 30.0 %"
    assert shown(modules, probabilities=None)["label"] == "No prediction yet"
