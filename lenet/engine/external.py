"""An engine whose scheduler and workers somebody else has started.

Importing this module loads neither Dask nor TensorFlow.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from lenet.engine.base import (
    ANYTHING,
    CONNECT_SECONDS,
    Engine,
    EngineState,
    Readiness,
    end_connection,
    first_line,
    silence_dask,
    wait_within,
)
from lenet.errors import EngineError
from lenet.sentences import shown

if TYPE_CHECKING:
    from distributed import Security
    from tornado.ioloop import IOLoop


class ExternalEngine(Engine):
    """The workers of somebody else's scheduler at `address`, over TLS where Dask's own configuration says so.

    Raises `EngineError` where nothing answers within `CONNECT_SECONDS`. A scheduler that goes away is looked
    for until `close`; meanwhile `state` says "missing".
    """

    def __init__(self, address: str) -> None:
        from distributed import Security
        from distributed.utils import LoopRunner

        super().__init__()
        silence_dask()
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

    def num_trainers(self) -> int:
        """Those that were there when it was last asked."""
        return max(1, sum("trainer" in worker["resources"] for worker in self._identity["workers"].values()))

    def _most_trainings(self) -> float:
        return self.num_trainers()

    def close(self) -> None:
        """Ends the connection; what was submitted goes on. Idempotent."""
        self._stop_watching()
        end_connection(self.client)
        self._loop_runner.stop()

    def _connect(self) -> None:
        from distributed import Client

        self._identity = self._ask_identity()  # first: a client that finds nobody never quite goes away
        options = {"timeout": CONNECT_SECONDS, "set_as_default": False, "loop": self._loop()}
        try:
            client = wait_within(
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
            f'--resources "{role}=1" --preload lenet.engine.worker`'
            for role in missing
        )
        return (
            f"The scheduler at {self.address} has no worker for {' and '.join(missing)}. "
            f"In the project's folder, on a machine that sees the runs, start:\n{commands}"
        )


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
    reason = first_line(error) or f"nothing came back within {CONNECT_SECONDS:.0f} s"
    if isinstance(error, MemoryError):  # Dask took the first bytes of a stranger for a length
        reason = "what answers there is not Dask"
    return (
        f"The scheduler at {address} does not answer ({reason}): start it with `dask scheduler`, "
        "or unset LENET_SCHEDULER to train on this machine."
    )


def _is_idle(worker: dict[str, Any]) -> bool:
    return not worker["metrics"]["task_counts"].get("executing")
