"""How a drawing becomes the network's input, step by step, a picture each. No Streamlit, no TensorFlow."""

from dataclasses import dataclass

import numpy as np

from lenet.drawing.mnist_format import BOX, MIDDLE, SIZE, center_of_mass
from lenet.drawing.rasterization import PEN, SMALLEST, rasterize, render
from lenet.drawing.strokes import Drawing

CANVAS_PIXELS = 140  # of the side of the canvas' picture
_PATH = 1.5  # pixels in that picture: a pen so thin that the path alone is seen

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: a word or two.
        caption: a sentence: what happens, and why.
        picture: (H, W) uint8, ink 255 on background 0.
        box: left, top, right, bottom of the ink, in pixels of the picture; None where it is not looked at.
        center: x, y of the center of mass, in pixels, the middle of the first pixel at 0.5; None likewise.
    """

    name: str
    caption: str
    picture: np.ndarray
    box: Box | None = None
    center: tuple[float, float] | None = None


def steps(drawing: Drawing, box: bool = True, center: bool = True) -> list[Step]:
    """The steps that `render` takes with these arguments; the last picture is its image, bit for bit.

    With both: canvas, ink, box, 20×20, center of mass, 28×28. What is skipped is left out.
    """
    unmoved = render([drawing], box, center=False)[0]
    taken = [_canvas(drawing)]
    if box:
        taken += [_ink(drawing), _boxed(drawing), _scaled(unmoved)]
    if center:
        taken.append(_weighed(unmoved))
    return [*taken, _seen(render([drawing], box, center)[0], box, center)]


def _canvas(drawing: Drawing) -> Step:
    picture = _on_canvas(drawing, drawing.pen * CANVAS_PIXELS / drawing.canvas)
    return Step("Canvas", "As it was drawn: this pen, this size, this place.", picture)


def _ink(drawing: Drawing) -> Step:
    return Step(
        "Ink", "The path of the pen. How wide the pen was no longer matters.", _on_canvas(drawing, _PATH)
    )


def _boxed(drawing: Drawing) -> Step:
    points = np.concatenate(drawing.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    is_dot = (high - low).max() < SMALLEST * drawing.canvas
    edges = np.concatenate([low, high]) * (CANVAS_PIXELS / drawing.canvas) + _PATH / 2 * np.array(
        [-1, -1, 1, 1]
    )
    box = tuple(np.clip(edges, 0, CANVAS_PIXELS).tolist())
    caption = "The smallest box around the ink. Where it is on the canvas no longer matters."
    if is_dot:
        caption = "The smallest box around the ink. It is no more than a dot, so it is not blown up."
    return Step("Box", caption, _on_canvas(drawing, _PATH), box)


def _scaled(unmoved: np.ndarray) -> Step:
    edge = (SIZE - BOX) // 2
    caption = (
        f"The box is scaled to fit {BOX}×{BOX} pixels, as tall for its width as before, "
        f"and drawn with a pen of {PEN:g} pixels. How large it was no longer matters."
    )
    return Step(f"{BOX}×{BOX}", caption, unmoved[edge:-edge, edge:-edge])


def _weighed(unmoved: np.ndarray) -> Step:
    x, y = center_of_mass(unmoved[None])[0].tolist()
    across, down = x - MIDDLE, y - MIDDLE
    caption = (
        f"The center of mass of the ink lies {abs(across):.1f} pixels {'left' if across < 0 else 'right'} of "
        f"the middle and {abs(down):.1f} {'above' if down < 0 else 'below'}."
    )
    return Step("Center of mass", caption, unmoved, center=(x, y))


def _seen(image: np.ndarray, box: bool, center: bool) -> Step:
    what = "The ink" if box else "The whole canvas, shrunk"
    where = "shifted by whole pixels until its center of mass is in the middle" if center else "not shifted"
    x, y = center_of_mass(image[None])[0].tolist()
    return Step(f"{SIZE}×{SIZE}", f"{what}, {where}: what the network sees.", image, center=(x, y))


def _on_canvas(drawing: Drawing, pen: float) -> np.ndarray:
    """The canvas, shrunk: (CANVAS_PIXELS, CANVAS_PIXELS) uint8, the pen's width in its pixels."""
    strokes = [stroke * (CANVAS_PIXELS / drawing.canvas) for stroke in drawing.strokes]
    return np.rint(255 * rasterize([strokes], np.array([pen]), CANVAS_PIXELS)[0]).astype(np.uint8)
