"""The comparison of two networks: McNemar's test in words, and the images on which they differ.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.errors import ComparisonError, DatasetError, ModelError
from lenet.evaluation import mcnemar
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask, task_of
from lenet.figures.theme import Palette
from lenet.formatting import percent
from lenet.networks import model_reference
from lenet.networks.pretrained import BEST
from lenet.runs.run_index import list_runs
from pages.parts.evaluate.predicted_images import predicted_images
from pages.parts.shared.engine import engine_id
from pages.parts.shared.evaluation import evaluated
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_choice import Chosen, model_choice
from pages.parts.shared.tables import show_table


@dataclass(frozen=True)
class _Side:
    """One network, and where in its task the images are that both have."""

    title: str
    task: EvaluationTask
    found: EvaluationResult
    places: np.ndarray  # (n,) int

    @property
    def correct(self) -> np.ndarray:
        return self.found.correct[self.places]


def compare(chosen: Chosen, task: EvaluationTask, found: EvaluationResult, colors: Palette) -> None:
    """The other network is chosen here."""
    with st.container(horizontal=True, gap="large"):
        other = model_choice("against", LINK["against"], "Compare with", _usual(chosen))
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
    try:
        places, other_places = mcnemar.shared(task, other_task)
    except ComparisonError as error:
        st.warning(escaped(str(error)))
        return
    if len(places) < max(len(task.rows), len(other_task.rows)):
        st.caption(f"Compared on the {len(places):,} images that both have in this split.")
    first, second = _titles(chosen, other)
    _show(_Side(first, task, found, places), _Side(second, other_task, other_found, other_places), colors)


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


def _show(first: _Side, second: _Side, colors: Palette) -> None:
    result = mcnemar.mcnemar(first.correct, second.correct)
    st.markdown(f"#### {escaped(mcnemar.in_words(result, first.title, second.title))}")
    st.markdown(
        f"Of {len(first.places):,} images both are correct on **{result.both:,}**, "
        f"only {escaped(first.title)} on **{result.only_first:,}**, only {escaped(second.title)} on "
        f"**{result.only_second:,}**, neither on **{result.neither:,}**."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _won("first", first, second, colors)
    with right:
        _won("second", second, first, colors)
    _table(first, second)
    test = term("McNemar's test", "The test")
    st.caption(
        f"{test} looks only at images on which just one of them is correct. It tells these two networks "
        "apart on these images, not their recipes: train each with several seeds for that."
    )


def _won(key: str, winner: _Side, loser: _Side, colors: Palette) -> None:
    """The images on which only `winner` is correct, with the loser's predictions."""
    won = np.flatnonzero(winner.correct & ~loser.correct)
    st.markdown(f"**Only {escaped(winner.title)} is correct: {len(won):,}**")
    if not len(won):
        st.caption("No such image.")
        return
    st.caption(f"Below each image: the true class, and what {escaped(loser.title)} predicts.")
    places = loser.places[won]
    by_confidence = np.argsort(-loser.found.confidence[places], kind="stable")
    of_winner = dict(zip(places.tolist(), winner.places[won].tolist(), strict=True))

    def winner_says(place: int) -> str:
        name = winner.task.predicted_names[winner.found.predictions[of_winner[place]]]
        return f"{winner.title}: {name} with {percent(float(winner.found.confidence[of_winner[place]]))}"

    predicted_images(f"won-{key}", loser.task, loser.found, places[by_confidence], colors, columns=5, rows=3,
                    tile=68, others=[winner_says])  # fmt: skip


def _table(first: _Side, second: _Side) -> None:
    """The figures of both, then the recall of each class that has images."""
    results = [side.found.evaluation for side in (first, second)]
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
