"""Start: trains what the page shows, and nothing else.

The button carries a digest of what was on the page when it was pressed. Streamlit's own would say only that
it was pressed, and where the page was drawn anew meanwhile, something else would start. With the digest in
its key it would be another button at each change, and a click that falls between the two would be lost; a
component of our own stays one element. Must not import TensorFlow or Keras.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from lenet.errors import RunError
from lenet.runs.folder import Run
from lenet.training.run_name import run_name
from pages.parts.shared.launch import launch_and_see
from pages.parts.shared.link import write
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.train.proposal import Proposal, in_words, propose
from pages.parts.train.start_from import follow_picks

_KEY, _PRESSES = "start", "start-presses"  # keys of the session
_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "lenet_start_button",
    html='<button type="button"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M8 5v14l11-7z"/></svg>'
    "<span>Start</span></button>",
    css=(_HERE / "start_button.css").read_text("utf-8"),
    js=(_HERE / "start_button.js").read_text("utf-8"),
)


@dataclass
class _Presses:
    """What came of clicks in a session.

    An object that is changed in place: `st.session_state` gives way to a newer click, in the middle of a
    callback as well, so nothing is read or written there between a run's folder and its place in the queue.
    """

    started: int = 0
    to_show: str = ""  # the run that was started and is not yet in the link
    refusal: str = ""  # why the last click started nothing
    problem: str = ""  # why it could not
    of: str = ""  # digest of the page on which that is news
    is_cut_off: bool = False  # a newer message has ended the last click's callback: nothing was started


def start_button(proposal: Proposal) -> None:
    """The button, and below it what became of the last click, as long as that is news."""
    presses = st.session_state.setdefault(_PRESSES, _Presses())
    if presses.to_show:
        write(LINK["run"], presses.to_show)
        presses.to_show = ""
    shown = _shown(proposal, presses)
    data = {"shown": shown, "disabled": not proposal.can_start}
    _mount(key=_KEY, data=data, on_pressed_change=partial(_pressed, presses))
    if proposal.waits:
        st.caption(f":material/hourglass_empty: {proposal.waits}")
    if presses.is_cut_off and proposal.config:
        presses.refusal, presses.of, presses.is_cut_off = _set_up_now(proposal), shown, False
    if presses.refusal and presses.of == shown:
        st.warning(escaped(presses.refusal), icon=":material/replay:")
    if presses.problem and presses.of == shown:
        st.error(escaped(presses.problem))


def _shown(proposal: Proposal, presses: _Presses) -> str:
    """What a click on this drawing says: a second one says the same, and so starts nothing."""
    return f"{proposal.shown}-{presses.started}"


def _pressed(presses: _Presses) -> None:
    """In a callback: before anything is drawn, so that nothing on the page can drop it."""
    presses.is_cut_off = True
    pressed = st.session_state[_KEY]["pressed"]
    follow_picks()
    proposal = propose()
    presses.refusal = _refusal(pressed, proposal, presses)
    presses.problem = "" if presses.refusal else _start(proposal, presses)
    presses.of, presses.is_cut_off = _shown(proposal, presses), False


def _refusal(pressed: str, proposal: Proposal, presses: _Presses) -> str:
    """Why this click starts nothing; empty where it does."""
    drawn, _, count = pressed.partition("-")
    if drawn != proposal.shown and proposal.config:
        return _set_up_now(proposal)
    if count != str(presses.started):
        return "Start was pressed twice, and one run was started. Press it again for another one."
    if drawn == proposal.shown and proposal.can_start:
        return ""
    return f"Nothing was started. {proposal.waits or 'See what is wrong with settings or layers.'}"


def _set_up_now(proposal: Proposal) -> str:
    return (
        "Nothing was started: the page was still changing when Start was pressed. Set up now: "
        f"{in_words(proposal.config)}. Press Start again to train this."
    )


def _start(proposal: Proposal, presses: _Presses) -> str:
    """Create the run and hand it to the engine; what went wrong, in words."""
    try:
        run = Run.create(proposal.config, name=run_name(proposal.config))
        presses.started, presses.to_show, presses.is_cut_off = presses.started + 1, run.id, False
        launch_and_see(run)
    except RunError as error:
        return str(error)
    return ""
