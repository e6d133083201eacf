"""The Draw page as Streamlit runs it: with nothing drawn, with a drawing, with bad links, with no engine."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lenet.browser.network_file import network_file
from lenet.data import datasets
from lenet.data.drawing_collection import Collection
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.engine.base import Engine
from lenet.errors import ModelError
from lenet.evaluation import predictor
from lenet.inspection import api
from lenet.inspection.results import METHODS
from lenet.networks import pretrained, saving
from lenet.networks.build import build
from lenet.networks.pretrained import PRETRAINED
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.training.fine_tuning import find, fine_tuned
from lenet.training.recipes import RECIPES
from pages.parts.draw.canvas_state import KeptSketch
from pages.parts.shared import questions
from tests.draw_page import (
    MODEL,
    PAGE,
    SEVEN,
    asked,
    button,
    is_fine,
    is_seen,
    live,
    opened,
    pictures,
    seen,
    shown,
    toggle,
    told,
)
from tests.drawn_collection import symbols_collected
from tests.engine_fixtures import wait_until
from tests.page_words import plain
from tests.tolerances import assert_close


@pytest.fixture
def page(runs_folder: Path, bare_machine: Path, engine: Engine) -> AppTest:
    """The page on a machine without data or runs, answered by one pretrained model."""
    return opened()


def test_the_first_visit(runs_folder: Path, bare_machine: Path, engine: Engine) -> None:
    test = AppTest.from_file(PAGE, default_timeout=60).run()
    assert is_fine(test) and not test.warning
    assert asked(test) == ["lenet5-draw"] and seen(test) is None
    assert test.selectbox[0].value == next(iter(sorted(PRETRAINED, key=lambda name: name != "lenet5-draw")))


def test_a_drawing_is_answered_in_the_browser(page: AppTest) -> None:
    test = shown(page, SEVEN)
    assert is_fine(test) and asked(test) == [MODEL] and is_seen(test, render([SEVEN])[0])
    assert not told(test), "the server has nothing to compute"


def test_a_network_that_is_too_large_for_a_browser_is_answered_by_the_server(
    page: AppTest, runs_folder: Path
) -> None:
    layers = (Dense(units=8000), Dense(units=10, activation="softmax"))
    config = PRETRAINED[MODEL].config.replace(architecture=None, layers=layers)
    run = Run.create(config, runs_folder)
    save_arrays(run.snapshot_path(0), weights_of(build(config.layers, (28, 28, 1), seed=5)))
    spec = f"{run.id}@0"
    page.query_params["model"] = [spec, MODEL]
    test = shown(page, SEVEN)
    [answer] = predictor.predictions([spec], seen(test), str(runs_folder))  # a gray level may differ
    [card] = told(test)
    assert is_fine(test) and is_seen(test, render([SEVEN])[0])
    assert card["doubt"] == answer.reason and card["classes"] == list(answer.class_names)
    assert_close(card["probabilities"], answer.probabilities)
    with pytest.raises(ModelError, match="25 MB, expected 20 MB at most"):
        network_file(spec, runs_folder, None)


def test_models_side_by_side_are_in_the_link(page: AppTest) -> None:
    test = shown(page, SEVEN)
    button(test, "Compare with another model").click()
    test.run()
    assert test.query_params["model"] == [box.value for box in test.selectbox] and len(test.selectbox) == 2
    test.selectbox[1].select(f"{MODEL}@0").run()
    assert test.query_params["model"] == [MODEL, f"{MODEL}@0"]
    assert asked(test) == [MODEL, f"{MODEL}@0"]
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
    assert is_fine(test) and asked(test) == [f"{run.id}@0", f"{run.id}@1"]
    test.select_slider[0].set_value("1").run()
    assert test.query_params["model"] == asked(test) == [f"{run.id}@1"] * 2


def test_a_run_of_other_images_is_refused_with_the_reason(page: AppTest, runs_folder: Path) -> None:
    run = Run.create(RECIPES["digits-quick"].config, runs_folder)
    page.query_params["model"] = run.id
    test = page.run()
    assert not test.exception and "expected a network of gray images of 28×28 pixels" in plain(test.warning)


def hints(test: AppTest) -> list[str]:
    return [each["hint"] for each in live(test, "prediction")]


def test_no_digit_is_asked_for_where_other_classes_are_drawn(page: AppTest, runs_folder: Path) -> None:
    symbols = symbols_collected(6)
    assert hints(page.run()) == ["Draw a digit"]
    page.query_params.update({"more": "collect", "set": "our-symbols"})
    assert hints(page.run()) == ["Draw"]
    run = Run.create(fine_tuned(find("lenet5-draw"), datasets.info("our-symbols")), runs_folder)
    datasets.load_for(run.path, "our-symbols")
    save_arrays(run.snapshot_path(0), weights_of(build(run.config.layers, (28, 28, 1), seed=5)))
    symbols.delete()
    other = opened()
    other.query_params["model"] = [f"{run.id}@0", MODEL]
    assert hints(other.run()) == ["Draw", "Draw a digit"]


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
    assert len(asked(test)) == 1


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
        assert is_seen(test, render([SEVEN], **options)[0])


def test_undo_and_clear(page: AppTest) -> None:
    two = Drawing((*SEVEN.strokes, np.array([[10.0, 10], [50, 50]])), SEVEN.canvas, SEVEN.pen)
    test = shown(page, two)
    button(test, "Undo").click()
    test.run()
    assert is_seen(test, render([SEVEN])[0])
    button(test, "Clear").click()
    test.run()
    assert is_fine(test) and seen(test) is None
    button(test, "Clear").click()  # of nothing, too
    test.run()
    button(test, "Undo").click()
    test.run()
    assert is_fine(test) and is_seen(test, render([SEVEN])[0])
    for _ in SEVEN.strokes:
        button(test, "Undo").click()
        test.run()
    button(test, "Undo").click()  # what was cleared comes back once
    assert is_fine(test.run()) and seen(test) is None


@pytest.mark.parametrize("method", METHODS)
def test_why(page: AppTest, method: str) -> None:
    page.query_params["more"] = "attribution"
    test = shown(page, SEVEN)
    next(each for each in test.segmented_control if each.label == "Method").set_value(method)
    test.run()
    assert is_fine(test)
    assert pictures(test, f"{method} over the drawing")
    maps = api.attribute(MODEL, render([SEVEN])[0], method).maps
    assert len(pictures(test, "")) == len(maps) + 1  # the heat map


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
    assert is_fine(shown(page, None))
    source = live(page, "image")[0]["image"] if source == "Photograph" else seen(page)
    assert not source


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
    assert seen(test) is None


def test_while_there_is_no_engine_the_browser_answers_and_the_rest_comes_later(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.query_params["more"] = "attribution"
    with monkeypatch.context() as patch:
        patch.setattr(questions, "engine", lambda: None)
        page.session_state["sketch"] = KeptSketch(SEVEN)
        test = page.run()
        assert is_fine(test) and is_seen(test, render([SEVEN])[0])
        assert any("the answer comes by itself" in each.value for each in test.caption)
    wait_until(lambda: pictures(test.run(), "over the drawing"))


def test_no_model_at_all(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lenet.networks.model_reference.PRETRAINED", {})
    del page.query_params["model"]
    test = shown(page, SEVEN)
    assert is_fine(test) and "no model" in plain(test.info)
