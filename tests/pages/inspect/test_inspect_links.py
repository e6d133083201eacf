"""The Inspect page with links, runs and files that are wrong."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lenet.drawing import url_encoding
from lenet.engine.base import Engine
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from tests.inspect_page import PAGE, QUICK, SEVEN, drawn, is_fine, sheets
from tests.linked_page import opened
from tests.page_words import plain


@pytest.fixture
def page(runs_folder: Path, engine: Engine) -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=60)


@pytest.mark.parametrize("text", ["xyz", "x" * 3_000, url_encoding.encode(SEVEN)[:-9]])
def test_a_link_that_was_cut(page: AppTest, text: str) -> None:
    test = opened(page, drawing=text)
    assert not test.exception and "The link was cut or changed on its way" in plain(test.error)
    assert "Draw a digit" in [each.label for each in test.button]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"index": "297"}, "Example: received number 297, expected 0 to 296"),
        ({"index": "-1"}, "Image: received '-1' in the link, expected a number from 0 on. 0 is shown."),
        ({"part": "exam"}, "Part: received 'exam' in the link, expected one of train, test. “test” is"),
        ({"dataset": "none"}, "Data set: received 'none', expected one of"),
        ({"dataset": "mnist", "drawing": url_encoding.encode(SEVEN)}, "takes images of"),
        ({"layer": "9_conv"}, "Layer: received '9_conv' in the link, expected one of C1, S2, F3, Output."),
        (
            {"layer": "C9", "channel": "99", "row": "1"},
            "Output. C1 is shown; left out of the link: channel, row.",
        ),
        ({"channel": "99"}, "Channel: received '99' in the link, expected 0 to"),
        ({"row": "x"}, "Row: received 'x' in the link, expected 0 to"),
        ({"model": "lenet-6"}, "Model: received 'lenet-6' in the link"),
        ({"view": "Cinema"}, "View: received 'Cinema' in the link, expected one of kernels, layers"),
        ({"scale": "none"}, "Color scale: received 'none' in the link, expected one of shared, own."),
        ({"when": "never"}, "Maps: received 'never' in the link, expected one of before, after."),
        ({"view": "embedding", "map-by": "foot"}, "Map by: received 'foot' in the link, expected one of pca"),
    ],
)
def test_what_a_link_can_have_wrong(page: AppTest, finished: Run, query: dict[str, str], words: str) -> None:
    test = opened(page, **({"model": finished.id} | query))
    assert not test.exception
    assert words in plain([*test.error, *test.warning])
    assert "lenet_layer_row" in sheets(test) or "Take a test image" in [each.label for each in test.button]


@pytest.mark.parametrize("layer", ["S2", "2_max_pool"])
def test_a_layer_is_named_as_on_the_page_or_as_keras_does(page: AppTest, finished: Run, layer: str) -> None:
    test = opened(page, model=finished.id, layer=layer)
    assert is_fine(test) and any("**S2** Max pooling" in each.value for each in test.markdown)


def test_the_way_on_from_an_image_of_another_size(page: AppTest, finished: Run) -> None:
    test = drawn(page, SEVEN, finished.id)
    assert "28" in plain(test.error)
    next(each for each in test.button if each.label == "Take a test image").click()
    opened(test)
    assert is_fine(test) and test.query_params["index"] == "0" and "drawing" not in test.query_params


def test_a_run_without_weights_and_one_that_is_deleted(
    page: AppTest, finished: Run, runs_folder: Path
) -> None:
    queued = Run.create(QUICK, runs_folder)
    test = opened(page, model=queued.id)
    assert not test.exception and "has no weights yet" in plain(test.info)
    opened(test, model=finished.id)
    assert is_fine(test)
    shutil.rmtree(finished.path)
    opened(test)
    assert not test.exception and "It is not here (any more)" in plain(test.warning)


def test_damaged_weights(page: AppTest, finished: Run) -> None:
    finished.snapshot_path(1).write_bytes(b"damaged")
    test = opened(page, model=f"{finished.id}@1")
    assert not test.exception and "is damaged" in plain(test.error)


def test_a_network_without_convolution(page: AppTest, runs_folder: Path) -> None:
    layers_ = ARCHITECTURES["dense-2"].layers
    run = Run.create(RunConfig(dataset="mnist", layers=layers_), runs_folder)
    save_arrays(run.snapshot_path(0), weights_of(build(layers_, (28, 28, 1), 0)))
    test = drawn(page, SEVEN, f"{run.id}@0")
    assert is_fine(test) and not any(name.startswith("Feature maps of C") for name in sheets(test))
    test = drawn(AppTest.from_file(PAGE, default_timeout=60), SEVEN, f"{run.id}@0", view="attribution")
    assert "has no convolution" in plain(test.info)
