"""Questions to the inference worker, kept in the session until they are answered: no page waits for long.

A part of a page asks at every run; the worker is asked once. `look_again` runs the page when what was missing
is there, and shows how far a long computation is. What nobody asks any more is cancelled: there is another
question of the same name, or another view, or another page. Must not import Dask, TensorFlow or Keras.
"""

import time
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitInvalidLayoutContextError

from lenet.engine.asking import Question
from lenet.errors import EngineError
from pages.parts.shared.engine import engine, engine_status, usual_warm_up
from pages.parts.shared.markdown import escaped

_PATIENCE, _PATIENCE_LONG = 1.0, 0.5  # seconds that a run of the page waits for an answer
_TICK = 0.4  # seconds
_CANCELLED = "Cancelled: nothing is worked out any more."


@dataclass
class Reply:
    """What came back: a value for each call. None: a `problem`, or it is still awaited.

    Attributes:
        shown: what a long question has to show before its end; None: nothing yet.
    """

    values: list[Any] | None = None
    problem: str = ""
    shown: Any = None


@dataclass
class _Question:
    asked: tuple[Any, ...]
    is_long: bool
    futures: list[Question] = field(default_factory=list)  # empty: nobody was there to be asked
    reply: Reply | None = None
    shown: Any = None  # of what it has to show, what the page has seen
    slot: DeltaGenerator | None = None  # where its progress is
    had_slot: bool = False  # in the run of the page before this one
    is_current: bool = True  # asked in this run of the page
    since: float = field(default_factory=time.monotonic)  # seconds

    def leave(self) -> None:
        """Nobody here waits for it any more."""
        ready = engine()
        for future in self.futures:
            if ready and not future.done():
                ready.leave(future)


def ask_nothing() -> None:
    """On a page that asks nothing: what another one asked is left."""
    for name in list(_questions()):
        forget(name)


def will_look_again() -> None:
    """At the start of a page that ends with `look_again`."""
    st.session_state["looks-again"] = st.session_state["runs-whole"] = True


def begin() -> None:
    """At the start of the fragment that asks."""
    for question in _questions().values():
        question.had_slot = question.slot is not None
        question.is_current, question.slot = False, None


def ask(name: str, function: str, *calls: tuple[Any, ...]) -> Reply:
    """`function(*call)` for each call, on the inference worker.

    Args:
        name: of the question; another one with that name takes its place.
        function: full name, "lenet.evaluation.predictor.predictions".
    """
    return _ask(name, function, calls, is_long=False)


def ask_long(name: str, function: str, call: tuple[Any, ...]) -> Reply:
    """`ask` for what takes more than a second: a function that takes turns, see `lenet.turns`."""
    return _ask(name, function, (call,), is_long=True)


def is_asked(name: str, function: str, *calls: tuple[Any, ...]) -> bool:
    """Whether this very question is on its way, or answered."""
    question = _questions().get(name)
    return question is not None and question.asked == _what(function, calls)


def _ask(name: str, function: str, calls: tuple[tuple[Any, ...], ...], is_long: bool) -> Reply:
    questions, asked = _questions(), _what(function, calls)
    if name not in questions or questions[name].asked != asked:
        forget(name)
        questions[name] = _Question(asked, is_long)
    question, ready = questions[name], engine()
    question.is_current = True
    if question.reply is None and not question.futures and ready:
        try:
            question.futures = [
                ready.ask(function, *call, is_long=is_long, same=(function, same))
                for call, same in zip(calls, asked[1:], strict=True)
            ]
        except EngineError:
            return Reply()
    if question.reply is None and question.futures:
        patience = _PATIENCE_LONG if is_long else _PATIENCE
        _collect(question, patience if ready and ready.state().inference in ("ready", "busy") else 0)
    question.shown = _shown(question)
    return question.reply or Reply(shown=question.shown)


def is_awaited(name: str) -> bool:
    """Whether this run of the page has asked that question and has no answer yet."""
    question = _questions().get(name)
    return question is not None and question.is_current and question.reply is None


def forget(name: str) -> None:
    """The next `ask` of that name asks the worker again."""
    if question := _questions().pop(name, None):
        question.leave()


def settle() -> None:
    """At the end of the fragment: nobody waits any more for what was not asked in it.

    Where it awaits something and the page does not look for it, the whole page runs again, and does. So it
    does after the fragment has run alone and had places for progress, into which `_look` has written: at its
    next run Streamlit 1.67 clears what a fragment has written elsewhere, and where something else is there by
    then, the page in the browser breaks and is empty.
    """
    has_stale_places = any(question.had_slot for question in _questions().values())
    for name in [name for name, question in _questions().items() if not question.is_current]:
        forget(name)
    is_alone = not st.session_state.get("runs-whole")
    if (is_alone and has_stale_places) or (_is_waiting() and not st.session_state.get("looks-again")):
        st.rerun()


