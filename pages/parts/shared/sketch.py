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
        cleared: what was cleared last; undo on an empty canvas brings it back.
        is_loading: whether the canvas may not yet show what it was told to.
    """

    drawing: Drawing | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    shown_as: tuple[int, str] | None = None
    stale: Any = None
    loads: int = 0
    version: int = 0
    problem: str = ""
    cleared: Drawing | None = None
    is_loading: bool = False

    def take(self, sent: Any) -> None:
        """What the canvas sent, unless that is older than what it was told to load.

        What somebody drew between a click on Undo or Clear and what came of it stays: it is loaded, too.
        """
        if sent is None or sent == self.stale or self.shown_as is None:
            return
        meanwhile = self._drawn_meanwhile(sent)
        self.stale, self.problem, self.is_loading = sent, "", False
        try:
            if meanwhile:
                both = {"objects": [*self.shown["objects"], *meanwhile]}
                return self.load(canvas_json.to_drawing(both, self.shown_as[0]), *self.shown_as, sent)
            self.drawing = canvas_json.to_drawing(sent, self.shown_as[0])
        except DrawingError as error:
            self.problem = str(error)
        self.changed()

    def _drawn_meanwhile(self, sent: Any) -> list[Any]:
        """Strokes behind all that the canvas had when it was told to show fewer."""
        before, now = _objects(self.stale), _objects(sent)
        is_late = self.is_loading and len(before) > len(_objects(self.shown)) and now[: len(before)] == before
        return now[len(before) :] if is_late else []

    def load(self, drawing: Drawing | None, size: int, color: str, sent: Any) -> None:
        """Have the canvas show that drawing; what it has `sent` so far is stale."""
        self.loads += 1  # Fabric ignores it; the canvas loads what differs from what it loaded before
        self.shown_as, self.stale, self.problem, self.is_loading = (size, color), sent, "", True
        self.shown = canvas_json.to_data(drawing, size, color) | {"load": self.loads}
        if drawing is not self.drawing:
            self.drawing = drawing
            self.changed()

    def replace(self, drawing: Drawing | None, sent: Any) -> None:
        """Have the canvas show another drawing, where there is a canvas."""
        if self.shown_as:
            self.load(drawing, *self.shown_as, sent)

    def clear(self, sent: Any) -> None:
        """Have the canvas show nothing."""
        self.cleared = self.drawing or self.cleared  # a second click takes nothing
        self.replace(None, sent)

    def undo(self, sent: Any) -> None:
        """Take the last stroke away; where nothing is drawn, bring back what was cleared."""
        before = self._without_last_stroke() if self.drawing else self.cleared
        self.cleared = self.cleared if self.drawing else None
        self.replace(before, sent)

    def _without_last_stroke(self) -> Drawing | None:
        strokes = self.drawing.strokes[:-1]
        return Drawing(strokes, self.drawing.canvas, self.drawing.pen) if strokes else None

    def changed(self) -> None:
        """What is drawn is something else now."""
        self.version += 1


def _objects(data: Any) -> list[Any]:
    objects = data.get("objects") if isinstance(data, dict) else None
    return objects if isinstance(objects, list) else []
