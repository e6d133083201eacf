"""What there is to say of a model in words: what it was trained on, for how long, how good it is.

Must not import Streamlit, TensorFlow or Keras.
"""

from lenet.data import datasets
from lenet.errors import DatasetError
from lenet.networks.model_reference import Model
from lenet.networks.pretrained import PRETRAINED
from lenet.proportion import accuracy
from lenet.runs.listing import summarize as run_summary


def facts(model: Model) -> list[tuple[str, str]]:
    """What there is to say of a model: a name and a value each."""
    config = model.config
    known = [("Model", str(model.reference)), ("Trained on", _dataset_title(model))]
    if config.recipe:
        known.append(("Recipe", f"{config.recipe}, seed {config.seed}"))
    return [*known, ("Epochs", _epochs(model)), *_tested(model)]


def _epochs(model: Model) -> str:
    """How many it has learned for."""
    number = model.reference.epoch_number
    if number is not None:
        return f"{number} of {model.config.epochs}" if number else "0: untrained, its weights are random"
    return str(model.run.status().epoch if model.run else model.config.epochs)


def _tested(model: Model) -> list[tuple[str, str]]:
    card = PRETRAINED.get(model.reference.name)
    if model.reference.epoch_number is not None:
        return []  # the figures are of the final weights
    if card:
        found = [("Test accuracy", accuracy(card.test_accuracy, None)), ("Trained", f"{card.date}")]
        return [*found, ("Command", card.command)]
    summary = run_summary(model.run_folder)
    of = f"{summary.accuracy_of} accuracy".strip().capitalize()
    return [(of, accuracy(summary.accuracy, summary.num_images)), ("State", summary.state)]


def _dataset_title(model: Model) -> str:
    try:
        return datasets.info(model.config.dataset, model.run_folder).title
    except DatasetError:
        return model.config.dataset
