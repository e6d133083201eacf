"""Digits written with a pen by thirty people, drawn as MNIST's are: the strokes are `lenet.data.pen_digits`.

Must not import Streamlit, TensorFlow, Keras or scikit-learn.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.data import pen_digits
from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.downloads import Progress
from lenet.data.sources.source import Source
from lenet.drawing.rasterization import render

_ABOUT = DatasetInfo(
    name="pens",
    title="Pen digits of thirty people",
    image_shape=(28, 28, 1),
    num_classes=10,
    class_names=tuple("0123456789"),
    num_train=6_245,
    num_test=1_249,
    licence="CC BY 4.0",
    source="E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits; drawn here",
)


class _Pens(Source):
    name, about = _ABOUT.name, _ABOUT

    def is_here(self) -> bool:
        return pen_digits.path() is not None

    def where_to_put(self) -> str:
        return pen_digits.missing_sentence()

    def load(self, progress: Progress | None = None, download: bool = True) -> Dataset:
        pen_digits.strokes()
        return _read(pen_digits.path(), self.state())

    def state(self, run: Path | None = None) -> str:
        return pen_digits.state() or super().state()

    def sample(self, part: str, index: int) -> tuple[np.ndarray, int]:
        drawings, labels = pen_digits.strokes()
        row = np.flatnonzero(pen_digits.held_out() == (part == "test"))[index]
        return render([drawings[row]])[0][..., None], int(labels[row])

    def labels(self, part: str) -> np.ndarray:
        return pen_digits.strokes()[1][pen_digits.held_out() == (part == "test")]


@lru_cache(maxsize=1)
def _read(file: Path, state: str) -> Dataset:
    drawings, labels = pen_digits.strokes()
    arrays, held_out = {}, pen_digits.held_out()
    for part, rows in {"train": np.flatnonzero(~held_out), "test": np.flatnonzero(held_out)}.items():
        arrays |= {f"x_{part}": render([drawings[row] for row in rows]), f"y_{part}": labels[rows]}
    return Dataset.of(_ABOUT, arrays, verified=False)


PENS = _Pens()
