"""Questions on their way to a worker and back: whatever breaks, each is asked until it is answered.

A question outlives the Dask client that it was asked of: `Asker.use` takes another client and asks that one
all that is open. Nobody waits through `Future.result` of Dask, which raises UnboundLocalError where its
coroutine was cancelled. Long questions are asked in turns (`lenet.turns`), a few at a time; the others queue.
Dask gives what waits to a worker when it is submitted, and what comes later and goes first may wait for
another one: so trainings wait here, by their turn, until a trainer is free.
Importing this module loads neither Dask nor TensorFlow.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import time
import uuid
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lenet import turns
from lenet.engine import tasks
from lenet.errors import EngineError
from lenet.turns import Progress

if TYPE_CHECKING:
    from distributed import Client

MOST_LONG = 3  # long questions that take turns: as many as a worker keeps, less one
UNWATCHED_SECONDS = 30.0  # a page that waits looks twice a second
MOST_ATTEMPTS = 100  # something about the question itself breaks the connection


class Question(concurrent.futures.Future):
    """A call of `function(*args)` on a worker; `result(timeout)` gives its value, or raises what it raised.

    Attributes:
        key: what Dask calls it, the same at every attempt: one that still knows it does not begin anew. Turns
            have names of their own, but the worker knows their computation by the key.
        options: of `Client.submit`: resources and priority.
        is_forever: Dask is to go on with it even where nobody asks any more.
        is_wanted: whether to ask it again after the connection broke.
        is_long: `function` is the full name of one that takes turns.
        is_training: it waits for a trainer, those of a higher priority first.
        on_ask: called before it is asked for the first time.
        same: what equal questions have in common; None: it is like no other.
        waiting: how many wait for it.
        attempts: how often it was asked.
        place: of a long one that has no turns yet: how many are before it, and 1; else 0.
        progress: how far a long one is.
    """

    def __init__(
        self,
        function: Callable[..., Any] | str,
        args: tuple[Any, ...],
        key: str | None = None,
        is_forever: bool = False,
        is_wanted: Callable[[], bool] = lambda: True,
        is_long: bool = False,
        is_training: bool = False,
        on_ask: Callable[[], None] = lambda: None,
        same: Hashable = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self.function, self.args, self.options = function, args, options
        self.key = key or f"question-{uuid.uuid4().hex}"
        self.is_forever, self.is_wanted = is_forever, is_wanted
        self.is_long, self.same, self.waiting = is_long, same, 1
        self.is_training, self.on_ask = is_training, on_ask
        self.attempts, self.place = 0, 0
        self.progress: Progress | None = None
        self.is_asked = False  # of the client of now
        self.watched = time.monotonic()  # when somebody last looked for the answer
        self.task = ""  # what Dask calls the call that is under way
        self.sent: concurrent.futures.Future[Any] | None = None

    def is_watched(self) -> None:
        """Somebody looks for the answer."""
        self.watched = time.monotonic()


class Asker:
    """The open questions, and the client that they are asked of.

    Args:
        broke: called, in any thread, with a client that gave a question back without an answer.
        most_trainings: how many trainings are asked at a time.
    """

    def __init__(
        self, broke: Callable[[Client], None], most_trainings: Callable[[], float] = lambda: float("inf")
    ) -> None:
        self._most_trainings = most_trainings
        self._client: Client | None = None  # None while there is none that works
        self._broke = broke
        self._open: dict[str, Question] = {}  # in the order of asking
        self._lock = threading.RLock()

    def use(self, client: Client) -> None:
        """From now on ask that client, also what another one was asked and did not answer."""
        with self._lock:
            self._client = client
            for question in self._open.values():
                question.is_asked = False
            self._ask_all()

    def ask(self, question: Question) -> Question:
        """Sends it on its way; returns it, or an equal one that is on its way already."""
        with self._lock:
            for other in self._open.values():
                if question.same is not None and question.same == other.same:
                    other.waiting += 1
                    return other
            self._open[question.key] = question
            self._ask_all()
        return question

    def leave(self, question: Question) -> None:
        """One waits for it no more; where nobody does, its computation ends, or never begins."""
        with self._lock:
            question.waiting -= 1
            if question.waiting > 0 or self._open.pop(question.key, None) is None:
                return
            question.cancel()
            if question.sent:
                question.sent.cancel()
            if question.is_long and question.is_asked:
                self.ask(Question(turns.forget, (question.key,), **question.options))
            self._ask_all()

    def leave_unwatched(self) -> None:
        """End what takes long and nobody has looked for: tabs are closed without a word."""
        with self._lock:
            for question in list(self._open.values()):
                if question.is_long and time.monotonic() - question.watched > UNWATCHED_SECONDS:
                    question.waiting = 0
                    self.leave(question)

    def look(self) -> None:
        """Whether more may be asked by now."""
        with self._lock:
            self._ask_all()

    def tasks(self) -> list[str]:
        """Dask's names of the calls that are under way."""
        with self._lock:
            return [question.task for question in self._open.values() if question.is_asked and question.task]

    def close(self) -> None:
        """Nobody will answer what is open."""
        with self._lock:
            self._client, still_open = None, list(self._open.values())
            self._open.clear()
        for question in still_open:
            question.cancel()

    def _ask_all(self) -> None:
        """Ask what is not asked yet, and may be."""
        long = sum(question.is_long and question.is_asked for question in self._open.values())
        trainings = sum(question.is_training and question.is_asked for question in self._open.values())
        for question in sorted(self._open.values(), key=_turn):
            if self._client is None or question.is_asked:
                continue
            long += question.is_long
            question.place = max(0, long - MOST_LONG) if question.is_long else 0
            if question.place:
                continue
            if question.attempts and not question.is_wanted():
                del self._open[question.key]
                question.cancel()
                continue
            if question.is_training and trainings >= self._most_trainings():
                continue
            trainings += question.is_training
            self._ask(question, self._client)

    def _ask(self, question: Question, client: Client) -> None:
        if not question.attempts:
            question.on_ask()
        question.is_asked = True
        question.attempts += 1
        attempt, coroutine = question.attempts, _answer(question, client)
        try:
            question.sent = sent = asyncio.run_coroutine_threadsafe(coroutine, client.loop.asyncio_loop)
        except RuntimeError:  # its loop is closed
            coroutine.close()
            self._give_back(question, client)
        else:
            sent.add_done_callback(lambda ended: self._ended(question, attempt, client, ended))

    def _ended(
        self, question: Question, attempt: int, client: Client, ended: concurrent.futures.Future[Any]
    ) -> None:
        """The loop of the client calls this."""
        is_broken = ended.cancelled() or ended.exception() is not None
        with self._lock:
            if attempt != question.attempts or self._open.get(question.key) is not question:
                return  # it was asked of another client meanwhile, or nobody waits any more
            if is_broken and attempt < MOST_ATTEMPTS:
                return self._give_back(question, client)
            del self._open[question.key]
            self._ask_all()
        if not question.set_running_or_notify_cancel():
            return
        if is_broken:
            question.set_exception(EngineError(_gave_up(ended)))
            return
        value, error = ended.result()
        question.set_exception(error) if error else question.set_result(value)

    def _give_back(self, question: Question, client: Client) -> None:
        question.is_asked = False
        if self._client is client:  # it is asked nothing any more
            self._client = None
        self._broke(client)


