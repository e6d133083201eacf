"""The figures of a run by which it is compared with others: how good, how large, how long.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from lenet.comparison.compared_run import ComparedRun
from lenet.comparison.curves import epoch_rows
from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape
from lenet.errors import DatasetError
from lenet.layers.kind import Shape
from lenet.networks.summary import Summary, summarize
from lenet.runs.layers import Layer
from lenet.runs.status import Status

Better = Literal["higher", "lower", ""]


@dataclass(frozen=True)
class Measure:
    """A figure of a run.

    Attributes:
        better: which end of it is wanted; "" where neither is.
        of: its value; None where the run has none (yet).
        form: as Streamlit and plotly write it.
    """

    key: str
    title: str
    better: Better
    of: Callable[[ComparedRun], float | None]
    form: str = "%.2f"


def _status(name: str, unit: float = 1.0) -> Callable[[ComparedRun], float | None]:
    def value(run: ComparedRun) -> float | None:
        found = getattr(run.summary.status, name)
        return None if found is None else unit * found

    return value


def _test_error(run: ComparedRun) -> float | None:
    accuracy = run.summary.status.test_accuracy
    return None if accuracy is None else 100 * (1 - accuracy)


def _best(run: ComparedRun) -> dict[str, float]:
    """The row of the epoch of the lowest validation loss; empty before the first epoch."""
    rows = epoch_rows(run.run)
    losses = rows["val_loss"]
    if not np.isfinite(losses).any():
        return {}
    place = int(np.nanargmin(np.where(np.isfinite(losses), losses, np.nan)))
    return {name: float(values[place]) for name, values in rows.items()}


def _at_best(column: str, unit: float = 1.0) -> Callable[[ComparedRun], float | None]:
    def value(run: ComparedRun) -> float | None:
        found = _best(run).get(column)
        return None if found is None else unit * found

    return value


def _network(column: str) -> Callable[[ComparedRun], float | None]:
    def value(run: ComparedRun) -> float | None:
        try:
            shape = datasets.info(run.config.dataset, run.run.path).image_shape
            found = _summary(run.config.layers, network_input_shape(run.config, shape))
        except DatasetError:
            return None
        return None if found.problems else float(getattr(found, column))

    return value


@lru_cache(maxsize=512)
def _summary(layers: tuple[Layer, ...], shape: Shape) -> Summary:
    return summarize(layers, shape)


def _seconds(run: ComparedRun) -> float | None:
    status: Status = run.summary.status
    return status.seconds if status.step else None


MEASURES = {
    each.key: each
    for each in (
        Measure("test-accuracy", "Test accuracy, %", "higher", _status("test_accuracy", 100)),
        Measure("test-error", "Test error, %", "lower", _test_error),
        Measure("validation-accuracy", "Validation accuracy, %", "higher", _status("val_accuracy", 100)),
        Measure("best-accuracy", "Validation accuracy at the lowest loss, %", "higher",
                _at_best("val_accuracy", 100)),
        Measure("best-loss", "Lowest validation loss", "lower", _at_best("val_loss"), "%.4f"),
        Measure("best-epoch", "Best epoch", "", _at_best("epoch"), "localized"),
        Measure("training-loss", "Training loss", "lower", _status("loss"), "%.4f"),
        Measure("epochs", "Epochs trained", "", _status("epoch"), "localized"),
        Measure("parameters", "Parameters", "lower", _network("parameters"), "localized"),
        Measure("multiply-adds", "Multiply-adds", "lower", _network("multiply_adds"), "localized"),
        Measure("seconds", "Seconds", "lower", _seconds, "%.1f"),
    )
}  # fmt: skip


def figures(key: str, runs: Sequence[ComparedRun]) -> list[float | None]:
    """That figure of each run."""
    return [MEASURES[key].of(each) for each in runs]
