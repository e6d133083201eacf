"""What the canvas sends → the points of the mouse, and back; the paths are as Fabric 7.4 wrote them."""

import math

import numpy as np
import pytest

from lenet.drawing.canvas_json import to_data, to_drawing
from lenet.drawing.rasterization import render
from lenet.drawing.strokes import Drawing
from lenet.errors import DrawingError

# Drawn by a mouse through (60, 80), (100, 60), (140, 90), (120, 150), (70, 160), of which Fabric leaves out
# the last but one; where the path is was read from the canvas as well.
MOUSE = np.array([[60, 80], [100, 60], [140, 90], [70, 160]])
STROKE = {
    "type": "Path", "originX": "center", "originY": "center", "left": 96.7467, "top": 111.5253,
    "width": 73.5334, "height": 96.9894, "stroke": "#15211f", "strokeWidth": 20, "strokeUniform": False,
    "scaleX": 1, "scaleY": 1, "angle": 0, "flipX": False, "flipY": False,
    "path": [["M", 59.98, 79.98], ["Q", 60, 80, 80, 70], ["Q", 100, 60, 120, 75], ["Q", 140, 90, 105, 125],
             ["L", 69.98, 160.02]],
}  # fmt: skip
DOT = STROKE | {"left": 200, "top": 200, "path": [["M", 199.98, 200], ["L", 200.02, 200]]}
LINE = STROKE | {
    "left": 240,
    "top": 80,
    "path": [["M", 219.98, 60], ["Q", 220, 60, 240, 80], ["L", 260.02, 100]],
}


def points(*paths: dict) -> list[list[list[float]]]:
    drawing = to_drawing({"version": "7.4.0", "objects": list(paths), "background": "#ffffff"}, 320)
    return [stroke.tolist() for stroke in drawing.strokes]


def test_the_points_of_the_mouse_come_back():
    assert points(STROKE, DOT, LINE) == [MOUSE.tolist(), [[200, 200]], [[220, 60], [260, 100]]]


def test_size_and_pen_are_those_of_the_canvas():
    drawing = to_drawing({"objects": [STROKE, LINE | {"strokeWidth": 12}]}, 320)
    assert (drawing.canvas, drawing.pen) == (320, 12)


def test_a_stroke_that_was_moved_scaled_and_turned_on_the_canvas():
    """By (20, 32); then by 1.2825 and 32.3247 degrees about its middle: as Fabric said it then."""
    [moved] = points(STROKE | {"left": 116.7467, "top": 143.5253})
    assert np.allclose(moved, MOUSE + [20, 32], atol=2e-3)
    changes = {"left": 129.9569, "top": 160.0484, "scaleX": 1.2825, "scaleY": 1.2825, "angle": 32.3247}
    [turned] = points(STROKE | changes)
    across, down = (MOUSE - [96.7467, 111.5253]).T * 1.2825
    cosine, sine = math.cos(math.radians(32.3247)), math.sin(math.radians(32.3247))
    expected = np.stack([across * cosine - down * sine, across * sine + down * cosine], axis=1)
    assert np.allclose(turned, expected + [129.9569, 160.0484], atol=2e-3)


def test_a_stroke_that_was_mirrored():
    [mirrored] = points(STROKE | {"flipX": True})
    assert np.allclose(mirrored, MOUSE * [-1, 1] + [2 * 96.7467, 0], atol=2e-3)


@pytest.mark.parametrize(
    "data", [None, {}, {"objects": []}, {"objects": [{"type": "Rect"}]}, {"objects": None}, []]
)
def test_nothing_is_drawn(data):
    assert to_drawing(data, 320) is None


@pytest.mark.parametrize(
    "change",
    [
        {"path": [["Q", 1]]},
        {"path": []},
        {"path": "M 0 0"},
        {"path": [["M", 1, 2], ["Q", "a", "b", "c", "d"], ["L", 3, 4]]},
        {"path": [["M", float("nan"), 2], ["Q", float("nan"), 2, 3, 4], ["L", 3, 4]]},
        {"left": None},
        {"angle": "steep"},
        {"strokeWidth": []},
        {"scaleX": float("inf")},
        {"left": 10**400},
        {"angle": 10**400},
        {"strokeWidth": 10**400},
        {"path": [["M", 10**400, 5], ["L", 9, 5]]},
        {"path": [None]},
        {"path": [[[[]]]]},
        {"path": ["M", "L"]},
    ],
    ids=str,
)
def test_what_is_no_stroke_is_refused_in_words(change):
    with pytest.raises(DrawingError, match="."):
        to_drawing({"objects": [STROKE | change]}, 320)


@pytest.mark.parametrize("objects", [5, "paths", {"type": "Path"}, True, [5, None, "x", [[]], {"type": []}]])
def test_what_is_no_list_of_objects_is_no_drawing(objects):
    assert to_drawing({"objects": objects}, 320) is None


@pytest.mark.parametrize("count", [25_000, 1_000_000])
def test_too_many_points_are_refused(count):
    curves = [["Q", 5, 5, 5, 5]] * count
    with pytest.raises(DrawingError, match="points, expected at most"):
        to_drawing({"objects": [STROKE | {"path": [["M", 0, 5], *curves, ["L", 9, 5]]}]}, 320)


@pytest.mark.parametrize("size", [320, 500])
def test_what_is_loaded_into_a_canvas_is_read_back_the_same(size):
    random = np.random.default_rng(0)
    strokes = (random.uniform(20, 300, (40, 2)), np.array([[150.0, 160.0]]), random.uniform(20, 300, (2, 2)))
    drawing = Drawing(strokes, 320.0, 20.0)
    back = to_drawing(to_data(drawing, size, "#000000"), size)
    assert (back.canvas, back.pen) == (size, 20 * size / 320)
    for stroke, original in zip(back.strokes, strokes, strict=True):
        assert np.allclose(stroke, original * size / 320, atol=2e-3)
    assert np.abs(render([back])[0].astype(int) - render([drawing])[0]).max() <= 1


def test_fabric_itself_would_have_written_it_so():
    [path] = to_data(Drawing((MOUSE.astype(float),), 320.0, 20.0), 320, "#15211f")["objects"]
    assert path["path"][1:-1] == STROKE["path"][1:-1]
    assert np.allclose([path["left"], path["top"]], [STROKE["left"], STROKE["top"]], atol=0.02)
    assert to_data(None, 320, "#15211f") == {"objects": []}
