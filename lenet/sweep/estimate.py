"""How many runs a sweep has and how long they train, before it begins: from what runs here have taken.

Must not import Optuna, numpy, Streamlit, TensorFlow or Keras.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape
from lenet.data.splits import num_training_images
from lenet.errors import DatasetError, RunError
from lenet.formatting import counted, duration
from lenet.networks.summary import summarize
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import RunSummary
from lenet.sweep.config import SweepConfig
from lenet.sweep.config import in_words as runs_in_words
from lenet.sweep.space import Vary

_MOST_LOOKED_AT = 50  # runs, the newest


@dataclass(frozen=True)
class Estimate:
    """Seconds that one trial trains, and of how many runs that is known; `is_alike`: of these very layers."""

    seconds: float
    runs: int
    is_alike: bool


def seconds_a_trial(
    config: SweepConfig, runs: Sequence[RunSummary], folder: Path | None = None
) -> Estimate | None:
    """`seconds_of`, of a trial of the mean number of epochs."""
    return seconds_of(config.base, _mean_epochs(config), runs, folder)


def seconds_of(
    config: RunConfig, epochs: float, runs: Sequence[RunSummary], folder: Path | None = None
) -> Estimate | None:
    """From finished runs with the same layers and data, epoch for epoch; else from any, by their work.

    The work of a run is multiply-adds of an image × training images × epochs. None where no run has finished.
    """
    finished = [run for run in runs if run.state == "finished" and run.status.epoch and run.status.seconds]
    known = [
        (run, found)
        for run in finished[:_MOST_LOOKED_AT]
        if (found := _config(run.id, folder or default_folder()))
    ]
    alike = [
        run.status.seconds / run.status.epoch
        for run, found in known
        if (found.layers, found.dataset) == (config.layers, config.dataset)
    ]
    if alike:
        return Estimate(epochs * statistics.median(alike), len(alike), True)
    work, rates = _work(config), [_rate(run, found) for run, found in known]
    rates = [rate for rate in rates if rate]
    if not rates or not work:
        return None
    return Estimate(epochs * work * statistics.median(rates), len(rates), False)


@lru_cache(maxsize=512)
def _config(run: str, folder: Path) -> RunConfig | None:
    """Of the run of that id: it is never rewritten."""
    try:
        return Run.open(run, folder).config
    except RunError:
        return None


def _rate(run: RunSummary, config: RunConfig) -> float:
    """Seconds for a multiply-add; 0 where nothing is known of the data."""
    work = _work(config) * run.status.epoch
    return run.status.seconds / work if work else 0.0


def _work(config: RunConfig) -> float:
    """Multiply-adds of an epoch; 0 where nothing is known of the data."""
    try:
        info = datasets.info(config.dataset)
    except DatasetError:
        return 0.0
    summary = summarize(config.layers, network_input_shape(config, info.image_shape))
    return float(summary.multiply_adds * num_training_images(config, info.num_train))


def _mean_epochs(config: SweepConfig) -> float:
    varied = [each for each in config.space if each.setting == "epochs"]
    return _mean(varied[0]) if varied else config.base.epochs


def _mean(vary: Vary) -> float:
    if vary.is_range and vary.log:
        return (vary.low * vary.high) ** 0.5
    return statistics.fmean(value for value in vary.tried if isinstance(value, int | float))


def in_words(
    config: SweepConfig, runs: Sequence[RunSummary], trainers: int, folder: Path | None = None
) -> str:
    """How many runs, and how long; where that is from."""
    count, found = runs_in_words(config), seconds_a_trial(config, runs, folder)
    if found is None:
        return f"{count}. How long one takes is not known yet: no run has finished here."
    seconds = found.seconds * config.num_trials / trainers
    bound = f", and no trial begins after {config.minutes:g} min" if config.minutes else ""
    at_most = "at most " if config.pruner != "none" else ""
    source = "the same layers and data" if found.is_alike else "other networks, by their multiply-adds"
    number = counted(found.runs, "finished run")
    return (
        f"{count}, {at_most}about {duration(max(1.0, seconds))} of training{bound} "
        f"(from {number} of {source}: {found.seconds:.1f} s each)."
    )
