"""McNemar's test of every two of the runs. Must not import TensorFlow or Keras."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st

from lenet.comparison.significance import Answers, Pairs, all_pairs
from lenet.errors import DatasetError, ModelError
from lenet.evaluation.mcnemar import LIKELY_CHANCE
from lenet.evaluation.result import stored
from lenet.evaluation.task import EvaluationTask
from lenet.figures.comparison_matrices import MOST_TARGETS, TARGETS, p_value_figure
from lenet.formatting import counted
from lenet.sentences import few
from pages.parts.compare.evaluations import task_for
from pages.parts.compare.looks import Looks
from pages.parts.shared.charts import chart
from pages.parts.shared.evaluation import evaluated
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import write_all
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.screen import screen

_SIDES = {"laptop": 520, "touch": 280, "projector": 760}  # pixels of the matrix
_CHART = "compare-p-values"  # key
_LARGEST_CELL = 110  # pixels
_MOST_NAMES = 20  # below a matrix that has no room for them
_KEPT = 512  # answers in memory, of 10 kB each


def mcnemar_view(looks: Looks) -> None:
    """The p-values as a matrix, of the runs that can be evaluated."""
    if len(looks.runs) < 2:
        st.info("This is a view of two runs or more. Choose another run beside it.",
                icon=":material/compare_arrows:")  # fmt: skip
        return
    found = _answers(looks)
    if len(found) < 2:
        st.info("Fewer than two of these runs can be evaluated.", icon=":material/hourglass_top:")
        return
    names = [looks.runs[place].title for place in found]
    pairs = all_pairs(list(found.values()))
    side = min(_SIDES[screen().name], _LARGEST_CELL * len(names))
    figure = p_value_figure(
        pairs.p_values, pairs.only_first, names, looks.palette, side, not screen().is_phone
    )
    ids = [looks.runs[place].id for place in found]
    chart(figure, width="content", key=_CHART, selection_mode="points", on_select=lambda: _open(ids),
          alt=f"McNemar's p-values of {len(names)} runs, each with each")  # fmt: skip
    if screen().is_phone:
        named = (f"{number} {name}" for number, name in enumerate(names[:_MOST_NAMES], 1))
        st.caption(escaped(f"{', '.join(named)}."))
    _in_words(pairs, len(names) <= MOST_TARGETS)


def _open(ids: list[str]) -> None:
    """The errors of the two runs of the cell that was clicked."""
    points = st.session_state[_CHART].selection.points
    cells = [divmod(each["point_index"], len(ids)) for each in points if each["curve_number"] == TARGETS]
    if cells and max(cells[0]) < len(ids) and cells[0][0] != cells[0][1]:
        first, second = cells[0]
        write_all(LINK, {"view": "errors", "first": ids[first], "second": ids[second]})


def _in_words(pairs: Pairs, is_clickable: bool) -> None:
    tested = pairs.tested
    if not len(tested):
        st.warning(
            "No two of these runs were tested on the same images: nothing can be said of who is better."
        )
        return
    below = int((tested < LIKELY_CHANCE).sum())
    st.markdown(
        f"**{below:,} of {counted(len(tested), 'pair')}** differ by more than chance explains "
        f"(p below {LIKELY_CHANCE:g})."
    )
    by_chance, test = LIKELY_CHANCE * len(tested), term("McNemar's test")
    st.caption(
        f"{test} of each two, on their own test set. Teal: the run of the row is better; orange: that of the "
        f"column; pale: chance explains it. Were all equally good, about {by_chance:,.1f} of so many pairs "
        "would still be below: of many tests believe the smallest p-values alone."
        + (" A click on a pair shows the images." if is_clickable else "")
    )


def _answers(looks: Looks) -> dict[int, Answers]:
    """Place → what that run has correct; of those without, a sentence. One is evaluated at a time."""
    found, problems, is_waiting = {}, [], False
    for place, run in enumerate(looks.runs):
        try:
            task = task_for(run)
        except (ModelError, DatasetError) as error:
            problems.append(str(error))
            continue
        correct = _correct(task)
        if correct is None and not is_waiting:
            result = evaluated("compare-first", task)
            correct, is_waiting = (result.correct, False) if result else (None, True)
        if correct is not None:
            found[place] = Answers(f"{task.data.name} {task.data_state} {task.part}", correct)
    for problem in few(problems):
        st.info(escaped(problem), icon=":material/hourglass_top:")
    return found


def _correct(task: EvaluationTask) -> np.ndarray | None:
    """(N,) bool, as it is stored; None where it is not."""
    try:
        changed = task.file.stat().st_mtime_ns if task.file else 0
    except OSError:
        return None
    return _of_file(task, task.file, changed)


@lru_cache(maxsize=_KEPT)
def _of_file(task: EvaluationTask, file: Path | None, changed: int) -> np.ndarray | None:
    result = stored(task)
    return None if result is None else result.correct
