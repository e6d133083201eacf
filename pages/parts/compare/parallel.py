"""Parallel coordinates: a line for each run through its settings and figures. Must not import TensorFlow."""

import streamlit as st

from lenet.comparison.measures import MEASURES
from lenet.figures.comparison_figures import parallel_figure
from pages.parts.compare.axes import axes
from pages.parts.compare.looks import Looks
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.screen import screen

_LAST = ("parameters", "seconds", "best-loss", "test-accuracy")
_MOST = {"touch": 3}  # axes that a screen has room for


def parallel_view(looks: Looks) -> None:
    """All settings that differ, then some figures."""
    known = axes(looks)
    usual = [key for key in known if key not in MEASURES] + [key for key in _LAST if key in known]
    picked = st.multiselect(
        "Axes", list(known), usual[-_MOST.get(screen().name, 8) :], key="compare-axes",
        format_func=lambda key: known[key].title if key in known else key,
    )  # fmt: skip
    shown = [known[key] for key in picked if key in known]
    if len(shown) < 2:
        st.info("Choose two axes or more.", icon=":material/view_week:")
        return
    chart(
        parallel_figure(shown, looks.colors, looks.palette), key="compare-parallel",
        alt=f"Parallel coordinates of {len(looks.runs)} runs: {', '.join(axis.title for axis in shown)}",
    )  # fmt: skip
    st.caption(
        "Drag along an axis: only the runs in that range keep their color; a click on it takes that back. "
        "Drag a title to move its axis. What is not known of a run is drawn at the lowest value. Glossary: "
        f"{term('parallel coordinates')}."
    )
