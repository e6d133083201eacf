"""The Draw page as AppTest runs it: drawn on, and what it shows."""

from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from lenet.drawing.strokes import Drawing
from lenet.evaluation import predictor
from lenet.figures import drawing_figures
from lenet.networks.pretrained import PRETRAINED
from pages.parts.draw.canvas_state import Sketch
from tests.drawn_digits import drawn_digits
from tests.engine_fixtures import wait_until
from tests.project import ROOT
from tests.tolerances import approx_words

PAGE = ROOT / "pages" / "5_Draw.py"
MODELS = [name for name, card in PRETRAINED.items() if card.image_shape == (28, 28, 1)]
MODEL = MODELS[0]
SEVEN = next(drawing for drawing, label in drawn_digits(50) if label == 7)
DOT = Drawing((np.array([[250.0, 250.0]]),), 500, 30)
SCRIBBLE = Drawing((np.random.default_rng(1).uniform(60, 440, (120, 2)),), 500, 30)


def opened() -> AppTest:
    """The page as one pretrained model answers it; to be run."""
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
