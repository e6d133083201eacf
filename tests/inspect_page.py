"""The Inspect page as AppTest runs it: opened by a link, and what is drawn on it."""

import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from lenet.drawing import url_encoding
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.runs.layers import Conv, Dense, MaxPool
from lenet.training.recipes import RECIPES
from tests.linked_page import opened
from tests.project import ROOT

PAGE = ROOT / "pages" / "4_Inspect.py"
SEVEN = render([Drawing((np.array([[150.0, 100], [350, 110], [230, 420]]),))])[0]
SCRIBBLE = render([Drawing((np.random.default_rng(1).uniform(60, 440, (120, 2)),))])[0]
LAYERS = (
    Conv(filters=4, kernel_size=3),
    MaxPool(size=2),
    Dense(units=12),
    Dense(units=10, activation="softmax"),
)
QUICK = RECIPES["digits-quick"].config.replace(architecture=None, layers=LAYERS, epochs=3)


def drawn(test: AppTest, image: np.ndarray, model: str, **query: str) -> AppTest:
    return opened(test, drawing=url_encoding.encode(image), model=model, **query)


def sheets(test: AppTest) -> dict[str, dict[str, Any]]:
    """What the components of the page are given, by the words for those who hear it, else by their name."""
    found = {}
    for each in test.get("bidi_component"):
        data = json.loads(each.proto.json)
        found[data.get("alt", each.proto.component_name)] = data
    return found


def answer(test: AppTest) -> tuple[list[float], str]:
    """The probabilities that the server tells, and what it doubts of them."""
    told = sheets(test)["lenet_live_prediction"]["told"]
    return told["probabilities"], told["doubt"]


def is_fine(test: AppTest) -> bool:
    assert not test.exception, test.exception[0].message
    return not test.error and not test.warning
