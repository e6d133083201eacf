"""The classification report, class by class: a table that sorts, and bars.

Must not import TensorFlow or Keras.
"""

import streamlit as st

from lenet.evaluation.result import EvaluationResult
from lenet.evaluation.task import EvaluationTask
from lenet.figures.evaluation_figures import class_figure
from lenet.figures.theme import Palette
from lenet.formatting import percent
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import segments
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.tables import intervals, show_table

_PERCENT = st.column_config.NumberColumn(format="%.2f %%")


def classes(task: EvaluationTask, found: EvaluationResult, colors: Palette) -> None:
    """Bars above, table below."""
    result = found.evaluation
    hardest = min(result.classes, key=lambda row: (round(row.f1, 6), row.recall))
    st.markdown(
        f"Hardest class, by its F1 score: **{escaped(hardest.name)}**. Of its images "
        f"{percent(hardest.recall, 1)} are found (recall); of those predicted as {escaped(hardest.name)}, "
        f"{percent(hardest.precision, 1)} are (precision)."
    )
    as_errors = segments(LINK["bars"], str.capitalize) == "errors"
    figure = class_figure(result.classes, as_errors, colors)
    chart(figure, alt="Bars for each class")
    rows = [*result.classes, *result.averages]
    of_averages = [None] * len(result.averages)
    actual = [*map(sum, result.confusion), *of_averages]
    predicted = [*map(sum, zip(*result.confusion, strict=True)), *of_averages]
    columns = {
        "Class": [row.name for row in rows],
        "Precision": [100 * row.precision for row in rows],
        **intervals("Precision, 95 % interval", [row.precision for row in rows], predicted),
        "Recall": [100 * row.recall for row in rows],
        **intervals("Recall, 95 % interval", [row.recall for row in rows], actual),
        "F1": [100 * row.f1 for row in rows],
        "Images": [row.support for row in rows],
    }
    formats = dict.fromkeys(("Precision", "Recall", "F1"), _PERCENT)
    formats["Class"] = st.column_config.TextColumn(width=125)  # "weighted average" beside six other columns
    height = 35 * (len(rows) + 1) + 3 if len(rows) < 20 else "auto"
    show_table(columns, height=height, column_config=formats)
    st.caption(
        f"{term('precision', 'Precision')}: of the images predicted as this class, the share that is "
        "correct. "
        f"{term('recall', 'Recall')}: of the images of this class, the share that is found. {term('F1')}: "
        "their harmonic mean. A click on a heading sorts."
    )
