"""Strokes to images: the invariances on real pen digits, the speed, what is refused, the memory's bound."""

import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenet.drawing.mnist_format import MIDDLE, center_of_mass
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import FARTHEST, MOST_POINTS, Drawing, parse, to_json
from lenet.errors import DrawingError
from tests.fresh_process import peak_megabytes
from tests.made_strokes import SEVEN, synthetic_digits


@pytest.fixture(scope="module")
def digits() -> list[Drawing]:
    """1,000 digits that people wrote with a pen, where they are on this machine; else drawn by chance."""
    path = Path(os.environ.get("LENET_DATA") or "") / "pen_strokes.jsonl.gz"
    if not path.is_file():
        return synthetic_digits(1000)
    with gzip.open(path, "rt") as lines:
        return [parse(json.loads(line)) for _, line in zip(range(1000), lines, strict=False)]


def moved(drawing: Drawing, scale: float, corner: tuple[float, float], pen: float) -> Drawing:
    """The same drawing on a part of the canvas, with another pen: scale 0.25 and (0, 0): the upper left."""
    room = drawing.canvas * (1 - scale)
    strokes = tuple(stroke * scale + np.array(corner) * room for stroke in drawing.strokes)
    return Drawing(strokes, drawing.canvas, pen)


CORNERS = [(0, 0), (1, 0), (0, 1), (1, 1)]


