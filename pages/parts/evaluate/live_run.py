"""Of a run that still trains each newer epoch is evaluated as it comes; what was shown stays until then.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.runs.folder import Run
from lenet.runs.status import ACTIVE_STATES
from pages.parts.shared import questions
from pages.parts.shared.link import has, write
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.model_choice import Chosen, progress

_FORMER = "evaluate-former"  # key of the session: what was shown last
_TICK = 3.0  # seconds between two looks for a newer epoch

Shown = tuple[EvaluationTask, EvaluationResult | None]


def or_former(name: str, task: EvaluationTask, found: EvaluationResult | None) -> Shown:
    """What to show: while the question `name` is awaited, the former epoch on the same images.

    So every widget of a view stays where it is, with what is chosen in it.
    """
    former: Shown | None = st.session_state.get(_FORMER)
    if found is None and former and _of_what(former[0]) == _of_what(task) and questions.is_awaited(name):
        st.caption(f"Until then you see epoch {former[0].model.reference.epoch}.")
        return former
    st.session_state[_FORMER] = (task, found) if found else None
    return task, found


def _of_what(task: EvaluationTask) -> tuple[str, str, str]:
    return task.model.reference.name, task.data.name, task.split


def look_for_epochs(name: str, chosen: Chosen) -> None:
    """Run the page again when the run has another epoch, or ends; at once only where nothing is awaited."""
    run = chosen.model.run
    if run is not None and chosen.state in ACTIVE_STATES:
        st.fragment(_look, run_every=_TICK)(name, run, (chosen.state, chosen.epochs))


def _look(name: str, run: Run, known: tuple[str, list[str]]) -> None:
    if not questions.is_awaited(name) and progress(run.id) != known:
        if not has(LINK["model"]):  # the newest run was shown: another one may be newer now
            write(LINK["model"], run.id)
        st.rerun()