def look_again() -> None:
    """At the end of a page, outside of fragments: run it again when something awaited may be there."""
    st.session_state["looks-again"], st.session_state["runs-whole"] = _is_waiting(), False
    if _is_waiting():
        st.fragment(_look, run_every=_TICK)()


def _look() -> None:
    if not _is_waiting() or any(_can_go_on(question) for question in _questions().values()):
        st.rerun()
    try:
        for question in _questions().values():
            _show_progress(question)
    except StreamlitInvalidLayoutContextError:  # a part of the page has run alone, and its places are new
        st.rerun()
    if has_problem():
        engine_status()


def has_problem() -> bool:
    """Whether somebody has to do something before anything is answered: `look_again` says what."""
    ready = engine()
    return ready is not None and bool(ready.state().problem or ready.state().inference == "missing")


def what_is_awaited() -> str:
    """Why there is no reply yet, for the place where it will be."""
    ready = engine()
    if ready is not None and ready.state().inference == "missing":
        return "No answer yet: see below what is missing."
    if ready is None or ready.state().inference == "warming":
        return f"TensorFlow is warming up{usual_warm_up(_waited())}; the answer comes by itself."
    if any(future.attempts > 1 for question in _questions().values() for future in question.futures):
        return "The connection to the worker broke and was made anew: it was asked again, by itself."
    return "The answer takes longer than usual; it comes by itself."


def _waited() -> float:
    """Seconds that an answer has been awaited."""
    now = time.monotonic()
    return max((now - each.since for each in _questions().values() if each.reply is None), default=0.0)


def is_there(name: str, reply: Reply, is_needed: bool = False) -> bool:
    """Whether the answer to a long question is there; else shows why not, how far it is, and Cancel.

    `is_needed`: without it the page has nothing to show, so what keeps it away is an error.
    """
    if reply.values:
        return True
    question = _questions()[name]
    left, right = st.columns([3, 1], vertical_alignment="center")
    if reply.problem:
        is_cancelled = reply.problem == _CANCELLED
        (left.error if is_needed and not is_cancelled else left.info)(escaped(reply.problem))
        if is_cancelled:
            right.button("Ask again", icon=":material/refresh:", key=f"again-{name}", on_click=forget,
                         args=(name,))  # fmt: skip
        return False
    question.slot = left.empty()
    right.button("Cancel", icon=":material/close:", key=f"cancel-{name}", on_click=_cancel, args=(name,))
    _show_progress(question)
    return False


def _show_progress(question: _Question) -> None:
    """In its place: how far a long question is, or its place in the queue."""
    if question.slot is None:
        return
    future = question.futures[0] if question.futures else None
    if future and future.place:
        words = f"Others are before it: place {future.place} in the queue; the answer comes by itself."
        question.slot.caption(f":material/hourglass_top: {words}")
    elif future and future.progress and future.progress.words:
        progress = future.progress
        question.slot.progress(min(1.0, progress.done / max(1, progress.total)), escaped(progress.words))
    else:
        question.slot.caption(f":material/hourglass_top: {escaped(what_is_awaited())}")


def _cancel(name: str) -> None:
    if question := _questions().get(name):
        question.leave()
        question.reply = Reply(problem=_CANCELLED)


def _is_waiting() -> bool:
    return any(question.reply is None for question in _questions().values())


def _can_go_on(question: _Question) -> bool:
    """Whether its answer is there, or something to show, or somebody who can be asked."""
    if question.reply is not None:
        return False
    if question.futures:
        is_new = _shown(question) is not question.shown
        return is_new or all(future.done() for future in question.futures)
    ready = engine()
    return ready is not None and not has_problem()


def _shown(question: _Question) -> Any:
    """What a long question has to show; that somebody looks keeps it going."""
    for future in question.futures:
        future.is_watched()
        if future.progress:
            return future.progress.shown
    return None


def _collect(question: _Question, patience: float) -> None:
    """Take what comes back within that many seconds."""
    deadline = time.monotonic() + patience
    try:
        values = [each.result(timeout=max(0.001, deadline - time.monotonic())) for each in question.futures]
    except TimeoutError:
        return
    except CancelledError:  # the engine was closed, or nobody looked for long
        question.futures = []
    except Exception as error:  # whatever the worker raised, or that no worker survived it
        question.reply = Reply(problem=_words(error))
    else:
        question.reply = Reply(values)


def _words(error: Exception) -> str:
    if type(error).__name__ == "KilledWorker":
        return "The inference worker died several times over this. Often memory is short: close programs."
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def _questions() -> dict[str, _Question]:
    return st.session_state.setdefault("questions", {})


def _what(function: str, calls: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    """What is asked, so that it can be compared."""
    return function, *(_comparable(call) for call in calls)


def _comparable(call: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(_comparable_value, call))


def _comparable_value(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.base if isinstance(value.base, bytes) else value.tobytes()  # no copy of a file
    return repr(value)
