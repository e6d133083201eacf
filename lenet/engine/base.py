"""What every engine does: takes runs and questions, and says how it is.

Importing this module loads neither Dask nor TensorFlow.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import logging
import threading
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lenet.engine import admission, tasks
from lenet.engine.asking import Asker, Question
from lenet.errors import EngineError, LeaseLost, NotAllowed, RunError
from lenet.runs.folder import Run

if TYPE_CHECKING:
    from distributed import Client

Readiness = Literal["warming", "ready", "busy", "missing"]


CONNECT_SECONDS = 5.0
POLL_SECONDS = 1.0  # between two looks at the connection; how old the state of an external cluster may be
UNHEARD_SECONDS = 10.0  # after so long a question that the scheduler does not know, or has answered, is lost
END_SECONDS = 2.0  # that a connection is given to end
ANYTHING = (Exception, asyncio.CancelledError)  # Dask passes on that its loop was cancelled
_SHORT = {"resources": {"inference": 1}, "priority": 100}  # Dask's default is 0
_LONG = _SHORT | {"priority": 50}  # of a turn: what is short overtakes it
_A_TURN = 1e7  # seconds, more than a queue is old: in a class, people take turns
_AFTER_ALL = 1e12  # seconds, more than a queue is old: a person's own run goes before any trial of a sweep


@dataclass(frozen=True)
class EngineState:
    """What the engine can do now. "missing": nothing happens until a person does what `problem` says."""

    trainer: Readiness
    inference: Readiness
    address: str  # of the scheduler
    embedded: bool
    id: str  # of what was submitted where: an engine with another id knows nothing of it
    seconds: float = 0.0  # since the start of the trainer that warms up; else 0
    problem: str | None = None  # for the person to read
    details: str = ""  # the last lines of a worker that failed


@dataclass(frozen=True)
class _Training:
    """One submission, to be repeated where Dask gives it up for no fault of its own."""

    path: str
    ticket: str  # see `lenet.runs.lease`
    function: Callable[[str], str]
    since: float  # its place in the queue, in seconds since 1970; of a trial of a sweep behind all others


class Engine:
    """What both kinds share: what is submitted, with which resources and priorities, and that it heals.

    A client that gave one question back without an answer is not trusted again. A thread makes the connection
    anew; questions that are open, and runs that train, are asked for again under their old keys: of a
    scheduler that still has them nothing begins twice.
    """

    client: Client

    def __init__(self) -> None:
        self._trouble, self._closing = threading.Event(), threading.Event()
        self._broken: Client | None = None
        self._asker = Asker(self._broke, self._most_trainings)

    def state(self) -> EngineState:
        """What the engine can do now, in well under a millisecond."""
        raise NotImplementedError

    def num_trainers(self) -> int:
        """How many runs can train at a time, 1 at least."""
        return 1

    def _most_trainings(self) -> float:
        """How many trainings Dask is given at a time; the others wait here."""
        return float("inf")

    def try_again(self) -> None:
        """A person says that what was missing may be there now."""

    def close(self) -> None:
        """Ends the connection, and an embedded cluster with it. Idempotent."""
        raise NotImplementedError

    def submit_training(
        self, run_path: Path, train: Callable[[str], str] | None = None, ticket: str | None = None
    ) -> None:
        """Queues the run in that folder: it is trained as soon as a trainer is free, watched or not.

        Runs train in the order in which they were queued, in a class in turns between people
        (`lenet.runs.turn`), trials of sweeps after all others. When a worker
        dies, Dask starts its run again on the next one; a run that no worker survives is marked as failed,
        as is one that cannot be submitted.

        Args:
            train: called with the path, in place of the training.
            ticket: of `Run.queue`; None: take the run, whoever has it.

        Raises:
            EngineError: the scheduler is gone.
            LeaseLost: the run is on another ticket.
            RunError: its folder cannot be written.
            NotAllowed: it is over its owner's limits.
        """
        run, state = Run(Path(run_path).resolve()), self.state()
        ticket = run.assign(state.id, ticket)
        try:
            admission.check(run)
        except NotAllowed as error:
            tasks.mark_failed(str(run.path), ticket, str(error))
            raise
        function = train or partial(tasks.train_run, ticket=ticket)
        turn, queued_at = run.status().in_queue
        since = queued_at + turn * _A_TURN + (_AFTER_ALL if run.trial() else 0.0)
        training = _Training(str(run.path), ticket, function, since)
        try:
            self._queue(training)
        except EngineError as error:
            tasks.mark_failed(training.path, ticket, str(error))
            raise

    def infer(self, function: Callable[..., Any] | str, *args: Any) -> Question:
        """Calls `function(*args)` on the inference worker, before whatever else waits there.

        `function` is a function, or its full name ("lenet.evaluation.predictor.predict") where importing it
        would load TensorFlow. `.result(timeout)` of what this returns gives the value, or raises what the
        function raised; a connection that breaks meanwhile is mended, and the function called again. Raises
        `EngineError` where the scheduler is gone.
        """
        if isinstance(function, str):
            function, args = tasks.call, (function, *args)
        return self._ask(Question(function, args, **_SHORT))

    def ask(self, function: str, *args: Any, is_long: bool = False, same: Hashable = None) -> Question:
        """`infer`, shared by all who ask the same at the same time; each of them `leave`s it when it is done.

        Args:
            function: its full name.
            is_long: it takes turns, after what is short, with `progress` and a `place` in the queue.
            same: what equal questions have in common.
        """
        if not is_long:
            function, args = tasks.call, (function, *args)
        return self._ask(
            Question(function, args, is_long=is_long, same=same, **(_LONG if is_long else _SHORT))
        )

    def leave(self, question: Question) -> None:
        """One who asked waits no more; where nobody does, the computation ends."""
        self._asker.leave(question)

    def _queue(self, training: _Training) -> None:
        engine = self.state().id

        def is_wanted() -> bool:  # another scheduler knows nothing of what was submitted to the one before
            return self.state().id == engine and tasks.is_active(training.path)

        question = Question(
            tasks.train_unless_ended,
            (training.function, training.path),
            key=f"train-{Path(training.path).name}-{uuid.uuid4().hex}",
            is_forever=True,
            is_wanted=is_wanted,
            is_training=True,
            on_ask=partial(self._hand_over, training, engine),
            resources={"trainer": 1},
            priority=-training.since,
        )
        question.add_done_callback(lambda ended: self._training_ended(training, ended))
        self._ask(question)

    def _hand_over(self, training: _Training, engine: str) -> None:
        """A scheduler elsewhere goes on with it without this server, which saw to it while it waited here."""
        if not self.state().embedded:
            with contextlib.suppress(RunError, LeaseLost):  # ended meanwhile, or another's
                if tasks.is_waiting(training.path):
                    Run(Path(training.path)).assign(engine, training.ticket, is_embedded=False)

    def _ask(self, question: Question) -> Question:
        if self._closing.is_set() or not self._is_reachable():
            raise EngineError(
                "The scheduler does not answer, so nothing was submitted. Try again when the engine is back."
            )
        return self._asker.ask(question)

    def _training_ended(self, training: _Training, ended: Question) -> None:
        """Called in a thread of Dask's."""
        if ended.cancelled() or not ended.exception():
            return
        try:
            self._treat_failure(training, ended.exception())
        except (RunError, EngineError):  # deleted meanwhile; or nobody is left who could train it
            return

    def _treat_failure(self, training: _Training, error: BaseException) -> None:
        from distributed import KilledWorker

        if not isinstance(error, KilledWorker):
            words = f"The trainer could not train this run ({type(error).__name__}: {error})."
            tasks.mark_failed(training.path, training.ticket, words)
        elif tasks.is_waiting(training.path):  # Dask blames all that was queued on a worker that died
            self._queue(training)
        else:
            self.try_again()  # the run is to blame, not the worker
            tasks.mark_failed(
                training.path,
                training.ticket,
                f"Its worker died {error.allowed_failures + 1} times, so it is not tried again. Often memory "
                "is short: close other programs, or take a smaller batch or network.",
            )

    # Healing

    def _use(self, client: Client) -> None:
        old, self.client = getattr(self, "client", None), client
        self._asker.use(client)
        if old is not None:
            end_connection(old)

    def _broke(self, client: Client) -> None:
        self._broken = client
        self._trouble.set()

    def _is_reachable(self) -> bool:
        """Whether what is asked now may be answered soon."""
        return True

    def _is_connected(self) -> bool:
        """Whether the client hears the scheduler; asks nobody."""
        listener = self.client._handle_report_task  # Dask has no word for a client that hears nothing more
        listens = listener is not None and not listener.done()
        return self._broken is not self.client and self.client.status == "running" and listens

    def _start_watching(self) -> None:
        self._watcher = threading.Thread(target=self._watch, name="lenet engine watcher", daemon=True)
        self._watcher.start()
        atexit.register(self.close)

    def _stop_watching(self) -> None:
        atexit.unregister(self.close)
        self._closing.set()
        self._trouble.set()
        self._watcher.join()
        self._asker.close()

    def _watch(self) -> None:
        while True:
            self._trouble.wait(POLL_SECONDS)
            self._trouble.clear()
            if self._closing.is_set():
                return
            with contextlib.suppress(*ANYTHING):  # whatever it is, the next look meets it again
                self._asker.leave_unwatched()
                self._look()
                self._asker.look()  # there may be more trainers

    def _look(self) -> None:
        """Mend what is broken."""
        raise NotImplementedError


