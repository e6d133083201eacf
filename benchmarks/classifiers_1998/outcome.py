"""What a classifier is given and what is measured of it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from lenet.evaluation.rejection import margins_of


class Digits(NamedTuple):
    """Images (N, H, W) uint8 and labels (N,) int, to train and to test."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Images to train and to test as rows of pixels 0 to 1, (N, H × W) float32."""
        flat = (images.reshape(len(images), -1) for images in (self.x_train, self.x_test))
        return tuple(images.astype(np.float32) / 255 for images in flat)

    def prepared(self, prepare: Callable[[np.ndarray], np.ndarray]) -> "Digits":
        """The same with other images, (N, H, W) uint8 → (N, H', W') uint8."""
        return self._replace(x_train=prepare(self.x_train), x_test=prepare(self.x_test))


@dataclass(frozen=True)
class Outcome:
    """One classifier on the test images.

    Attributes:
        predicted: (n,) int.
        margins: (n,) float, by which is rejected, the smallest first.
        multiply_adds: for one image, without preparing it.
        memory: numbers that it keeps.
        seconds: of one processor, to train; None where it was trained elsewhere.
    """

    predicted: np.ndarray
    margins: np.ndarray
    multiply_adds: int
    memory: int
    seconds: float | None = None


def by_outputs(outputs: np.ndarray, multiply_adds: int, memory: int) -> Outcome:
    """The largest of its outputs is the answer, (n, 10) float; the difference of the two best rejects."""
    return Outcome(outputs.argmax(axis=1), margins_of(outputs), int(multiply_adds), int(memory))


class Clock:
    """Seconds of the processor, which others on the machine do not lengthen."""

    seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what passes inside."""
        started = time.process_time()
        try:
            yield
        finally:
            self.seconds += time.process_time() - started

    def on(self, outcome: Outcome) -> Outcome:
        """The outcome with these seconds."""
        return replace(outcome, seconds=self.seconds)
