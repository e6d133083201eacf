"""The table of runs: state, recipe, accuracy, duration. A click on a row opens that run."""

import time

import pyarrow
import streamlit as st

from lenet.formatting import duration
from lenet.live import shown
from lenet.runs.folder import default_folder
from lenet.runs.listing import RunSummary
from lenet.runs.status import ACTIVE_STATES
from pages.parts.shared.clicks import COMPARE
from pages.parts.shared.link import leave, read, write
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import classroom, person
from pages.parts.shared.tables import intervals, table
from pages.parts.train.listed_runs import ListedRuns
from pages.parts.train.live_component import live_component

_MOST_PROBLEMS = 3  # told one by one


def runs_table(listed: ListedRuns) -> None:
    """All runs of the page, the newest first; drawn again when a line of it changes."""
    _table([listed])


@st.fragment
def _table(of_page: list[ListedRuns]) -> None:
    """Drawn with the page it uses up the list of the page; drawn again alone, it lists the runs anew."""
    if st.session_state.pop("run-opened", False):
        st.rerun()  # the whole page: the live panel shows another run
    listed = of_page.pop() if of_page else ListedRuns.now()
    runs = listed.runs
    live_component("runs", {"run": "", "wanted": False, "signature": ""}, runs=listed.version)
    if not runs:
        st.caption(escaped(f"Runs are kept in {default_folder()}; there is none yet."))
        return
    _problems([run.problem for run in runs if run.problem and run.id != _id_above(runs)])
    key = f"runs-{st.session_state.get('runs-opened', 0)}"
    st.dataframe(
        _rows(runs),
        hide_index=True,
        key=key,
        placeholder="–",
        selection_mode="single-row",
        on_select=lambda: _open(key, runs),
        column_config={"Accuracy": st.column_config.NumberColumn(format="%.2f %%")},
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Select a row to open the run.", width="content")
        st.button("Compare runs", icon=":material/compare_arrows:", on_click=leave, args=(COMPARE, {}))


def _id_above(runs: list[RunSummary]) -> str:
    """The run in the panel above, which says itself what is wrong with it."""
    asked, above = read(LINK["run"]), shown(runs, person())
    return asked if any(run.id == asked for run in runs) else above.id if above else ""


def _problems(sentences: list[str]) -> None:
    for sentence in sentences[:_MOST_PROBLEMS]:
        st.warning(escaped(sentence))
    if (more := len(sentences) - _MOST_PROBLEMS) > 0:
        st.warning(f"{more} more runs are damaged: the table names them.")


def _rows(runs: list[RunSummary]) -> pyarrow.Table:
    columns = {
        "Name": [run.name for run in runs],
        **({"Person": [run.owner.name if run.owner else None for run in runs]} if classroom() else {}),
        "State": [run.state for run in runs],
        "Recipe": [run.recipe for run in runs],
        "Data set": [run.dataset for run in runs],
        **_sweeps(runs),
        "Accuracy": [None if run.accuracy is None else 100 * run.accuracy for run in runs],
        "On": [run.accuracy_of for run in runs],
        **intervals("95 % interval", [run.accuracy for run in runs], [run.num_images for run in runs]),
        "Epochs": [f"{run.status.epoch}/{run.status.epochs}" for run in runs],
        # Of a run that trains the panel above tells it; here it would be out of date.
        "Duration": [None if run.state in ACTIVE_STATES else duration(run.status.seconds) for run in runs],
        "Started": [_moment(run.status.created) for run in runs],
    }
    return table(columns)


def _sweeps(runs: list[RunSummary]) -> dict[str, list[str | None]]:
    """A column of whose trial each is; none where no run is one."""
    ids = [run.sweep or None for run in runs]
    return {"Sweep": ids} if any(ids) else {}


def _moment(seconds: float) -> str | None:
    """Seconds since 1970 as a day and time here; None where nobody knows."""
    return time.strftime("%d %b, %H:%M", time.localtime(seconds)) if seconds else None


def _open(key: str, runs: list[RunSummary]) -> None:
    """Show the selected run; the table is drawn anew, so that no selection outlives its row."""
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(runs):
        write(LINK["run"], runs[rows[0]].id)
        st.toast(
            f"{escaped(runs[rows[0]].name)} is shown at the top of the page.", icon=":material/arrow_upward:"
        )
        st.session_state["runs-opened"] = st.session_state.get("runs-opened", 0) + 1
        st.session_state["run-opened"] = True
