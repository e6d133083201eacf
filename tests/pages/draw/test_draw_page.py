"""The Draw page as Streamlit runs it: with nothing drawn, with a drawing, with bad links, with no engine."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lenet.data.drawing_collection import Collection
from lenet.drawing.image_files import MOST_BYTES, open_picture
from lenet.drawing.photographs import find_digits
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.engine.base import Engine
from lenet.evaluation import predictor
from lenet.figures import drawing_figures
from lenet.inspection import api
from lenet.inspection.results import METHODS
from lenet.networks import pretrained, saving
from lenet.networks.build import build
from lenet.networks.pretrained import PRETRAINED
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from pages.parts.draw.canvas_state import Sketch
from pages.parts.shared import questions
from tests.drawn_digits import drawn_digits
from tests.engine_fixtures import wait_until
from tests.page_words import plain
from tests.paper import Look, tile_of_drawing
from tests.paper import photograph as paper_photograph
from tests.project import ROOT
from tests.tolerances import approx_words

PAGE = ROOT / "pages" / "5_Draw.py"
MODELS = list(PRETRAINED)
MODEL = MODELS[0]
SEVEN = next(drawing for drawing, label in drawn_digits(50) if label == 7)
DOT = Drawing((np.array([[250.0, 250.0]]),), 500, 30)
SCRIBBLE = Drawing((np.random.default_rng(1).uniform(60, 440, (120, 2)),), 500, 30)


@pytest.fixture
def page(runs_folder: Path, bare_machine: Path, engine: Engine) -> AppTest:
    """The page on a machine without data or runs, answered by one pretrained model."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params["model"] = MODEL
    return test


def shown(test: AppTest, drawing: Drawing | None) -> AppTest:
    """The page after somebody has drawn that."""
    test.session_state["sketch"] = Sketch(drawing)
    test.run()
    if drawing is not None:  # the first page of a server starts the engine, and answers a moment later
        wait_until(lambda: not any("comes by itself" in each.value for each in test.run().caption), 30)
    return test


def pictures(test: AppTest, words: str) -> list[str]:
    """What is said for each picture whose words have `words` in them."""
    alts = [picture.alt for each in test.image for picture in each.proto.imgs]
    return [alt for alt in alts if words in alt]


def button(test: AppTest, label: str):
    return next(each for each in test.button if each.label == label)


def toggle(test: AppTest, label: str):
    return next(each for each in test.toggle if each.label == label)


def expected(spec: str, image: np.ndarray, runs: Path | None = None) -> object:
    """The words of the card, from the network itself."""
    answer = predictor.predictions([spec], image, runs and str(runs))[0]
    return approx_words(drawing_figures.in_words(answer.probabilities, answer.class_names, answer.sure))


def is_fine(test: AppTest) -> bool:
    return not test.exception and not test.error


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
    next(each for each in test.button if each.help == "Without this model").click()
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
        ({"source": "Dream"}, "Source: received 'Dream' in the link, expected one of canvas, photograph"),
        ({"screen": "Cinema"}, "Screen: received 'Cinema' in the link, expected one of laptop, touch"),
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


def photographed(page: AppTest, name: str, content: bytes) -> AppTest:
    """The page after a picture was chosen, answered."""
    page.query_params["source"] = "Photograph"
    test = page.run()
    test.file_uploader[0].set_value((name, content, "image/png"))
    wait_until(lambda: not any("comes by itself" in each.value for each in test.run().caption), 30)
    return test


def file_of(picture: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, **options)
    return file.getvalue()


def eight_digits() -> np.ndarray:
    """(H, W) uint8: a photograph of a page."""
    tiles = [tile_of_drawing(drawing, 110, 9) for drawing, _ in drawn_digits(8)]
    look = Look(digit=110, ink=0.15, paper=0.85, light=0.2, shadow=0, noise=2, texture=0.01, blur=1)
    return paper_photograph(tiles, 4, look, np.random.default_rng(0))


def test_every_digit_of_a_photograph_is_answered(page: AppTest) -> None:
    picture = eight_digits()
    page.query_params["more"] = "attribution"
    test = photographed(page, "paper.png", file_of(picture))
    found = find_digits(open_picture(file_of(picture), "paper.png"))
    assert is_fine(test) and len(found) == 8
    answers = [predictor.predictions([MODEL], digit.image)[0] for digit in found]
    [read] = [each.value for each in test.markdown if each.value.startswith("### ")]
    assert re.findall(r"\d", read) == [str(answer.predicted_class) for answer in answers]
    assert pictures(test, "; then ") == [expected(MODEL, found[0].image)]
    next(each for each in test.get("button_group") if each.label == "Digit").set_value(3)
    test.run()
    assert pictures(test, "; then ") == [expected(MODEL, found[2].image)]
    assert pictures(test, "over the drawing")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("text.png", b"hello", "text.png is no picture"),
        ("empty.png", b"", "empty.png is empty"),
        ("white.png", file_of(np.full((90, 90), 255, np.uint8)), "."),
        ("black.jpg", file_of(np.zeros((90, 90), np.uint8), "JPEG"), "."),
        ("dot.png", file_of(np.zeros((1, 1), np.uint8)), "dot.png has 1×1 pixels"),
        ("huge.png", file_of(np.zeros((9000, 9000), np.uint8)), "expected at most"),
        ("cut.png", file_of(np.eye(90, dtype=np.uint8) * 255)[:-40], "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_bad_picture_is_a_sentence(page: AppTest, name: str, content: bytes, words: str) -> None:
    test = photographed(page, name, content)
    assert not test.exception and len(test.error) == 1 and words in plain(test.error)
    assert pictures(test, "No prediction yet")


def test_the_page_itself_refuses_what_is_too_large_to_send(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "engine", lambda: None)  # whoever asked would wait
    test = photographed(page, "large.png", bytes(MOST_BYTES + 1))
    assert "large.png has 50,000,001 bytes, expected at most 50,000,000" in plain(test.error)


def test_a_photograph_waits_for_the_worker_and_is_read_by_itself(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(questions, "engine", lambda: None)
        page.query_params["source"] = "Photograph"
        test = page.run()
        test.file_uploader[0].set_value(("paper.png", file_of(eight_digits()), "image/png")).run()
        assert is_fine(test) and not pictures(test, "its digits framed")
        assert any("the answer comes by itself" in each.value for each in test.caption)
    wait_until(lambda: pictures(test.run(), "its digits framed") and pictures(test, "; then "), 30)
    assert is_fine(test) and len(pictures(test, "Digit ")) == 8


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
