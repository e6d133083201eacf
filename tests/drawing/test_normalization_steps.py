"""From the canvas to 28×28: every step shows what `render` does, and the last is its image."""

import itertools

import numpy as np
import pytest

from lenet.drawing.mnist_format import MIDDLE, center_of_mass
from lenet.drawing.normalization_steps import CANVAS_PIXELS, Step, steps
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing, parse
from lenet.figures.drawing_figures import ink_box
from tests.made_strokes import SEVEN, synthetic_digits

DRAWINGS = {
    "seven": parse(SEVEN),
    "small, in a corner, thick": parse({"strokes": [[[3, 3], [60, 3], [20, 90]]], "canvas": 280, "pen": 40}),
    "dot": parse([[[400, 100]]]),
    "beyond the canvas": parse([[[-200, 250], [900, 260], [700, 700]]]),
    "tall": parse([[[250, 0], [252, 500]]]),
}
SWITCHES = list(itertools.product([True, False], repeat=2))


@pytest.mark.parametrize(("box", "center"), SWITCHES)
@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_the_last_step_is_what_the_network_sees(drawing: Drawing, box: bool, center: bool) -> None:
    taken = steps(drawing, box, center)
    assert np.array_equal(taken[-1].picture, render([drawing], box, center)[0])
    for step in taken:
        height, width = step.picture.shape
        assert step.picture.dtype == np.uint8 and step.caption.endswith(".")
        if step.box is not None:
            left, top, right, bottom = step.box
            assert 0 <= left < right <= width and 0 <= top < bottom <= height


@pytest.mark.parametrize(
    ("box", "center", "names"),
    [
        (True, True, ["Canvas", "Ink", "Box", "20×20", "Center of mass", "28×28"]),
        (True, False, ["Canvas", "Ink", "Box", "20×20", "28×28"]),
        (False, True, ["Canvas", "Center of mass", "28×28"]),
        (False, False, ["Canvas", "28×28"]),
    ],
)
def test_what_is_skipped_is_left_out(box: bool, center: bool, names: list[str]) -> None:
    assert [step.name for step in steps(DRAWINGS["seven"], box, center)] == names


def named(drawing: Drawing) -> dict[str, Step]:
    return {step.name: step for step in steps(drawing)}


def test_each_picture_is_that_of_its_step() -> None:
    for drawing in synthetic_digits(30):
        taken = named(drawing)
        assert taken["Canvas"].picture.shape == (CANVAS_PIXELS, CANVAS_PIXELS)
        assert taken["Canvas"].picture.sum() > 2 * taken["Ink"].picture.sum()  # thick pen, thin path
        assert np.abs(np.subtract(taken["Box"].box, ink_box(taken["Ink"].picture))).max() < 1.5
        unmoved = taken["Center of mass"].picture
        assert np.array_equal(np.pad(taken["20×20"].picture, 4), unmoved)  # no ink outside of the box
        assert max(ink_box(taken["20×20"].picture)[2:]) == 20
        assert np.allclose(taken["Center of mass"].center, center_of_mass(unmoved[None])[0])
        assert np.abs(np.subtract(taken["28×28"].center, MIDDLE)).max() <= 0.5


def test_the_caption_says_where_the_weight_lies() -> None:
    heavy_below_left = [[[100, 400], [110 + 3 * n, 390 + n % 2 * 20]] for n in range(20)]
    step = named(parse([[[400, 100], [100, 400]], *heavy_below_left]))["Center of mass"]
    x, y = step.center
    assert x < MIDDLE < y
    assert f"{MIDDLE - x:.1f} pixels left of the middle and {y - MIDDLE:.1f} below" in step.caption


def test_a_dot_is_said_to_be_one() -> None:
    assert "not blown up" in named(DRAWINGS["dot"])["Box"].caption
    assert "not blown up" not in named(DRAWINGS["seven"])["Box"].caption