def wait_within(seconds: float, function: Callable[[], Any]) -> Any:
    """What it returns. Raises TimeoutError: Dask would wait forever for a loop that ended meanwhile."""
    made: concurrent.futures.Future[Any] = concurrent.futures.Future()

    def make() -> None:
        try:
            made.set_result(function())
        except BaseException as error:
            made.set_exception(error)

    threading.Thread(target=make, name="lenet connection", daemon=True).start()
    return made.result(seconds)


def end_connection(client: Client) -> None:
    """Close the connection, within seconds, in whatever state it is. Never raises."""
    with contextlib.suppress(*ANYTHING):  # it is broken, or its loop is
        wait_within(2 * END_SECONDS, lambda: client.close(END_SECONDS))
    client.status = "closed"


def silence_dask() -> None:
    """Dask watches itself no more, and writes nothing to the terminal."""
    import dask.config

    from lenet.engine.worker import QUIET

    # For good: connections are made later. What is sent may be a photograph, whose size the page has checked.
    dask.config.set(QUIET | {"distributed.admin.large-graph-warning-threshold": "1GB"})
    # It tells the terminal what `state` and the futures tell the page. Importing it sets the levels anew.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def first_line(error: Exception) -> str:
    """Of what an error says: the rest is for programmers."""
    return str(error).partition("\n")[0]
