"""Anything of the runs against anything else, with the Pareto front. Must not import TensorFlow or Keras."""

import numpy as np
import streamlit as st

from lenet.comparison.measures import MEASURES
from lenet.comparison.pareto import front
from lenet.figures.comparison_figures import Axis, scatter_figure
from pages.parts.compare.axes import axes
from pages.parts.compare.looks import Looks
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import bound, read
from pages.parts.shared.link_field_kinds import Field
from pages.parts.shared.link_fields import COMPARE as LINK


def scatter_view(looks: Looks) -> None:
    """A point for each run."""
    known = axes(looks)
    if not known:
        st.info("Nothing of these runs was measured yet.", icon=":material/hourglass_top:")
        return
    with st.container(horizontal=True):
        x, y = _pick(LINK["x"], known), _pick(LINK["y"], known)
    best = _front(x, y, known)
    names = [each.title for each in looks.runs]
    chart(
        scatter_figure(known[x], known[y], names, looks.colors, best, looks.palette), key="compare-scatter",
        alt=f"{known[y].title} against {known[x].title}",
    )  # fmt: skip
    _in_words(x, y, known, best, names)


def _pick(field: Field, known: dict[str, Axis]) -> str:
    default = field.default if field.default in known else next(iter(known))
    value = read(field, options=tuple(known), default=default)
    return st.selectbox(field.title, list(known), format_func=lambda key: known[key].title, width=320,
                        **bound(field, value))  # fmt: skip


def _is_ranked(key: str) -> bool:
    return key in MEASURES and bool(MEASURES[key].better)


def _front(x: str, y: str, known: dict[str, Axis]) -> np.ndarray:
    """The places of the Pareto front; none where one of the two has no better end."""
    if x == y or not (_is_ranked(x) and _is_ranked(y)):
        return np.zeros(0, int)
    is_lower = [MEASURES[key].better == "lower" for key in (x, y)]
    return front(known[x].numbers, known[y].numbers, *is_lower)


def _in_words(x: str, y: str, known: dict[str, Axis], best: np.ndarray, names: list[str]) -> None:
    lacking = sum(known[x].values[at] is None or known[y].values[at] is None for at in range(len(names)))
    words = [f"{lacking} of {len(names)} runs have no point: one of the two is not known of them."] * bool(
        lacking
    )
    if len(best):
        words.append(
            f"Dotted: the {term('Pareto front')}, {len(best)} of {len(names)} runs, than which no other is "
            "better in both."
        )
    elif x != y:
        words.append("No Pareto front: of a setting no end is better. Choose two figures for it.")
    st.caption(" ".join(words))
