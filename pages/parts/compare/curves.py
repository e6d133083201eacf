"""The curves of all runs over each other: by epoch, step or seconds, smoothed, as means over seeds.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.comparison.curves import Points, band, curve, smoothed
from lenet.figures.comparison_figures import Line, curves_figure
from pages.parts.compare.looks import Looks
from pages.parts.shared.charts import chart
from pages.parts.shared.link import bound, read, segments, switch
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.screen import screen

_AXES = {"epoch": "Epoch", "step": "Step", "seconds": "Seconds"}
_OF = {"validation": "Validation", "training": "Training"}
_MEASURES = {"loss": 1.0, "accuracy": 100.0}  # and the unit that they are shown in


def curves_view(looks: Looks) -> None:
    """Loss at the left, accuracy at the right."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        of, by = segments(LINK["of"], _OF.__getitem__), segments(LINK["by"], _AXES.__getitem__)
        weight = st.slider(LINK["smoothing"].title, 0.0, 0.95, step=0.05, width=150,
                           **bound(LINK["smoothing"], read(LINK["smoothing"])))  # fmt: skip
        is_log = switch(LINK["log"])
        if any(len(group) > 1 for group in looks.seeds):
            switch(LINK["each-seed"])
    charts = st.columns(2, gap="medium") if not screen().is_phone else (st.container(), st.container())
    for place, (measure, unit) in zip(charts, _MEASURES.items(), strict=True):
        lines = _lines(looks, of, measure, by, weight, unit)
        with place:
            st.markdown(f"**{_OF[of]} {measure}**")
            if not any(len(line.x) for line in lines):
                st.caption(_nothing(of, by))
                continue
            figure = curves_figure(
                lines, _AXES[by], unit > 1, is_log and measure == "loss", looks.palette, 330
            )
            chart(figure, key=f"compare-{measure}", alt=f"{_OF[of]} {measure} of {len(looks.runs)} runs")
    _legend(looks)


def _nothing(of: str, by: str) -> str:
    if of == "validation":
        return "No epoch is complete yet: the first one shows here by itself."
    return (
        "No row yet: the first ones show here by themselves."
        if by != "seconds"
        else "No epoch is complete yet."
    )


def _lines(looks: Looks, of: str, measure: str, by: str, weight: float, unit: float) -> list[Line]:
    points = [
        _smooth(curve(each.run, each.summary.status.steps_per_epoch, of, measure, by), weight, unit)
        for each in looks.runs
    ]
    if looks.are_means:
        return [_mean(looks, group, points) for group in looks.seeds]
    return [
        Line(each.title, color, found.x, found.y)
        for each, color, found in zip(looks.runs, looks.colors, points, strict=True)
    ]


def _smooth(found: Points, weight: float, unit: float) -> Points:
    return Points(found.x, unit * smoothed(found.y, weight))


def _mean(looks: Looks, group: list[int], points: list[Points]) -> Line:
    first = group[0]
    name, color = looks.runs[first].title, looks.colors[first]
    if len(group) == 1:
        return Line(name, color, points[first].x, points[first].y)
    found = band([points[place] for place in group])
    return Line(f"{name}: mean of {len(group)} runs", color, found.x, found.mean, found.low, found.high)


def _legend(looks: Looks) -> None:
    """What the colors are is said by the table; here what is no color."""
    words = []
    if looks.are_means:
        words.append("Runs that differ in nothing but the seed are one line, their mean, in a band from the "
                     "lowest to the highest.")  # fmt: skip
    if looks.num_thin:
        colored = len(looks.runs) - looks.num_thin
        words.append(
            f"The best {colored} of {len(looks.runs)} have a color; point at a thin line for its name."
        )
    if words:
        st.caption(" ".join(words))
