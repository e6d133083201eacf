"""The curves of a run: loss and accuracy by step or by epoch, past runs as thin lines, the learning rate.

What ticks is a constant specification with new rows, so that the browser keeps the chart, its zoom and its
hover. Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lenet.charts import MAX_PAST_RUNS, TRAINING, VALIDATION, ZOOM, Lines, curve_spec, smooth
from lenet.runs import Run, RunSummary
from pages.parts.tables import table

_ZOOM_WORDS = "Drag a chart to move it; Ctrl and the wheel, or two fingers, zoom; a double click shows all."

_Columns = dict[str, list[float]]


@dataclass(frozen=True)
class Choice:
    """How the curves are drawn."""

    by: str  # "Step" or "Epoch"
    smoothing: float
    log: bool  # loss on a logarithmic axis
    past: dict[str, Run]  # name → run, drawn as thin lines


def curve_options(run: Run, summary: RunSummary, runs: list[RunSummary]) -> Choice:
    """The row of widgets under the curves."""
    others = line_names([each for each in runs if each.id != run.id and not each.problem])
    same = [each.id for each in runs if each.id in others and each.dataset == summary.dataset]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "Curves by", ["Step", "Epoch"], default="Step", required=True, key="by", help=_ZOOM_WORDS
        )
        log = st.toggle("Log loss", True, key="log-loss")
        weight = st.slider("Smoothing", 0.0, 0.95, 0.6, 0.05, key="smoothing", width=140)
        past = st.multiselect(
            "Compare with", list(others), same[:2], max_selections=MAX_PAST_RUNS, key=f"past-{run.id}",
            format_func=lambda run_id: others.get(run_id, run_id), placeholder="Past runs",
        )  # fmt: skip
    chosen = {others[each]: Run.open(each) for each in past if each in others}
    return Choice(by or "Step", weight, log, chosen)


def line_names(runs: Sequence[RunSummary]) -> dict[str, str]:
    """Id → name of its line, in the order of `runs`: no two the same, none that of the shown run's lines.

    The oldest keeps the name that it shares with others; they have the end of their id as well.
    """
    names: dict[str, str] = {}
    for run in reversed(runs):
        choices = (run.name, f"{run.name} {run.id[-4:]}", f"{run.name} {run.id}")
        taken = {TRAINING, VALIDATION, *names.values()}
        names[run.id] = next((name for name in choices if name not in taken), run.id)
    return dict(reversed(names.items()))


def curves(run: Run, summary: RunSummary, choice: Choice) -> None:
    """Loss and accuracy, by step or by epoch, with past runs as thin lines."""
    own, epoch_length = (run.steps(), run.epochs()), summary.status.steps_per_epoch
    others = {
        name: past.steps() if choice.by == "Step" else past.epochs() for name, past in choice.past.items()
    }
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        lines = Lines()
        for name, rows in others.items():
            _add_past(lines, rows, name, measure, choice)
        _add_own(lines, *own, epoch_length, measure, choice)
        is_loss, past = measure == "loss", list(choice.past)
        spec = curve_spec(
            measure.capitalize(), choice.by, past, percent=not is_loss, log=is_loss and choice.log
        )
        with column:
            _chart(measure, lines, spec, height=250)


def learning_rate_curve(run: Run, by: str) -> None:
    """The learning rate as it was, once it has changed: by its schedule, or by a person."""
    rows = run.steps() if by == "Step" else run.epochs()
    if len(set(rows["learning_rate"])) > 1:
        lines = Lines()
        lines.add(rows[by.lower()], rows["learning_rate"], TRAINING, "line")
        _chart("learning-rate", lines, curve_spec("Learning rate", by, legend=False), height=150)


def _chart(name: str, lines: Lines, spec: dict[str, Any], height: int) -> None:
    st.vega_lite_chart(
        table(lines.rows), spec, height=height, key=f"chart-{name}", on_select="rerun", selection_mode=[ZOOM]
    )


def _add_past(lines: Lines, rows: _Columns, name: str, measure: str, choice: Choice) -> None:
    if choice.by == "Step":
        lines.add(rows["step"], smooth(rows[measure], choice.smoothing), name, "past")
    else:
        lines.add(rows["epoch"], rows[f"val_{measure}"], name, "past")


def _add_own(
    lines: Lines, steps: _Columns, epochs: _Columns, epoch_length: int, measure: str, choice: Choice
) -> None:
    if choice.by == "Step":
        lines.add(steps["step"], steps[measure], TRAINING, "raw")
        values = smooth(steps[measure], choice.smoothing)
        lines.add(steps["step"], values, TRAINING, "line")
        lines.add(steps["step"][-1:], values[-1:], TRAINING, "head")
        ends = [epoch * epoch_length for epoch in epochs["epoch"]]
        lines.add(ends, epochs[f"val_{measure}"], VALIDATION, "point")
    else:
        lines.add(epochs["epoch"], epochs[measure], TRAINING, "point")
        lines.add(epochs["epoch"], epochs[f"val_{measure}"], VALIDATION, "point")
