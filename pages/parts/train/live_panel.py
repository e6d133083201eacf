"""The live panel: one run as it trains, or as it ended.

What ticks is drawn by components in the browser, which ask the server over HTTP
(`pages.parts.train.live_feed`): no part of the page runs again by itself while a person clicks in it. Only
what the widgets depend on, such as the end of a run, runs the panel again, once.
"""

import streamlit as st

from lenet.data.drawing_sets import drawing_sets
from lenet.errors import RunError
from lenet.live import shown
from lenet.runs.folder import Run
from lenet.runs.listing import RunSummary, summarize
from pages.parts.shared import tour
from pages.parts.shared.engine import engine_id, engine_problem
from pages.parts.shared.guidance import FIRST_RUN, FIRST_RUN_LATER, next_step
from pages.parts.shared.link import hold, read
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.shared.screen import screen
from pages.parts.train.curves import curve_options, curves
from pages.parts.train.listed_runs import ListedRuns
from pages.parts.train.live_component import live_component
from pages.parts.train.live_feed import page_signature
from pages.parts.train.run_controls import has_changed_settings, run_controls
from pages.parts.train.state_badge import state_badge
from pages.parts.train.trial_link import has_opened_a_sweep, trial_link


def live_panel(listed: ListedRuns, can_start: bool) -> None:
    """The run in the link (`?run=`), else the one that trains, else the newest; in a class of one's own.

    `can_start`: whether Start is ready, which is what to do where there is no run.
    """
    _panel([listed], can_start)


@st.fragment
def _panel(of_page: list[ListedRuns], can_start: bool) -> None:
    """Drawn with the page it uses up the list of the page; drawn again alone, it lists the runs anew."""
    hold()
    if has_changed_settings() or has_opened_a_sweep():
        st.rerun()  # the whole page: its settings are others, or it shows a sweep
    runs = (of_page.pop() if of_page else ListedRuns.now()).runs
    with st.container():  # one place, whatever is said: else all that follows would be drawn anew
        summary, is_asked = _shown(runs)
        drawn = page_signature(summary)
        engine_problem()
    if summary is not None:
        run = Run.open(summary.id)
        _heading(summary)
    first = st.container()  # on a projector the curves are, else the figures
    watched = {"run": summary.id if summary else "", "wanted": is_asked, "signature": drawn}
    live_component("figures", watched)
    if summary is None:
        return st.info(FIRST_RUN if can_start else FIRST_RUN_LATER, icon=":material/play_circle:")
    run_controls(run, summary)
    charts = first if screen().is_large else st.container()
    choice = curve_options(run, summary, runs)
    with charts:
        curves(watched, choice)
    image = st.number_input("Feature maps of test image", value=0, step=1, min_value=0,
                            key="live-image", width=220)  # fmt: skip
    live_component("network", watched, image=image, by=choice.by)
    if is_asked and summary.state == "finished":
        tour.reached("train", summary.id)


def _shown(runs: list[RunSummary]) -> tuple[RunSummary | None, bool]:
    """The run to show, and whether the link asks for it."""
    asked = read(LINK["run"])
    if asked:
        try:
            return summarize(Run.open(asked).path, engine_id()), True
        except RunError as error:
            st.warning(escaped(str(error)))
    return shown(runs, person()), False


def _heading(summary: RunSummary) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(escaped(summary.name), anchor=False if screen().is_wide else "run", width="content")
        state_badge(summary.state)
        trial_link(summary)
        _next_step(summary)
    with st.container():  # likewise
        if summary.state == "interrupted":
            st.warning(_interruption(summary))
        for sentence in (summary.problem, summary.status.error):
            if sentence:
                st.error(escaped(sentence))


def _next_step(summary: RunSummary) -> None:
    """Where it leads from here; nowhere where the run itself needs a person."""
    if summary.state in ("running", "paused"):
        next_step("inspect", model=summary.id)
    elif summary.state in ("finished", "stopped") and Run.open(summary.id).snapshots():
        next_step("evaluate", model=summary.id)
        if summary.dataset in drawing_sets():
            next_step("try", model=summary.id, more="collect", set=summary.dataset)


def _interruption(summary: RunSummary) -> str:
    if summary.status.state == "queued":
        return "Another dashboard has or had this run in its queue. Resume it here, and it trains here alone."
    return "Nobody trains this run any more. Resume it: it goes on from its last checkpoint."
