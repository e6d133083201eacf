"""What the Evaluate page judges: which network, on which data set and split; and how it is waited for.

Must not import TensorFlow or Keras.
"""

from functools import partial

import streamlit as st

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.errors import DatasetError, ModelError
from lenet.evaluation import result, task
from lenet.evaluation.result import Judgement
from lenet.evaluation.task import SPLITS, Exam
from lenet.networks import model_reference
from lenet.runs.folder import default_folder
from pages.parts.shared import questions
from pages.parts.shared.clicks import DATA, change_of
from pages.parts.shared.link import address, clear, read, warn, write
from pages.parts.shared.link_fields import DATA as LINK_OF_DATA
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_choice import Chosen

_OF = "evaluate-of"  # key of the session: the model that the choice of data set was made for
_MEANINGS = {
    "train": "the images that it learned from",
    "validation": "images that were held out while it learned",
    "test": "images that were never used for learning",
}


def folder() -> str:
    """Where runs live, for the worker."""
    return str(default_folder().resolve())


def exam_choice(chosen: Chosen) -> Exam | None:
    """Widgets for data set and split; None where the model cannot be judged: a sentence says why."""
    try:
        model = model_reference.find(chosen.spec, default_folder())
        fitting = _fitting(model)
        dataset = _dataset(model, fitting)
        return task.exam(chosen.spec, dataset, _split(model, dataset), folder())
    except (ModelError, DatasetError) as error:
        st.error(escaped(str(error)), icon=":material/search_off:")
        return None


def _fitting(model: model_reference.Judged) -> dict[str, str]:
    """Name → title of the data sets that the model can be judged on, its own first."""
    own, every = model.about, datasets.all_datasets()
    names = [name for name, about in every.items() if not task.misfit(model, about)]
    here = [name for name in names if name != own.name and datasets.available(name)]
    return {own.name: own.title} | {name: every[name].title for name in here}


def _dataset(model: model_reference.Judged, fitting: dict[str, str]) -> str:
    own, asked = model.about.name, read(LINK["dataset"])
    if st.session_state.get(_OF, model.spec.partition("@")[0]) != model.spec.partition("@")[0]:
        asked = _kept(model, asked, fitting)
    st.session_state[_OF] = model.spec.partition("@")[0]
    if asked and asked not in fitting:
        warn(f"{_why_not(model, asked)} Shown: {fitting[own]}.")
        asked = None
    key = f"evaluate-dataset-{model.spec}-{asked or ''}"
    return st.selectbox(
        "Data set", fitting, list(fitting).index(asked or own), key=key, format_func=fitting.__getitem__,
        on_change=change_of(key, asked or own, partial(write, LINK["dataset"])),
    )  # fmt: skip


def _kept(model: model_reference.Judged, asked: str | None, fitting: dict[str, str]) -> str | None:
    """The data set when another model is chosen: the same where its classes are the model's, else the own."""
    if asked in fitting and datasets.info(asked).class_names == model.about.class_names:
        return asked
    clear(LINK["dataset"], LINK["cell"])
    return None


def _why_not(model: model_reference.Judged, asked: str) -> str:
    """Why that data set of the link cannot be taken."""
    try:
        about = datasets.info(asked[:80])
    except DatasetError as error:
        return str(error)
    misfit = task.misfit(model, about)
    return misfit or f"{about.title} is not on this machine. {datasets.where_to_put(asked)}."


def _split(model: model_reference.Judged, dataset: str) -> str:
    splits = SPLITS if dataset == model.about.name else ("train", "test")
    asked = read(LINK["split"])
    key = f"evaluate-split-{len(splits)}"
    now = asked if asked in splits else "test"
    split = st.segmented_control(
        "Images", splits, default=now, required=True, key=key, format_func=str.capitalize,
        on_change=change_of(key, now, partial(write, LINK["split"])),
    )  # fmt: skip
    return split or "test"


def meaning(asked: Exam) -> str:
    """What these images were to the model, in a few words."""
    if not asked.is_own_data:
        return f"other data than it learned from ({asked.model.about.title})"
    validates_on_test = asked.model.config.validation == "test"
    if validates_on_test and asked.split != "train":
        return "its test set, which is its validation data too"
    return _MEANINGS[asked.split]


def judged(name: str, asked: Exam) -> Judgement | None:
    """What is stored, else what the worker finds out meanwhile; None as long as nobody knows.

    `name`: of the question, one for each place on the page.
    """
    if found := result.stored(asked):
        return found
    if not _has_images(asked):
        _how_to_get_them(asked)
        return None
    call = (asked.model.spec, asked.about.name, asked.split, folder())
    reply = questions.ask_long(name, "lenet.evaluation.evaluator.judge", call)
    return reply.values[0] if questions.is_there(name, reply, is_needed=True) else None


def _has_images(asked: Exam) -> bool:
    """Whether they are on this machine; a run keeps those of a data set that grows."""
    is_kept = asked.data_run is not None and datasets.grows(asked.about.name)
    return is_kept or datasets.available(asked.about.name)


def _how_to_get_them(asked: Exam) -> None:
    name, title = asked.about.name, asked.about.title
    by_hand = datasets.where_to_put(name).removesuffix(".")
    words = f"{title}: not on this machine, so nothing can be judged on it. {by_hand}."
    st.info(escaped(words), icon=":material/download:")
    wanted = _to_download(asked)
    if wanted:
        to = {"query_params": address(LINK_OF_DATA, dataset=wanted.name)}
        st.button(f"Get {wanted.title} on the Data page", type="primary", on_click=st.switch_page,
                  args=(DATA,), kwargs=to)  # fmt: skip


def _to_download(asked: Exam) -> DatasetInfo | None:
    """These data, where they can be downloaded; else others that the model can be judged on."""
    others = (about for about in datasets.all_datasets().values() if not task.misfit(asked.model, about))
    return next((about for about in (asked.about, *others) if datasets.can_download(about.name)), None)
