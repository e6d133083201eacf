"""From an evaluation task to its result: what is stored, else the worker's answer, else what keeps it away.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.data import datasets
from lenet.data.dataset import DatasetInfo
from lenet.evaluation.result import EvaluationResult, stored
from lenet.evaluation.task import EvaluationTask, misfit
from lenet.formatting import megabytes
from pages.parts.shared import questions
from pages.parts.shared.clicks import DATA
from pages.parts.shared.link import address, go
from pages.parts.shared.link_fields import DATA as LINK_OF_DATA
from pages.parts.shared.markdown import escaped

_EVALUATE = "lenet.evaluation.evaluator.evaluate"


def evaluated(name: str, task: EvaluationTask, is_needed: bool = False) -> EvaluationResult | None:
    """None as long as nobody knows.

    Args:
        name: of the question to the worker, one for each place on a page.
        is_needed: without it the page has nothing to show.
    """
    if not questions.is_asked(name, _EVALUATE, (task,)):  # else its answer comes, or is here: it is not read
        if found := stored(task):
            return found
        if not _has_images(task):
            _how_to_get_them(task)
            return None
    reply = questions.ask_long(name, _EVALUATE, (task,))
    return reply.values[0] if questions.is_there(name, reply, is_needed) else None


def _has_images(task: EvaluationTask) -> bool:
    """Whether they are on this machine; a run keeps those of a data set that grows."""
    is_kept = task.data_run is not None and datasets.grows(task.data.name, task.model.run_folder)
    return is_kept or datasets.available(task.data.name)


def _how_to_get_them(task: EvaluationTask) -> None:
    name, title = task.data.name, task.data.title
    if problem := datasets.hidden(name):
        return st.info(escaped(problem), icon=":material/visibility_off:")
    by_hand = datasets.where_to_put(name).removesuffix(".")
    words = f"{title}: not on this machine, so nothing can be evaluated on it. {by_hand}."
    wanted = _to_download(task)
    if wanted and wanted.name != name:
        words += f" Or evaluate {task.model.title} on {wanted.title}, which can be downloaded."
    st.info(escaped(words), icon=":material/download:")
    if wanted:
        size = megabytes(datasets.download_bytes(wanted.name))
        to = address(LINK_OF_DATA, dataset=wanted.name)
        st.button(f"Get {wanted.title} ({size}) on the Data page", type="primary",
                  on_click=go, args=(DATA, to))  # fmt: skip


def _to_download(task: EvaluationTask) -> DatasetInfo | None:
    """These data, where they can be downloaded; else others that the model can be evaluated on."""
    every = datasets.all_datasets().values()
    others = (data for data in every if not misfit(task.model, task.trained_on, data))
    return next((data for data in (task.data, *others) if datasets.can_download(data.name)), None)
