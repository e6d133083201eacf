"""The curves of runs over one axis that all of them have: epochs, steps or seconds; smoothed; as a mean.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from lenet.runs.curves import EPOCH_COLUMNS, STEP_COLUMNS, read_columns
from lenet.runs.folder import Run
from lenet.runs.history import thin

Axis = Literal["epoch", "step", "seconds"]
Columns = dict[str, np.ndarray]  # (rows,) float64 each
_KEPT = 1_000  # files of curves in memory, of some kilobytes each


@dataclass(frozen=True, eq=False)
class Points:
    """A curve: x grows. (n,) float64 each."""

    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True, eq=False)
class Band:
    """The mean of some curves at each x, and the lowest and the highest of them there. (n,) float64 each."""

    x: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def epoch_rows(run: Run) -> Columns:
    """The columns of epochs.csv."""
    return _columns(run.path / "epochs.csv", EPOCH_COLUMNS, is_whole=True)


def curve(run: Run, steps_per_epoch: int, of: str, measure: str, by: Axis) -> Points:
    """One curve of a run; empty where there is none yet.

    Args:
        of: "validation", a point an epoch; "training", as often as a row was written.
        measure: "loss" or "accuracy" (0–1).
    """
    epochs = epoch_rows(run)
    if of == "validation":
        x, y = epochs["epoch"], epochs[f"val_{measure}"]
    else:
        rows = _columns(run.path / "steps.csv", STEP_COLUMNS)
        x, y = rows["step"] / max(1, steps_per_epoch), rows[measure]
    x = _on_axis(x, epochs, steps_per_epoch, by)
    kept = thin(np.flatnonzero(np.isfinite(x) & np.isfinite(y)))
    return Points(x[kept], y[kept])


def _on_axis(at: np.ndarray, epochs: Columns, steps_per_epoch: int, by: Axis) -> np.ndarray:
    """Places in epochs, which need not be whole, on that axis; of an epoch that has no end yet no seconds."""
    if by == "epoch":
        return at
    if by == "step":
        return at * max(1, steps_per_epoch)
    ends = np.concatenate([[0.0], epochs["epoch"]])
    passed = np.concatenate([[0.0], np.cumsum(epochs["seconds"])])
    return np.interp(at, ends, passed, right=np.nan) if len(ends) > 1 else np.full(len(at), np.nan)


def smoothed(y: np.ndarray, weight: float) -> np.ndarray:
    """The exponential moving average of TensorBoard, without the bias of its start; weight 0: `y` itself."""
    if not weight:
        return y
    average = total = 0.0
    found = np.empty_like(y)
    for place, value in enumerate(y):
        average = weight * average + (1 - weight) * value
        total = weight * total + (1 - weight)
        found[place] = average / total
    return found


def band(curves: Sequence[Points]) -> Band:
    """The mean of the curves at each x of one of them, of those that reach it; the lowest, the highest."""
    known = [each for each in curves if len(each.x)]
    if not known:
        nothing = np.zeros(0)
        return Band(nothing, nothing, nothing, nothing)
    x = np.array(thin(np.unique(np.concatenate([each.x for each in known]))))
    values = np.stack([np.interp(x, each.x, each.y, left=np.nan, right=np.nan) for each in known])
    return Band(x, np.nanmean(values, axis=0), np.nanmin(values, axis=0), np.nanmax(values, axis=0))


def _columns(path: Path, names: tuple[str, ...], is_whole: bool = False) -> Columns:
    """Of a long file some hundred rows, unless it is wanted whole."""
    try:
        about = path.stat()
    except OSError:  # nothing yet, or deleted
        return {name: np.zeros(0) for name in names}
    return _read(path, (about.st_mtime_ns, about.st_size), names, is_whole)


@lru_cache(maxsize=_KEPT)
def _read(path: Path, changed: tuple[int, int], names: tuple[str, ...], is_whole: bool) -> Columns:
    found = read_columns(path, names)
    return {name: np.array(found[name] if is_whole else thin(found[name]), np.float64) for name in names}
