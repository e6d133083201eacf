"""The confusion matrix in colors and numbers; a click on a cell shows its images.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.evaluation.metrics import normalized
from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.figures.confusion_matrix import confusion_figure
from lenet.figures.theme import Palette
from pages.parts.shared import tour
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import has, read, segments, switch, write
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.predicted_images import predicted_images
from pages.parts.shared.screen import screen

# Pixels of the matrix, and of one beside long names
_SIDES = {"laptop": (400, 320), "touch": (290, 200), "projector": (690, 560)}
_LABELS = {
    "true class": "% of each true class",
    "predicted class": "% of each predicted class",
    "counts": "Counts",
}
_WORDS = {
    "true class": "Each row adds up to 100 %: what becomes of the images of a class.",
    "predicted class": "Each column adds up to 100 %: what is behind a prediction.",
    "counts": "Each number is how many images.",
}


def confusion(task: EvaluationTask, found: EvaluationResult, colors: Palette) -> None:
    """Matrix at the left, the images of the chosen cell at the right."""
    counts = np.array(found.evaluation.confusion)
    with st.container(horizontal=True, vertical_alignment="center"):
        by = segments(LINK["by"], _LABELS.__getitem__)
        hide = switch(LINK["hide-correct"])
    cell = read(LINK["cell"], size=len(counts)) or _most_frequent_error(counts)
    left, right = st.columns([1.45, 1], gap="small")
    with left:
        _matrix(task, counts, by, hide, cell, colors)
        st.caption(
            f"{_WORDS[by]} Teal: correct; orange: errors, on a scale of their own. Click a cell. Glossary: "
            f"{term('confusion matrix')}."
        )
    with right:
        _images(task, found, cell, colors)
    if has(LINK["cell"]):
        tour.reached("evaluate")


def _matrix(
    task: EvaluationTask,
    counts: np.ndarray,
    by: str,
    hide: bool,
    cell: tuple[int, int] | None,
    colors: Palette,
) -> None:
    names = (task.data.class_names, task.predicted_names)
    is_short = max(map(len, names[0] + names[1])) <= 4
    side = _SIDES[screen().name][0 if is_short else 1]
    figure = confusion_figure(normalized(counts, by), counts, names, colors, hide, cell, side)
    chart(
        figure, width="content", key="confusion",
        on_select=lambda: _choose(len(counts)), selection_mode="points",
        alt=f"Confusion matrix, {_LABELS[by]}",
    )  # fmt: skip


def _choose(size: int) -> None:
    points = [each for each in st.session_state["confusion"].selection.points if each["curve_number"] == 0]
    if points:
        write(LINK["cell"], divmod(points[0]["point_index"], size))


def _most_frequent_error(counts: np.ndarray) -> tuple[int, int] | None:
    errors = counts * (1 - np.eye(len(counts), dtype=int))
    return divmod(int(errors.argmax()), len(counts)) if errors.any() else None


def _images(
    task: EvaluationTask, found: EvaluationResult, cell: tuple[int, int] | None, colors: Palette
) -> None:
    if cell is None:
        st.success("No error at all on these images.", icon=":material/check_circle:")
        return
    true, predicted = task.data.class_names[cell[0]], task.predicted_names[cell[1]]
    chosen = found.cell(*cell)
    images = "1 image" if len(chosen) == 1 else f"{len(chosen):,} images"
    st.markdown(f"#### {escaped(true)} predicted as {escaped(predicted)}: {images}")
    if len(chosen):
        st.caption("The most confident prediction first. Click an image to open it on Inspect.")
    else:
        st.caption("No image is in this cell.")
    predicted_images("cell", task, found, chosen, colors, columns=4, rows=5, tile=70)
