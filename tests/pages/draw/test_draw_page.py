"""The Draw page as Streamlit runs it: with nothing drawn, with a drawing, with bad links, with no engine."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.data.drawing_collection import Collection
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.engine.base import Engine
from lenet.evaluation import predictor
from lenet.inspection import api
from lenet.inspection.results import METHODS
from lenet.networks import pretrained, saving
from lenet.networks.build import build
from lenet.networks.pretrained import PRETRAINED
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.training.recipes import RECIPES
from pages.parts.draw.canvas_state import Sketch
from pages.parts.shared import questions
from tests.draw_page import (
    DOT,
    MODEL,
    MODELS,
    PAGE,
    SCRIBBLE,
    SEVEN,
    button,
    expected,
    is_fine,
    opened,
    pictures,
    shown,
    toggle,
)
from tests.engine_fixtures import wait_until
from tests.page_words import plain


@pytest.fixture
def page(runs_folder: Path, bare_machine: Path, engine: Engine) -> AppTest:
    """The page on a machine without data or runs, answered by one pretrained model."""
    return opened()


def test_the_first_visit(runs_folder: Path, bare_machine: Path, engine: Engine) -> None:
    test = AppTest.from_file(PAGE, default_timeout=60).run()
    assert is_fine(test) and not test.warning
    assert pictures(test, "No prediction yet") == ["No prediction yet"]
    assert test.selectbox[0].value == next(iter(sorted(PRETRAINED, key=lambda name: name != "lenet5-draw")))


@pytest.mark.parametrize("name", MODELS)
def test_a_drawing_is_answered_by_each_pretrained_model(page: AppTest, name: str) -> None:
    page.query_params["model"] = name
    test = shown(page, SEVEN)
    assert is_fine(test)
    assert pictures(test, "; then ") == [expected(name, render([SEVEN])[0])]


def test_models_side_by_side_are_in_the_link(page: AppTest) -> None:
    test = shown(page, SEVEN)
    button(test, "Compare with another model").click()
    test.run()
    assert test.query_params["model"] == [box.value for box in test.selectbox] and len(test.selectbox) == 2
    test.selectbox[1].select(f"{MODEL}@0").run()
    assert test.query_params["model"] == [MODEL, f"{MODEL}@0"]
    image = render([SEVEN])[0]
    assert pictures(test, "; then ") == [expected(MODEL, image), expected(f"{MODEL}@0", image)]
    assert any("Untrained" in each.value for each in test.caption)
    next(each for each in test.button if (each.help or "").startswith("Without the model ")).click()
    test.run()
    assert [box.value for box in test.selectbox] == [f"{MODEL}@0"]


@pytest.fixture
def run(runs_folder: Path) -> Run:
    """A run whose first epoch brought it from random weights to those of a pretrained model."""
    run, built = Run.create(PRETRAINED[MODEL].config, runs_folder), PRETRAINED[MODEL]
    initial = build(built.config.layers, (28, 28, 1), seed=5)
    save_arrays(run.snapshot_path(0), weights_of(initial))
    save_arrays(run.snapshot_path(1), weights_of(saving.load(pretrained.path(MODEL))))
    return run


def test_any_epoch_of_a_run(page: AppTest, run: Run) -> None:
    page.query_params["model"] = [f"{run.id}@0", f"{run.id}@1"]
    test = shown(page, SEVEN)
    image, folder = render([SEVEN])[0], run.path.parent
    words = [expected(f"{run.id}@{epoch}", image, folder) for epoch in (0, 1)]
    assert is_fine(test) and pictures(test, "; then ") == words and words[0] != words[1]
    assert words[1] == expected(MODEL, image)
    test.select_slider[0].set_value("1").run()
    assert pictures(test, "; then ") == [words[1]] * 2
    assert test.query_params["model"] == [f"{run.id}@1"] * 2


def test_a_run_of_other_images_is_refused_with_the_reason(page: AppTest, runs_folder: Path) -> None:
    run = Run.create(RECIPES["digits-quick"].config, runs_folder)
    page.query_params["model"] = run.id
    test = page.run()
    assert not test.exception and "expected a network of images of 28×28 pixels" in plain(test.warning)


def test_one_broken_model_takes_no_other_down(page: AppTest, run: Run) -> None:
    run.snapshot_path(1).write_bytes(b"half a file")
    page.query_params["model"] = [f"{run.id}@1", MODEL]
    test = shown(page, SEVEN)
    assert not test.exception and len(test.error) == 1
    assert pictures(test, "; then ") == [expected(MODEL, render([SEVEN])[0])]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"model": "lenet-9000"}, "received 'lenet-9000' in the link"),
        ({"model": "../../etc"}, "expected a pretrained one"),
        ({"model": ["a", "b", "c", "d"]}, "received 'd'"),
        ({"model": "lenet5-relu@999"}, "Epoch: received '999', expected 0 (untrained) or none: lenet5-relu"),
        ({"source": "Dream"}, "Source: received 'Dream' in the link, expected one of canvas, photograph"),
        ({"more": "Nonsense"}, "More: received 'Nonsense' in the link, expected one of attribution, codes"),
        ({"sketch": "no-such-drawing"}, ""),
        ({"skip-box": "perhaps"}, "received 'perhaps' in the link, expected one of no, yes"),
        ({"skip-center": "3"}, "received '3' in the link, expected one of no, yes"),
    ],
    ids=str,
)
def test_a_link_with_nonsense_is_answered(page: AppTest, query: dict, words: str) -> None:
    page.query_params.update(query)
    test = shown(page, SEVEN)
    assert not test.exception and not test.error and words in plain(test.warning)
    assert bool(test.warning) == bool(words)
    assert len(pictures(test, "; then ")) == 1


def test_an_epoch_that_is_not_there_is_said_before_anything_is_drawn(page: AppTest) -> None:
    page.query_params["model"] = ["lenet5-relu@999", MODEL]
    test = page.run()
    assert not test.exception and "lenet5-relu@999 is left out." in plain(test.warning)
    assert test.query_params["model"] in (MODEL, [MODEL])


def test_skipping_a_step_changes_what_the_network_sees(page: AppTest) -> None:
    test = shown(page, SEVEN)
    for label, options in (
        ("Skip the 20×20 box", {"box": False}),
        ("Skip the centering", {"box": False, "center": False}),
    ):
        toggle(test, label).set_value(True)
        test.run()
        image = render([SEVEN], **options)[0]
        assert pictures(test, "; then ") == [expected(MODEL, image)]


@pytest.mark.parametrize("drawing", [DOT, SCRIBBLE], ids=["dot", "scribble"])
def test_what_is_no_digit_is_not_sure(page: AppTest, drawing: Drawing) -> None:
    test = shown(page, drawing)
    assert is_fine(test)
    assert pictures(test, "; then ")[0].startswith("Not sure: ")
    [verdict] = [each for each in test.caption if "Not sure" in each.value]
    assert predictor.predictions([MODEL], render([drawing])[0])[0].reason in plain([verdict])


def test_undo_and_clear(page: AppTest) -> None:
    two = Drawing((*SEVEN.strokes, np.array([[10.0, 10], [50, 50]])), SEVEN.canvas, SEVEN.pen)
    test = shown(page, two)
    button(test, "Undo").click()
    test.run()
    assert pictures(test, "; then ") == [expected(MODEL, render([SEVEN])[0])]
    button(test, "Clear").click()
    test.run()
    assert is_fine(test) and pictures(test, "No prediction yet")
    button(test, "Undo").click()
    assert is_fine(test.run())


@pytest.mark.parametrize("method", METHODS)
def test_why(page: AppTest, method: str) -> None:
    page.query_params["more"] = "attribution"
    test = shown(page, SEVEN)
    next(each for each in test.segmented_control if each.label == "Method").set_value(method)
    test.run()
    assert is_fine(test)
    assert pictures(test, f"{method} over the drawing")
    maps = api.attribute(MODEL, render([SEVEN])[0], method).maps
    assert len(pictures(test, "")) == len(maps) + 3  # the answer, what the network sees, the heat map


def test_the_codes_of_1998_are_for_networks_that_have_them(page: AppTest) -> None:
    page.query_params["more"] = "Codes"
    test = shown(page, SEVEN)
    assert is_fine(test) and not pictures(test, "Code of")
    test.selectbox[0].select("lenet5-1998").run()
    test.segmented_control(key="draw-more").set_value("Codes")
    shown(test, SEVEN)
    assert is_fine(test)
    scores = api.activations("lenet5-1998", render([SEVEN])[0]).layers[-1].before
    assert [alt[-1] for alt in pictures(test, "Code of")] == [*map(str, np.argsort(-scores))]
    test.selectbox[0].select(MODEL)
    shown(test, SEVEN)
    assert is_fine(test) and not pictures(test, "Code of")


def test_step_by_step(page: AppTest) -> None:
    page.query_params["more"] = "preprocessing"
    test = shown(page, SEVEN)
    assert is_fine(test)
    names = ["Canvas", "Ink", "Box", "20×20", "Center of mass", "28×28", "Scaling"]
    assert [alt for name in names for alt in pictures(test, name) if alt == name] == names
    toggle(test, "Skip the 20×20 box").set_value(True)
    test.run()
    assert not pictures(test, "20×20") and any("Skipped: the box" in each.value for each in test.caption)


@pytest.mark.parametrize("more", ["attribution", "preprocessing", "collect"])
@pytest.mark.parametrize("source", ["Canvas", "Photograph"])
def test_there_is_nothing_yet(page: AppTest, source: str, more: str) -> None:
    page.query_params.update({"source": source, "more": more})
    assert is_fine(shown(page, None)) and pictures(page, "No prediction yet")


def test_collect_stores_the_drawing_and_clears_the_canvas(page: AppTest) -> None:
    page.query_params["more"] = "Collect"
    test = shown(page, SEVEN)
    drawing = test.session_state["sketch"].drawing
    button(test, "7").click()
    test.run()
    assert is_fine(test)
    [entry] = Collection().entries()
    assert entry.label == 7 and np.array_equal(entry.pixels, render([drawing])[0])
    assert np.array_equal(entry.drawing.strokes[0], drawing.strokes[0])
    assert pictures(test, "No prediction yet")


def test_while_there_is_no_engine_the_page_says_so_and_answers_later(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(questions, "engine", lambda: None)
        page.session_state["sketch"] = Sketch(SEVEN)
        test = page.run()
        assert is_fine(test) and pictures(test, "No prediction yet")
        assert any("the answer comes by itself" in each.value for each in test.caption)
    wait_until(lambda: pictures(test.run(), "; then "))
    assert pictures(test, "; then ") == [expected(MODEL, render([SEVEN])[0])]


def test_no_model_at_all(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lenet.networks.model_reference.PRETRAINED", {})
    del page.query_params["model"]
    test = shown(page, SEVEN)
    assert is_fine(test) and "no model" in plain(test.info)
