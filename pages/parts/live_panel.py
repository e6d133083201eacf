"""The live panel: one run as it trains, or as it ended. It reads the run's folder at every tick.

Every section has a container of its own, so that a section that comes or goes never moves a chart to another
place, where the browser would have to draw it anew.
"""

import streamlit as st

from lenet.formatting import duration, percent
from lenet.recipes import RECIPES
from lenet.run_index import list_runs
from lenet.runs import ACTIVE_STATES, Run, RunError, RunSummary, summarize
from pages.parts.curves import curve_options, curves
from pages.parts.engine import engine, engine_id, engine_status
from pages.parts.live_network import live_network
from pages.parts.run_controls import run_controls
from pages.parts.words import escaped

_TICK, _IDLE_TICK = 0.5, 2.0  # seconds
_FIGURE_WIDTH = 130  # pixels: five in a row on a laptop, two on a phone
_BADGES = {
    "queued": ("gray", "hourglass_top"),
    "running": ("blue", "play_arrow"),
    "paused": ("orange", "pause"),
    "finished": ("green", "check"),
    "stopped": ("gray", "stop"),
    "failed": ("red", "error"),
    "interrupted": ("orange", "power_off"),
    "damaged": ("red", "broken_image"),
}


def live_panel() -> None:
    """The run in the link (`?run=`), else the one that trains, else the newest."""
    runs = list_runs(engine=engine_id())
    is_active = any(run.state in ACTIVE_STATES for run in runs)
    st.fragment(_panel, run_every=_TICK if is_active else _IDLE_TICK)(is_active)


def _is_ready() -> bool:
    ready = engine()
    return ready is not None and ready.state().trainer in ("ready", "busy") and not ready.state().problem


def _panel(was_active: bool) -> None:
    runs = list_runs(engine=engine_id())
    is_active = any(run.state in ACTIVE_STATES for run in runs)
    if st.session_state.pop("settings-changed", False) or was_active != is_active:
        st.rerun()  # the whole page: its settings are others, or it ticks at another pace
    head, figures, controls, charts, options, network = (st.container() for _ in range(6))
    with head:
        summary = _shown(runs)
        if summary is None or not _is_ready():
            engine_status()
    if summary is None:
        return _nothing_yet(charts)
    run = Run.open(summary.id)
    with head:
        _heading(summary, runs)
    with figures:
        _figures(summary)
    with controls:
        run_controls(run, summary)
    with options:
        choice = curve_options(run, summary, runs)
    with charts:
        curves(run, summary, choice)
    with network:
        live_network(run, choice.by)


def _shown(runs: list[RunSummary]) -> RunSummary | None:
    asked = st.query_params.get("run")
    if asked:
        try:
            return summarize(Run.open(asked).path, engine_id())
        except RunError as error:
            st.warning(escaped(str(error)))
    active = [run for run in runs if run.state in ("running", "paused")]
    return next(iter(active or runs), None)


def _nothing_yet(where: st.delta_generator.DeltaGenerator) -> None:
    where.info("No run yet. Press **Start**: the curves of the network appear here while it learns.",
               icon=":material/play_circle:")  # fmt: skip


def _heading(summary: RunSummary, runs: list[RunSummary]) -> None:
    colour, icon = _BADGES[summary.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(escaped(summary.name), anchor=False, width="content")
        st.badge(summary.state.capitalize(), icon=f":material/{icon}:", color=colour)
        message = _place(summary, runs) if summary.state == "queued" else summary.status.message
        if message and not summary.problem:  # beside the name, so that nothing below moves when it goes
            st.caption(escaped(message), width="content")
    if summary.state == "interrupted":
        st.warning(_interruption(summary))
    for sentence in (summary.problem, summary.status.error):
        if sentence:
            st.error(escaped(sentence))


def _interruption(summary: RunSummary) -> str:
    if summary.status.state == "queued":
        return "Another engine had this run in its queue. Resume it here, unless another dashboard has it."
    return "Nobody trains this run any more. Resume it: it goes on from its last checkpoint."


def _place(summary: RunSummary, runs: list[RunSummary]) -> str:
    """Where a queued run stands, and behind whom."""
    waiting = sorted((run for run in runs if run.state == "queued"), key=lambda run: run.status.queued_at)
    place = 1 + [run.id for run in waiting].index(summary.id) if summary.id in [r.id for r in waiting] else 1
    training = next((run for run in runs if run.state in ("running", "paused")), None)
    if training is None:
        return f"Place {place} in the queue. It starts by itself as soon as the trainer is ready."
    paused = ", which is paused: resume or stop it" if training.state == "paused" else ""
    return f"Place {place} in the queue. It starts by itself after {training.name}{paused}."


def _figures(summary: RunSummary) -> None:
    """The figures that matter now: while it trains, and in the end."""
    status = summary.status
    is_over = status.test_accuracy is not None and summary.state not in ACTIVE_STATES
    last = ("Test accuracy", percent(status.test_accuracy)) if is_over else (
        "Time left", duration(status.eta_seconds))  # fmt: skip
    speed = f"{status.images_per_second:,.0f}" if status.images_per_second else "–"
    values = [
        ("Loss", f"{status.loss:.3g}" if status.loss is not None else "–"),
        ("Accuracy", percent(status.accuracy)),
        ("Validation", percent(status.val_accuracy)),
        ("Images/s", speed),
        last,
    ]
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for label, value in values:
            st.metric(label, value, width=_FIGURE_WIDTH)
    total = status.epochs * status.steps_per_epoch
    st.progress(min(status.step / total, 1.0) if total else 0.0, text=_progress(summary))


def _progress(summary: RunSummary) -> str:
    status = summary.status
    words = (
        f"Epoch {min(status.epoch + 1, status.epochs) if summary.state in ACTIVE_STATES else status.epoch}"
    )
    words += f" of {status.epochs} · step {status.step:,} · {duration(status.seconds)}"
    if status.learning_rate is not None:
        words += f" · learning rate {status.learning_rate:.3g}"
    recipe = RECIPES.get(summary.recipe)
    is_comparable = recipe is not None and recipe.config.dataset == summary.dataset
    published = recipe.expected.test_accuracy if is_comparable else None
    return words + (f" · published test accuracy {percent(published)}" if published else "")
