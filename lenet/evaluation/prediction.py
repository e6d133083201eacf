"""What a network answers to a drawing, or why it does not.

Must not import Streamlit, TensorFlow or Keras: pages receive it from the worker.
"""

from dataclasses import dataclass

import numpy as np

DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Answer:
    """What one model says to one image.

    Attributes:
        model: what it was asked for by.
        probabilities: (classes,) float32, sum 1.
        sure: whether to believe the first guess; `lenet.evaluation.abstention` says how that is decided.
        reason: why not, one sentence; empty where it is sure.
        class_names: the name of each class.
    """

    model: str
    probabilities: np.ndarray
    sure: bool
    reason: str
    class_names: tuple[str, ...] = DIGITS

    @property
    def guess(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())


@dataclass(frozen=True)
class NoAnswer:
    """A model that cannot answer this drawing: which, and why, in a sentence for the person."""

    model: str
    problem: str
