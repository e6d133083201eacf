"""What is drawn, as the canvas sends it: cleared, brought back, drawn before the canvas has heard."""

from typing import Any

import numpy as np
import pytest

from lenet.drawing import canvas_json
from lenet.drawing.strokes import Drawing
from pages.parts.shared.sketch import Sketch

SIZE, COLOR = 320, "#000000"
A, B, C = (np.array([[x, 40.0], [x, 200.0]]) for x in (50.0, 150.0, 250.0))


def sent(*strokes: np.ndarray) -> dict[str, Any]:
    """As a canvas says that these are on it."""
    return canvas_json.to_data(Drawing(strokes, SIZE, 20), SIZE, COLOR) if strokes else {"objects": []}


def drawn(sketch: Sketch) -> list[float]:
    """Where its strokes begin."""
    return [stroke[0, 0] for stroke in sketch.drawing.strokes] if sketch.drawing else []


@pytest.fixture
def sketch() -> Sketch:
    """With two strokes on a canvas that shows them."""
    made = Sketch()
    made.load(None, SIZE, COLOR, None)
    made.take(sent())
    made.take(sent(A))
    made.take(sent(A, B))
    assert drawn(made) == [50, 150]
    return made


def test_what_is_cleared_comes_back_once(sketch: Sketch) -> None:
    sketch.clear(sent(A, B))
    assert sketch.drawing is None and sketch.shown["objects"] == []
    sketch.take(sent())
    sketch.clear(sent())  # a second click
    sketch.undo(sent())
    assert drawn(sketch) == [50, 150] and len(sketch.shown["objects"]) == 2
    for left in ([50], [], []):
        sketch.undo(sketch.stale)
        assert drawn(sketch) == left


def test_what_is_drawn_after_a_clear_is_taken_back_first(sketch: Sketch) -> None:
    sketch.clear(sent(A, B))
    sketch.take(sent())
    sketch.take(sent(C))
    sketch.undo(sent(C))
    assert sketch.drawing is None
    sketch.take(sent())
    sketch.undo(sent())
    assert drawn(sketch) == [50, 150]


@pytest.mark.parametrize(("click", "left"), [("clear", []), ("undo", [50])])
def test_what_is_drawn_before_the_canvas_has_heard_of_a_click_stays(
    sketch: Sketch, click: str, left: list[float]
) -> None:
    getattr(sketch, click)(sent(A, B))
    loads = sketch.loads
    sketch.take(sent(A, B, C))  # it still has all that was there
    assert drawn(sketch) == [*left, 250]
    assert sketch.loads == loads + 1 and len(sketch.shown["objects"]) == len(left) + 1
    sketch.take(sent(*[A, C][-len(left) - 1 :]))  # and shows what it was told to
    assert drawn(sketch) == [*left, 250] and sketch.loads == loads + 1


def test_a_canvas_that_has_heard_is_believed(sketch: Sketch) -> None:
    sketch.clear(sent(A, B))
    sketch.take(sent())
    sketch.take(sent(A, B))  # the same once more, by another hand
    sketch.take(sent(A, B, C))
    assert drawn(sketch) == [50, 150, 250]
