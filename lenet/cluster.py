"""The engine: where training and inference run. Pages submit to it and read its state without waiting.

`connect()` starts an embedded cluster (`lenet.embedded`), or connects to the Dask scheduler whose address is
in LENET_SCHEDULER (`lenet.worker` says how its workers are started; for TLS it takes Dask's own settings).
Dask gives the queue, the retry after a worker dies, resources and priorities. Importing this module loads
neither Dask nor TensorFlow.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lenet import jobs
from lenet.runs import RunError

if TYPE_CHECKING:
    from distributed import Client, Future, Security

Readiness = Literal["warming", "ready", "busy", "missing"]

CONNECT_SECONDS = 5.0
POLL_SECONDS = 1.0  # how old the state of an external cluster may be
INFERENCE_PRIORITY = 100  # Dask's default is 0


class EngineError(RuntimeError):
    """The engine cannot be reached or started; the message says why and what to do."""


@dataclass(frozen=True)
class EngineState:
    """What the engine can do now. "missing": nothing happens until a person does what `problem` says."""

    trainer: Readiness
    inference: Readiness
    address: str  # of the scheduler
    embedded: bool
    id: str  # of the scheduler: another one knows nothing of what was submitted to this one
    seconds: float = 0.0  # since the start of the trainer that warms up; else 0
    problem: str | None = None  # for the person to read
    details: str = ""  # the last lines of a worker that failed


@dataclass(frozen=True)
class _Training:
    """One submission, to be repeated where Dask gives it up for no fault of its own."""

    path: str
    function: Callable[[str], str]
    since: float  # its place in the queue, in seconds since 1970


class Engine:
    """What both kinds share: what is submitted, and with which resources and priorities."""

    client: Client

    def __init__(self) -> None:
        self._training: dict[str, Future] = {}  # Dask forgets a task that nobody holds on to

    def state(self) -> EngineState:
        """What the engine can do now, in well under a millisecond."""
        raise NotImplementedError

    def try_again(self) -> None:
        """A person says that what was missing may be there now."""

    def close(self) -> None:
        """Ends the connection, and an embedded cluster with it. Idempotent."""
        raise NotImplementedError

    def submit_training(self, run_path: Path, train: Callable[[str], str] = jobs.train_run) -> None:
        """Queues the run in that folder: `train(path)` as soon as a trainer is free, watched or not.

        Runs train in the order of submission. When a worker dies, Dask starts its run again on the next one;
        a run that no worker survives is marked as failed. Raises `EngineError` where the scheduler is gone.
        """
        self._queue(_Training(str(Path(run_path).resolve()), train, time.time()))

    def infer(self, function: Callable[..., Any] | str, *args: Any) -> Future:
        """Calls `function(*args)` on the inference worker, before whatever else waits there.

        `function` is a function, or its full name ("lenet.inspection.predict") where importing it would load
        TensorFlow. `.result(timeout)` of what this returns gives the value, or raises what the function
        raised. Raises `EngineError` where the scheduler is gone.
        """
        if isinstance(function, str):
            function, args = jobs.call, (function, *args)
        return self._submit(function, *args, resources={"inference": 1}, priority=INFERENCE_PRIORITY)

    def _queue(self, training: _Training) -> None:
        from distributed import fire_and_forget

        key = f"train-{Path(training.path).name}-{uuid.uuid4().hex}"
        options = {"key": key, "resources": {"trainer": 1}, "priority": -training.since}
        future = self._submit(training.function, training.path, **options)
        fire_and_forget(future)
        self._training[key] = future
        future.add_done_callback(lambda ended: self._training_ended(training, ended))

    def _submit(self, function: Callable[..., Any], *args: Any, **options: Any) -> Future:
        if self.client.status != "running":
            raise EngineError(
                "The scheduler does not answer, so nothing was submitted. Try again when the engine is back."
            )
        return self.client.submit(function, *args, pure=False, **options)

    def _training_ended(self, training: _Training, future: Future) -> None:
        """Dask calls this in a thread of its own."""
        self._training.pop(future.key, None)
        if future.status != "error":  # finished; or cancelled, because the scheduler is gone and not the run
            return
        try:
            self._treat_failure(training, future.exception())
        except RunError:  # deleted meanwhile
            return

    def _treat_failure(self, training: _Training, error: BaseException) -> None:
        from distributed import KilledWorker

        if not isinstance(error, KilledWorker):
            words = f"The trainer could not train this run ({type(error).__name__}: {error})."
            jobs.mark_failed(training.path, words)
        elif jobs.is_waiting(training.path):  # Dask blames all that was queued on a worker that died
            self._queue(training)
        else:
            self.try_again()  # the run is to blame, not the worker
            jobs.mark_failed(
                training.path,
                f"Its worker died {error.allowed_failures + 1} times, so it is not tried again. Often memory "
                "is short: close other programs, or take a smaller batch or network.",
            )


class EmbeddedEngine(Engine):
    """A trainer and an inference worker of our own, here; `warm=False` leaves TensorFlow out of them."""

    def __init__(self, warm: bool = True) -> None:
        super().__init__()
        try:
            from lenet.embedded import EmbeddedCluster

            _silence_dask()
            self._cluster = EmbeddedCluster(warm)
        except ImportError as error:
            raise EngineError(
                f"The engine cannot start: {error}. Run `python -m pip install -r requirements.txt`."
            ) from error
        except (OSError, RuntimeError) as error:
            raise EngineError(
                f"The engine cannot start on this machine ({_first_line(error)}). Free some memory, see that "
                "programs may open ports on 127.0.0.1, then try again."
            ) from error
        self.client = self._cluster.client
        atexit.register(self.close)

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
            id=self._cluster.scheduler.id,
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
        atexit.unregister(self.close)
        self._cluster.close()

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
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="lenet scheduler", daemon=True)
        self._watcher.start()
        atexit.register(self.close)

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
        atexit.unregister(self.close)
        self._closing.set()
        self._watcher.join()
        self.client.close()
        self._loop_runner.stop()

    def _connect(self) -> None:
        from distributed import Client

        self._identity = self._ask()  # first, since a client that finds nobody never quite goes away
        try:
            self.client = Client(
                self.address,
                security=self._security,
                timeout=CONNECT_SECONDS,
                set_as_default=False,
                loop=self._loop_runner.loop,
            )
        except OSError as error:
            raise EngineError(_no_answer(self.address, error)) from error
        self._problem: str | None = None

    def _ask(self) -> dict[str, Any]:
        """The scheduler's description of itself and its workers. Raises `EngineError`."""
        try:
            return self._loop_runner.run_sync(_identity, self.address, self._security)
        except Exception as error:  # whatever Dask makes of the address and of what answers there
            raise EngineError(_no_answer(self.address, error)) from error

    def _watch(self) -> None:
        while not self._closing.wait(POLL_SECONDS):
            try:
                if self.client.status == "closed":
                    self._connect()
                else:
                    self._identity = self._ask()
                self._problem = None
            except EngineError as error:
                self._problem = str(error)

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


def _silence_dask() -> None:
    # It tells the terminal what `state` and the futures tell the page. Importing it sets the levels anew.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _checked(address: str) -> str:
    if not re.fullmatch(r"(tcp|tls|ws|wss)://\S+:\d+", address):
        raise EngineError(
            f"LENET_SCHEDULER: received {address!r}, expected an address such as tcp://127.0.0.1:8786. "
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
