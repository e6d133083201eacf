"""The evaluation task of the page: a network on a split of a data set.

Must not import TensorFlow or Keras.
"""

from functools import partial

import streamlit as st

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.errors import DatasetError, ModelError
from lenet.evaluation.task import SPLITS, EvaluationTask, misfit, task_of
from lenet.networks.model_reference import Model
from pages.parts.shared.clicks import change_of
from pages.parts.shared.link import clear, read, warn, write
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_choice import Chosen

_OF = "evaluate-of"  # key of the session: the model that the choice of data set was made for
_MEANINGS = {
    "train": "the images that it learned from",
    "validation": "images that were held out while it learned",
    "test": "images that were never used for learning",
}


def task_choice(chosen: Chosen) -> EvaluationTask | None:
    """Widgets for data set and split; None where the model cannot be evaluated: a sentence says why."""
    model = chosen.model
    try:
        own = model.training_data()
        fitting = _fitting(model, own)
        dataset = _dataset(model, own or datasets.info(next(iter(fitting))), fitting)
        return task_of(model, dataset, _split(own is not None and dataset == own.name))
    except (ModelError, DatasetError) as error:
        st.error(escaped(str(error)), icon=":material/search_off:")
        return None


def _fitting(model: Model, own: DatasetInfo) -> dict[str, str]:
    """Name → title of the data sets that the model can be evaluated on, its own first.

    What a file from elsewhere takes, the worker says: of that all that are here, MNIST first.
    """
    every = datasets.all_datasets()
    names = [name for name, about in every.items() if not misfit(model, own, about)]
    if own is None:
        return {name: every[name].title for name in names if datasets.available(name)}
    here = [name for name in names if name != own.name and datasets.available(name)]
    return {own.name: own.title} | {name: every[name].title for name in here}


def _dataset(model: Model, own: DatasetInfo, fitting: dict[str, str]) -> str:
    asked, name = read(LINK["dataset"]), model.reference.name
    if st.session_state.get(_OF, name) != name:
        asked = _kept(own, asked, fitting)
    st.session_state[_OF] = name
    if asked and asked not in fitting:
        warn(f"{_why_not(model, own, asked)} Shown: {own.title}.")
        asked = None
    key, now = f"evaluate-dataset-{model.reference}-{asked or ''}", asked or own.name
    return st.selectbox(
        "Data set", fitting, list(fitting).index(now), key=key, format_func=fitting.__getitem__,
        on_change=change_of(key, now, partial(write, LINK["dataset"])),
    )  # fmt: skip


def _kept(own: DatasetInfo, asked: str | None, fitting: dict[str, str]) -> str | None:
    """The data set when another model is chosen: the same where its classes are the model's, else the own."""
    if asked in fitting and datasets.info(asked).class_names == own.class_names:
        return asked
    clear(LINK["dataset"], LINK["cell"])
    return None


def _why_not(model: Model, own: DatasetInfo, asked: str) -> str:
    """Why that data set of the link cannot be taken."""
    try:
        about = datasets.info(asked[:80])
    except DatasetError as error:
        return str(error)
    return (
        misfit(model, own, about) or f"{about.title} is not on this machine. {datasets.where_to_put(asked)}."
    )


def _split(is_own: bool) -> str:
    splits = SPLITS if is_own else ("train", "test")
    asked = read(LINK["split"])
    key = f"evaluate-split-{len(splits)}"
    now = asked if asked in splits else "test"
    split = st.segmented_control(
        "Images", splits, default=now, required=True, key=key, format_func=str.capitalize,
        on_change=change_of(key, now, partial(write, LINK["split"])),
    )  # fmt: skip
    return split or "test"


def meaning(task: EvaluationTask) -> str:
    """What these images were to the model, in a few words."""
    if task.trained_on is None:
        return f"{task.data.title}; nobody knows what the file learned from"
    if not task.is_own_data:
        return f"other data than it learned from ({task.trained_on.title})"
    validates_on_test = task.model.config.validation == "test"
    if validates_on_test and task.split != "train":
        return "its test set, which is its validation data too"
    return _MEANINGS[task.split]
