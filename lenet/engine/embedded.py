"""The embedded engine: a scheduler in this process, with a trainer and an inference worker of its own.

Importing this module loads neither Dask nor TensorFlow.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from typing import TYPE_CHECKING

from lenet.engine.base import (
    ANYTHING,
    CONNECT_SECONDS,
    UNHEARD_SECONDS,
    Engine,
    EngineState,
    Readiness,
    end_connection,
    first_line,
    silence_dask,
    wait_within,
)
from lenet.errors import EngineError

if TYPE_CHECKING:
    from lenet.engine.embedded_cluster import EmbeddedCluster


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
        end_connection(self.client)
        self._cluster.close()

    def _new_cluster(self) -> EmbeddedCluster:
        try:
            from lenet.engine.embedded_cluster import EmbeddedCluster

            silence_dask()
            return EmbeddedCluster(self._warm)
        except ImportError as error:
            raise EngineError(
                f"The engine cannot start: {error}. Run `python -m pip install -r requirements.txt`."
            ) from error
        except (OSError, RuntimeError) as error:
            raise EngineError(
                f"The engine cannot start on this machine ({first_line(error)}). Free some memory, see that "
                "programs may open ports on 127.0.0.1, then try again."
            ) from error

    def _look(self) -> None:
        if self._cluster.is_alive() and self._is_connected() and not self._is_unheard():
            return
        with contextlib.suppress(*ANYTHING):  # whatever Dask makes of a scheduler that is going
            if self._cluster.is_alive():
                return self._use(wait_within(2 * CONNECT_SECONDS, self._cluster.new_client))
        self._cluster.close()  # first: no run has two trainers
        with contextlib.suppress(*ANYTHING):
            self._cluster = self._new_cluster()
            self._use(wait_within(2 * CONNECT_SECONDS, self._cluster.new_client))

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
