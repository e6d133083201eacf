"""Keeps a worker process alive: starts it again when it has died, and gives up what dies all the time.

Loads Dask at once, so import it lazily; never TensorFlow.
"""

import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from distributed import Status
from distributed.scheduler import WorkerState

from lenet.engine.replacement import Replacement
from lenet.engine.worker import CANNOT_WARM_UP, Handover
from lenet.engine.worker_process import WorkerProcess

MOST_DEATHS = 5  # in a row, each within QUICK_DEATH seconds of the start
QUICK_DEATH = 60.0
LONGEST_PAUSE = 8.0  # seconds between two starts
LOOK_SECONDS = 5.0  # between two looks at its size


class Supervisor:
    """Keeps one worker process alive, from a thread of its own, until `stop`; see `Replacement` as well.

    A worker that cannot start TensorFlow, or that dies `MOST_DEATHS` times in a row soon after its start, is
    given up: `given_up` is true, `problem` says why, and `try_again` starts it again.

    Args:
        handover: what the worker is told; its name gets a number.
        may_start: whether it is time for the first start.
        registered: the worker of that name, where the scheduler knows it.
        set_status: whether the scheduler sends something new to the worker of that name.
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
        self._handover = handover
        self._may_start = may_start
        self._process: WorkerProcess | None = None
        self._processes: list[WorkerProcess] = []  # that one, and one that is to take its place
        self._number = 0  # of the newest process
        self._deaths = 0  # in a row
        self._last_words: deque[str] = deque(maxlen=20)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._again = threading.Event()
        self._replacement = Replacement(
            self.role, self._start_process, registered, set_status, self._stopping
        )
        self._thread = threading.Thread(target=self._keep_alive, name=f"lenet {self.role}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the worker process and waits for it. Idempotent."""
        with self._lock:
            self._stopping.set()
            self._again.set()
        for process in self._processes:
            process.end()
        self._thread.join()

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The one that serves, or served last."""
        return self._process and self._process.popen

    @property
    def details(self) -> str:
        """The last lines that the worker wrote to its standard error."""
        return "\n".join(self._last_words)

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
            process = self._start_process()
        except OSError as error:
            self._last_words.append(str(error))
            return None
        if process is None:
            return None
        self._process = process
        while not self._process.ended(LOOK_SECONDS):
            if self._replacement.is_due(self._process):
                self._replace()
        return self.process.returncode

    def _start_process(self) -> WorkerProcess | None:
        """A fresh process, which `stop` ends; None where that was called. Raises `OSError`."""
        with self._lock:
            if self._stopping.is_set():
                return None
            self._number += 1
            handover = replace(self._handover, name=f"{self.role}-{self._number}")
            process = WorkerProcess(handover, self._last_words)
            self._processes = [*(each for each in self._processes if not each.ended(0)), process]
            return process

    def _replace(self) -> None:
        serving, leaving = self._replacement.replace(self._process)
        if serving is not self._process:
            self._process, self.started = serving, time.monotonic()
        if leaving:
            leaving.end()

    def _report_death(self, exit_code: int | None) -> None:
        words = f" Its last words: `{self._last_words[-1]}`" if self._last_words else ""
        self.given_up = exit_code == CANNOT_WARM_UP or self._deaths >= MOST_DEATHS
        if exit_code == CANNOT_WARM_UP:
            self.problem = (
                f"The {self.role} cannot start TensorFlow.{words}\n"
                "See that `python -m pip install -r requirements.txt` succeeds and that the disk is not "
                "full, then try again."
            )
        elif self.given_up:
            self.problem = (
                f"The {self.role} ended {self._deaths} times in a row soon after its start (exit code "
                f"{exit_code}), so it is not started again by itself.{words}\n"
                "Often memory is short: close other programs, then try again."
            )
        else:
            self.problem = f"The {self.role} ended (exit code {exit_code}) and is being started again.{words}"
