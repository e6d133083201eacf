"""What the browser doubts of a prediction: the same sentences as in Python."""

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lenet.browser.network_file import network_file
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.evaluation.predictor import predict_drawings
from lenet.networks.loading import load_model
from tests.browser_modules import doubts, open_modules
from tests.drawn_digits import drawn_digits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Page:
    return open_modules(browser.new_page())


def images() -> np.ndarray:
    """(N, 28, 28) uint8: digits, scribbles of few and of many strokes, dots, filled areas, nothing, noise."""
    random = np.random.default_rng(5)
    drawings = [drawing for drawing, _ in drawn_digits(150)]
    for points in (1, 2, 3, 4, 6, 8, 30, 120) * 8:
        drawings.append(Drawing((random.uniform(60, 440, (points, 2)),), 500, 30))
    squares = np.zeros((3, 28, 28), np.uint8)
    squares[1, 4:24, 4:24], squares[2, 10:18, 10:18] = 255, 255
    noise = random.integers(0, 256, (5, 28, 28)).astype(np.uint8)
    return np.concatenate([render(drawings), squares, noise])


@pytest.mark.parametrize("name", ["lenet5-draw", "dense-2", "lenet5-1998"])
def test_doubts_are_those_of_python(modules: Page, name: str) -> None:
    given = images()
    expected = [each.reason for each in predict_drawings(load_model(name), given)]
    found = doubts(modules, network_file(name, None, None).content, given)
    differ = [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]]
    assert len(differ) <= 1, differ
    assert {sentence.split(" ")[0] for sentence in expected} >= {"", "It", "Nothing", "There"}
