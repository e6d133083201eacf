"""The classification report, class by class: a table that sorts, and bars.

Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence

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
    there = [row for row in result.classes if row.support]
    hardest = min(there, key=lambda row: (round(row.f1, 6), row.recall))
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
    precision, recall, f1 = zip(*(row.measures for row in rows), strict=True)
    columns = {
        "Class": [row.name for row in rows],
        "Precision": _percents(precision),
        **intervals("Precision, 95 % interval", precision, predicted),
        "Recall": _percents(recall),
        **intervals("Recall, 95 % interval", recall, actual),
        "F1": _percents(f1),
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


def _percents(shares: Sequence[float | None]) -> list[float | None]:
    return [None if share is None else 100 * share for share in shares]
