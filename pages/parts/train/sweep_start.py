"""Set up a sweep of what the page shows, say how many runs that is and how long, and start it.

Must not import Optuna, TensorFlow or Keras.
"""

from dataclasses import dataclass
from functools import partial

import streamlit as st
from pydantic import ValidationError

from lenet.data import datasets
from lenet.engine import admission
from lenet.errors import DatasetError, SweepError
from lenet.runs.config_errors import describe_errors
from lenet.runs.folder import default_folder
from lenet.runs.listing import RunSummary
from lenet.sweep import estimate
from lenet.sweep.config import SweepConfig, problems_of
from lenet.sweep.folder import Sweep
from pages.parts.shared.engine import engine, server_id, sweeps
from pages.parts.shared.link import write
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.train.proposal import Proposal, propose
from pages.parts.train.start_from import follow_picks
from pages.parts.train.sweep_form import how_form, how_of_link, say, space_form, space_of_link

_STARTED = "sweeps-started"  # key of the session


@dataclass
class _Started:
    """What came of clicks in a session; changed in place, as those of Start are."""

    count: int = 0
    to_show: str = ""  # the sweep that was started and is not yet in the link
    problem: str = ""


def sweep_start(proposal: Proposal, runs: list[RunSummary]) -> None:
    """The form, what is wrong with it or how long it takes, and the button."""
    started = st.session_state.setdefault(_STARTED, _Started())
    if started.to_show:
        write(LINK["sweep"], started.to_show)
        started.to_show = ""
    if proposal.config is None:
        return
    space_form(proposal.config)
    how_form()
    config, problems = proposed(proposal)
    say(problems)
    if config and not problems:
        ready = engine()
        st.caption(escaped(estimate.in_words(config, runs, ready.num_trainers() if ready else 1)))
    st.button(
        "Start sweep", icon=":material/play_arrow:", type="primary", key=f"start-sweep-{started.count}",
        disabled=bool(problems) or not proposal.can_start, on_click=partial(_start, started, started.count),
    )  # fmt: skip
    if started.problem:
        st.error(escaped(started.problem))


def proposed(proposal: Proposal) -> tuple[SweepConfig | None, list[str]]:
    """What would be started, and what is in the way, in sentences; of the base see `proposal`."""
    if proposal.config is None:
        return None, []
    space, problems = space_of_link(proposal.config)
    if not space and not problems:
        return None, [
            "Vary: received no setting, expected one or more. Choose what differs from trial to trial."
        ]
    if problems:
        return None, problems
    try:
        config = SweepConfig(base=proposal.config, space=space, **how_of_link())
        if not proposal.can_start:
            return config, []
        about, count = datasets.info(config.base.dataset), config.num_trials
        over = admission.problems(config.base, about, person(), default_folder(), count)
        return config, [*problems_of(config, about), *over]
    except ValidationError as error:
        return None, describe_errors(error)
    except DatasetError as error:
        return None, [str(error)]


def _start(started: _Started, drawn: int) -> None:
    """In a callback. A second click on the same drawing starts nothing."""
    if drawn != started.count:
        return
    started.problem = ""
    follow_picks()
    proposal = propose()
    config, problems = proposed(proposal)
    if config is None or problems or not proposal.can_start:
        started.problem = "Nothing was started: see what is wrong with settings, layers or ranges."
        return
    try:
        sweep = Sweep.create(config, server=server_id())
        started.count, started.to_show = started.count + 1, sweep.id
        sweeps().go_on(sweep)
    except SweepError as error:
        started.problem = str(error)
