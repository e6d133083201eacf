"""The Draw page as AppTest runs it: drawn on, and what it shows."""

import base64
import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.networks.pretrained import PRETRAINED
from pages.parts.draw.canvas_state import KeptSketch
from tests.drawn_digits import drawn_digits
from tests.engine_fixtures import wait_until
from tests.project import ROOT

PAGE = ROOT / "pages" / "5_Draw.py"
MODEL = next(name for name, card in PRETRAINED.items() if card.image_shape == (28, 28, 1))
SEVEN = next(drawing for drawing, label in drawn_digits(50) if label == 7)


def opened() -> AppTest:
    """The page as one pretrained model answers it; to be run."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params["model"] = MODEL
    return test


def shown(test: AppTest, drawing: Drawing | None) -> AppTest:
    """The page after somebody has drawn that."""
    test.session_state["sketch"] = KeptSketch(drawing)
    test.run()
    if drawing is not None:  # the first page of a server starts the engine, and answers a moment later
        wait_until(lambda: not any("comes by itself" in each.value for each in test.run().caption), 30)
    return test


def pictures(test: AppTest, words: str) -> list[str]:
    """What is said for each picture whose words have `words` in them."""
    alts = [picture.alt for each in test.image for picture in each.proto.imgs]
    return [alt for alt in alts if words in alt]


def live(test: AppTest, part: str) -> list[dict[str, Any]]:
    """What the browser is given for each live part of that name."""
    given = [json.loads(each.proto.json) for each in test.get("bidi_component")]
    return [data for data in given if data.get("part") == part]


def asked(test: AppTest) -> list[str]:
    """The models that the browser has answer."""
    [pen] = live(test, "pen")
    return pen["models"]


def seen(test: AppTest) -> np.ndarray | None:
    """(28, 28) uint8: what the browser makes of the strokes that it is given; None where there are none."""
    [pen] = live(test, "pen")
    given = pen["drawing"]
    strokes = tuple(np.array(stroke) for stroke in given["strokes"])
    drawing = Drawing(strokes, given["canvas"], given["pen"])
    return render([drawing], given["box"], given["center"])[0] if strokes else None


def looked_at(test: AppTest) -> np.ndarray | None:
    """(28, 28) uint8: the digit of a photograph that the browser has answered; None where there is none."""
    [given] = live(test, "image")
    pixels = np.frombuffer(base64.b64decode(given["image"]), np.uint8)
    return pixels.reshape(28, 28) if given["image"] else None


def is_seen(test: AppTest, image: np.ndarray) -> bool:
    """Whether that is what the browser sees, but for a thousandth of a pixel over an edge."""
    return np.abs(seen(test).astype(int) - image).max() <= 2


def button(test: AppTest, label: str):
    return next(each for each in test.button if each.label == label)


def toggle(test: AppTest, label: str):
    return next(each for each in test.toggle if each.label == label)


def told(test: AppTest) -> list[dict[str, Any]]:
    """Probabilities, classes and doubt of each card whose prediction comes from the server."""
    return [card["told"] for card in live(test, "prediction") if card["told"]]


def is_fine(test: AppTest) -> bool:
    return not test.exception and not test.error
