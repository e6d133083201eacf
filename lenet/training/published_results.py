"""What the source of a run's recipe published, beside what was measured here.

Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass

from lenet.formatting import percent
from lenet.runs.config import RunConfig
from lenet.training.recipe import Expected
from lenet.training.recipes import RECIPES

# What makes a run another one than its recipe says, but not worse or better.
_UNIMPORTANT = {"recipe", "name", "seed", "layers", "architecture"}


@dataclass(frozen=True)
class Published:
    """A figure of a source.

    Attributes:
        accuracy: 0–1.
        source: who published it.
        changed: settings of this run that are not the recipe's, as words.
    """

    accuracy: float
    source: str
    changed: tuple[str, ...]


def published(config: RunConfig | None, dataset: str, split: str, epoch: int | None) -> Published | None:
    """The figure of the run's recipe on that split of that data set; None where none was published.

    `epoch`: of the run; None for its final model.
    """
    recipe = RECIPES.get(config.recipe or "") if config else None
    if recipe is None or dataset != recipe.config.dataset or config.dataset != dataset:
        return None
    is_test = split == "test" or (split == "validation" and recipe.config.validation == "test")
    accuracy = _accuracy(recipe.expected, "test" if is_test else split, epoch)
    if accuracy is None:
        return None
    changes = _changes(config, recipe.config, {"epochs"} if epoch is not None else set())
    return Published(accuracy, recipe.source, changes)


def _accuracy(expected: Expected, split: str, epoch: int | None) -> float | None:
    if split == "test" and epoch is None:
        return expected.test_accuracy
    by_epoch = {"train": expected.training_accuracy, "test": expected.validation_accuracy}.get(split, ())
    if epoch is None:
        return by_epoch[-1] if by_epoch else None
    return by_epoch[epoch - 1] if 1 <= epoch <= len(by_epoch) else None


def _changes(config: RunConfig, recipe: RunConfig, beside_the_point: set[str]) -> tuple[str, ...]:
    values, usual = config.model_dump(), recipe.model_dump()
    words = [
        f"{name.replace('_', ' ')} {values[name]} instead of {usual[name]}"
        for name in values
        if name not in _UNIMPORTANT | beside_the_point and values[name] != usual[name]
    ]
    return (*words, *(["other layers"] if values["layers"] != usual["layers"] else []))


def in_words(found: Published, interval: tuple[float, float]) -> str:
    """How the figure lies to the interval of what was measured."""
    low, high = interval
    figure = percent(found.accuracy)
    if found.accuracy < low:
        place = "is below the interval: this network does better, by more than chance"
    elif found.accuracy > high:
        place = "is above the interval: this network does worse, by more than chance"
    else:
        place = "lies within the interval: this network agrees with it"
    changed = f" Changed here: {', '.join(found.changed)}." if found.changed else ""
    return f"{found.source}: {figure} {place}.{changed}"
