"""Two networks on the same images: McNemar's test in words, and the images on which they differ, both ways.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.errors import ComparisonError, DatasetError, ModelError
from lenet.evaluation import mcnemar, task
from lenet.evaluation.result import Judgement
from lenet.evaluation.task import Exam
from lenet.figures.theme import Palette
from lenet.formatting import percent
from lenet.networks.pretrained import PRETRAINED
from lenet.runs.run_index import list_runs
from pages.parts.evaluate.predicted_images import answered_images
from pages.parts.evaluate.task_choice import folder, judged
from pages.parts.shared.engine import engine_id
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.model_choice import Chosen, model_choice
from pages.parts.shared.tables import show_table


@dataclass(frozen=True)
class _Side:
    """One network, and where in its exam the images are that both were asked."""

    title: str
    asked: Exam
    found: Judgement
    places: np.ndarray  # (n,) int

    @property
    def right(self) -> np.ndarray:
        return self.found.right[self.places]


def compare(chosen: Chosen, asked: Exam, found: Judgement, colors: Palette) -> None:
    """The other network is chosen here."""
    with st.container(horizontal=True, gap="large"):
        other = model_choice("against", LINK["against"], "Compare with", _usual(chosen))
    if other is None:
        return
    try:
        other_asked = task.exam(other.spec, asked.about.name, asked.split, folder())
    except (ModelError, DatasetError) as error:
        st.error(escaped(str(error)))
        return
    other_found = judged("against", other_asked)
    if other_found is None:
        return
    pair = _pair(chosen, asked, found, other, other_asked, other_found)
    if pair:
        _show(*pair, colors)


def _usual(chosen: Chosen) -> str:
    """The newest other run on the same data, else a shipped model, else itself when it knew nothing."""
    runs = [run.id for run in list_runs(engine=engine_id()) if run.dataset == chosen.config.dataset]
    shipped = [name for name, card in PRETRAINED.items() if card.dataset == chosen.config.dataset]
    return next((spec for spec in [*runs, *shipped] if spec != chosen.name), f"{chosen.name}@0")


def _pair(
    chosen: Chosen, asked: Exam, found: Judgement, other: Chosen, other_asked: Exam, other_found: Judgement
) -> tuple[_Side, _Side] | None:
    """Both on the images that they share; None, with a sentence, where they share none."""
    try:
        places, other_places = mcnemar.shared(asked, other_asked)
    except ComparisonError as error:
        st.warning(escaped(str(error)))
        return None
    if len(places) < max(len(asked.rows), len(other_asked.rows)):
        st.caption(f"Compared on the {len(places):,} images that both have in this split.")
    first, second = _titles(chosen, other)
    return _Side(first, asked, found, places), _Side(second, other_asked, other_found, other_places)


def _titles(chosen: Chosen, other: Chosen) -> tuple[str, str]:
    """Names that tell them apart."""
    names = [
        each.title if each.epoch is None else f"{each.title}, epoch {each.epoch}" for each in (chosen, other)
    ]
    return (names[0], names[1]) if names[0] != names[1] else (chosen.spec, other.spec)


def _show(first: _Side, second: _Side, colors: Palette) -> None:
    result = mcnemar.mcnemar(first.right, second.right)
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
    st.caption(
        "The test looks only at images on which just one of them is correct. It tells these two networks "
        "apart on these images, not their recipes: train each with several seeds for that."
    )


def _won(key: str, winner: _Side, loser: _Side, colors: Palette) -> None:
    """The images on which only `winner` is correct, with the loser's predictions."""
    won = np.flatnonzero(winner.right & ~loser.right)
    st.markdown(f"**Only {escaped(winner.title)} is correct: {len(won):,}**")
    if not len(won):
        st.caption("No such image.")
        return
    st.caption(f"Below each image: the true class, and what {escaped(loser.title)} predicts.")
    places = loser.places[won]
    by_confidence = np.argsort(-loser.found.confidence[places], kind="stable")
    of_winner = dict(zip(places.tolist(), winner.places[won].tolist(), strict=True))

    def winner_says(place: int) -> str:
        answer = winner.asked.answer_names[winner.found.guesses[of_winner[place]]]
        return f"{winner.title}: {answer} with {percent(float(winner.found.confidence[of_winner[place]]))}"

    answered_images(f"won-{key}", loser.asked, loser.found, places[by_confidence], colors, columns=5, rows=3,
                    tile=68, others=[winner_says])  # fmt: skip


def _table(first: _Side, second: _Side) -> None:
    """The figures of both, then the recall of each class."""
    results = [side.found.evaluation for side in (first, second)]
    rows = [("Accuracy %", [100 * each.accuracy for each in results])]
    rows.append(("Loss", [each.loss for each in results]))
    rows.append(("Calibration error %", [100 * each.calibration.error for each in results]))
    for name, *classes in zip(
        first.asked.about.class_names, *(each.classes for each in results), strict=True
    ):
        rows.append((f"Recall of {name} %", [100 * each.recall for each in classes]))
    columns = {
        "": [name for name, _ in rows],
        first.title: [values[0] for _, values in rows],
        second.title: [values[1] for _, values in rows],
        "Difference": [values[0] - values[1] for _, values in rows],
    }
    formats = {name: st.column_config.NumberColumn(format="%.2f") for name in list(columns)[1:]}
    show_table(columns, column_config=formats)
