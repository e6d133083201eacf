"""Which runs are compared: by ticks, and by what is looked for. The link has them.

Must not import TensorFlow or Keras.
"""

from collections.abc import Sequence

import streamlit as st

from lenet.comparison import selection
from lenet.comparison.compared_run import ComparedRun, compared_runs, data_sets
from lenet.runs.folder import Run, default_folder
from lenet.runs.listing import RunSummary
from lenet.runs.run_index import list_runs
from lenet.runs.status import ACTIVE_STATES
from lenet.sentences import few
from lenet.sentences import listed as enumerated
from pages.parts.compare.tags import tags_menu
from pages.parts.shared.clicks import TRAIN
from pages.parts.shared.engine import engine_id
from pages.parts.shared.link import leave, read_all, warn, write
from pages.parts.shared.link_fields import COMPARE as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.tables import show_table

_EMPTY = "compare-empty"  # key of the session: whether a person has chosen none
_TICKS = "compare-ticks"  # key of the table's widget
_NEWEST = 5  # runs that are compared where nobody has chosen
_MORE = ("Sweep", "Tag", "Person")  # columns of the table, where a run has one
_MOST_ROWS = 9  # of the table that are seen without scrolling
_TICK = 3.0  # seconds between two looks for another epoch


def choose() -> list[ComparedRun]:
    """The runs, and the widgets to choose others; none where there are none: a sentence says so."""
    listed = list_runs(engine=engine_id())
    ids = _asked(listed)
    runs, problems = compared_runs(ids, listed, default_folder())
    for problem in few(problems):
        warn(problem)
    if not listed:
        _no_run()
        return []
    box = st.expander("Choose runs", expanded=not ids, icon=":material/checklist:", key="compare-box",
                      on_change="rerun")  # fmt: skip
    if box.open:
        with box:
            _table(listed, ids, runs)
    _say(runs)
    return runs


def _no_run() -> None:
    st.info("No run yet: train one or two, and compare them here.", icon=":material/model_training:")
    st.button("Train a network", type="primary", on_click=leave, args=(TRAIN, {}))


def _asked(listed: Sequence[RunSummary]) -> list[str]:
    """Those of the link; where nobody has chosen, the newest that have a curve."""
    return read_all(LINK["runs"]) or ([] if st.session_state.get(_EMPTY) else _newest(listed))


def _newest(listed: Sequence[RunSummary]) -> list[str]:
    """A few, all of the data of the first one."""
    there = [each for each in listed if not each.problem and Run(default_folder() / each.id).has_curve()]
    return [each.id for each in there if each.dataset == there[0].dataset][:_NEWEST]


def _keep(ids: Sequence[str]) -> None:
    """A link to what is shown now opens the same."""
    st.session_state[_EMPTY] = not ids
    write(LINK["runs"], list(ids))


# What is said of them


def _say(runs: list[ComparedRun]) -> None:
    if not runs:
        st.info("No run is chosen. Tick some in the table above: two or more to compare them.",
                icon=":material/checklist:")  # fmt: skip
    elif len(runs) == 1:
        st.info(f"{escaped(runs[0].title)} is alone here. Choose another run beside it.",
                icon=":material/checklist:")  # fmt: skip
    elif len(names := data_sets(runs)) > 1:
        st.info(
            f"These runs are of {len(names)} data sets ({escaped(enumerated(names, 6))}): their losses and "
            "accuracies are not of the same images.", icon=":material/photo_library:",
        )  # fmt: skip


# The table in which they are ticked


def _table(listed: list[RunSummary], ids: list[str], runs: list[ComparedRun]) -> None:
    found = _filtered(listed)
    with st.container(horizontal=True, vertical_alignment="center"):
        shown = [each.id for each in found if not each.problem]
        st.button(f"Add all {len(shown)}", icon=":material/done_all:", on_click=_keep, disabled=not shown,
                  args=(dict.fromkeys([*ids, *shown]),))  # fmt: skip
        st.button("Only these", icon=":material/filter_alt:", on_click=_keep, args=(shown,),
                  disabled=not shown)  # fmt: skip
        st.button("None", icon=":material/remove_done:", on_click=_keep, args=([],), disabled=not ids)
        tags_menu(runs)
    if not found:
        st.caption("No run is like that. Type another word, or choose All.")
        return
    st.session_state[_TICKS] = _ticked(found, ids)
    show_table(
        _columns(found), key=_TICKS, selection_mode="multi-row", height=min(len(found), _MOST_ROWS) * 35 + 38,
        on_select=lambda: _tick(found, ids),
        column_config={"Accuracy": st.column_config.NumberColumn(format="%.2f %%")},
    )  # fmt: skip


def _filtered(listed: list[RunSummary]) -> list[RunSummary]:
    """By words, and by what runs have: only where they differ in it."""
    wanted = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Search", key="compare-search", icon=":material/search:", width=220,
                              placeholder="Name, recipe, tag, …")  # fmt: skip
        for facet in selection.FACETS:
            if there := selection.options(listed, facet):
                picked = st.selectbox(
                    facet, there, None, key=f"compare-by-{facet}", placeholder="All", width=190
                )
                wanted |= {facet: picked} if picked else {}
    return selection.found(listed, words, wanted)


def _ticked(found: list[RunSummary], ids: list[str]) -> dict[str, dict[str, list]]:
    """The selection of the table, as Streamlit has it."""
    rows = [row for row, each in enumerate(found) if each.id in set(ids)]
    return {"selection": {"rows": rows, "columns": [], "cells": []}}


def _tick(found: list[RunSummary], ids: list[str]) -> None:
    """What is ticked in the table, and what was chosen of runs that it does not show."""
    rows = st.session_state[_TICKS].selection.rows
    ticked = [found[row].id for row in rows if row < len(found)]
    shown = {each.id for each in found}
    _keep(dict.fromkeys([*(each for each in ids if each not in shown or each in ticked), *ticked]))


def _columns(runs: list[RunSummary]) -> dict[str, list]:
    columns = {
        "Name": [run.name for run in runs],
        "State": [run.state for run in runs],
        "Recipe": [run.recipe for run in runs],
        "Data set": [run.dataset for run in runs],
        "Accuracy": [None if run.accuracy is None else 100 * run.accuracy for run in runs],
        "Epochs": [f"{run.status.epoch}/{run.status.epochs}" for run in runs],
        "Id": [run.id for run in runs],
    }
    more = {facet: [", ".join(selection.FACETS[facet](run)) for run in runs] for facet in _MORE}
    return columns | {facet: values for facet, values in more.items() if any(values)}


# Runs that train


def look_for_news(runs: list[ComparedRun]) -> None:
    """Run the page again when one of them has another epoch, or ends."""
    if any(each.summary.state in ACTIVE_STATES for each in runs):
        st.fragment(_look, run_every=_TICK)(
            [each.id for each in runs], _progress(each.summary for each in runs)
        )


def _look(ids: list[str], known: set) -> None:
    now = _progress(each for each in list_runs(engine=engine_id(), fresh=_TICK) if each.id in ids)
    if now != known:
        st.rerun()


def _progress(runs) -> set[tuple[str, str, int]]:
    return {(each.id, each.state, each.status.epoch) for each in runs}
