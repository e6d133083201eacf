"""The live panel: one run as it trains, or as it ended. It reads the run's folder at every tick.

Every section has a container of its own, so that a section that comes or goes never moves a chart to another
place, where the browser would have to draw it anew.
"""

from dataclasses import dataclass

import streamlit as st

from lenet.charts import MAX_PAST_RUNS, TRAINING, VALIDATION, ZOOM, Lines, curve_spec, smooth
from lenet.recipes import RECIPES
from lenet.runs import ACTIVE_STATES, Run, RunError, RunSummary, list_runs, summarize
from pages.parts.engine import engine, engine_status
from pages.parts.live_network import live_network
from pages.parts.run_controls import run_controls
from pages.parts.tables import table
from pages.parts.words import duration, percent

_TICK, _IDLE_TICK = 0.5, 2.0  # seconds
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
    runs = list_runs(engine=_engine_id())
    is_active = any(run.state in ACTIVE_STATES for run in runs)
    st.fragment(_panel, run_every=_TICK if is_active else _IDLE_TICK)(is_active)


def _engine_id() -> str | None:
    ready = engine()
    return ready.state().id if ready else None


def _is_ready() -> bool:
    ready = engine()
    return ready is not None and ready.state().trainer in ("ready", "busy") and not ready.state().problem


def _panel(was_active: bool) -> None:
    runs = list_runs(engine=_engine_id())
    if was_active != any(run.state in ACTIVE_STATES for run in runs):
        st.rerun()  # the whole page: it ticks at another pace, and its table changes
    head, figures, controls, curves, options, network = (st.container() for _ in range(6))
    with head:
        summary = _shown(runs)
        if summary is None or not _is_ready():
            engine_status()
    if summary is None:
        return _nothing_yet(curves)
    run = Run.open(summary.id)
    with head:
        _heading(summary, runs)
    with figures:
        _figures(summary)
    with controls:
        run_controls(run, summary)
    with options:
        choice = _options(run, summary, runs)
    with curves:
        _curves(run, summary, choice)
    with network:
        live_network(run)


def _shown(runs: list[RunSummary]) -> RunSummary | None:
    asked = st.query_params.get("run")
    if asked:
        try:
            return summarize(Run.open(asked).path, _engine_id())
        except RunError as error:
            st.warning(str(error))
    active = [run for run in runs if run.state in ("running", "paused")]
    return next(iter(active or runs), None)


def _nothing_yet(where: st.delta_generator.DeltaGenerator) -> None:
    where.info("No run yet. Press **Start**: the curves of the network appear here while it learns.",
               icon=":material/play_circle:")  # fmt: skip


