"""A drawing in a link: back bit for bit, short, of characters that a URL takes; damage is a sentence."""

import base64
import contextlib
import re
import zlib

import numpy as np
import pytest

from lenet.drawing import url_encoding
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import parse
from lenet.errors import DrawingError

DIGIT = render([parse([[[100, 60], [300, 80], [150, 440]], [[120, 250], [320, 250]]])])[0]
NOISE = np.random.default_rng(1).integers(0, 256, (28, 28)).astype(np.uint8)
IMAGES = [DIGIT, NOISE, np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8), DIGIT.T]


@pytest.mark.parametrize("image", IMAGES, ids=["digit", "noise", "black", "white", "not contiguous"])
def test_a_link_brings_the_image_back(image: np.ndarray) -> None:
    text = url_encoding.encode(image)
    assert re.fullmatch("[A-Za-z0-9_-]+", text) and len(text) <= url_encoding.LONGEST
    decoded = url_encoding.decode(text)
    assert decoded.dtype == np.uint8 and np.array_equal(decoded, image)
    decoded[0, 0] = 7  # a page may draw on it


def test_a_drawn_digit_makes_a_short_link() -> None:
    assert len(url_encoding.encode(DIGIT)) < 400


def test_only_images_of_28_by_28_are_taken() -> None:
    for image in (np.zeros((27, 28), np.uint8), np.zeros((28, 28), np.float32)):
        with pytest.raises(ValueError, match=r"expected uint8 \(28, 28\)"):
            url_encoding.encode(image)


def packed(pixels: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(pixels)).decode().rstrip("=")


DAMAGED = {
    "empty": "",
    "a word": "hello",
    "cut short": url_encoding.encode(DIGIT)[:-5],
    "lengthened": url_encoding.encode(DIGIT) + "AAAA",
    "one pixel too few": packed(bytes(783)),
    "one pixel too many": packed(bytes(785)),
    "a bomb": packed(bytes(500_000)),
    "spaces and quotes": "<script>' or 1=1",
    "other letters": "éßд",
    "endless": "A" * 10_000_000,
    "line break": url_encoding.encode(DIGIT) + "\n",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_link_is_a_sentence(text: str) -> None:
    with pytest.raises(DrawingError, match=r"^The link's drawing: .* open it from the Draw page again\.$"):
        url_encoding.decode(text)


def test_a_changed_character_never_shows_another_drawing() -> None:
    text = url_encoding.encode(DIGIT)
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with contextlib.suppress(DrawingError):
            assert np.array_equal(
                url_encoding.decode(changed), DIGIT
            )  # bits behind the last byte mean nothing
