"""Questions on their way to a worker and back: whatever breaks, each is asked until it is answered.

A question outlives the Dask client that it was asked of: `Asker.use` takes another client and asks that one
all that is open. Nobody waits through `Future.result` of Dask, which raises UnboundLocalError where its
coroutine was cancelled. Importing this module loads neither Dask nor TensorFlow.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Client

MOST_ATTEMPTS = 100  # something about the question itself breaks the connection


class EngineError(RuntimeError):
    """The engine cannot be reached or started; the message says why and what to do."""


class Question(concurrent.futures.Future):
    """A call of `function(*args)` on a worker; `result(timeout)` gives its value, or raises what it raised.

    Attributes:
        key: what Dask calls it, the same at every attempt: one that still knows it does not begin anew.
        options: of `Client.submit`: resources and priority.
        is_forever: Dask is to go on with it even where nobody asks any more.
        is_wanted: whether to ask it again after the connection broke.
        attempts: how often it was asked.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        key: str | None = None,
        is_forever: bool = False,
        is_wanted: Callable[[], bool] = lambda: True,
        **options: Any,
    ) -> None:
        super().__init__()
        self.function, self.args, self.options = function, args, options
        self.key = key or f"question-{uuid.uuid4().hex}"
        self.is_forever, self.is_wanted = is_forever, is_wanted
        self.attempts = 0
        self.is_asked = False  # of the client of now


class Asker:
    """The open questions, and the client that they are asked of.

    Args:
        broke: called, in any thread, with a client that gave a question back without an answer.
    """

    def __init__(self, broke: Callable[[Client], None]) -> None:
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
        """Sends it on its way; returns it."""
        with self._lock:
            self._open[question.key] = question
            self._ask_all()
        return question

    def asked(self) -> list[str]:
        """Of the questions that are with the client."""
        with self._lock:
            return [question.key for question in self._open.values() if question.is_asked]

    def close(self) -> None:
        """Nobody will answer what is open."""
        with self._lock:
            self._client, still_open = None, list(self._open.values())
            self._open.clear()
        for question in still_open:
            question.cancel()

    def _ask_all(self) -> None:
        """Ask what is not asked yet."""
        for question in list(self._open.values()):
            if self._client is None or question.is_asked:
                continue
            if question.attempts and not question.is_wanted():
                del self._open[question.key]
                question.cancel()
                continue
            self._ask(question, self._client)

    def _ask(self, question: Question, client: Client) -> None:
        question.is_asked = True
        question.attempts += 1
        attempt, coroutine = question.attempts, _answer(question, client)
        try:
            sent = asyncio.run_coroutine_threadsafe(coroutine, client.loop.asyncio_loop)
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


async def _answer(question: Question, client: Client) -> tuple[Any, BaseException | None]:
    """The value, or what the function raised. Whatever this raises itself is the connection's fault."""
    from distributed import fire_and_forget

    future = client.submit(question.function, *question.args, key=question.key, **question.options)
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
