"""Whose run is best, by a figure that a teacher picks: one line for each person.

Numpy only. Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lenet.comparison.compared_run import ComparedRun
from lenet.comparison.curves import epoch_rows
from lenet.comparison.measures import MEASURES
from lenet.formatting import percent

GOAL = 0.98  # accuracy that a run is to reach
OWN_DIGITS = "own"  # the ranking that a model has to be asked for


@dataclass(frozen=True)
class Ranking:
    """A figure to rank by. `of`: of a run; None where it has none. `form`: as a person reads it.

    Of the class's own digits no file of a run tells: whoever ranks by that brings another `of`.
    """

    title: str
    of: Callable[[ComparedRun], float | None]
    form: Callable[[float], str]
    is_smaller_better: bool = False


@dataclass(frozen=True)
class Line:
    """A place on the board. `value`: the figure of that person's best run."""

    place: int
    person: str
    run: ComparedRun
    value: float


def _accuracy_a_parameter(run: ComparedRun) -> float | None:
    """Percent for each thousand parameters."""
    parameters, share = MEASURES["parameters"].of(run), run.summary.accuracy
    return None if not parameters or share is None else 100 * share / (parameters / 1_000)


def _seconds_to_goal(run: ComparedRun) -> float | None:
    """Of training, until the end of the first epoch with that validation accuracy."""
    rows = epoch_rows(run.run)
    reached = np.flatnonzero(rows["val_accuracy"] >= GOAL)
    return float(np.cumsum(rows["seconds"])[reached[0]]) if reached.size else None


RANKINGS = {
    "accuracy": Ranking("Accuracy", lambda run: run.summary.accuracy, percent),
    "small": Ranking("Accuracy per 1,000 parameters", _accuracy_a_parameter, lambda value: f"{value:.2f} %"),
    "quick": Ranking(
        f"Seconds to {percent(GOAL, 0)}", _seconds_to_goal, lambda value: f"{value:.1f} s", True
    ),
    OWN_DIGITS: Ranking("Accuracy on the class's own digits", lambda run: None, percent),
}


def of_one_data_set(runs: Sequence[ComparedRun]) -> list[ComparedRun]:
    """The runs on the data set that most people have a run on, of equals the newest: others are no rivals."""
    people: dict[str, set[str]] = {}
    for run in sorted(runs, key=lambda each: each.summary.status.created, reverse=True):
        if run.summary.owner:
            people.setdefault(run.summary.dataset, set()).add(run.summary.owner.id)
    most = max(people, key=lambda name: len(people[name]), default="")
    return [run for run in runs if run.summary.dataset == most]


def leaderboard(runs: Sequence[ComparedRun], ranking: Ranking) -> list[Line]:
    """The best run of each person, the best person first; of equals who was there sooner.

    A run without the figure, or without an owner, is on no place.
    """
    best: dict[str, tuple[float, ComparedRun]] = {}
    sign = -1 if ranking.is_smaller_better else 1
    for run in sorted(runs, key=lambda each: each.summary.status.created):
        owner, value = run.summary.owner, ranking.of(run)
        if owner is None or value is None:
            continue
        if owner.id not in best or sign * value > sign * best[owner.id][0]:
            best[owner.id] = value, run
    in_order = sorted(best.values(), key=lambda each: -sign * each[0])
    return [Line(place, run.summary.owner.name, run, value) for place, (value, run) in enumerate(in_order, 1)]
