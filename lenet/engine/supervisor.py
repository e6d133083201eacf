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
from dataclasses import replace
from pathlib import Path

import dask.config
from distributed import Client, Scheduler, Security, SpecCluster, Status
from distributed.scheduler import WorkerState

from lenet.engine.worker import CANNOT_WARM_UP, QUIET, ROLES, Handover

HEAD_START = 2.0  # seconds from the start of the trainer to that of the inference worker
MOST_DEATHS = 5  # in a row, each within QUICK_DEATH seconds of the start
QUICK_DEATH = 60.0
LONGEST_PAUSE = 8.0  # seconds between two starts
END_OF_PROCESS = 5.0  # seconds that a worker, and the scheduler, is given to end by itself
CONNECT_SECONDS = 5.0
# Bytes: a worker that is more than that above its size when warm is replaced.
MOST_GROWTH = {"trainer": 400e6, "inference": 120e6}
LOOK_SECONDS = 5.0  # between two looks at its size
SECONDS_TO_NEXT_SPARE = 60.0  # after one that came too late, or not at all

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


class _Process:
    """A worker process, from its start on. Raises OSError where it cannot be started."""

    def __init__(self, handover: Handover, last_words: deque[str]) -> None:
        self.name = handover.name  # by which the scheduler knows it
        self.when_warm = 0.0  # its bytes when it was first looked at; 0: not yet
        self.popen = _start(handover.role)
        _hand_over(self.popen, handover)
        self._last_words = last_words
        self._ended = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        threading.Thread(target=self._wait, daemon=True).start()

    def ended(self, within: float | None) -> bool:
        """Whether it ends within that many seconds; None: waits for it."""
        return self._ended.wait(within)

    def end(self) -> None:
        """Ends it, and waits for that. Idempotent."""
        _end(self.popen)

    def _wait(self) -> None:
        self.popen.wait()  # with a time limit Python would look twenty times a second
        _close_stdin(self.popen)
        self._listener.join(1.0)  # a grandchild might hold the pipe open
        self._ended.set()

    def _listen(self) -> None:
        with self.popen.stderr as pipe:
            for line in pipe:
                if words := line.decode(errors="replace").rstrip():
                    self._last_words.append(words)


class Supervisor:
    """Keeps one worker process alive, from a thread of its own, until `stop`.

    One that has grown by more than `MOST_GROWTH` gives way to a fresh one, once that is warm: TensorFlow does
    not give back all that it compiles. A trainer does so while it has nothing to do; who answers questions
    answers those that it has, and new ones go to the fresh one.

    A worker that cannot start TensorFlow, or that dies `MOST_DEATHS` times in a row soon after its start, is
    given up: `given_up` is true, `problem` says why, and `try_again` starts it again.
    """

    def __init__(
        self,
        handover: Handover,
        may_start: Callable[[], bool],
        registered: Callable[[str], WorkerState | None],
        set_status: Callable[[str, Status], None],
    ) -> None:
        self.role = handover.role
        self.problem: str | None = None  # why it last ended
        self.given_up = False
        self.started = time.monotonic()
        self._process: _Process | None = None
        self._spare: _Process | None = None  # to take its place
        self._handover = handover
        self._may_start = may_start
        self._registered = registered
        self._set_status = set_status
        self._number = 0  # of the newest process
        self._next_spare = 0.0  # not before
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
            processes = [each for each in (self._process, self._spare) if each]
        for process in processes:
            process.end()
        self._thread.join()

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The one that serves, or served last."""
        return self._process and self._process.popen

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
        """One life of the worker, in one process or more; its exit code, or None where it could not start."""
        self.started = time.monotonic()
        self._last_words.clear()
        try:
            with self._lock:
                if self._stopping.is_set():
                    return None
                self._process = self._start_process()
        except OSError as error:
            self._last_words.append(str(error))
            return None
        while not self._process.ended(LOOK_SECONDS):
            if self._may_rest() and self._has_grown() and time.monotonic() >= self._next_spare:
                self._replace()
        return self.process.returncode

    def _start_process(self) -> _Process:
        self._number += 1
        return _Process(replace(self._handover, name=f"{self.role}-{self._number}"), self._last_words)

    def _may_rest(self) -> bool:
        """Whether what it was asked is soon done: no question is as long as a run."""
        return self.role == "inference" or self._is_idle()

    def _is_idle(self) -> bool:
        """Whether nothing is asked of the process, nor anything that it has answered."""
        worker = self._registered(self._process.name)
        return worker is not None and not worker.processing and not worker.has_what

    def _has_grown(self) -> bool:
        worker = self._registered(self._process.name)
        memory = worker.metrics.get("memory", 0) if worker else 0
        self._process.when_warm = self._process.when_warm or memory
        return memory - self._process.when_warm > MOST_GROWTH[self.role]

    def _replace(self) -> None:
        """A fresh process in the place of this one, if this one is idle still when that is warm."""
        self._next_spare = time.monotonic() + SECONDS_TO_NEXT_SPARE
        try:
            with self._lock:
                if self._stopping.is_set():
                    return
                self._spare = self._start_process()
        except OSError:  # there is no memory for another: this one goes on
            return
        while self._registered(self._spare.name) is None and not self._one_has_ended():
            self._stopping.wait(0.1)
        self._hand_questions_over()
        with self._lock:
            if self._process.ended(0) or (self._is_idle() and not self._spare.ended(0)):
                self._process, self._spare = self._spare, self._process
                self.started = time.monotonic()
            else:
                self._set_status(self._process.name, Status.running)
        self._spare.end()

    def _hand_questions_over(self) -> None:
        """The scheduler sends new ones to the fresh process, and the former one answers what it has.

        Not of a trainer: a run that has just begun there would keep the next one waiting for no reason.
        """
        if self.role != "inference":
            return
        self._set_status(self._process.name, Status.paused)
        while not (self._is_idle() or self._one_has_ended()):  # a limit would end what the fresh one answers
            self._stopping.wait(0.01)

    def _one_has_ended(self) -> bool:
        return self._process.ended(0) or self._spare.ended(0)

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
            self._cluster.close(END_OF_PROCESS)
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


def _start(role: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "lenet.engine.worker"],  # -P: not the modules of the current folder
        stdin=subprocess.PIPE,  # not inheritable: no other child keeps its write end
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(role),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows only
    )


def _environment(role: str) -> dict[str, str]:
    project = str(Path(__file__).resolve().parent.parent.parent)
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
