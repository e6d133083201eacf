"""Questions to the inference worker, kept in the session until they are answered: no page waits for long.

A part of a page asks at every run; the worker is asked once. `look_again` runs the page when what was missing
is there. Must not import Dask, TensorFlow or Keras.
"""

import time
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from lenet.cluster import EngineError
from pages.parts.engine import engine, engine_status

_PATIENCE = 1.0  # seconds that a run of the page waits for an answer
_TICK = 0.4  # seconds


@dataclass
class Reply:
    """What came back: a value for each call. None: a `problem`, or it is still awaited."""

    values: list[Any] | None = None
    problem: str = ""


@dataclass
class _Question:
    asked: tuple[Any, ...]
    futures: list[Any] = field(default_factory=list)  # empty: nobody was there to be asked
    reply: Reply | None = None
    is_current: bool = True  # asked in this run of the page


def will_look_again() -> None:
    """At the start of a page that ends with `look_again`."""
    st.session_state["looks-again"] = True


def begin() -> None:
    """At the start of the fragment that asks."""
    for question in _questions().values():
        question.is_current = False


def ask(name: str, function: str, *calls: tuple[Any, ...]) -> Reply:
    """`function(*call)` for each call, on the inference worker.

    Args:
        name: of the question; another one with that name takes its place.
        function: full name, "lenet.inspection.answer".
    """
    questions, asked = _questions(), (function, *(_comparable(call) for call in calls))
    if name not in questions or questions[name].asked != asked:
        questions[name] = _Question(asked)
    question, ready = questions[name], engine()
    question.is_current = True
    if question.reply is None and not question.futures and ready:
        try:
            question.futures = [ready.infer(function, *call) for call in calls]
        except EngineError:
            return Reply()
    if question.reply is None and question.futures:
        _collect(question, _PATIENCE if ready and ready.state().inference in ("ready", "busy") else 0)
    return question.reply or Reply()


def forget(name: str) -> None:
    """The next `ask` of that name asks the worker again."""
    _questions().pop(name, None)


def settle() -> None:
    """At the end of the fragment: nobody waits any more for what was not asked in it.

    Where it awaits something and the page does not look for it, the whole page runs again, and does.
    """
    questions = _questions()
    for name in [name for name, question in questions.items() if not question.is_current]:
        del questions[name]
    if _is_waiting() and not st.session_state.get("looks-again"):
        st.rerun()


def look_again() -> None:
    """At the end of a page, outside of fragments: run it again when something awaited may be there."""
    st.session_state["looks-again"] = _is_waiting()
    if _is_waiting():
        st.fragment(_look, run_every=_TICK)()


def _look() -> None:
    if not _is_waiting() or any(_can_go_on(question) for question in _questions().values()):
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
        return "TensorFlow is warming up, usually about 10 seconds; the answer comes by itself."
    if any(future.attempts > 1 for question in _questions().values() for future in question.futures):
        return "The connection to the worker broke and was made anew: it was asked again, by itself."
    return "The answer takes longer than usual; it comes by itself."


def _is_waiting() -> bool:
    return any(question.reply is None for question in _questions().values())


def _can_go_on(question: _Question) -> bool:
    """Whether its answer is there, or somebody who can be asked."""
    if question.reply is not None:
        return False
    if question.futures:
        return all(future.done() for future in question.futures)
    ready = engine()
    return ready is not None and not has_problem()


def _collect(question: _Question, patience: float) -> None:
    """Take what comes back within that many seconds."""
    deadline = time.monotonic() + patience
    try:
        values = [each.result(timeout=max(0.001, deadline - time.monotonic())) for each in question.futures]
    except TimeoutError:
        return
    except CancelledError:  # the engine was closed, and the question with it
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


def _comparable(call: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(each.tobytes() if isinstance(each, np.ndarray) else repr(each) for each in call)
