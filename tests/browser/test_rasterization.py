"""Strokes to pixels in the browser: the same as in Python, to a grey level."""

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lenet.drawing import rasterization
from lenet.drawing.strokes import Drawing
from tests.browser_modules import open_modules, render
from tests.drawn_digits import drawn_digits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Page:
    return open_modules(browser.new_page())


def scribbles() -> list[Drawing]:
    """Dots, a line along an axis, what leaves the canvas, a stroke twice, a thousand points."""
    random = np.random.default_rng(3)
    walk = np.clip(np.cumsum(random.normal(size=(1000, 2)) * 6, axis=0) + 160, 0, 320)
    strokes = [
        [[[100.0, 100.0]]],
        [[[5.0, 7.0]], [[300.0, 310.0]]],
        [[[50.0, 160.0], [270.0, 160.0]]],
        [[[160.0, 20.0], [160.0, 300.0]], [[160.0, 20.0], [160.0, 300.0]]],
        [[[-900.0, 40.0], [900.0, 260.0]], [[10.0, 10.0], [10.0, 10.0]]],
        [walk.tolist()],
    ]
    return [Drawing(tuple(np.array(each) for each in drawing), 320, 20) for drawing in strokes]


@pytest.mark.parametrize(("box", "center"), [(True, True), (False, True), (True, False), (False, False)])
def test_pixels_are_those_of_python(modules: Page, box: bool, center: bool) -> None:
    drawings = [drawing for drawing, _ in drawn_digits(200)] + scribbles()
    expected = rasterization.render(drawings, box, center).astype(int)
    found = render(modules, drawings, box, center).astype(int)
    apart = np.abs(found - expected)
    assert expected.any(axis=(1, 2)).sum() > 200
    assert apart.max() <= 1 and (apart > 0).mean() <= 0.01
