"""The pictures of the Draw page: read back from their SVG, against the arrays that they show."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from lenet.drawing.mnist_format import center_of_mass
from lenet.figures import drawing_figures

SVG = "{http://www.w3.org/2000/svg}"
DIGITS = tuple("0123456789")
ORANGE, TURQUOISE = "#ff9f5a", "#4fd1c5"


@pytest.fixture
def image() -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    image[5:21, 9:14] = np.random.default_rng(0).integers(1, 255, (16, 5))
    return image


def elements(svg: str, tag: str) -> list[dict[str, str]]:
    return [each.attrib | {"words": each.text} for each in ElementTree.fromstring(svg).iter(f"{SVG}{tag}")]


def pixels(svg: str) -> np.ndarray:
    [picture] = elements(svg, "image")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture["href"].partition(",")[2]))))


def test_the_pixels_are_the_image_bit_for_bit(image: np.ndarray) -> None:
    assert np.array_equal(pixels(drawing_figures.seen(image)), image)
    assert np.array_equal(pixels(drawing_figures.pixels(image)), image)
    assert elements(drawing_figures.seen(image), "image")[0]["image-rendering"] == "pixelated"


def test_box_and_center_of_mass_are_where_they_are(image: np.ndarray) -> None:
    svg = drawing_figures.seen(image)
    [box] = [each for each in elements(svg, "rect") if each["stroke"] == ORANGE]
    assert [float(box[name]) for name in ("x", "y", "width", "height")] == [9, 5, 5, 16]
    [cross] = [each["d"] for each in elements(svg, "path") if each["stroke"] == TURQUOISE]
    left, y, width = map(float, re.match(r"M([\d.]+) ([\d.]+)h([\d.]+)", cross).groups())
    assert np.allclose([left + width / 2, y], center_of_mass(image[None])[0], atol=0.02)


def test_a_blank_image_has_no_marks() -> None:
    svg = drawing_figures.seen(np.zeros((28, 28), np.uint8))
    assert not elements(svg, "rect") and not elements(svg, "path")


def test_marks_of_another_size_are_those_that_are_given() -> None:
    svg = drawing_figures.seen(np.full((140, 140), 9, np.uint8), (10, 20, 50, 90))
    [box] = elements(svg, "rect")
    assert [float(box[name]) for name in ("x", "y", "width", "height")] == [10, 20, 40, 70]
    assert not elements(svg, "path")


def test_heat_is_red_for_and_blue_against(image: np.ndarray) -> None:
    none, some = np.zeros((28, 28)), np.zeros((28, 28))
    some[10, 10] = 1
    assert np.array_equal(drawing_figures.heat(image, none, none), np.repeat(image[..., None], 3, axis=-1))
    red, _, blue = drawing_figures.heat(image, some, none)[10, 10].astype(int)
    assert red > blue + 80
    red, _, blue = drawing_figures.heat(image, none, some)[10, 10].astype(int)
    assert blue > red + 80


def test_frames_of_a_photograph_lie_in_its_own_pixels_however_small_its_thumbnail_is() -> None:
    thumbnail = np.full((800, 1067), 200, np.uint8)
    svg = drawing_figures.framed(
        thumbnail, 3, [(100, 200, 400, 900), (800, 200, 1000, 900)], ["7", "1?"], picked=1
    )
    assert len(svg) < 200_000 and pixels(svg).shape == thumbnail.shape
    assert "scale(3)" in svg and 'viewBox="0 0 3201 2400"' in svg
    frames = [[float(each[name]) for name in ("x", "y", "width", "height")] for each in elements(svg, "rect")]
    assert frames == [[100, 200, 300, 700], [800, 200, 200, 700]]
    assert [each["words"] for each in elements(svg, "text")] == ["7", "1?"]
    colors = [each["stroke"] for each in elements(svg, "rect")]
    assert colors[0] != colors[1]


@pytest.mark.parametrize("width", [300, 40])
@pytest.mark.parametrize("bottom", [200, 300])
def test_words_below_a_frame_end_within_the_picture(width: int, bottom: int) -> None:
    thumbnail = np.full((300, width), 200, np.uint8)
    box = (width - 9, 90, width, bottom)
    number, label = elements(drawing_figures.framed(thumbnail, 1, [box], ["1"], {0: "touching"}), "text")
    x, y, size = (float(label[name]) for name in ("x", "y", "font-size"))
    assert (number["words"], label["words"]) == ("1", "touching") and size > 0
    assert float(number["y"]) <= 90 and min(bottom, 300 - size) < y <= 300
    assert x >= 0 and x + 0.6 * size * len(label["words"]) <= width


def test_numbers_of_narrow_frames_are_smaller_but_legible() -> None:
    """Two figures of a narrow frame do not reach its neighbour's."""
    picture = np.zeros((300, 600), np.uint8)

    def sizes(width: int) -> list[float]:
        boxes = [(40 * number, 100, 40 * number + width, 160) for number in range(12)]
        names = [str(number) for number in range(1, 13)]
        svg = drawing_figures.framed(picture, 1, boxes, names)
        return [float(each["font-size"]) for each in elements(svg, "text")]

    narrow, wide = sizes(15), sizes(38)
    assert max(narrow) < min(wide) and narrow[-1] >= 20


def test_a_number_near_the_upper_edge_is_whole_and_above_its_frame() -> None:
    picture = np.zeros((180, 900), np.uint8)
    [number] = elements(drawing_figures.framed(picture, 1, [(100, 45, 190, 135)], ["1"]), "text")
    height = 0.74 * float(number["font-size"])  # of a figure of Source Sans
    assert height <= float(number["y"]) <= 45
