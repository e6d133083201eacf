"""Calibration: whether the probabilities can be believed. Rejection: what refusing doubtful images gains.

Must not import TensorFlow or Keras.
"""

import numpy as np
import streamlit as st

from lenet.evaluation.metrics import Evaluation
from lenet.evaluation.rejection import Rejection, rejection
from lenet.evaluation.result import EvaluationResult
from lenet.figures.evaluation_figures import rejection_figure, reliability_figure
from lenet.figures.theme import Palette
from lenet.formatting import percent
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.link import bound, read
from pages.parts.shared.link_fields import EVALUATE as LINK
from pages.parts.shared.tables import show_table

_ECE = "Expected calibration error"
_SHARES = ("0", "0.001", "0.002", "0.005", "0.01", "0.02", "0.03", "0.05", "0.1", "0.15", "0.2", "0.3", "0.5")


def calibration(found: EvaluationResult, colors: Palette) -> None:
    """Reliability at the left, rejection at the right."""
    left, right = st.columns(2, gap="large")
    with left:
        _reliability(found.evaluation, colors)
    with right:
        _rejection(found, colors)


def _reliability(result: Evaluation, colors: Palette) -> None:
    st.subheader("Calibration: can its probabilities be believed?", anchor=False)
    gap = result.calibration.confidence - result.accuracy
    verdict = "overconfident" if gap > 0.002 else "underconfident" if gap < -0.002 else "well calibrated"
    st.markdown(
        f"Its confidence is **{percent(result.calibration.confidence)}** on average, its accuracy "
        f"**{percent(result.accuracy)}**: {verdict}. {term('expected calibration error', _ECE)}: "
        f"**{percent(result.calibration.error)}**."
    )
    figure = reliability_figure(result.calibration, colors)
    chart(figure, alt="Reliability diagram")
    st.caption(
        "Predictions are sorted by confidence into ten bins; the number of images stands on each bar. Bars "
        "on the dotted line are well calibrated, below it overconfident. The error is the mean distance of "
        f"accuracy and confidence, weighted by images. Glossary: {term('calibration')}."
    )


def _rejection(found: EvaluationResult, colors: Palette) -> None:
    st.subheader("Rejection: what if it may refuse to predict?", anchor=False)
    share = _chosen_share()
    (chosen,) = rejection(found.correct, found.margins, [share])
    st.markdown(_in_words(chosen, found))
    shares = np.unique(np.concatenate([np.linspace(0, 0.5, 101), np.linspace(0, 0.02, 41)]))
    curve = rejection(found.correct, found.margins, shares.tolist())
    point = (chosen.rejected / len(found.labels), chosen.accuracy)
    rejected = np.array([each.rejected for each in curve]) / len(found.labels)
    figure = rejection_figure(rejected, np.array([each.accuracy for each in curve]), point, colors)
    chart(figure, alt="Accuracy against rejection")
    st.caption(f"{_paper(found.evaluation)} Glossary: {term('rejection')}.")
    with st.expander("As a table"):
        _table(found.evaluation.rejection)


def _chosen_share() -> float:
    asked = read(LINK["reject"], options=_SHARES)
    share = st.select_slider("Reject", _SHARES, format_func=lambda share: _share(float(share)),
                             **bound(LINK["reject"], asked))  # fmt: skip
    return float(share)


def _in_words(chosen: Rejection, found: EvaluationResult) -> str:
    if not chosen.rejected:
        return f"Reject nothing, and the accuracy is **{percent(chosen.accuracy)}**."
    kept = len(found.labels) - chosen.rejected
    errors = "1 error" if chosen.errors == 1 else f"{chosen.errors:,} errors"
    return (
        f"Reject **{_share(chosen.share)}** ({chosen.rejected:,} images), and the accuracy on the rest is "
        f"**{percent(chosen.accuracy)}**: {errors} among {kept:,}."
    )


def _paper(result: Evaluation) -> str:
    share = result.rejected_for_half_percent
    which = "best outputs, here the smallest penalties y" if result.score == "penalties" else "best outputs"
    score = f"Rejected first: the smallest difference of the two {which}, the score of the paper of 1998."
    if share is None:
        return f"{score} Even its most certain predictions err more often than in 0.5 %."
    if share == 0:
        return f"{score} It errs on less than 0.5 % with nothing rejected."
    return (
        f"{score} It has to reject **{percent(share)}** of the images for an error of 0.5 % on the rest, as "
        "the paper counts."
    )


def _table(rows: tuple[Rejection, ...]) -> None:
    columns = {
        "Rejected": [_share(row.share) for row in rows],
        "Images rejected": [row.rejected for row in rows],
        "Smallest difference kept": [row.threshold for row in rows],
        "Errors left": [row.errors for row in rows],
        "Accuracy on the rest": [100 * row.accuracy for row in rows],
    }
    config = {
        "Accuracy on the rest": st.column_config.NumberColumn(format="%.2f %%"),
        "Smallest difference kept": st.column_config.NumberColumn(format="%.3f"),
    }
    show_table(columns, column_config=config)


def _share(share: float) -> str:
    return f"{share:.1%}".replace(".0%", "%").replace("%", " %")
