"""What can be done with a run: pause, resume, stop, another rate, more epochs, rename, download, delete."""

from functools import partial
from typing import Any

import streamlit as st

from lenet.engine import admission
from lenet.errors import RunError
from lenet.people.hold import is_held
from lenet.people.limits import is_limited
from lenet.people.owner import may_change
from lenet.runs.folder import Run
from lenet.runs.listing import RunSummary
from pages.parts.shared.clicks import change_of
from pages.parts.shared.confirmation import confirm
from pages.parts.shared.engine import engine_id
from pages.parts.shared.launch import launch
from pages.parts.shared.link import write
from pages.parts.shared.link_fields import TRAIN as LINK
from pages.parts.shared.markdown import escaped
from pages.parts.shared.room import person
from pages.parts.shared.run_draft import repeat_run, set_up
from pages.parts.train.run_downloads import run_downloads

_TO_DELETE = "run-to-delete"  # key of the session
_RATES = [digit * 10.0**power for power in range(-6, 1) for digit in (1, 2, 5)]


def run_controls(run: Run, summary: RunSummary) -> None:
    """The row of buttons that fits the run's state."""
    with st.container():  # one place, whatever is said: else the curves would be drawn anew
        if problem := st.session_state.pop("control-problem", None):
            st.error(escaped(problem))
    if not may_change(run.path, person()):
        return _of_another(run, summary)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if summary.state in ("queued", "running", "paused"):
            _while_active(run, summary)
        elif summary.state in ("finished", "stopped", "failed", "interrupted"):
            _after_the_end(run, summary)
        _manage(run, summary)


def _of_another(run: Run, summary: RunSummary) -> None:
    """A run that only its owner and the teacher may change."""
    whose = f"{escaped(summary.owner.name)}'s" if summary.owner else "the teacher's"
    st.caption(f":material/person: This run is {whose}: look at it, or make one of your own like it.")
    _button("Use these settings", "content_copy", _same_settings, {"run": run})


def _same_settings(run: Run) -> None:
    set_up(run.config.model_copy(update={"name": ""}))
    st.session_state["settings-changed"] = True


def _while_active(run: Run, summary: RunSummary) -> None:
    wants = run.control().command
    if summary.state == "paused" or wants == "pause":
        waits = is_held(run.path.parent) and is_limited(person())
        _button("Resume", "play_arrow", run.write_control, {"command": "run"}, disabled=waits)
        if waits:
            st.caption("Your teacher has all runs wait.", width="content")
    else:
        _button("Pause", "pause", run.write_control, {"command": "pause"}, disabled=summary.state == "queued")
    _button("Stop", "stop", run.write_control, {"command": "stop"}, disabled=wants == "stop")
    _learning_rate(run)


_SCHEDULED = (
    "A schedule changes the rate of this run from step to step, beginning with this one; a rate that is "
    "chosen here holds from now on."
)


def _learning_rate(run: Run) -> None:
    config, override = run.config, run.control().learning_rate
    key, now = f"rate-{run.id}", override or config.learning_rate
    rates = sorted({*_RATES, now, config.learning_rate})
    st.select_slider(
        "Learning rate from now on", rates, now, format_func=lambda rate: f"{rate:.3g}", key=key, width=260,
        on_change=change_of(key, now, lambda rate: _try(run.write_control, learning_rate=rate)),
        help=None if config.schedule == "constant" or override else _SCHEDULED,
    )  # fmt: skip
    if override is not None and config.schedule != "constant":
        _button("Follow the schedule again", "timeline", run.write_control, {"learning_rate": None})


def _after_the_end(run: Run, summary: RunSummary) -> None:
    unfinished = summary.state == "stopped" and summary.status.epoch < summary.status.epochs
    if unfinished or summary.state in ("interrupted", "failed"):
        _button("Resume", "play_arrow", launch, {"run": run})
    if summary.state in ("finished", "stopped"):
        more = st.number_input("More epochs", value=5, step=1, key=f"more-{run.id}", width=110)
        _button(f"Train {more} more", "add", _train_more, {"run": run, "epochs": more})
    if 0 in run.snapshots():
        words = "Set up another run that starts from the same initial weights; change what you like."
        _button("Same initial weights", "replay", _same_weights, {"run": run}, help=words)


def _train_more(run: Run, epochs: int) -> None:
    admission.check(run)
    run.ask_for_more(epochs)
    launch(run)


def _same_weights(run: Run) -> None:
    """The settings become those of the run, starting from its epoch 0."""
    repeat_run(run.id, run.config)
    st.session_state["settings-changed"] = True


def has_changed_settings() -> bool:
    """Whether a click here has set up something else, for which the whole page is drawn anew: told once."""
    return st.session_state.pop("settings-changed", False)


def _manage(run: Run, summary: RunSummary) -> None:
    words = "Manage this run: rename, download, delete"
    with st.popover(words, icon=":material/more_vert:", help=words, key=f"icon-manage-{run.id}"):
        name = st.text_input("Name", summary.name, max_chars=80, key=f"name-{run.id}")
        _button("Rename", "edit", run.rename, {"name": name}, disabled=name == summary.name)
        st.divider()
        run_downloads(run)
        st.divider()
        st.button("Delete this run", icon=":material/delete:", key=f"delete-{run.id}",
                  on_click=lambda: st.session_state.update({_TO_DELETE: (run, summary.name)}))  # fmt: skip
    if asked := st.session_state.pop(_TO_DELETE, None):  # another run may have come into the panel meanwhile
        _ask_to_delete(*asked)


def _ask_to_delete(run: Run, name: str) -> None:
    words = f"**{escaped(name)}** with its curves, snapshots and model will be gone for good."
    confirm("Delete this run?", words, "Delete", partial(_delete, run))


def _delete(run: Run) -> None:
    _try(run.delete, engine=engine_id())
    write(LINK["run"], None)


def _button(label: str, icon: str, action: Any, arguments: dict[str, Any], **options: Any) -> None:
    """A button whose action happens before anything is drawn, so that the screen shows what came of it."""
    st.button(label, icon=f":material/{icon}:", on_click=_try, args=(action,), kwargs=arguments, **options)


def _try(action: Any, **arguments: Any) -> None:
    try:
        action(**arguments)
    except RunError as error:
        st.session_state["control-problem"] = str(error)
