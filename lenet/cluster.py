"""The engine: where training and inference run. Pages submit to it and read its state without waiting.

`connect()` starts an embedded cluster (`lenet.embedded`), or connects to the Dask scheduler whose address is
in LENET_SCHEDULER (`lenet.worker` says how its workers are started; for TLS it takes Dask's own settings).
Dask gives the queue, the retry after a worker dies, resources and priorities. Importing this module loads
neither Dask nor TensorFlow.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lenet import jobs
from lenet.asking import Asker, EngineError, Question
from lenet.runs import Run, RunError
from lenet.sentences import shown

if TYPE_CHECKING:
    from distributed import Client, Security
    from tornado.ioloop import IOLoop

    from lenet.embedded import EmbeddedCluster

Readiness = Literal["warming", "ready", "busy", "missing"]

CONNECT_SECONDS = 5.0
POLL_SECONDS = 1.0  # between two looks at the connection; how old the state of an external cluster may be
UNHEARD_SECONDS = 10.0  # after so long a question that the scheduler does not know, or has answered, is lost
END_SECONDS = 2.0  # that a connection is given to end
ANYTHING = (Exception, asyncio.CancelledError)  # Dask passes on that its loop was cancelled
_SHORT = {"resources": {"inference": 1}, "priority": 100}  # Dask's default is 0
_LONG = _SHORT | {"priority": 50}  # of a turn: what is short overtakes it


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
    ticket: str  # see `lenet.lease`
    function: Callable[[str], str]
    since: float  # its place in the queue, in seconds since 1970


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
        self._asker = Asker(self._broke)

    def state(self) -> EngineState:
        """What the engine can do now, in well under a millisecond."""
        raise NotImplementedError

    def try_again(self) -> None:
        """A person says that what was missing may be there now."""

    def close(self) -> None:
        """Ends the connection, and an embedded cluster with it. Idempotent."""
        raise NotImplementedError

    def submit_training(
        self, run_path: Path, train: Callable[[str], str] | None = None, ticket: str | None = None
    ) -> None:
        """Queues the run in that folder: it is trained as soon as a trainer is free, watched or not.

        Runs train in the order in which they were queued. When a worker dies, Dask starts its run again on
        the next one; a run that no worker survives is marked as failed, as is one that cannot be submitted.

        Args:
            train: called with the path, in place of the training.
            ticket: of `Run.queue`; None: take the run, whoever has it.

        Raises:
            EngineError: the scheduler is gone.
            LeaseLost: the run is on another ticket.
            RunError: its folder cannot be written.
        """
        run, state = Run(Path(run_path).resolve()), self.state()
        ticket = run.assign(state.id, ticket, state.embedded)
        function = train or partial(jobs.train_run, ticket=ticket)
        training = _Training(str(run.path), ticket, function, run.status().queued_at)
        try:
            self._queue(training)
        except EngineError as error:
            jobs.mark_failed(training.path, ticket, str(error))
            raise

    def infer(self, function: Callable[..., Any] | str, *args: Any) -> Question:
        """Calls `function(*args)` on the inference worker, before whatever else waits there.

        `function` is a function, or its full name ("lenet.inspection.predict") where importing it would load
        TensorFlow. `.result(timeout)` of what this returns gives the value, or raises what the function
        raised; a connection that breaks meanwhile is mended, and the function called again. Raises
        `EngineError` where the scheduler is gone.
        """
        if isinstance(function, str):
            function, args = jobs.call, (function, *args)
        return self._ask(Question(function, args, **_SHORT))

    def ask(self, function: str, *args: Any, is_long: bool = False, same: Hashable = None) -> Question:
        """`infer`, shared by all who ask the same at the same time; each of them `leave`s it when it is done.

        Args:
            function: its full name.
            is_long: it takes turns, after what is short, with `progress` and a `place` in the queue.
            same: what equal questions have in common.
        """
        if not is_long:
            function, args = jobs.call, (function, *args)
        return self._ask(
            Question(function, args, is_long=is_long, same=same, **(_LONG if is_long else _SHORT))
        )

    def leave(self, question: Question) -> None:
        """One who asked waits no more; where nobody does, the computation ends."""
        self._asker.leave(question)

    def _queue(self, training: _Training) -> None:
        engine = self.state().id

        def is_wanted() -> bool:  # another scheduler knows nothing of what was submitted to the one before
            return self.state().id == engine and jobs.is_active(training.path)

        question = Question(
            training.function,
            (training.path,),
            key=f"train-{Path(training.path).name}-{uuid.uuid4().hex}",
            is_forever=True,
            is_wanted=is_wanted,
            resources={"trainer": 1},
            priority=-training.since,
        )
        question.add_done_callback(lambda ended: self._training_ended(training, ended))
        self._ask(question)

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
            jobs.mark_failed(training.path, training.ticket, words)
        elif jobs.is_waiting(training.path):  # Dask blames all that was queued on a worker that died
            self._queue(training)
        else:
            self.try_again()  # the run is to blame, not the worker
            jobs.mark_failed(
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
            _end(old)

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

    def _look(self) -> None:
        """Mend what is broken."""
        raise NotImplementedError


class EmbeddedEngine(Engine):
    """A trainer and an inference worker of our own, here; `warm=False` leaves TensorFlow out of them."""

    def __init__(self, warm: bool = True) -> None:
        super().__init__()
        self._warm = warm
        self._id = uuid.uuid4().hex  # not the scheduler's: its runs stay its own when that is made anew
        self._unheard: dict[str, float] = {}  # key of a question → since when
        self._cluster = self._new_cluster()
        self._use(self._cluster.new_client())
        self._start_watching()

    def state(self) -> EngineState:
        """What the engine can do now, in well under a millisecond."""
        trainer, inference = self._readiness("trainer"), self._readiness("inference")
        supervisors = self._cluster.supervisors
        absent = [
            supervisors[role]
            for role, readiness in (("trainer", trainer), ("inference", inference))
            if readiness in ("warming", "missing")
        ]
        failed = next((supervisor for supervisor in absent if supervisor.problem), None)
        return EngineState(
            trainer=trainer,
            inference=inference,
            address=self._cluster.scheduler.address,
            embedded=True,
            id=self._id,
            seconds=time.monotonic() - supervisors["trainer"].started if trainer == "warming" else 0.0,
            problem=failed.problem if failed else None,
            details=failed.details if failed else "",
        )

    def try_again(self) -> None:
        """Starts a worker that was given up once more."""
        for supervisor in self._cluster.supervisors.values():
            supervisor.try_again()

    def close(self) -> None:
        """Ends both workers, the client and the scheduler. Idempotent."""
        self._stop_watching()
        _end(self.client)
        self._cluster.close()

    def _new_cluster(self) -> EmbeddedCluster:
        try:
            from lenet.embedded import EmbeddedCluster

            _silence_dask()
            return EmbeddedCluster(self._warm)
        except ImportError as error:
            raise EngineError(
                f"The engine cannot start: {error}. Run `python -m pip install -r requirements.txt`."
            ) from error
        except (OSError, RuntimeError) as error:
            raise EngineError(
                f"The engine cannot start on this machine ({_first_line(error)}). Free some memory, see that "
                "programs may open ports on 127.0.0.1, then try again."
            ) from error

    def _look(self) -> None:
        if self._cluster.is_alive() and self._is_connected() and not self._is_unheard():
            return
        with contextlib.suppress(*ANYTHING):  # whatever Dask makes of a scheduler that is going
            if self._cluster.is_alive():
                return self._use(_within(2 * CONNECT_SECONDS, self._cluster.new_client))
        self._cluster.close()  # first: no run has two trainers
        with contextlib.suppress(*ANYTHING):
            self._cluster = self._new_cluster()
            self._use(_within(2 * CONNECT_SECONDS, self._cluster.new_client))

    def _is_unheard(self) -> bool:
        """Whether a question did not reach the scheduler, or its answer did not reach us."""
        known, now = self._cluster.scheduler.tasks, time.monotonic()  # another thread's: do not walk it
        states = {key: getattr(known.get(key), "state", None) for key in self._asker.tasks()}
        unheard = [key for key, state in states.items() if state in (None, "memory", "erred")]
        self._unheard = {key: self._unheard.get(key, now) for key in unheard}
        return any(now - since > UNHEARD_SECONDS for since in self._unheard.values())

    def _readiness(self, role: str) -> Readiness:
        busy = self._cluster.is_busy(role)
        if busy is None:
            return "missing" if self._cluster.supervisors[role].given_up else "warming"
        return "busy" if busy else "ready"


class ExternalEngine(Engine):
    """The workers of somebody else's scheduler at `address`, over TLS where Dask's own configuration says so.

    Raises `EngineError` where nothing answers within `CONNECT_SECONDS`. A scheduler that goes away is looked
    for until `close`; meanwhile `state` says "missing".
    """

    def __init__(self, address: str) -> None:
        from distributed import Security
        from distributed.utils import LoopRunner

        super().__init__()
        _silence_dask()
        self.address = _checked(address)
        self._security = Security()  # as Dask's configuration says
        self._loop_runner = LoopRunner()
        self._loop_runner.start()
        try:
            self._connect()
        except EngineError:
            self._loop_runner.stop()
            raise
        self._start_watching()

    def state(self) -> EngineState:
        """What the engine could do when it was last asked, `POLL_SECONDS` ago at most; asks nobody."""
        trainer, inference = self._readiness("trainer"), self._readiness("inference")
        return EngineState(
            trainer=trainer,
            inference=inference,
            address=self.address,
            embedded=False,
            id=self._identity["id"],
            problem=self._problem or self._missing_workers(trainer, inference),
        )

    def close(self) -> None:
        """Ends the connection; what was submitted goes on. Idempotent."""
        self._stop_watching()
        _end(self.client)
        self._loop_runner.stop()

    def _connect(self) -> None:
        from distributed import Client

        self._identity = self._ask_identity()  # first: a client that finds nobody never quite goes away
        options = {"timeout": CONNECT_SECONDS, "set_as_default": False, "loop": self._loop()}
        try:
            client = _within(
                2 * CONNECT_SECONDS, lambda: Client(self.address, security=self._security, **options)
            )
        except ANYTHING as error:  # likewise
            raise EngineError(_no_answer(self.address, error)) from error
        self._problem: str | None = None
        self._use(client)

    def _ask_identity(self) -> dict[str, Any]:
        """The scheduler's description of itself and its workers. Raises `EngineError`."""
        asked = _identity(self.address, self._security)
        try:
            sent = asyncio.run_coroutine_threadsafe(asked, self._loop().asyncio_loop)
            return sent.result(2 * CONNECT_SECONDS)
        except Exception as error:  # whatever Dask makes of the address and of what answers there
            raise EngineError(_no_answer(self.address, error)) from error

    def _loop(self) -> IOLoop:
        from distributed.utils import LoopRunner

        try:
            return self._loop_runner.loop
        except RuntimeError:  # it stopped
            self._loop_runner = LoopRunner()
            self._loop_runner.start()
            return self._loop_runner.loop

    def _look(self) -> None:
        try:
            if self._is_connected():
                self._identity = self._ask_identity()
                self._problem = None
            else:
                self._connect()
        except EngineError as error:
            self._problem = str(error)

    def _is_reachable(self) -> bool:
        return not self._problem

    def _readiness(self, role: str) -> Readiness:
        workers = [worker for worker in self._identity["workers"].values() if role in worker["resources"]]
        if self._problem or not workers:
            return "missing"
        return "ready" if any(_is_idle(worker) for worker in workers) else "busy"

    def _missing_workers(self, trainer: Readiness, inference: Readiness) -> str | None:
        missing = [role for role, now in (("trainer", trainer), ("inference", inference)) if now == "missing"]
        if not missing:
            return None
        commands = "\n".join(
            f"`python -m dask worker {self.address} --nthreads 1 --memory-limit 0 "
            f'--resources "{role}=1" --preload lenet.worker`'
            for role in missing
        )
        return (
            f"The scheduler at {self.address} has no worker for {' and '.join(missing)}. "
            f"In the project's folder, on a machine that sees the runs, start:\n{commands}"
        )


