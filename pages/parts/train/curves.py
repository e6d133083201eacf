"""The curves of a run: loss and accuracy by step or by epoch, past runs as thin lines.

The browser draws them; here is chosen how. Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import RunSummary
from pages.parts.shared.screen import screen
from pages.parts.train.live_component import live_component

TRAINING, VALIDATION = "training", "validation"
MAX_PAST_RUNS = 5  # with training and validation no more lines than the theme has colours
_ZOOM_WORDS = "Drag over a chart to zoom in; a double click shows all. Point at a line to read its values."


@dataclass(frozen=True)
class Choice:
    """How the curves are drawn."""

    by: str  # "Step" or "Epoch"
    smoothing: float
    log: bool  # loss on a logarithmic axis
    past: dict[str, str]  # name → id of a run, drawn as a thin line


def curve_options(run: Run, summary: RunSummary, runs: list[RunSummary]) -> Choice:
    """The row of widgets under the curves."""
    others = line_names([each for each in runs if each.id != run.id and _has_curve(each)])
    same = [each.id for each in runs if each.id in others and each.dataset == summary.dataset]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "Curves by", ["Step", "Epoch"], default="Step", required=True, key="by", help=_ZOOM_WORDS
        )
        log = st.toggle("Log loss", True, key="log-loss")
        weight = st.slider("Smoothing", 0.0, 0.95, 0.6, 0.05, key="smoothing", width=140)
        past = st.multiselect(
            "Compare with", list(others), same[:2], max_selections=MAX_PAST_RUNS, key=f"past-{run.id}",
            format_func=lambda run_id: others.get(run_id, run_id),
            placeholder="Past runs" if others else "No other run has a curve yet", disabled=not others,
        )  # fmt: skip
    chosen = {others[each]: each for each in past if each in others}
    return Choice(by or "Step", weight, log, chosen)


def _has_curve(run: RunSummary) -> bool:
    return not run.problem and Run(default_folder() / run.id).has_curve()


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


def curves(watched: dict[str, Any], choice: Choice) -> None:
    """Loss and accuracy of the run that is watched, with past runs as thin lines."""
    past = [{"name": name, "run": run} for name, run in choice.past.items()]
    height = 720 if screen().is_large else 215  # pixels of each chart
    live_component("curves", watched, by=choice.by, smoothing=choice.smoothing, log=choice.log, past=past,
                   height=height)  # fmt: skip
