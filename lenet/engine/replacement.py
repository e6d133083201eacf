"""A worker process that has grown gives way to a fresh one: TensorFlow does not give back all it compiles.

A trainer does so while it has nothing to do; who answers questions answers those that it has, and new ones go
to the fresh one. Loads Dask at once; never TensorFlow.
"""

import threading
import time
from collections.abc import Callable

from distributed import Status
from distributed.scheduler import WorkerState

from lenet.engine.worker_process import WorkerProcess

# Bytes: a worker that is more than that above its size when warm is replaced.
MOST_GROWTH = {"trainer": 400e6, "inference": 300e6}
SECONDS_TO_NEXT = 60.0  # from one start of a fresh one to the next, whatever became of it


class Replacement:
    """Looks whether the process of a role has grown, and has a fresh one take its place.

    Args:
        start: a fresh process, or None where none is to be started any more. Raises `OSError`.
        registered: the worker of that name, where the scheduler knows it.
        set_status: whether the scheduler sends something new to the worker of that name.
        stopping: nobody waits for anything any more.
    """

    def __init__(
        self,
        role: str,
        start: Callable[[], WorkerProcess | None],
        registered: Callable[[str], WorkerState | None],
        set_status: Callable[[str, Status], None],
        stopping: threading.Event,
    ) -> None:
        self._role, self._start, self._registered, self._set_status = role, start, registered, set_status
        self._stopping = stopping
        self._not_before = 0.0

    def is_due(self, process: WorkerProcess) -> bool:
        """Whether it has grown, and what it was asked is soon done: no question is as long as a run."""
        is_soon_done = self._role == "inference" or self._is_idle(process)
        return is_soon_done and self.has_grown(process) and time.monotonic() >= self._not_before

    def has_grown(self, process: WorkerProcess) -> bool:
        """Whether it is that much above its size when warm, which is the first that is known of it."""
        worker = self._registered(process.name)
        memory = worker.metrics.get("memory", 0) if worker else 0
        process.when_warm = process.when_warm or memory
        return memory - process.when_warm > MOST_GROWTH[self._role]

    def replace(self, former: WorkerProcess) -> tuple[WorkerProcess, WorkerProcess | None]:
        """Who serves from now on: a fresh process once it is warm, if the former one is idle then.

        Returns:
            That one, and the other one, which is to be ended.
        """
        self._not_before = time.monotonic() + SECONDS_TO_NEXT
        try:
            fresh = self._start()
        except OSError:  # there is no memory for another: this one goes on
            return former, None
        if fresh is None:
            return former, None
        while self._registered(fresh.name) is None and not _one_has_ended(former, fresh):
            self._stopping.wait(0.1)
        self._hand_questions_over(former, fresh)
        if former.ended(0) or (self._is_idle(former) and not fresh.ended(0)):
            return fresh, former
        self._set_status(former.name, Status.running)
        return former, fresh

    def _hand_questions_over(self, former: WorkerProcess, fresh: WorkerProcess) -> None:
        """The scheduler sends new ones to the fresh process, and the former one answers what it has.

        Not of a trainer: a run that has just begun there would keep the next one waiting for no reason.
        """
        if self._role != "inference":
            return
        self._set_status(former.name, Status.paused)
        # A time limit would end what the fresh one answers.
        while not (self._is_idle(former) or _one_has_ended(former, fresh)):
            self._stopping.wait(0.01)

    def _is_idle(self, process: WorkerProcess) -> bool:
        """Whether nothing is asked of the process, nor anything that it has answered."""
        worker = self._registered(process.name)
        return worker is not None and not worker.processing and not worker.has_what


def _one_has_ended(*processes: WorkerProcess) -> bool:
    return any(each.ended(0) for each in processes)