_connecting = threading.Lock()
_engine: Engine | None = None


def connect(warm: bool = True) -> Engine:
    """The engine of this process, started at the first call, in half a second: TensorFlow loads meanwhile.

    `warm=False` keeps TensorFlow out of the embedded workers, for tests. Raises `EngineError`; a later call
    tries again.
    """
    global _engine
    with _connecting:
        if _engine is None:
            address = os.environ.get("LENET_SCHEDULER", "").strip()
            _engine = ExternalEngine(address) if address else EmbeddedEngine(warm)
        return _engine


def _within(seconds: float, function: Callable[[], Any]) -> Any:
    """What it returns. Raises TimeoutError: Dask would wait forever for a loop that ended meanwhile."""
    made: concurrent.futures.Future[Any] = concurrent.futures.Future()

    def make() -> None:
        try:
            made.set_result(function())
        except BaseException as error:
            made.set_exception(error)

    threading.Thread(target=make, name="lenet connection", daemon=True).start()
    return made.result(seconds)


def _end(client: Client) -> None:
    with contextlib.suppress(*ANYTHING):  # it is broken, or its loop is
        _within(2 * END_SECONDS, lambda: client.close(END_SECONDS))
    client.status = "closed"


def _silence_dask() -> None:
    import dask.config

    from lenet.worker import QUIET

    dask.config.set(QUIET)  # for good: connections are made later
    # It tells the terminal what `state` and the futures tell the page. Importing it sets the levels anew.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _checked(address: str) -> str:
    if not re.fullmatch(r"(tcp|tls|ws|wss)://\S+:\d+", address):
        raise EngineError(
            f"LENET_SCHEDULER: received {shown(address)}, expected an address such as tcp://127.0.0.1:8786. "
            "Correct it, or unset it to train on this machine."
        )
    return address


async def _identity(address: str, security: Security) -> dict[str, Any]:
    from distributed.core import rpc

    connection_args = security.get_connection_args("client")
    async with (
        asyncio.timeout(CONNECT_SECONDS),  # of all, since Dask waits forever for one that says nothing
        rpc(address, connection_args=connection_args) as scheduler,
    ):
        return await scheduler.identity(n_workers=-1)


def _no_answer(address: str, error: Exception) -> str:
    reason = _first_line(error) or f"nothing came back within {CONNECT_SECONDS:.0f} s"
    if isinstance(error, MemoryError):  # Dask took the first bytes of a stranger for a length
        reason = "what answers there is not Dask"
    return (
        f"The scheduler at {address} does not answer ({reason}): start it with `dask scheduler`, "
        "or unset LENET_SCHEDULER to train on this machine."
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _is_idle(worker: dict[str, Any]) -> bool:
    return not worker["metrics"]["task_counts"].get("executing")
