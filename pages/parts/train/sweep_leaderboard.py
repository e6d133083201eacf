"""The trials of a sweep as a table, the best first; a click on a row opens that run. No TensorFlow here."""

import pyarrow
import streamlit as st

from lenet.formatting import duration
from lenet.sweep.config import MEASURES, SweepConfig
from lenet.sweep.state import SweepState, TrialState, ranked
from pages.parts.shared.clicks import COMPARE
from pages.parts.shared.link import address, leave, write_all
from pages.parts.shared.link_fields import COMPARE as LINK_OF_COMPARE
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.tables import table
from pages.parts.train.setting_titles import short_title, short_value

_MOST_COMPARED = 20  # lines that can be told apart, the best first


def leaderboard(config: SweepConfig, state: SweepState) -> None:
    """All trials; those without a value come last."""
    best = ranked(state.trials, config.is_maximized)
    placed = {trial.number for trial in best}
    trials = [*best, *(trial for trial in reversed(state.trials) if trial.number not in placed)]
    if not trials:
        return
    st.markdown("**Leaderboard**")
    key = f"leaderboard-{st.session_state.get('trials-opened', 0)}"
    numbers = st.column_config.NumberColumn(format="%.2f %%" if config.is_maximized else "%.4f")
    st.dataframe(
        _rows(config, trials), hide_index=True, key=key, selection_mode="single-row", lazy=False,
        placeholder="–",
        on_select=lambda: _open(key, trials), column_config={MEASURES[config.measure]: numbers},
    )  # fmt: skip
    st.caption(
        "Ranked by the epoch whose weights are kept: the last, or the best. Select a row to open its run."
    )
    ids = [trial.run for trial in trials if trial.run and trial.state != "failed"][:_MOST_COMPARED]
    if len(ids) > 1:
        to = address(LINK_OF_COMPARE, runs=ids, view="parallel")
        words = "Compare these" if len(ids) == len(trials) else f"Compare {len(ids)} of these"
        st.button(words, icon=":material/compare_arrows:", on_click=leave, args=(COMPARE, to))


def has_opened_a_run() -> bool:
    """Whether a click here leads to a run, for which the whole page is drawn anew: told once."""
    return st.session_state.pop("trial-opened", False)


def _rows(config: SweepConfig, trials: list[TrialState]) -> pyarrow.Table:
    times = 100 if config.is_maximized else 1
    settings = {
        short_title(each.setting): [_value(trial, each.setting) for trial in trials] for each in config.space
    }
    why = [trial.why for trial in trials]
    return table({
        "Trial": [str(trial.number + 1) for trial in trials],
        "State": [trial.state for trial in trials],
        MEASURES[config.measure]: [None if trial.value is None else times * trial.value for trial in trials],
        **settings,
        "Epochs": [str(trial.epoch) for trial in trials],
        "Duration": [duration(trial.seconds) if trial.seconds else None for trial in trials],
    } | ({"Why": why} if any(why) else {}))  # fmt: skip


def _value(trial: TrialState, setting: str) -> str | None:
    return short_value(trial.settings[setting]) if setting in trial.settings else None


def _open(key: str, trials: list[TrialState]) -> None:
    """Show the run of the selected row; the table is drawn anew, so that no selection outlives its row."""
    rows = st.session_state[key].selection.rows
    if rows and rows[0] < len(trials) and trials[rows[0]].run:
        write_all(LINK, {"run": trials[rows[0]].run, "mode": "run"})
        st.session_state["trials-opened"] = st.session_state.get("trials-opened", 0) + 1
        st.session_state["trial-opened"] = True
