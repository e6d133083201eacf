"""Which recipe suits the data that are on this machine. Must not import Streamlit, TensorFlow or Keras."""

from collections.abc import Iterator

from lenet.data import datasets
from lenet.networks.validation import check
from lenet.runs.config import RunConfig
from lenet.training.fitting_batch import fitted
from lenet.training.recipes import RECIPES

_FIRST = "lenet5-relu"  # what a first visit shows where its data are here
_NAMES = tuple(dict.fromkeys((_FIRST, *RECIPES)))


def first_recipe() -> str:
    """The recipe to begin with: the first whose data are on this machine; the bundled digits always are."""
    return next(name for name in _NAMES if datasets.available(RECIPES[name].config.dataset))


def recipe_for(dataset: str) -> str:
    """The recipe to begin with on that data set: one that was made for it, else one whose network fits.

    Raises `DatasetError` where there is no such data set.
    """
    made_for_it = (name for name in _NAMES if RECIPES[name].config.dataset == dataset)
    fitting = (name for name in _NAMES if _fits(_with_data(RECIPES[name].config, dataset)))
    return next(made_for_it, None) or next(fitting, _FIRST)


def on_dataset(config: RunConfig, dataset: str) -> RunConfig:
    """The config on that data set; where it cannot be trained on it, a recipe that can.

    Raises `DatasetError` where there is no such data set.
    """
    same = _with_data(config, dataset)
    return same if _fits(same) else _with_data(RECIPES[recipe_for(dataset)].config, dataset)


def on_data_here(config: RunConfig) -> RunConfig:
    """The config on its own data where they are on this machine, else on others that fit, else a recipe's."""
    fitting = (each for each in _on_all(config) if datasets.available(each.dataset) and _fits(each))
    return next(fitting, None) or RECIPES[first_recipe()].config


def _on_all(config: RunConfig) -> Iterator[RunConfig]:
    """Its own data set first."""
    every = datasets.all_datasets()
    own = [config.dataset] if config.dataset in every else []
    return (_with_data(config, name) for name in (*own, *every))


def _with_data(config: RunConfig, dataset: str) -> RunConfig:
    return config.model_copy(update={"dataset": dataset})


def _fits(config: RunConfig) -> bool:
    about = datasets.info(config.dataset)
    return not check(fitted(config, about), about)
