"""The embedded cluster: a Dask scheduler in this process, and two worker processes that it keeps alive.

Loopback and TLS only, no HTTP port. Loads Dask at once, so import it lazily; never TensorFlow.
"""

import asyncio
import contextlib
import time

import dask.config
from distributed import Client, Scheduler, Security, SpecCluster, Status
from distributed.scheduler import WorkerState

from lenet.engine.supervisor import Supervisor
from lenet.engine.temporary_security import temporary_security
from lenet.engine.worker import QUIET, ROLES, Handover

HEAD_START = 2.0  # seconds from the start of the trainer to that of the inference worker
CONNECT_SECONDS = 5.0
END_SECONDS = 5.0  # that the scheduler is given to end by itself

_SCHEDULER_CONFIG = QUIET | {
    "distributed.scheduler.worker-ttl": None,  # after a night's sleep of the laptop both workers are fine
    "distributed.scheduler.http.routes": [],
}


class PortlessScheduler(Scheduler):
    """A Dask scheduler without its HTTP port, which any user may read, and which needs no dashboard."""

    def start_http_server(self, *args: object, **kwargs: object) -> None:
        """Opens nothing."""


class EmbeddedCluster:
    """A scheduler on a free port of 127.0.0.1, and one worker process for each of `ROLES`.

    Raises OSError where no port can be opened.
    """

    def __init__(self, warm: bool = True) -> None:
        security = temporary_security()
        options = {"host": "127.0.0.1", "port": 0, "protocol": "tls", "security": security}
        with dask.config.set(_SCHEDULER_CONFIG):
            self._cluster = SpecCluster(
                workers={}, scheduler={"cls": PortlessScheduler, "options": options}, security=security
            )
        self.scheduler: Scheduler = self._cluster.scheduler
        self.supervisors: dict[str, Supervisor] = {}
        for role in ROLES:
            self.supervisors[role] = self._supervise(role, security, warm)

    def new_client(self) -> Client:
        """Another client of the scheduler. Raises what Dask makes of a scheduler that does not answer."""
        return Client(self._cluster, timeout=CONNECT_SECONDS, set_as_default=False)

    def is_alive(self) -> bool:
        """Whether the scheduler serves, in a loop that runs."""
        loop = self.scheduler.loop.asyncio_loop
        return loop.is_running() and self.scheduler.status == Status.running

    def is_busy(self, role: str) -> bool | None:
        """Whether a task of that role is with a worker; None where no worker of that role is registered."""
        # A copy, made in one step: the scheduler changes the dict in its own thread.
        workers = [worker for worker in list(self.scheduler.workers.values()) if role in worker.resources]
        return any(worker.processing for worker in workers) if workers else None

    def registered(self, name: str) -> WorkerState | None:
        """The worker of that name, where the scheduler knows it."""
        return next((worker for worker in list(self.scheduler.workers.values()) if worker.name == name), None)

    def set_status(self, name: str, status: Status) -> None:
        """Whether the scheduler sends something new to the worker of that name: "running", or "paused"."""
        if worker := self.registered(name):
            change = self.scheduler.handle_worker_status_change
            self.scheduler.loop.add_callback(change, status, worker, f"lenet-{status.name}")

    def close(self) -> None:
        """Ends both workers, then the scheduler. Idempotent."""
        for supervisor in self.supervisors.values():
            supervisor.stop()
        with contextlib.suppress(Exception, asyncio.CancelledError):  # it is broken, or its loop is
            self._cluster.close(END_SECONDS)
        self._cluster.status = Status.closed

    def _supervise(self, role: str, security: Security, warm: bool) -> Supervisor:
        handover = Handover(
            scheduler=self.scheduler.address,
            name=role,
            role=role,
            certificate=security.tls_worker_cert,
            key=security.tls_worker_key,
            warm=warm,
        )
        may_start = self._trainer_is_ahead if role == "inference" else _always
        return Supervisor(handover, may_start, self.registered, self.set_status)

    def _trainer_is_ahead(self) -> bool:
        # Two imports of TensorFlow at once, from the start, would starve the first page.
        trainer = self.supervisors["trainer"]
        is_settled = self.is_busy("trainer") is not None or trainer.given_up
        return is_settled or time.monotonic() - trainer.started > HEAD_START


def _always() -> bool:
    return True
