"""The difference of two runs' confusion matrices. Must not import TensorFlow or Keras."""

import numpy as np
import streamlit as st

from lenet.evaluation.metrics import normalized
from lenet.figures.comparison_matrices import difference_figure
from pages.parts.compare.evaluations import two_networks
from pages.parts.compare.looks import Looks, dot
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.markdown import escaped
from pages.parts.shared.screen import screen
from pages.parts.shared.two_networks import Network

_SIDES = {"laptop": 460, "touch": 280, "projector": 700}  # pixels of the matrix


def confusion_view(looks: Looks) -> None:
    """One matrix: what one of them does more often than the other one."""
    found = two_networks(looks)
    if found is None:
        return
    places, networks = found
    first, second = networks
    names = first.task.data.class_names
    if names != second.task.data.class_names:
        st.warning(
            f"{escaped(first.title)} was tested on {len(names)} classes of {escaped(first.task.data.title)}, "
            f"{escaped(second.title)} on {len(second.task.data.class_names)} of "
            f"{escaped(second.task.data.title)}: their confusion matrices have no difference. "
            "Choose two runs of the same classes."
        )
        return
    if first.task.data.name != second.task.data.name:
        st.caption("They were tested on other images, of the same classes.")
    difference = 100 * (_shares(first) - _shares(second))
    ends = _ends(looks, places)
    figure = difference_figure(
        difference, names, ends, (first.title, second.title), looks.palette, _SIDES[screen().name]
    )
    chart(figure, width="content", key="compare-difference",
          alt=f"Confusion matrix of {first.title} minus that of {second.title}")  # fmt: skip
    _in_words(ends, difference, names, networks)


def _ends(looks: Looks, places: tuple[int, int]) -> tuple[str, str]:
    """The colors of the two; others where they have none, or the same, as seeds of one group have."""
    first, second = (looks.colors[place] for place in places)
    return (first, second) if first and second and first != second else looks.palette.series[:2]


def _shares(network: Network) -> np.ndarray:
    """(K, K): what becomes of the images of each true class, 0–1."""
    return normalized(np.array(network.found.evaluation.confusion), "true class")


def _in_words(
    ends: tuple[str, str], difference: np.ndarray, names: tuple[str, ...], networks: tuple[Network, Network]
) -> None:
    first, second = (escaped(each.title) for each in networks)
    errors = difference * (1 - np.eye(len(difference)))
    row, column = divmod(int(np.abs(errors).argmax()), len(errors))
    value = errors[row, column]
    if value:
        more, true, predicted = first if value > 0 else second, escaped(names[row]), escaped(names[column])
        st.markdown(
            f"The largest difference among the errors: {more} takes {true} for {predicted} on "
            f"**{abs(value):.1f} %** more of its images."
        )
    else:
        st.markdown("Their confusion matrices are the same.")
    st.caption(
        f"Percentage points of each true class. Above zero, in the first color: {dot(ends[0])}"
        f"{first} does it more often; below, {dot(ends[1])}{second}. On the diagonal that is good, "
        f"elsewhere an error. Glossary: {term('confusion matrix')}."
    )
