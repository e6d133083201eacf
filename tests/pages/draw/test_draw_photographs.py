"""Photographs on the Draw page: every digit answered, bad ones in a sentence."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from lenet.drawing.found_digits import ByHand
from lenet.drawing.image_files import MOST_BYTES, open_picture
from lenet.engine.base import Engine
from lenet.evaluation import photograph_reading, predictor
from pages.parts.shared import questions
from tests.draw_page import (
    MODEL,
    is_fine,
    looked_at,
    opened,
    pictures,
)
from tests.drawn_digits import drawn_digits
from tests.engine_fixtures import wait_until
from tests.page_words import plain
from tests.paper import Look, tile_of_drawing
from tests.paper import photograph as paper_photograph


@pytest.fixture
def page(runs_folder: Path, bare_machine: Path, engine: Engine) -> AppTest:
    """The page on a machine without data or runs, answered by one pretrained model."""
    return opened()


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
    found = photograph_reading.find(open_picture(file_of(picture), "paper.png")).digits
    assert is_fine(test) and len(found) == 8
    answers = [predictor.predictions([MODEL], digit.image)[0] for digit in found]
    [read] = [each.value for each in test.markdown if each.value.startswith("### ")]
    assert re.findall(r"\d", read) == [str(answer.predicted_class) for answer in answers]
    assert np.array_equal(looked_at(test), found[0].image)
    next(each for each in test.get("button_group") if each.label == "Which digit").set_value("3rd")
    test.run()
    assert np.array_equal(looked_at(test), found[2].image)
    assert pictures(test, "over the drawing")


def test_a_sheet_that_lies_otherwise_is_turned_and_a_person_may_say_how(page: AppTest) -> None:
    tiles = [tile_of_drawing(drawing, 110, 9) for drawing, label in drawn_digits(30) if label in (3, 4, 5, 7)]
    sheet = paper_photograph(tiles, 4, Look(digit=110, light=0.2, noise=2), np.random.default_rng(0))
    content = file_of(np.ascontiguousarray(np.rot90(sheet, 2)))
    test = photographed(page, "turned.png", content)
    found = photograph_reading.find(open_picture(content, "turned.png"))
    assert is_fine(test) and found.quarters == 2
    assert np.array_equal(looked_at(test), found.digits[0].image)
    assert any("turned by 180°" in each.value for each in test.caption)
    next(each for each in test.get("button_group") if each.label == "Turn").set_value("0")
    wait_until(lambda: not any("turned by" in each.value for each in test.run().caption), 30)
    assert is_fine(test) and test.query_params["turn"] == "0"
    as_it_is = photograph_reading.find(open_picture(content, "turned.png"), ByHand(quarters=0))
    wait_until(lambda: np.array_equal(looked_at(test.run()), as_it_is.digits[0].image), 30)


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
    assert looked_at(test) is None


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
    wait_until(lambda: pictures(test.run(), "its digits framed") and looked_at(test) is not None, 30)
    assert is_fine(test) and len(pictures(test, "digit, 28×28")) == 8
