"""What a new run is called, of a recipe or of settings for going on from a model.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.data import datasets
from lenet.errors import DatasetError, ModelError
from lenet.runs.config import RunConfig
from lenet.runs.default_name import LONGEST, default_name
from lenet.sentences import shortened
from lenet.training.fine_tuning import FINE_TUNING, find, settings_on
from lenet.training.recipes import RECIPES


def run_name(config: RunConfig) -> str:
    """The name in the config, else what differs from its recipe.

    Without a recipe, where it goes on from a model, what differs from the settings for that comes after the
    name: two such runs are told apart.
    """
    if recipe := RECIPES.get(config.recipe or ""):
        return config.name or default_name(config, recipe.config, recipe.title)
    if not config.initial_weights:
        return config.name or config.architecture or "own network"
    name = config.name or f"from {config.initial_weights}"
    changes = default_name(config, _usual(config), "")
    return shortened(f"{name}, {changes}" if changes else name, LONGEST)


def _usual(config: RunConfig) -> RunConfig:
    """The same with the settings by which one goes on from that model on those data."""
    try:
        settings = settings_on(find(config.initial_weights), datasets.info(config.dataset))
    except (ModelError, DatasetError):
        settings = FINE_TUNING
    batch_size = min(config.batch_size, FINE_TUNING["batch_size"])  # smaller where there are few images
    return config.model_copy(update=settings | {"batch_size": batch_size})
