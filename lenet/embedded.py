"""The embedded cluster: a Dask scheduler in this process, and two worker processes that it keeps alive.

Loopback and TLS only, no HTTP port. Loads Dask at once, so import it lazily; never TensorFlow.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import dask.config
from distributed import Client, Scheduler, Security, SpecCluster, Status

from lenet.worker import CANNOT_WARM_UP, QUIET, ROLES, Handover

HEAD_START = 2.0  # seconds from the start of the trainer to that of the inference worker
MOST_DEATHS = 5  # in a row, each within QUICK_DEATH seconds of the start
QUICK_DEATH = 60.0
LONGEST_PAUSE = 8.0  # seconds between two starts
END_OF_PROCESS = 5.0  # seconds that a worker, and the scheduler, is given to end by itself
CONNECT_SECONDS = 5.0

# Beside these the person's own environment reaches the workers, TF_NUM_INTRAOP_THREADS for instance.
_ENVIRONMENT = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
_INFERENCE_ENVIRONMENT = {  # one digit at a time needs no second core, and no share of the trainer's GPU
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}
_SCHEDULER_CONFIG = QUIET | {
    "distributed.scheduler.worker-ttl": None,  # after a night's sleep of the laptop both workers are fine
    "distributed.scheduler.http.routes": [],
}


class PortlessScheduler(Scheduler):
    """A Dask scheduler without its HTTP port, which any user may read, and which needs no dashboard."""

    def start_http_server(self, *args: object, **kwargs: object) -> None:
        """Opens nothing."""


class Supervisor:
    """Keeps one worker process alive, from a thread of its own, until `stop`.

    A worker that cannot start TensorFlow, or that dies `MOST_DEATHS` times in a row soon after its start, is
    given up: `given_up` is true, `problem` says why, and `try_again` starts it again.
    """

    def __init__(self, handover: Handover, may_start: Callable[[], bool]) -> None:
        self.role = handover.role
        self.problem: str | None = None  # why it last ended
        self.given_up = False
        self.started = time.monotonic()
        self.process: subprocess.Popen[bytes] | None = None
        self._handover = handover
        self._may_start = may_start
        self._deaths = 0  # in a row
        self._last_words: deque[str] = deque(maxlen=20)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._again = threading.Event()
        self._thread = threading.Thread(target=self._keep_alive, name=f"lenet {self.role}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the worker process and waits for it. Idempotent."""
        with self._lock:
            self._stopping.set()
            self._again.set()
        if self.process:
            _end(self.process)
        self._thread.join()

    def try_again(self) -> None:
        """Forgets its deaths, and starts it at once if it is not alive."""
        self._deaths = 0
        self.given_up, self.problem = False, None
        self._again.set()

    def _keep_alive(self) -> None:
        while not self._may_start():
            if self._stopping.wait(0.1):
                return
        while True:
            self._again.clear()
            exit_code = self._live()
            if self._stopping.is_set():
                return
            lifetime = time.monotonic() - self.started
            self._deaths = self._deaths + 1 if lifetime < QUICK_DEATH else 1
            self._report_death(exit_code)
            self._pause()

    def _pause(self) -> None:
        backoff = min(LONGEST_PAUSE, 2.0**self._deaths / 2 - 1)  # none, 1 s, 3 s, 7 s
        self._again.wait(None if self.given_up else max(0.0, backoff))  # its deaths may be forgotten just now

    def _live(self) -> int | None:
        """One life of the process; its exit code, or None where it could not be started."""
        self.started = time.monotonic()
        self._last_words.clear()
        try:
            with self._lock:
                if self._stopping.is_set():
                    return None
                self.process = _start(self.role)
                _hand_over(self.process, self._handover)
        except OSError as error:
            self._last_words.append(str(error))
            return None
        listener = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        listener.start()
        exit_code = self.process.wait()
        _close_stdin(self.process)
        listener.join(1.0)  # a grandchild might hold the pipe open
        return exit_code

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        with process.stderr as pipe:
            for line in pipe:
                if words := line.decode(errors="replace").rstrip():
                    self._last_words.append(words)

    def _report_death(self, exit_code: int | None) -> None:
        words = f" Its last words: `{self._last_words[-1]}`" if self._last_words else ""
        if exit_code == CANNOT_WARM_UP:
            self.given_up = True
            self.problem = (
                f"The {self.role} cannot start TensorFlow.{words}\n"
                "See that `python -m pip install -r requirements.txt` succeeds and that the disk is not "
                "full, then try again."
            )
        elif self._deaths >= MOST_DEATHS:
            self.given_up = True
            self.problem = (
                f"The {self.role} ended {self._deaths} times in a row soon after its start (exit code "
                f"{exit_code}), so it is not started again by itself.{words}\n"
                "Often memory is short: close other programs, then try again."
            )
        else:
            self.problem = f"The {self.role} ended (exit code {exit_code}) and is being started again.{words}"

    @property
    def details(self) -> str:
        """The last lines that the worker wrote to its standard error."""
        return "\n".join(self._last_words)


class EmbeddedCluster:
    """A scheduler on a free port of 127.0.0.1, and one worker process for each of `ROLES`.

    Raises OSError where no port can be opened.
    """

    def __init__(self, warm: bool = True) -> None:
        security = Security.temporary()
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

    def close(self) -> None:
        """Ends both workers, then the scheduler. Idempotent."""
        for supervisor in self.supervisors.values():
            supervisor.stop()
        with contextlib.suppress(Exception, asyncio.CancelledError):  # it is broken, or its loop is
            self._cluster.close(END_OF_PROCESS)
        self._cluster.status = Status.closed

    def _supervise(self, role: str, security: Security, warm: bool) -> Supervisor:
        handover = Handover(
            scheduler=self.scheduler.address,
            role=role,
            certificate=security.tls_worker_cert,
            key=security.tls_worker_key,
            warm=warm,
        )
        may_start = self._trainer_is_ahead if role == "inference" else _always
        return Supervisor(handover, may_start)

    def _trainer_is_ahead(self) -> bool:
        # Two imports of TensorFlow at once, from the start, would starve the first page.
        trainer = self.supervisors["trainer"]
        is_settled = self.is_busy("trainer") is not None or trainer.given_up
        return is_settled or time.monotonic() - trainer.started > HEAD_START


def _always() -> bool:
    return True


def _start(role: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "lenet.worker"],  # -P: not the modules of the current folder
        stdin=subprocess.PIPE,  # not inheritable: no other child keeps its write end
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(role),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows only
    )


def _environment(role: str) -> dict[str, str]:
    project = str(Path(__file__).resolve().parent.parent)
    search_path = os.pathsep.join(filter(None, [project, os.environ.get("PYTHONPATH")]))
    own = _INFERENCE_ENVIRONMENT if role == "inference" else {}
    return os.environ | _ENVIRONMENT | own | {"PYTHONPATH": search_path}


def _hand_over(process: subprocess.Popen[bytes], handover: Handover) -> None:
    try:
        process.stdin.write(handover.to_line())
        process.stdin.flush()
    except OSError:  # it has ended already: its exit code says why
        return


def _end(process: subprocess.Popen[bytes]) -> None:
    _close_stdin(process)  # the worker ends with it
    try:
        process.wait(END_OF_PROCESS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close_stdin(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):  # what was left in the buffer has no reader
        process.stdin.close()
