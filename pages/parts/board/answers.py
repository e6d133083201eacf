"""What models say of drawings, asked once for the whole server, many drawings at once.

Must not import Dask, Streamlit, TensorFlow or Keras.
"""

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import Any

import numpy as np

from lenet.data.drawing_collection import images
from lenet.drawing.labelled_drawings import Entry
from lenet.errors import EngineError
from lenet.evaluation.prediction import NoPrediction
from lenet.runs.folder import default_folder
from pages.parts.shared.engine import engine

_MOST = 20_000  # answers that are kept
_AT_ONCE = 2  # questions on their way: each loads a model, and the worker has others to answer
_PREDICT = "lenet.evaluation.predictor.drawing_probabilities"


class Answers:
    """One thread at a time.

    Attributes:
        version: grows whenever there is an answer more.
        is_wanting: whether somebody could not be asked yet; whoever looks sets it back.
    """

    def __init__(self) -> None:
        self.version, self.is_wanting = 0, False
        self._known: OrderedDict[tuple[str, str], np.ndarray | None] = OrderedDict()
        self._asked: dict[str, tuple[list[Entry], Any]] = {}

    def of(
        self, spec: str, entries: Sequence[Entry], classes: int, state: str = ""
    ) -> list[np.ndarray | None]:
        """For each drawing the probabilities, (classes,) float32; None: not known yet, or it reads no such.

        Args:
            spec: the model, as `loading.load_model` takes it.
            state: a text that changes when its weights do.
        """
        name = f"{spec} {state}"
        self._collect(name)
        new = [each for each in entries if (name, each.id) not in self._known]
        if new and name not in self._asked and len(self._asked) < _AT_ONCE:
            self._ask(name, spec, new, classes)
        self.is_wanting |= bool(new)
        return [self._known.get((name, each.id)) for each in entries]

    def look(self) -> None:
        """Take what has come back."""
        for name in list(self._asked):
            self._collect(name)

    def _ask(self, name: str, spec: str, entries: list[Entry], classes: int) -> None:
        ready = engine()
        if ready is None:
            return
        try:
            folder = str(default_folder().resolve())
            self._asked[name] = entries, ready.infer(_PREDICT, spec, images(entries), folder, classes)
        except EngineError:  # the page says what is missing
            return

    def _collect(self, name: str) -> None:
        entries, question = self._asked.get(name, ([], None))
        if question is None or not question.done():
            return
        del self._asked[name]
        try:
            found = question.result(timeout=1)
        except CancelledError:  # the engine was closed: asked again
            return
        except Exception:  # whatever the worker raised: it reads none of these
            found = NoPrediction(name, "")
        rows = [None] * len(entries) if isinstance(found, NoPrediction) else found
        self._known |= {(name, each.id): row for each, row in zip(entries, rows, strict=True)}
        self.version += 1
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
