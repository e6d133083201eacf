"""What is drawn on a canvas: it lives here, not in the canvas, so it survives another size and another theme.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass, field
from typing import Any

from lenet.drawing import canvas_json
from lenet.drawing.strokes import Drawing
from lenet.errors import DrawingError


@dataclass
class Sketch:
    """What is drawn, and what the canvas was told to show.

    Attributes:
        drawing: None where nothing is drawn.
        shown: `initial_drawing`: what the canvas starts from; another one makes it load that.
        shown_as: size of the canvas and color of the ink that `shown` was made for.
        stale: what the canvas sent that was taken, or was sent before it was told to load something else.
        problem: why what it sent could not be taken; the drawing is what it was before.
        version: grows whenever the drawing becomes another one.
    """

    drawing: Drawing | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    shown_as: tuple[int, str] | None = None
    stale: Any = None
    loads: int = 0
    version: int = 0
    problem: str = ""

    def take(self, sent: Any) -> None:
        """What the canvas sent, unless that is older than what it was told to load."""
        if sent is None or sent == self.stale or self.shown_as is None:
            return
        self.stale, self.problem = sent, ""
        try:
            self.drawing = canvas_json.to_drawing(sent, self.shown_as[0])
        except DrawingError as error:
            self.problem = str(error)
        self.changed()

    def load(self, drawing: Drawing | None, size: int, color: str, sent: Any) -> None:
        """Have the canvas show that drawing; what it has `sent` so far is stale."""
        self.loads += 1  # Fabric ignores it; the canvas loads what differs from what it loaded before
        self.shown_as, self.stale, self.problem = (size, color), sent, ""
        self.shown = canvas_json.to_data(drawing, size, color) | {"load": self.loads}
        if drawing is not self.drawing:
            self.drawing = drawing
            self.changed()

    def replace(self, drawing: Drawing | None, sent: Any) -> None:
        """Have the canvas show another drawing, where there is a canvas."""
        if self.shown_as:
            self.load(drawing, *self.shown_as, sent)

    def without_last_stroke(self) -> Drawing | None:
        """What was drawn before it."""
        strokes = self.drawing.strokes[:-1] if self.drawing else ()
        return Drawing(strokes, self.drawing.canvas, self.drawing.pen) if strokes else None

    def changed(self) -> None:
        """What is drawn is something else now."""
        self.version += 1