def _heading(summary: RunSummary, runs: list[RunSummary]) -> None:
    colour, icon = _BADGES[summary.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(summary.name, anchor=False, width="content")
        st.badge(summary.state.capitalize(), icon=f":material/{icon}:", color=colour)
    if summary.state == "queued":
        st.caption(_place(summary, runs))
    elif summary.state == "interrupted":
        st.warning("Nobody trains this run any more. Resume it: it goes on from its last checkpoint.")
    for sentence in (summary.problem, summary.status.error):
        if sentence:
            st.error(sentence)
    if summary.status.message and not summary.problem:
        st.caption(summary.status.message)


def _place(summary: RunSummary, runs: list[RunSummary]) -> str:
    """Where a queued run stands, and behind whom."""
    waiting = sorted((run for run in runs if run.state == "queued"), key=lambda run: run.status.queued_at)
    place = 1 + [run.id for run in waiting].index(summary.id) if summary.id in [r.id for r in waiting] else 1
    training = next((run for run in runs if run.state in ("running", "paused")), None)
    if training is None:
        return f"Place {place} in the queue. It starts by itself as soon as the trainer is ready."
    paused = " which is paused: resume or stop it" if training.state == "paused" else ""
    return f"Place {place} in the queue. It starts by itself after {training.name}{paused}."


def _figures(summary: RunSummary) -> None:
    """The figures that matter now: while it trains, and in the end."""
    status = summary.status
    last = ("Test accuracy", percent(status.test_accuracy)) if status.test_accuracy is not None else (
        "Time left", duration(status.eta_seconds))  # fmt: skip
    speed = f"{status.images_per_second:,.0f}" if status.images_per_second else "–"
    values = [
        ("Loss", f"{status.loss:.3g}" if status.loss is not None else "–"),
        ("Accuracy", percent(status.accuracy)),
        ("Validation", percent(status.val_accuracy)),
        ("Images/s", speed),
        last,
    ]
    for column, (label, value) in zip(st.columns(len(values)), values, strict=True):
        column.metric(label, value)
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
    expected = RECIPES[summary.recipe].expected if summary.recipe in RECIPES else None
    published = expected.test_accuracy if expected else None
    return words + (f" · published test accuracy {percent(published)}" if published else "")


@dataclass(frozen=True)
class _Choice:
    """How the curves are drawn."""

    by: str  # "Step" or "Epoch"
    smoothing: float
    log: bool  # loss on a logarithmic axis
    past: dict[str, Run]  # name → run, drawn as thin lines


def _options(run: Run, summary: RunSummary, runs: list[RunSummary]) -> _Choice:
    others = {each.id: each.name for each in runs if each.id != run.id and not each.problem}
    same = [each.id for each in runs if each.id in others and each.dataset == summary.dataset]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control("Curves by", ["Step", "Epoch"], default="Step", required=True, key="by")
        log = st.toggle("Log loss", True, key="log-loss")
        weight = st.slider("Smoothing", 0.0, 0.95, 0.6, 0.05, key="smoothing", width=140)
        past = st.multiselect(
            "Compare with", list(others), same[:2], max_selections=MAX_PAST_RUNS, key=f"past-{run.id}",
            format_func=lambda run_id: others.get(run_id, run_id), placeholder="Past runs",
        )  # fmt: skip
    return _Choice(
        by or "Step", weight, log, {others[each]: Run.open(each) for each in past if each in others}
    )


def _curves(run: Run, summary: RunSummary, choice: _Choice) -> None:
    """Loss and accuracy, by step or by epoch, with past runs as thin lines."""
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        lines = Lines()
        for name, other in choice.past.items():
            _add_past(lines, other, name, measure, choice)
        _add_own(lines, run, summary.status.steps_per_epoch, measure, choice)
        is_loss = measure == "loss"
        spec = curve_spec(
            measure.capitalize(),
            choice.by,
            list(choice.past),
            percent=not is_loss,
            log=is_loss and choice.log,
        )
        column.vega_lite_chart(
            table(lines.rows),
            spec,
            height=250,
            key=f"chart-{measure}",
            on_select="rerun",
            selection_mode=[ZOOM],
        )


def _add_past(lines: Lines, run: Run, name: str, measure: str, choice: _Choice) -> None:
    if choice.by == "Step":
        steps = run.steps()
        lines.add(steps["step"], smooth(steps[measure], choice.smoothing), name, "past")
    else:
        epochs = run.epochs()
        lines.add(epochs["epoch"], epochs[f"val_{measure}"], name, "past")


def _add_own(lines: Lines, run: Run, steps_per_epoch: int, measure: str, choice: _Choice) -> None:
    epochs = run.epochs()
    if choice.by == "Step":
        steps = run.steps()
        lines.add(steps["step"], steps[measure], TRAINING, "raw")
        values = smooth(steps[measure], choice.smoothing)
        lines.add(steps["step"], values, TRAINING, "line")
        lines.add(steps["step"][-1:], values[-1:], TRAINING, "head")
        ends = [epoch * steps_per_epoch for epoch in epochs["epoch"]]
        lines.add(ends, epochs[f"val_{measure}"], VALIDATION, "point")
    else:
        lines.add(epochs["epoch"], epochs[measure], TRAINING, "point")
        lines.add(epochs["epoch"], epochs[f"val_{measure}"], VALIDATION, "point")
