"""The Data page as AppTest runs it: opened by a link, its widgets and pictures."""

import base64
import io
import json

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.engine_fixtures import wait_until
from tests.project import ROOT

PAGE = ROOT / "pages" / "1_Data.py"
DIGITS = {"dataset": "digits"}


def opened(**link: str) -> AppTest:
    """The page that such a link opens."""
    test = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in link.items():
        test.query_params[name] = value
    return test.run()


def answered(test: AppTest) -> AppTest:
    """When nothing is awaited any more."""
    wait_until(lambda: not any("by themselves" in each.value for each in test.run().caption), 60)
    return test


def figure(test: AppTest, number: int = 0) -> dict:
    return json.loads(test.get("plotly_chart")[number].proto.spec)


def pictures(drawn: dict) -> list[np.ndarray]:
    """The images in a figure, pixel by pixel."""
    addresses = [each["source"].partition(",")[2] for each in drawn["layout"]["images"]]
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(each)))) for each in addresses]


def widget(test: AppTest, key: str):
    found = [*test.selectbox, *test.button_group, *test.number_input, *test.slider, *test.button]
    return next(each for each in found if each.key == key)


def button(test: AppTest, label: str):
    return next(each for each in test.button if each.label == label)
