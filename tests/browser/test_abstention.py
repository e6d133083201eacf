"""What the browser doubts of a prediction: the same sentences as in Python."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lenet.browser.network_file import network_file
from lenet.data import datasets
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.evaluation.predictor import predict_drawings
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.training.fine_tuning import find, fine_tuned
from tests.browser_modules import doubts, open_modules
from tests.drawn_collection import symbols_collected
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


def test_doubts_of_symbols_are_those_of_python(modules: Page, bare_machine: Path, runs_folder: Path) -> None:
    symbols_collected(6)
    config = fine_tuned(find("lenet5-draw"), datasets.info("our-symbols"))
    run = Run.create(config, runs_folder)
    datasets.load_for(run.path, "our-symbols")  # as the run keeps it
    drawn = weights_of(build(config.layers, (28, 28, 1), 0))
    learned = load_model("lenet5-draw").arrays()
    kept = {path: learned[path] for path in drawn if learned[path].shape == drawn[path].shape}
    save_arrays(run.snapshot_path(0), drawn | kept)
    given, name = images(), f"{run.id}@0"
    expected = [each.reason for each in predict_drawings(load_model(name), given)]
    found = doubts(modules, network_file(name, runs_folder).content, given)
    differ = [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]]
    assert len(differ) <= 1, differ
    said = " ".join(expected)
    assert "More than one class is possible: " in said and "☺" in said and "house" in said
    assert "digit" not in said and "ink" not in said


@pytest.mark.parametrize("name", ["lenet5-draw", "dense-2", "lenet5-1998"])
def test_doubts_are_those_of_python(modules: Page, name: str) -> None:
    given = images()
    expected = [each.reason for each in predict_drawings(load_model(name), given)]
    found = doubts(modules, network_file(name, None, None).content, given)
    differ = [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]]
    assert len(differ) <= 1, differ
    assert {sentence.split(" ")[0] for sentence in expected} >= {"", "It", "More", "Nothing", "There"}
