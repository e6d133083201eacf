"""The panel of a sweep: how it goes, its leaderboard, history, importances and slices, and what can be done.

Drawn again when a trial begins or ends: a component asks the server whether one has. Must not import Optuna,
TensorFlow or Keras.
"""

from functools import lru_cache
from pathlib import Path

import streamlit as st

from lenet.errors import SweepError
from lenet.formatting import counted, duration, percent
from lenet.people.owner import owner_of
from lenet.people.person import TEACHER
from lenet.sweep.config import MEASURES, SAMPLERS, SweepConfig
from lenet.sweep.folder import Sweep, all_sweeps
from lenet.sweep.state import SweepState
from pages.parts.shared.engine import engine_problem
from pages.parts.shared.link import bound, hold, read
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.train.live_component import live_component
from pages.parts.train.setting_titles import settings_in_words, short_title
from pages.parts.train.state_badge import state_badge
from pages.parts.train.sweep_charts import sweep_charts
from pages.parts.train.sweep_controls import shown_state, sweep_controls
from pages.parts.train.sweep_leaderboard import has_opened_a_run, leaderboard

_FIRST = (
    "No sweep yet. Choose what to vary and press **Start sweep**: its trials, the best so far and what "
    "mattered appear here while they train."
)


@st.fragment
def sweep_panel() -> None:
    """The sweep in the link, else the newest; in a class of one's own."""
    hold()
    if has_opened_a_run():
        st.rerun()  # the whole page: it shows that run
    known = all_sweeps()
    with st.container():  # one place, whatever is said: else all that follows would be drawn anew
        sweep = _shown(known)
        engine_problem()
    watched = {"run": "", "wanted": False, "signature": ""}
    version = sweep.version() if sweep else ""
    live_component("sweep", watched, sweep=sweep.id if sweep else "", version=version)
    if sweep is None:
        return st.info(_FIRST, icon=":material/tune:")
    _choose(known, sweep)
    try:
        config, state, control = sweep.config, sweep.state(), sweep.control()
    except SweepError as error:
        return st.error(escaped(str(error)))
    _heading(sweep, config, state)
    sweep_controls(sweep, state, control)
    _figures(config, state)
    sweep_charts(config, state)
    leaderboard(config, state)


def _shown(known: list[Sweep]) -> Sweep | None:
    asked = read(LINK["sweep"])
    if asked:
        try:
            return Sweep.open(asked)
        except SweepError as error:
            st.warning(escaped(str(error)), icon=":material/search_off:")
    who = person()
    own = [sweep for sweep in known if who is None or (owner_of(sweep.path) or TEACHER).id == who.id]
    return next(iter(own), None)


def _choose(known: list[Sweep], shown: Sweep) -> None:
    """What it is called; a box to choose another one, where there are several."""
    if len(known) < 2:
        return st.subheader(escaped(_title(shown.path)), anchor=False)
    titles = {sweep.id: _title(sweep.path) for sweep in (shown, *known)}
    widget = bound(LINK["sweep"], shown.id)
    st.selectbox("Sweep", titles, format_func=lambda name: titles.get(name, name), **widget)


@lru_cache(maxsize=256)
def _title(path: Path) -> str:
    """What it is of and the end of its id: the same for ever, since `sweep.json` is never rewritten."""
    try:
        config = Sweep(path).config
    except SweepError:
        return path.name
    varied = ", ".join(short_title(each.setting).lower() for each in config.space)
    return f"{config.base.recipe or 'own settings'}: {varied} ({path.name[-4:]})"


def _heading(sweep: Sweep, config: SweepConfig, state: SweepState) -> None:
    now = shown_state(sweep, state)
    with st.container(horizontal=True, vertical_alignment="center"):
        state_badge(now)
        st.caption(escaped(f"{SAMPLERS[config.sampler]} · {sweep.id}"), width="content")
    if state.message:
        st.info(escaped(state.message))
    if state.error:
        st.error(escaped(state.error))
    if now == "interrupted":
        st.warning(
            "Nobody goes on with this sweep any more. Resume it: no trial is lost, and none is run twice."
        )


def _figures(config: SweepConfig, state: SweepState) -> None:
    best = state.best(config.is_maximized)
    pruned = sum(trial.state == "pruned" for trial in state.trials)
    failed = sum(trial.state == "failed" for trial in state.trials)
    value = "–" if best is None else percent(best.value) if config.is_maximized else f"{best.value:.4f}"
    metrics = {
        "Best": value,
        "Trials": f"{state.done} of {state.wanted}",
        "Pruned": f"{pruned:,}",
        "Failed": f"{failed:,}",
        "Time": duration(state.seconds),
    }
    with st.container(horizontal=True, gap="medium"):
        for title, figure in metrics.items():
            st.metric(title, figure, width="content")
    if (left := state.wanted - state.done) > 0:
        st.progress(state.done / state.wanted, f"{counted(left, 'trial')} to go")
    if best:
        words = f"{MEASURES[config.measure]} is best in trial {best.number + 1}"
        st.markdown(escaped(f"{words}: {settings_in_words(best.settings)}."))
    if config.base.validation == "test":
        st.caption("Validated on the test set: the best of many trials flatters its figure there.")
