"""The charts of a sweep: history with the best so far, importances, a slice for each setting.

Must not import Optuna, TensorFlow or Keras.
"""

from typing import Any

import streamlit as st

from lenet.figures.sweep_figures import STATES, history_spec, importances_spec, slice_spec
from lenet.sweep.config import MEASURES, SweepConfig
from lenet.sweep.space import Vary
from lenet.sweep.state import SweepState, TrialState
from pages.parts.shared.charts import vega_chart
from pages.parts.shared.screen import screen
from pages.parts.shared.tables import table
from pages.parts.shared.theme import colors
from pages.parts.train.setting_titles import settings_in_words, short_title, short_value

_HEIGHT = 230  # pixels
_SLICES = 3  # side by side
_ENOUGH = 20  # complete trials; with fewer, one trial changes the order of importances


def sweep_charts(config: SweepConfig, state: SweepState) -> None:
    """Nothing before a trial has a value."""
    trials = [trial for trial in state.trials if trial.state in STATES and trial.value is not None]
    if not trials:
        return st.caption("Charts appear with the first trial that is at its end.")
    title, is_share = MEASURES[config.measure], config.is_maximized
    history, shares = st.columns([1.6, 1]) if not screen().is_phone else (st.container(), st.container())
    with history:
        st.markdown("**History**")
        vega_chart(
            table(_history(config, trials)),
            history_spec(title, colors(), is_share),
            _HEIGHT,
            key="sweep-history",
        )
    with shares:
        st.markdown("**Importance of settings**")
        _importances(config, state)
    st.markdown("**Slices**: each trial by one setting")
    columns = st.columns(_SLICES) if not screen().is_phone else [st.container()] * _SLICES
    for place, vary in enumerate(config.space):
        with columns[place % _SLICES]:
            name = short_title(vary.setting)
            spec = slice_spec(title, name, _kind(vary), colors(), is_share)
            vega_chart(table(_slice(trials, vary)), spec, _HEIGHT, key=f"sweep-slice-{vary.setting}")


def _importances(config: SweepConfig, state: SweepState) -> None:
    if not state.importances:
        return st.caption("Known from four complete trials on, where they differ.")
    complete = sum(trial.state == "complete" for trial in state.trials)
    if complete < _ENOUGH:
        st.caption(f"Of {complete} complete trials: a guess, which gets steadier with more.")
    rows = {
        "setting": [short_title(name) for name in state.importances],
        "share": list(state.importances.values()),
    }
    vega_chart(table(rows), importances_spec(colors()), _HEIGHT, key="sweep-importances")
    return None


def _history(config: SweepConfig, trials: list[TrialState]) -> dict[str, list[Any]]:
    best, so_far = [], None
    for trial in trials:
        if trial.state == "complete":
            better = max if config.is_maximized else min
            so_far = trial.value if so_far is None else better(so_far, trial.value)
        best.append(so_far)
    return _columns(trials) | {"best": best}


def _slice(trials: list[TrialState], vary: Vary) -> dict[str, list[Any]]:
    values = [trial.settings.get(vary.setting) for trial in trials]
    return _columns(trials) | {"x": values if vary.is_range else [short_value(each) for each in values]}


def _columns(trials: list[TrialState]) -> dict[str, list[Any]]:
    return {
        "trial": [trial.number + 1 for trial in trials],
        "value": [trial.value for trial in trials],
        "state": [trial.state for trial in trials],
        "settings": [settings_in_words(trial.settings) for trial in trials],
    }


def _kind(vary: Vary) -> str | list[str]:
    if vary.is_range:
        return "log" if vary.log else "linear"
    return [short_value(each) for each in vary.values]
