"""The runs that are compared, each evaluated on its own test set; and two of them, chosen to be looked at.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.comparison.compared_run import ComparedRun
from lenet.errors import DatasetError, ModelError
from lenet.evaluation.task import EvaluationTask, task_of
from lenet.networks import model_reference
from lenet.networks.model_reference import ModelReference
from pages.parts.compare.looks import Looks
from pages.parts.shared.evaluation import evaluated
from pages.parts.shared.link import bound, read, warn
from pages.parts.shared.link_field_kinds import Field
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.two_networks import Network


def task_for(run: ComparedRun) -> EvaluationTask:
    """Its final model, or the newest epoch that it has, on its own test set.

    Raises:
        ModelError: it has no weights, or they are gone.
        DatasetError: its data are not known here any more.
    """
    epochs = model_reference.epochs(run.id)
    if not epochs:
        raise ModelError(
            f"{run.title} has no weights, as it has made no update (yet): it cannot be evaluated. Choose "
            "another run."
        )
    return task_of(model_reference.resolve(ModelReference(run.id, epochs[-1])), None, "test")


def two_of(looks: Looks) -> tuple[int, int] | None:
    """The places of two runs that a person chooses; None where there are not two."""
    if len(looks.runs) < 2:
        st.info("This is a view of two runs. Choose another run beside it.", icon=":material/compare_arrows:")
        return None
    with st.container(horizontal=True):
        first = _pick(LINK["first"], looks, 0)
        second = _pick(LINK["second"], looks, _beside(looks, first))
    if first == second:
        st.info("The same run twice does not differ. Choose another one.", icon=":material/compare_arrows:")
        return None
    return first, second


def _beside(looks: Looks, first: int) -> int:
    """Another run, with another color if there is one."""
    others = [place for place in range(len(looks.runs)) if place != first]
    return next((place for place in others if looks.colors[place] != looks.colors[first]), others[0])


def _pick(field: Field, looks: Looks, usual: int) -> int:
    ids = [each.id for each in looks.runs]
    asked = read(field)
    if asked and asked not in ids:
        warn(field.problem(asked, "one of the runs that are compared", "Another one is shown."))
    now = asked if asked in ids else ids[usual]
    titles = {each.id: each.title for each in looks.runs}
    return ids.index(
        st.selectbox(field.title, ids, format_func=titles.__getitem__, width=420, **bound(field, now))
    )


def network(looks: Looks, place: int, key: str) -> Network | None:
    """That run, evaluated; None as long as nobody knows, or where it cannot be: a sentence says why."""
    run = looks.runs[place]
    try:
        task = task_for(run)
    except (ModelError, DatasetError) as error:
        st.info(escaped(str(error)), icon=":material/hourglass_top:")
        return None
    found = evaluated(f"compare-{key}", task, is_needed=True)
    return Network(run.title, task, found) if found else None


def two_networks(looks: Looks) -> tuple[tuple[int, int], tuple[Network, Network]] | None:
    """The places of two chosen runs, and both evaluated."""
    places = two_of(looks)
    if places is None:
        return None
    first, second = (
        network(looks, place, key) for place, key in zip(places, ("first", "second"), strict=True)
    )
    return (places, (first, second)) if first and second else None