def _turn(question: Question) -> tuple[bool, float]:
    """Trainings after all else: those that were asked before, then by priority; the rest as it came."""
    return (not question.attempts, -question.options["priority"]) if question.is_training else (False, 0.0)


async def _answer(question: Question, client: Client) -> tuple[Any, BaseException | None]:
    """The value, or what the function raised. Whatever this raises itself is the connection's fault."""
    if question.is_long:
        return await _in_turns(question, client)
    return await _call(question, client, question.key, question.function, question.args)


async def _in_turns(question: Question, client: Client) -> tuple[Any, BaseException | None]:
    """The arguments travel once, unless the worker is another one now and begins again."""
    turn, whole = 0, (tasks.call, question.function, *question.args)
    call = whole if question.progress is None else None
    while True:
        key, turn = f"{question.key}-{question.attempts}-{turn}", turn + 1
        outcome, error = await _call(question, client, key, turns.take, (question.key, call))
        if error:
            return None, error
        state, result = outcome
        if state == "value":
            return result, None
        call = whole if state == "lost" else None
        if state == "progress":
            shown = question.progress.shown if question.progress else None
            question.progress = result if result.shown is not None else replace(result, shown=shown)


async def _call(
    question: Question, client: Client, key: str, function: Callable[..., Any], args: tuple[Any, ...]
) -> tuple[Any, BaseException | None]:
    from distributed import fire_and_forget

    future = client.submit(function, *args, key=key, **question.options)
    question.task = key
    if question.is_forever:
        fire_and_forget(future)
    try:
        return await future, None
    except Exception as error:
        if future.status != "error":
            raise
        return None, error
    finally:
        future.release()


def _gave_up(ended: concurrent.futures.Future[Any]) -> str:
    reason = "cancelled" if ended.cancelled() else repr(ended.exception())[:200]
    return (
        f"The connection to the workers broke {MOST_ATTEMPTS} times over this question (the last time: "
        f"{reason}). Ask again; if that does not help, start LeNet Lab anew."
    )
