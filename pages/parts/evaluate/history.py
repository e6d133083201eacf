"""The history of a run: the curves, full size, the best epoch marked, and the tables that describe them.

Must not import TensorFlow or Keras.
"""

import plotly.graph_objects as go
import streamlit as st

from lenet.figures.evaluation_figures import Curves, history_figure
from lenet.figures.theme import Palette
from lenet.formatting import percent
from lenet.networks.model_reference import Model
from lenet.runs.folder import Run
from lenet.runs.history import MEASURES, STATISTICS, best_epoch, describe, thin
from lenet.runs.listing import summarize
from lenet.runs.status import ACTIVE_STATES
from lenet.training.recipes import RECIPES
from pages.parts.shared.charts import chart
from pages.parts.shared.glossary_links import term
from pages.parts.shared.markdown import escaped
from pages.parts.shared.tables import show_table

_MEASURES = ("loss", "accuracy")
_NO_EPOCH = "This run ended before its first epoch was complete: it has no history."


def history(model: Model, colors: Palette) -> None:
    """Curves, what they say, tables."""
    run = model.run
    if model.config is None:
        st.info("A file holds what a network has learned, and not how: it has no history.",
                icon=":material/show_chart:")  # fmt: skip
        return
    if run is None:
        st.info(
            f"{escaped(model.title)} comes without its history. Train its recipe to see the curves: "
            f"`python -m lenet train {model.config.recipe}`, or on the Train page.",
            icon=":material/show_chart:",
        )
        return
    epochs = run.epochs()
    if not epochs["epoch"]:
        trains = summarize(run.path).state in ACTIVE_STATES
        words = "No epoch is complete yet: the first one shows here by itself." if trains else _NO_EPOCH
        st.info(words, icon=":material/hourglass_top:")
        return
    _curves(run, epochs, colors)
    _in_words(epochs)
    _tables(epochs)


def _curves(run: Run, epochs: dict[str, list[float]], colors: Palette) -> None:
    figures = history_figures(run, epochs, colors)
    for column, measure, figure in zip(st.columns(2, gap="medium"), _MEASURES, figures, strict=True):
        with column:
            st.subheader(measure.capitalize(), anchor=False)
            chart(figure, alt=f"{measure} by epoch")


def history_figures(run: Run, epochs: dict[str, list[float]], colors: Palette) -> tuple[go.Figure, ...]:
    """Loss, then accuracy."""
    recipe = RECIPES.get(run.config.recipe or "")
    steps, length = run.steps(), max(1, summarize(run.path).status.steps_per_epoch)
    figures = []
    for measure in _MEASURES:
        rows = thin(list(zip(steps["step"], steps[measure], strict=True)))
        curves = Curves(
            epochs["epoch"], epochs[measure], epochs[f"val_{measure}"],
            [step / length for step, _ in rows], [value for _, value in rows],
            recipe.expected.validation_accuracy if recipe and measure == "accuracy" else (),
            best_epoch(epochs),
        )  # fmt: skip
        figures.append(history_figure(curves, measure == "accuracy", colors))
    return tuple(figures)


def _in_words(epochs: dict[str, list[float]]) -> None:
    best = best_epoch(epochs)
    if best is None:
        st.caption("No epoch has a validation loss that is a number.")
        return
    place = epochs["epoch"].index(best)
    training, validation = epochs["accuracy"][place], epochs["val_accuracy"][place]
    st.markdown(
        f"Best epoch: **{best}**, the lowest validation loss ({epochs['val_loss'][place]:.4f}). There the "
        f"training accuracy is {percent(training)} and the validation accuracy {percent(validation)}; at the "
        f"end {percent(epochs['accuracy'][-1])} and {percent(epochs['val_accuracy'][-1])}. "
        f"{_gap(epochs, best)}"
    )
    st.caption(
        "Thin: training, step by step. The training figures are means over the epoch, while the weights "
        "still change; the validation figures come after it. So an early epoch can be better on validation "
        f"data. Glossary: {term('overfitting')}, {term('early stopping')}."
    )


def _gap(epochs: dict[str, list[float]], best: int) -> str:
    """What the end says about overfitting."""
    gap = epochs["accuracy"][-1] - epochs["val_accuracy"][-1]
    if epochs["epoch"][-1] > best and gap > 0.01:
        return "The gap and the rising validation loss say that it learns its training images by heart."
    return "The gap is small: it does as well on images that it has not seen." if abs(gap) <= 0.01 else ""


def _tables(epochs: dict[str, list[float]]) -> None:
    st.subheader("The history, described", anchor=False)
    described = {words: describe(epochs[name]) for name, words in MEASURES.items()}
    columns = {"": list(STATISTICS)} | {words: list(values) for words, values in described.items()}
    show_table(columns, column_config=_FORMATS)
    st.subheader("Epoch by epoch", anchor=False)
    columns = {"epoch": epochs["epoch"]} | {words: epochs[name] for name, words in MEASURES.items()}
    show_table(columns, column_config=_FORMATS)


_FORMATS = dict.fromkeys(MEASURES.values(), st.column_config.NumberColumn(format="%.4f"))
