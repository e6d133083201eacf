"""What a sweep is asked to do: `SweepConfig`, and what keeps it from being done, in sentences.

Pure data with validation. Must not import Optuna, Streamlit, TensorFlow or Keras.
"""

import itertools
import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from lenet.data.dataset import DatasetInfo
from lenet.errors import SweepError
from lenet.formatting import counted
from lenet.networks.output_classes import with_classes
from lenet.networks.validation import check
from lenet.runs.config import RunConfig
from lenet.sweep.space import Value, Vary, grid_values, is_whole, space_problems, varied
from lenet.values import Frozen, at_most

MOST_TRIALS = 1_000
MOST_SETTINGS = 16
SAMPLERS = {"tpe": "TPE", "random": "Random", "grid": "Grid"}
PRUNERS = {
    "none": "None: every trial to its end",
    "median": "Median: worse than half of the trials at that epoch",
    "successive_halving": "Successive halving: the best quarter goes on",
}
MEASURES = {"val_accuracy": "Validation accuracy", "val_loss": "Validation loss"}


class SweepConfig(Frozen):
    """Everything that decides a sweep, but how long it goes on."""

    base: RunConfig
    space: Annotated[tuple[Vary, ...], Field(min_length=1), at_most(MOST_SETTINGS)]
    sampler: Literal["tpe", "random", "grid"] = "tpe"
    pruner: Literal["none", "median", "successive_halving"] = "none"
    measure: Literal["val_accuracy", "val_loss"] = "val_accuracy"
    trials: int = Field(20, ge=1, le=MOST_TRIALS)
    minutes: float | None = Field(None, gt=0, le=10_080)  # after which no trial begins; None: no bound
    seed: int = Field(0, ge=0, lt=2**31)

    @property
    def is_maximized(self) -> bool:
        """Whether more is better."""
        return self.measure == "val_accuracy"

    def combinations(self) -> list[dict[str, Value]]:
        """Of a grid, in the order in which they are tried: the last setting changes fastest."""
        return list(itertools.islice(self._combinations(), MOST_TRIALS))

    def _combinations(self) -> Iterator[dict[str, Value]]:
        names = [each.setting for each in self.space]
        for values in itertools.product(*self._grid()):
            yield dict(zip(names, values, strict=True))

    def _grid(self) -> list[tuple[Value, ...]]:
        return [grid_values(each, each.is_range and is_whole(self.base, each)) for each in self.space]

    @property
    def grid_size(self) -> int:
        """How many combinations a grid has."""
        return math.prod(map(len, self._grid()))

    @property
    def num_trials(self) -> int:
        """How many trials it begins with: those asked for, of a grid as many as it has at most."""
        return min(self.trials, self.grid_size) if self.sampler == "grid" else self.trials


def trial_config(base: RunConfig, values: dict[str, Value], info: DatasetInfo) -> RunConfig:
    """What a trial trains. Raises `SweepError`: what cannot be trained on these data, and why."""
    config = varied(base, values)
    changes: dict[str, Any] = {"name": ""}
    if not {"recipe", "architecture"}.isdisjoint(values):
        changes["layers"] = with_classes(config.layers, info.num_classes)
    config = config.model_copy(update=changes)
    if problems := check(config, info):
        raise SweepError(problems[0])
    return config


def problems_of(config: SweepConfig, info: DatasetInfo) -> list[str]:
    """Every reason why it cannot start on these data; each value is tried with all else as in the base."""
    if problems := space_problems(config.base, config.space):
        return problems
    found = []
    for setting, value in ((each.setting, value) for each in config.space for value in each.tried):
        try:
            trial_config(config.base, {setting: value}, info)
        except SweepError as error:
            found.append(str(error))
    if config.sampler == "grid" and config.grid_size > MOST_TRIALS:
        found.append(
            f"Grid: received {config.grid_size:,} combinations, expected at most {MOST_TRIALS:,}. Vary "
            "less, take fewer points of a range (as in 1e-4..1e-1:log:3), or choose random or TPE."
        )
    return list(dict.fromkeys(found))


def in_words(config: SweepConfig) -> str:
    """How many runs, of what."""
    if config.sampler != "grid":
        return f"{counted(config.num_trials, 'run')}"
    size = config.grid_size
    return f"{counted(config.num_trials, 'run')} of the {counted(size, 'combination')} of the grid"


def to_json(config: SweepConfig) -> dict[str, Any]:
    """As sweep.json has it."""
    return config.model_dump(mode="json")
