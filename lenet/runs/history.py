"""The history of a run, epoch by epoch, as a table and in a few figures that describe it.

Numpy only. Must not import Streamlit, TensorFlow, Keras or pandas.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

# What the published table describes, by what a reader calls it.
MEASURES = {
    "loss": "training loss",
    "accuracy": "training accuracy",
    "val_loss": "validation loss",
    "val_accuracy": "validation accuracy",
    "seconds": "seconds an epoch",
}
_MAX_POINTS = 400  # of one line: more than a chart has pixels for
STATISTICS = ("count", "mean", "std", "min", "25 %", "50 %", "75 %", "max")


def describe(values: Sequence[float]) -> tuple[float, ...]:
    """`STATISTICS` of the values as pandas' `describe` gives them; what is not finite is left out.

    The standard deviation is that of a sample (n − 1), NaN of one value; quartiles are interpolated. Of none,
    everything but the count is NaN.
    """
    numbers = np.array([value for value in values if np.isfinite(value)], np.float64)
    if not len(numbers):
        return (0.0, *[float("nan")] * 7)
    spread = numbers.std(ddof=1) if len(numbers) > 1 else np.nan
    low, *quartiles, high = np.percentile(numbers, (0, 25, 50, 75, 100))
    return tuple(map(float, (len(numbers), numbers.mean(), spread, low, *quartiles, high)))


def best_epoch(epochs: dict[str, list[float]]) -> int | None:
    """The epoch of the lowest validation loss, the first of equals; None where there is none.

    `epochs`: the columns of epochs.csv (`Run.epochs`).
    """
    pairs = zip(epochs["val_loss"], epochs["epoch"], strict=True)
    losses = [(loss, int(epoch)) for loss, epoch in pairs if np.isfinite(loss)]
    return min(losses)[1] if losses else None


def thin(points: Sequence[Any]) -> list[Any]:
    """At most some hundred of the points, evenly, always with the first and the last."""
    if len(points) <= _MAX_POINTS:
        return list(points)
    stride = (len(points) - 1) / (_MAX_POINTS - 1)
    return [points[round(index * stride)] for index in range(_MAX_POINTS)]
