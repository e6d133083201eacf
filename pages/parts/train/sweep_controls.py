"""What can be done with a sweep: pause, resume, stop, more trials. Must not import TensorFlow or Keras."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from lenet.errors import SweepError
from lenet.people.owner import may_change, owner_of, whose
from lenet.sweep.folder import Sweep
from lenet.sweep.state import ACTIVE, SweepControl, SweepState
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.engine import server_id, sweeps
from pages.parts.shared.icon_button import icon_button
from pages.parts.shared.link import write
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person

_PROBLEM, _TO_DELETE = "sweep-problem", "sweep-to-delete"  # keys of the session
_MORE = 10


def shown_state(sweep: Sweep, state: SweepState) -> str:
    """Its state; "interrupted" where nobody sees to it, also where this server should and does not."""
    known = sweeps()
    if known.is_driving(sweep):
        return state.state
    is_lost = state.state in ACTIVE and state.server == server_id() and not sweep.is_driven()
    return "interrupted" if is_lost else sweep.shown_state()


def sweep_controls(sweep: Sweep, state: SweepState, control: SweepControl) -> None:
    """The row of buttons that fits its state."""
    if problem := st.session_state.pop(_PROBLEM, None) or sweeps().problem(sweep):
        st.error(escaped(problem))
    if not may_change(sweep.path, person()):
        return _of_another(sweep)
    now = shown_state(sweep, state)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if now in ACTIVE:
            _while_active(sweep, control.command)
        elif now != "finished" or state.done < state.wanted:
            _button("Resume", "play_arrow", _go_on, sweep=sweep)
        more = st.number_input("More trials", value=_MORE, step=1, key=f"more-trials-{sweep.id}", width=110)
        _button(f"Add {more} trials", "add", _add, sweep=sweep, trials=more)
        _delete_button(sweep, is_active=now in ACTIVE)


def _delete_button(sweep: Sweep, is_active: bool) -> None:
    icon_button(f"Delete the sweep {sweep.id}", "delete", f"delete-{sweep.id}", type="tertiary",
                disabled=is_active,
                on_click=lambda: st.session_state.update({_TO_DELETE: sweep}))  # fmt: skip
    if asked := st.session_state.pop(_TO_DELETE, None):
        words = "What is known of its trials together will be gone for good; their runs stay."
        confirm("Delete this sweep?", words, "Delete", partial(_delete, asked))


def _delete(sweep: Sweep) -> None:
    _try(sweep.delete)
    write(LINK["sweep"], None)


def _of_another(sweep: Sweep) -> None:
    """One that only its owner and the teacher may change."""
    words = f"is {escaped(whose(sweep.path))}"
    if owner_of(sweep.path) is None:
        words = "was started in a terminal, or before this class, and is the teacher's to change"
    st.caption(f":material/person: This sweep {words}: look at it, or start one of your own.")


def _while_active(sweep: Sweep, wants: str) -> None:
    if wants == "pause":
        _button("Resume", "play_arrow", _go_on, sweep=sweep)
    elif wants == "run":
        words = "No further trial begins; what is under way goes on to its end."
        _button("Pause", "pause", sweep.write_control, command="pause", help=words)
    words = "Trials under way are stopped as well. Resume goes on with them from where they were."
    _button("Stop", "stop", sweep.write_control, command="stop", help=words, disabled=wants == "stop")


def _go_on(sweep: Sweep) -> None:
    sweep.write_control(command="run")
    sweeps().go_on(sweep)


def _add(sweep: Sweep, trials: int) -> None:
    sweep.add(trials)
    if not sweep.is_driven():
        sweeps().go_on(sweep)


def _button(label: str, icon: str, action: Callable[..., Any], help: str | None = None,
            disabled: bool = False, **arguments: Any) -> None:  # fmt: skip
    st.button(label, icon=f":material/{icon}:", help=help, disabled=disabled, on_click=_try, args=(action,),
              kwargs=arguments)  # fmt: skip


def _try(action: Callable[..., Any], **arguments: Any) -> None:
    """In a callback, so that the screen shows what came of it."""
    try:
        action(**arguments)
    except SweepError as error:
        st.session_state[_PROBLEM] = str(error)