@pytest.mark.parametrize("corner", CORNERS, ids=["upper left", "upper right", "lower left", "lower right"])
@pytest.mark.parametrize("scale", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("pen", [6, 20, 40])
def test_pen_size_and_place_on_the_canvas_do_not_matter(
    digits: list[Drawing], pen: float, scale: float, corner: tuple[float, float]
) -> None:
    some = digits[:200]
    images = render(some).astype(int)
    others = render([moved(each, scale, corner, pen) for each in some]).astype(int)
    differences = np.abs(images - others).max(axis=(1, 2))
    # A centre of mass that lies on the border between two pixels may fall to the other side, by rounding.
    assert (differences <= 1).mean() >= 0.99


def test_whole_pixels_of_the_mouse_change_little(digits: list[Drawing]) -> None:
    """A quarter of a 280-pixel canvas in whole pixels, as a mouse gives them: 70 pixels for the digit."""
    some = digits[:200]
    quarter = [
        Drawing(tuple(np.rint(stroke * 280 / 500 / 4) for stroke in each.strokes), 280, 20) for each in some
    ]
    difference = np.abs(render(some).astype(int) - render(quarter)).mean(axis=(1, 2))
    ink = render(some).mean(axis=(1, 2))
    assert np.median(difference / ink) < 0.2


def test_without_the_box_place_and_pen_matter(digits: list[Drawing]) -> None:
    small = [moved(each, 0.25, (0, 0), 30) for each in digits[:50]]
    images = render(small, box=False, center=False)
    assert images[:, :9, :9].any(axis=(1, 2)).all() and not images[:, 9:].any() and not images[:, :, 9:].any()
    thin, thick = (render([moved(digits[0], 1, (0, 0), pen)], box=False).sum() for pen in (6, 40))
    assert thick > 3 * thin


def test_ink_fits_the_box_and_its_mass_is_in_the_middle(digits: list[Drawing]) -> None:
    images = render(digits)
    centers = center_of_mass(images)
    assert np.abs(centers - MIDDLE).max() <= 0.5
    rows, columns = images.any(axis=2).sum(axis=1), images.any(axis=1).sum(axis=1)
    longest = np.maximum(rows, columns)
    assert longest.min() >= 19 and longest.max() <= 22  # 20, and up to a pixel of smooth edge on either side


def test_mnist_has_its_centers_of_mass_there(mnist_npz: Path) -> None:
    with np.load(mnist_npz) as arrays:
        centers = center_of_mass(arrays["x_test"])
    assert np.abs(centers - MIDDLE).max() <= 0.5 and np.abs(centers.mean(axis=0) - MIDDLE).max() < 0.02


def test_the_images_have_the_ink_of_mnist(digits: list[Drawing], mnist_npz: Path) -> None:
    with np.load(mnist_npz) as arrays:
        mnist = arrays["x_test"]
    assert 0.8 < render(digits).mean() / mnist.mean() < 1.25


def test_the_aspect_ratio_stays() -> None:
    tall, wide = render([parse([[[0, 0], [30, 300]]]), parse([[[0, 0], [300, 30]]])])
    assert np.array_equal(tall, wide.T)
    assert tall.any(axis=0).sum() <= 7 and tall.any(axis=1).sum() >= 19


@pytest.mark.parametrize(
    "strokes",
    [[[[250, 250]]], [[[0, 500]]], [[[250, 250], [250, 250]]], [[[250, 250], [256, 254], [251, 257]]]],
    ids=["dot", "dot in a corner", "touched twice", "tiny scribble"],
)
def test_a_dot_is_not_blown_up(strokes: list) -> None:
    image = render([parse(strokes)])[0]
    tall, wide = image.any(axis=1).sum(), image.any(axis=0).sum()
    if strokes[0][-1] == strokes[0][0]:
        assert max(tall, wide) <= 4
    assert min(tall, wide) >= 1 and image.sum() < 255 * 60
    assert np.abs(center_of_mass(image[None]) - MIDDLE).max() <= 0.5


def test_a_thin_line_is_drawn_as_it_should() -> None:
    """A straight line, 2.6 wide: rows of three pixels, 0.8 on either side of a full one."""
    image = render([parse([[[0, 0], [0, 500]]])], center=False)[0]
    assert np.array_equal(np.flatnonzero(image.any(axis=0)), [12, 13, 14, 15])
    assert image[14, 12:16].tolist() == [int(np.rint(255 * share)) for share in (0.3, 1, 1, 0.3)]


def test_a_drawing_looks_the_same_in_any_company(digits: list[Drawing]) -> None:
    together = render(digits)
    for index in (0, 1, 500, 999):
        assert np.array_equal(render([digits[index]])[0], together[index])
    assert np.array_equal(render(digits[::-1])[::-1], together)
    assert render([]).shape == (0, 28, 28)


def test_lines_that_leave_the_canvas_are_as_a_longer_rasterizer_draws_them() -> None:
    """The part inside of a line far longer, against the same line in many short pieces."""
    whole = Drawing((np.array([[-3000.0, -2700], [4000, 3900], [300, -4000], [300.0, 480]]),))
    corners = whole.strokes[0]
    shares = np.linspace(0, 1, 5000, endpoint=False)[:, None]
    parts = [start + shares * (end - start) for start, end in zip(corners[:-1], corners[1:], strict=True)]
    fine = Drawing((np.concatenate([*parts, corners[-1:]]),))
    images = render([whole, fine], box=False, center=False)
    assert images[0].any() and np.abs(images[0].astype(int) - images[1]).max() <= 1


@pytest.mark.alone
def test_a_thousand_drawings_a_second(digits: list[Drawing]) -> None:
    render(digits[:50])
    fastest = min(_seconds_to_render(digits) for _ in range(5))
    assert len(digits) / fastest >= 1000


def _seconds_to_render(drawings: list[Drawing]) -> float:
    started = time.process_time()  # what others do on this machine at the time does not count
    render(drawings)
    return time.process_time() - started


def test_what_is_written_is_read_back() -> None:
    drawing = Drawing((np.array([[0.1, 2.0], [3, 4]]), np.array([[250.0, 1 / 3]])), 280.0, 12.5)
    back = parse(json.loads(json.dumps(to_json(drawing), allow_nan=False)))
    assert (back.canvas, back.pen) == (280.0, 12.5)
    assert all(np.array_equal(a, b) for a, b in zip(back.strokes, drawing.strokes, strict=True))
    assert np.array_equal(render([back]), render([drawing]))


def test_what_is_left_out_is_taken_as_told() -> None:
    assert parse(SEVEN).canvas == 500 and parse(SEVEN).pen == 30
    assert parse({"strokes": SEVEN, "label": 7}).canvas == 500
    drawing = parse({"strokes": SEVEN, "canvas": 280}, canvas=640, pen=17)
    assert (drawing.canvas, drawing.pen) == (280, 17)
    assert parse({"strokes": SEVEN, "canvas": 1000}).pen == 60
    assert parse({"strokes": SEVEN}, canvas=640).canvas == 640


REFUSED: dict[str, tuple[Any, str]] = {
    "nothing": (None, "received nothing, expected a list like"),
    "text": ("seven", "received 'seven', expected a list like"),
    "a number": (7, "received 7, expected a list like"),
    "no strokes": ([], "has no strokes"),
    "no strokes under its name": ({"strokes": []}, "has no strokes"),
    "another name": ({"lines": SEVEN}, "received nothing, expected a list like"),
    "an empty stroke": ([[[1, 2]], []], "Stroke 2 has no points"),
    "a stroke that is a number": ([7], "Stroke 1: received 7, expected a list of points"),
    "a stroke of numbers": ([[1, 2, 3]], "Stroke 1: received the point 1, expected two"),
    "NaN": ([[[1, 2], [float("nan"), 2]]], r"received the point \[nan, 2\]"),
    "infinity": ([[[1, float("-inf")]]], r"received the point \[1, -inf\]"),
    "text as a number": ([[[1, "2"]]], r"received the point \[1, '2'\]"),
    "true": ([[[1, True]]], r"received the point \[1, True\]"),
    "nothing as a number": ([[[1, None]]], r"received the point \[1, None\]"),
    "three numbers": ([[[1, 2, 3]]], r"received the point \[1, 2, 3\]"),
    "x and y apart": ([[[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]]], "expected two finite numbers"),
    "lists for numbers": ([[[[1], [2]]]], r"received the point \[\[1\], \[2\]\]"),
    "a huge integer": ([[[1, 10**400]]], "expected two finite numbers"),
    "a million points": ([[[1, 2]] * 1_000_000], "has 1,000,000 points, expected at most 20,000"),
    "a million strokes": ([[[1, 2]]] * 1_000_000, "has 1,000,000 points"),
    "far away": ([[[1, 5001]]], "a coordinate of 5001 on a canvas of 500, expected at most 5000"),
    "absurdly far away": ([[[1, -1e300]]], r"a coordinate of 1e\+300"),
    "canvas of no size": ({"strokes": SEVEN, "canvas": 0}, "canvas: received 0, expected its width"),
    "canvas of NaN": ({"strokes": SEVEN, "canvas": float("nan")}, "canvas: received nan"),
    "canvas as text": ({"strokes": SEVEN, "canvas": "280"}, "canvas: received '280'"),
    "canvas of two sizes": ({"strokes": SEVEN, "canvas": [280, 280]}, r"canvas: received \[280, 280\]"),
    "canvas as nothing": ({"strokes": SEVEN, "canvas": None}, "canvas: received nothing"),
    "a pen as wide as the canvas": ({"strokes": SEVEN, "pen": 500}, "pen: received 500"),
    "a pen without width": ({"strokes": SEVEN, "pen": -1}, "pen: received -1"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_drawing_is_a_sentence(value: Any, words: str) -> None:
    with pytest.raises(DrawingError, match=words) as caught:
        parse(value)
    message = str(caught.value)
    assert message[0].isupper() and message.endswith(".") and len(message) < 250 and "\n" not in message


def test_memory_stays_bounded_for_the_worst_that_parse_lets_through() -> None:
    """As many points as may be, each as far from the last as may be, the widest pen; and many drawings."""
    worst = f"""
points = np.random.default_rng(0).uniform(-{FARTHEST}, {FARTHEST}, ({MOST_POINTS}, 2)) * 500
drawing = parse([points.tolist()], pen=125)
render([drawing])
render([drawing], box=False)
render([parse([points[:50].tolist()])] * 600)
"""
    assert peak_megabytes(worst) < 150
