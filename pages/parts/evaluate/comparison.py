"""The comparison of two networks: who is better, the images on which they differ, the figures of both.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.errors import DatasetError, ModelError
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask, task_of
from lenet.figures.theme import Palette
from lenet.networks import model_reference
from lenet.networks.pretrained import BEST
from lenet.runs.run_index import list_runs
from pages.parts.shared.clicks import COMPARE
from pages.parts.shared.engine import engine_id
from pages.parts.shared.evaluation import evaluated
from pages.parts.shared.link import address, leave
from pages.parts.shared.link_fields import COMPARE as LINK_OF_COMPARE
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_choice import Chosen, about_file, model_choice
from pages.parts.shared.tables import show_table
from pages.parts.shared.two_networks import (
    Network,
    only_one_is_correct,
    sides,
    what_the_test_tells,
    who_is_better,
)


def compare(chosen: Chosen, task: EvaluationTask, found: EvaluationResult, colors: Palette) -> None:
    """The other network is chosen here."""
    with st.container(horizontal=True, gap="large"):
        other = model_choice("against", LINK["against"], "Compare with", _usual(chosen))
    about_file("against", other)
    if other is None:
        return
    try:
        other_task = task_of(other.model, task.data.name, task.split)
    except (ModelError, DatasetError) as error:
        st.error(escaped(str(error)))
        return
    other_found = evaluated("against", other_task, is_needed=True)
    if other_found is None:
        return
    titles = _titles(chosen, other)
    first, second = Network(titles[0], task, found), Network(titles[1], other_task, other_found)
    if both := sides(first, second):
        who_is_better(*both)
        only_one_is_correct(*both, colors)
        _table(first, second)
        what_the_test_tells()
    _to_compare(chosen, other)


def _usual(chosen: Chosen) -> str:
    """The newest other run on the same data, else a pretrained model, else itself when it knew nothing."""
    runs = model_reference.run_models(list_runs(engine=engine_id()))
    listed = [*runs, *model_reference.pretrained_models()]
    reference, config = chosen.model.reference, chosen.model.config
    if config is None:
        return BEST
    dataset = config.dataset
    others = (each.name for each in listed if each.dataset == dataset and each.name != reference.name)
    return next(others, str(reference.at("0")))


def _titles(first: Chosen, second: Chosen) -> tuple[str, str]:
    """Names that tell them apart."""
    titles = first.title_with_epoch, second.title_with_epoch
    return titles if len(set(titles)) == 2 else (str(first.model.reference), str(second.model.reference))


def _to_compare(first: Chosen, second: Chosen) -> None:
    """On to the curves and settings of both, where both are runs."""
    ids = list(dict.fromkeys(each.model.reference.name for each in (first, second) if each.model.run_folder))
    if len(ids) == 2:
        st.button("Compare their curves and settings", icon=":material/compare_arrows:", on_click=leave,
                  args=(COMPARE, address(LINK_OF_COMPARE, runs=ids)))  # fmt: skip


def _table(first: Network, second: Network) -> None:
    """The figures of both, then the recall of each class that has images."""
    results = [each.found.evaluation for each in (first, second)]
    rows = [("Accuracy %", [100 * each.accuracy for each in results])]
    rows.append(("Loss", [each.loss for each in results]))
    rows.append(("Calibration error %", [100 * each.calibration.error for each in results]))
    for name, *classes in zip(first.task.data.class_names, *(each.classes for each in results), strict=True):
        if all(each.support for each in classes):
            rows.append((f"Recall of {name} %", [100 * each.recall for each in classes]))
    columns = {
        "": [name for name, _ in rows],
        first.title: [values[0] for _, values in rows],
        second.title: [values[1] for _, values in rows],
        "Difference": [values[0] - values[1] for _, values in rows],
    }
    formats = {name: st.column_config.NumberColumn(format="%.2f") for name in list(columns)[1:]}
    show_table(columns, column_config=formats)
