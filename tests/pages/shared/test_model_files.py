"""Model files from elsewhere on Inspect, Evaluate and Draw: brought, and asked as they want it."""

from pathlib import Path

import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.drawing import url_encoding
from lenet.drawing.rasterization import render
from lenet.engine.base import Engine
from lenet.evaluation import predictor
from lenet.networks import model_uploads
from lenet.networks.model_reference import resolve
from tests.draw_page import SEVEN as STROKES
from tests.draw_page import opened as drawing_page
from tests.draw_page import shown, told
from tests.inspect_page import PAGE as INSPECT
from tests.inspect_page import SEVEN, sheets
from tests.linked_page import opened
from tests.page_words import plain
from tests.project import ROOT
from tests.strangers_files import (
    L,
    base_weights,
    convolutions,
    dense,
    keras2_config,
    save_keras2,
    sequential,
    with_weights,
)

EVALUATE = ROOT / "pages" / "3_Evaluate.py"
OWN = "Pixels 0 to 255: its own first layers (Rescaling) are made for these."
BY_HAND = "Pixels 0 to 1: chosen by hand."


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A good network of MNIST that divides pixels by 255 itself."""
    path = tmp_path_factory.mktemp("made") / "mine.keras"
    layers = L.Rescaling(1 / 255), *convolutions()
    with_weights(sequential((28, 28, 1), *layers), *base_weights("cnn-16-32")).save(path)
    return path.read_bytes()


@pytest.fixture
def name(content: bytes, runs_folder: Path) -> str:
    """What that is called, brought."""
    return model_uploads.store("mine.keras", content)


def choose_pixels(test: AppTest, pixels: str) -> None:
    next(each for each in test.selectbox if each.label == "Pixels").select(pixels).run()


def test_inspect(engine: Engine, name: str) -> None:
    test = opened(
        AppTest.from_file(INSPECT, default_timeout=60), drawing=url_encoding.encode(SEVEN), model=name
    )
    assert not test.exception and not test.error and not test.warning, [e.value for e in test.error]
    assert OWN in plain(test.caption) and "Kernels of C2" in sheets(test)
    choose_pixels(test, "0-1")
    opened(test)
    assert BY_HAND in plain(test.caption) and test.query_params["model"] == f"{name}@0-1"


def test_evaluate(engine: Engine, name: str, require_mnist) -> None:
    test = opened(AppTest.from_file(EVALUATE, default_timeout=120), model=name)
    assert not test.exception and not test.error and not test.warning, [e.value for e in test.error]
    shown = {each.label: each.value for each in test.metric}
    assert shown["Accuracy"] == "99.05 %" and OWN in plain(test.caption)
    assert "nobody knows what the file learned from" in plain(test.caption)
    for view in ("classes", "errors", "calibration", "history"):
        assert not opened(test, view=view).exception
    choose_pixels(test, "0-1")
    opened(test)
    assert float(next(each.value for each in test.metric if each.label == "Accuracy")[:-2]) < 30
    assert BY_HAND in plain(test.caption)


def test_draw_beside_another(runs_folder: Path, engine: Engine, name: str) -> None:
    test = drawing_page()
    test.query_params["model"] = ["lenet5-relu", f"{name}@0-255"]
    test = shown(test, STROKES)
    assert not test.exception and not test.error and not test.warning, [e.value for e in test.error]
    [card] = told(test)
    [answer] = predictor.predictions([f"{name}@0-255"], render([STROKES])[0], str(runs_folder))
    np.testing.assert_allclose(card["probabilities"], answer.probabilities, atol=1e-5)
    assert card["probabilities"][7] > 0.5 and "Pixels 0 to 255: chosen by hand." in plain(test.caption)


def bring(test: AppTest, title: str, data: bytes) -> AppTest:
    next(iter(test.file_uploader)).upload(title, data).run()
    next(each for each in test.button if each.label == "Open it").click().run()
    return test


def test_a_file_is_brought(engine: Engine, runs_folder: Path, tmp_path: Path) -> None:
    model = with_weights(sequential((28, 28), L.Flatten(), *dense()), *base_weights("dense-2"))
    path = save_keras2(model, tmp_path / "old.h5", keras2_config(model, "2.3"))
    page = opened(AppTest.from_file(INSPECT, default_timeout=60), drawing=url_encoding.encode(SEVEN))
    test = bring(page, "old.h5", path.read_bytes())
    opened(test)
    [kept] = model_uploads.names()
    assert not test.exception and not test.error and test.query_params["model"] == kept
    assert resolve(kept).weights.read_bytes() == path.read_bytes() and resolve(kept).title == "old.h5"
    assert "old.h5 · a file" in next(each for each in test.selectbox if each.label == "Model").options
    assert "the usual ranges were tried" in plain(test.caption)
    for label in ("Remove old.h5", "Remove"):
        next(each for each in test.button if each.label == label).click().run()
    opened(test)
    assert model_uploads.names() == [] and "It is not here (any more)" in plain(test.warning)


@pytest.mark.parametrize(
    ("title", "data", "words"),
    [
        ("zeros.keras", bytes(100_000), "zeros.keras is no Keras model, or is damaged: it is no zip file"),
        ("lite.tflite", b"\x1c\0\0\0TFL3" + bytes(99), "lite.tflite is of TensorFlow Lite"),
    ],
)
def test_what_is_no_model_is_not_kept(
    engine: Engine, runs_folder: Path, title: str, data: bytes, words: str
) -> None:
    page = opened(AppTest.from_file(INSPECT, default_timeout=60), drawing=url_encoding.encode(SEVEN))
    test = bring(page, title, data)
    assert words in plain(test.error) and model_uploads.names() == []
    assert not test.exception and "lenet_layer_row" in sheets(test)


def test_code_in_a_file(engine: Engine, runs_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "lambda.keras"
    sequential((28, 28, 1), L.Lambda(lambda each: each * 2), L.Flatten(), L.Dense(10)).save(path)
    name = model_uploads.store("lambda.keras", path.read_bytes())
    page = AppTest.from_file(INSPECT, default_timeout=60)
    test = opened(page, drawing=url_encoding.encode(SEVEN), model=name)
    assert not test.exception
    assert plain(test.error).startswith("lambda.keras holds a Lambda layer, which is code")
    assert "Pixels 0" not in plain(test.caption), "it is given nothing"


def test_links_to_files_that_are_not_there(engine: Engine, runs_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.keras"
    keras.Sequential([keras.Input((28, 28, 1)), L.Flatten(), L.Dense(10)]).save(path)
    page = AppTest.from_file(INSPECT, default_timeout=60)
    for name in ("file-0123456789abcdef", str(path), "file-../../../x"):
        test = opened(page, drawing=url_encoding.encode(SEVEN), model=name)
        assert not test.exception and "It is not here (any more); another one is shown" in plain(test.warning)
