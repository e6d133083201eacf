"""How far the browser's networks, pixels and doubts are from Keras' and Python's, on whole data sets.

    python benchmarks/browser_equality.py [--images 10000] [--drawings 7494] [--doubted 1000]

In Chromium, the modules of `lenet/browser/` alone, without a dashboard: MNIST's test images, the pen digits
as strokes, and the sentences that say why a prediction is not to be believed. Prints a table for each. Needs
MNIST and pen_strokes.jsonl.gz (LENET_DATA) and the packages of requirements-dev.txt.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from lenet.browser.network_file import network_file  # noqa: E402
from lenet.data import datasets, pen_digits  # noqa: E402
from lenet.drawing import rasterization  # noqa: E402
from lenet.drawing.strokes import Drawing  # noqa: E402
from lenet.evaluation.predictor import predict_drawings  # noqa: E402
from lenet.networks.loading import load_model  # noqa: E402
from tests import chromium  # noqa: E402
from tests.browser_modules import doubts, open_modules, predict, render  # noqa: E402

MODELS = ("lenet5-draw", "lenet5-1998", "lenet5-best", "dense-2")
OF_DRAWINGS, DOUBTED = "lenet5-draw", ("lenet5-draw", "dense-2", "lenet5-1998")
PART = 500  # images that the browser is handed at once
TIE = 1e-5  # difference of the two best probabilities


def in_parts(answer: Callable[[Any], Sequence[Any]], given: Sequence[Any]) -> list[Any]:
    """What is answered to all of them."""
    return [each for start in range(0, len(given), PART) for each in answer(given[start : start + PART])]


def in_browser(page: Page, name: str, images: np.ndarray) -> np.ndarray:
    """(N, 28, 28, 1) uint8 → (N, classes): the browser's probabilities."""
    file = network_file(name, None, None).content
    return np.array(in_parts(lambda part: predict(page, file, part), images))


def compare_networks(page: Page, count: int) -> None:
    """MNIST's test images: labels and probabilities of each model."""
    images = datasets.load("mnist").x_test[:count]
    print("| model | images | labels differ | of these ties | largest difference of probabilities |")
    print("|---|---|---|---|---|", flush=True)
    listed = []
    for name in MODELS:
        expected, found = load_model(name).probabilities(images), in_browser(page, name, images)
        differ = np.flatnonzero(found.argmax(axis=1) != expected.argmax(axis=1))
        gaps = np.diff(np.sort(expected[differ], axis=1)[:, -2:], axis=1)[:, 0]
        apart = np.abs(found - expected).max()
        print(
            f"| {name} | {len(images):,} | {len(differ)} | {(gaps <= TIE).sum()} | {apart:.1e} |", flush=True
        )
        listed += [
            f"- {name}, test image {index}: Keras {expected[index].argmax()}, browser "
            f"{found[index].argmax()}; Keras' two best are {gap:.1e} apart"
            for index, gap in zip(differ, gaps, strict=True)
        ]
    print("\n" + "\n".join(listed or ["No label differs."]) + "\n", flush=True)


def compare_pixels(page: Page, drawings: Sequence[Drawing]) -> None:
    """The pen digits: pixels made of strokes, and what is predicted of each side's own pixels."""
    expected = rasterization.render(drawings)
    found = np.array(in_parts(lambda part: render(page, part), drawings))
    apart = np.abs(found.astype(int) - expected)
    labels = load_model(OF_DRAWINGS).probabilities(expected[..., None]).argmax(axis=1)
    equal = in_browser(page, OF_DRAWINGS, found[..., None]).argmax(axis=1) == labels
    print(f"| drawings | pixels differ | largest, grey levels | labels of {OF_DRAWINGS} equal | differ |")
    print("|---|---|---|---|---|")
    figures = (
        f"{100 * (apart > 0).mean():.5f} % | {apart.max()} | {100 * equal.mean():.3f} % | {(~equal).sum()}"
    )
    print(f"| {len(drawings):,} | {figures} |\n", flush=True)


def compare_doubts(page: Page, drawings: Sequence[Drawing]) -> None:
    """The sentences of each model on the same pixels."""
    images, listed = rasterization.render(drawings), []
    print("| model | drawings | doubted | sentences differ |\n|---|---|---|---|", flush=True)
    for name in DOUBTED:
        file = network_file(name, None, None).content
        expected = [each.reason for each in predict_drawings(load_model(name), images)]
        found = in_parts(lambda part, file=file: doubts(page, file, part), images)
        differ = [index for index, pair in enumerate(zip(found, expected, strict=True)) if pair[0] != pair[1]]
        print(f"| {name} | {len(images):,} | {sum(map(bool, expected))} | {len(differ)} |", flush=True)
        listed += [
            f"- {name}, drawing {index}: Python {expected[index]!r}, browser {found[index]!r}"
            for index in differ
        ]
    print("\n" + "\n".join(listed or ["No sentence differs."]), flush=True)


def main(arguments: Any) -> None:
    """Print the three tables."""
    drawings, _ = pen_digits.strokes()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        page = open_modules(browser.new_page())
        page.set_default_timeout(600_000)  # milliseconds
        compare_networks(page, arguments.images)
        compare_pixels(page, drawings[: arguments.drawings])
        compare_doubts(page, drawings[: arguments.doubted])
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000, help="of MNIST's test images")
    parser.add_argument("--drawings", type=int, default=pen_digits.NUM_DRAWINGS, help="rendered")
    parser.add_argument("--doubted", type=int, default=1_000, help="drawings")
    main(parser.parse_args())
