"""A network's prediction for a drawing, or why there is none.

Must not import Streamlit, TensorFlow or Keras: pages receive it from the worker.
"""

from dataclasses import dataclass

import numpy as np

from lenet.drawing.class_name import same

DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Prediction:
    """What one model predicts for one image.

    Attributes:
        model: what it was asked for by.
        probabilities: (classes,) float32, sum 1.
        sure: whether to believe it; `lenet.evaluation.abstention` says how that is decided.
        reason: why not, one sentence; empty where it is sure.
        class_names: the name of each class.
    """

    model: str
    probabilities: np.ndarray
    sure: bool
    reason: str
    class_names: tuple[str, ...] = DIGITS

    @property
    def predicted_class(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())

    def is_wrong(self, label: int | str | None) -> bool:
        """Whether the true class is known, by its number or its name, and another one."""
        if isinstance(label, str):
            return same(label) != same(self.class_names[self.predicted_class])
        return label not in (None, self.predicted_class)


@dataclass(frozen=True)
class NoPrediction:
    """A model that takes no such drawing: which, and why, in a sentence for the person."""

    model: str
    problem: str
