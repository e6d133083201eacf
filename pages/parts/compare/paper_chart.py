"""The chart of the paper of 1998, its errors and ours; a click on a bar shows what a classifier gets wrong.

Needs the shipped measurements alone; images where MNIST is here. Must not import TensorFlow or Keras.
"""

from collections import Counter

import streamlit as st

from lenet.data import datasets
from lenet.errors import DatasetError, EvaluationError
from lenet.evaluation.paper_chart import (
    CLASSIFIERS,
    SOURCE,
    TESTED,
    Classifier,
    Measurement,
    mean_of,
    measurements,
)
from lenet.figures.paper_chart_figures import paper_chart_figure
from lenet.figures.theme import Palette
from lenet.formatting import counted, duration, percent
from lenet.proportion import wilson_interval
from pages.parts.shared.charts import chart
from pages.parts.shared.clicks import INSPECT
from pages.parts.shared.image_grid import image_grid
from pages.parts.shared.link import address, bound, leave, read, write
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.link_fields import INSPECT as LINK_OF_INSPECT
from pages.parts.shared.markdown import escaped
from pages.parts.shared.screen import screen
from pages.parts.shared.tables import show_table

_CHART = "paper-chart"
_SHOWN = 48  # images
_NAMES = tuple(CLASSIFIERS)


def paper_chart(colors: Palette) -> None:
    """Bars at the left, the chosen classifier at the right, all figures as a table below."""
    try:
        measured = measurements()
    except EvaluationError as error:
        st.error(escaped(str(error)))
        measured = {}
    chosen = CLASSIFIERS[read(LINK["classifier"])]
    is_large = screen().is_large
    left, right = (st.container(), st.container()) if is_large else st.columns([1.25, 1], gap="medium")
    with left:
        figure = paper_chart_figure(tuple(CLASSIFIERS.values()), measured, chosen.name, colors)
        chart(figure, key=_CHART, on_select=_choose, selection_mode="points",
              alt="Test errors of the classifiers of 1998, the paper's and those measured here")  # fmt: skip
        st.caption(f"Paper: {SOURCE}. Here: the mean, where several seeds are. Click a bar.")
    with right:
        st.selectbox("Classifier", _NAMES, format_func=lambda name: CLASSIFIERS[name].full_title,
                     **bound(LINK["classifier"], chosen.name))  # fmt: skip
        _about(chosen, measured.get(chosen.name, ()))
    with st.expander("All figures as a table"):
        _table(measured)


def _choose() -> None:
    points = st.session_state[_CHART].selection.points
    if points:
        write(LINK["classifier"], _NAMES[points[0]["point_index"]])


def _about(classifier: Classifier, those: tuple[Measurement, ...]) -> None:
    """Its figures, what the paper leaves open, its errors."""
    paper, here = st.columns(2)
    paper.metric("Paper of 1998", classifier.paper_figure)
    here.metric("Here", f"{mean_of(those, 'error'):.2f} %" if those else "not measured yet")
    if those:
        st.markdown(_in_words(those))
    st.caption(f"**What the paper leaves open, and what is done here.** {classifier.notes}")
    if those:
        _errors(those)


def _in_words(those: tuple[Measurement, ...]) -> str:
    first, (low, high) = those[0], wilson_interval(len(those[0].errors), TESTED)
    seeds = ", ".join(f"{each.error:.2f}\u00a0%" for each in those)
    about = f"{counted(len(those), 'seed')}: {seeds}. Of the first:" if len(those) > 1 else "Measured once:"
    trained = "" if first.seconds is None else f" It trained for {duration(first.seconds)} on one processor."
    return (
        f"{about} 95\u00a0% interval {100 * low:.2f} to {100 * high:.2f}\u00a0%. {_rejection(first)} "
        f"It keeps **{first.memory:,}** numbers, and one image takes **{first.multiply_adds:,}** "
        f"multiply-adds.{trained}"
    )


def _rejection(one: Measurement) -> str:
    if one.rejected is None:
        return "Even its most certain answers err on more than 0.5 %."
    return f"It has to reject **{percent(one.rejected, 1)}** of the images for an error of 0.5 % on the rest."


def _errors(those: tuple[Measurement, ...]) -> None:
    """The test images that the first seed gets wrong; a click opens one on Inspect."""
    wrong = those[0].errors
    st.markdown(f"##### {counted(len(wrong), 'error')} in {TESTED:,} images")
    images = list(wrong)[:_SHOWN]
    try:
        pixels, labels = datasets.samples("mnist", "test", images), datasets.labels("mnist", "test")
    except DatasetError:
        st.info("Their images are shown where MNIST is on this machine: the Data page downloads it.")
        return
    counts = Counter(image for each in those for image in each.errors)
    captions = [f"{labels[image]}→{wrong[image]}" for image in images]
    hover = [
        f"Image {image:,} of the test part<br>True class: <b>{labels[image]}</b><br>"
        f"Taken for: <b>{wrong[image]}</b><br>Wrong with {counts[image]} of {counted(len(those), 'seed')}<br>"
        "Click: open on Inspect"
        for image in images
    ]
    clicked = image_grid(pixels, "paper-chart-errors", hover, columns=8, tile=52, captions=captions)
    more = f"The first {len(images)} of {len(wrong):,}. " if len(wrong) > len(images) else ""
    st.caption(f"{more}True class → what it was taken for. Click an image to open it on Inspect.")
    if clicked is not None:
        leave(INSPECT, address(LINK_OF_INSPECT, dataset="mnist", part="test", index=images[clicked]))


def _table(measured: dict[str, tuple[Measurement, ...]]) -> None:
    """All that is known of all of them; an empty cell is not measured."""
    rows = [(each, measured.get(each.name, ())) for each in CLASSIFIERS.values()]
    show_table({
        "Classifier": [each.full_title for each, _ in rows],
        "Paper, %": [each.paper_error for each, _ in rows],
        "Here, %": [_rounded(mean_of(those, "error"), 2) for _, those in rows],
        "Seeds": [len(those) or None for _, those in rows],
        "Rejected": [percent(mean_of(those, "rejected"), 1) for _, those in rows],
        "Multiply-adds": [_rounded(mean_of(those, "multiply_adds")) for _, those in rows],
        "Numbers kept": [_rounded(mean_of(those, "memory")) for _, those in rows],
        "Seconds to train": [_rounded(mean_of(those, "seconds"), 1) for _, those in rows],
    })  # fmt: skip


def _rounded(value: float | None, digits: int = 0) -> float | None:
    return None if value is None else round(value, digits)
