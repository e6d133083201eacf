"""Two networks on the same images: McNemar's test in words, and the images that only one has correct.

Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lenet.errors import ComparisonError
from lenet.evaluation import mcnemar
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.figures.theme import Palette
from lenet.formatting import probability
from pages.parts.shared.glossary_links import term
from pages.parts.shared.markdown import escaped
from pages.parts.shared.predicted_images import predicted_images


@dataclass(frozen=True)
class Network:
    """A network that was evaluated.

    Attributes:
        title: tells it from the other one.
    """

    title: str
    task: EvaluationTask
    found: EvaluationResult


@dataclass(frozen=True)
class Side:
    """One of two networks, and where in its task the images are that both have."""

    network: Network
    places: np.ndarray  # (n,) int

    @property
    def title(self) -> str:
        """Of its network."""
        return self.network.title

    @property
    def correct(self) -> np.ndarray:
        """(n,) bool."""
        return self.network.found.correct[self.places]


def sides(first: Network, second: Network) -> tuple[Side, Side] | None:
    """The two on the images that both have; None where there are none: a sentence says so."""
    try:
        places, other_places = mcnemar.shared(first.task, second.task)
    except ComparisonError as error:
        st.warning(escaped(str(error)))
        return None
    if len(places) < max(len(first.task.rows), len(second.task.rows)):
        st.caption(f"Compared on the {len(places):,} images that both have in this split.")
    return Side(first, places), Side(second, other_places)


def who_is_better(first: Side, second: Side) -> None:
    """McNemar's test in words, and its counts."""
    result = mcnemar.mcnemar(first.correct, second.correct)
    st.markdown(f"#### {escaped(mcnemar.in_words(result, first.title, second.title))}")
    st.markdown(
        f"Of {len(first.places):,} images both are correct on **{result.both:,}**, "
        f"only {escaped(first.title)} on **{result.only_first:,}**, only {escaped(second.title)} on "
        f"**{result.only_second:,}**, neither on **{result.neither:,}**."
    )


def only_one_is_correct(first: Side, second: Side, colors: Palette) -> None:
    """The images on which just one of them is correct: the first at the left, the second at the right."""
    left, right = st.columns(2, gap="medium")
    with left:
        _won("first", first, second, colors)
    with right:
        _won("second", second, first, colors)


def what_the_test_tells() -> None:
    """In a caption."""
    test = term("McNemar's test", "The test")
    st.caption(
        f"{test} looks only at images on which just one of them is correct. It tells these two networks "
        "apart on these images, not their recipes: train each with several seeds for that."
    )


def _won(key: str, winner: Side, loser: Side, colors: Palette) -> None:
    """The images on which only `winner` is correct, with the loser's predictions."""
    won = np.flatnonzero(winner.correct & ~loser.correct)
    st.markdown(f"**Only {escaped(winner.title)} is correct: {len(won):,}**")
    if not len(won):
        st.caption("No such image.")
        return
    st.caption(f"Below each image: the true class, and what {escaped(loser.title)} predicts.")
    lost, other = loser.network, winner.network
    places = loser.places[won]
    by_confidence = np.argsort(-lost.found.confidence[places], kind="stable")
    of_winner = dict(zip(places.tolist(), winner.places[won].tolist(), strict=True))

    def winner_says(place: int) -> str:
        name = other.task.predicted_names[other.found.predictions[of_winner[place]]]
        return f"{other.title}: {name} with {probability(other.found.confidence[of_winner[place]])}"

    predicted_images(f"won-{key}", lost.task, lost.found, places[by_confidence], colors, columns=5, rows=3,
                    tile=68, others=[winner_says])  # fmt: skip
