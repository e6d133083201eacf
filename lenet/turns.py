"""Long computations in turns: whoever asks the same worker for something short waits for no more than one.

A computation is a plain function that calls `report` or `pause` now and then. In a turn it goes on, in a
thread of its own, until the first of these calls after `SECONDS`; between two turns it stands still, and the
worker answers others. In the command line and in tests these calls do nothing. Light: a page may import it.
"""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

SECONDS = 0.5  # of a turn
_ASIDE = 0.1  # seconds that a turn looks on while its computation touches nothing that others touch
_MOST = 4  # computations that stand still in one worker; the one that went on longest ago is dropped


@dataclass(frozen=True)
class Progress:
    """How far a computation is.

    Attributes:
        words: what is being done.
        shown: something to show already; None: nothing new.
    """

    done: int
    total: int
    words: str
    shown: Any = None


class _Dropped(BaseException):
    """Nobody waits for the computation any more."""


class _Computation:
    """A function in a thread that runs only when it has its turn."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.progress = Progress(0, 1, "")
        self.until = 0.0  # end of the turn, as `time.monotonic` counts
        self.is_dropped = False
        self.ended = threading.Event()
        self.back = threading.Event()  # something ended the turn
        self.aside: threading.Event | None = None  # set when what is done aside is done
        self._go = threading.Semaphore(0)
        self._value: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, args=(function, args), name="lenet turns", daemon=True
        )
        self._thread.start()

    def take_turn(self) -> tuple[Literal["value", "progress"], Any]:
        """Its value, or how far it is after a turn. Raises what the function raises."""
        if self.aside is None or self.aside.wait(_ASIDE):
            self.until = time.monotonic() + SECONDS
            self.back.clear()
            self._go.release()
            self.back.wait()
        if not self.ended.is_set():
            progress, self.progress = self.progress, replace(self.progress, shown=None)
            return "progress", progress
        if self._error:
            raise self._error
        return "value", self._value

    def drop(self) -> None:
        """It ends where it stands."""
        self.is_dropped = True
        self._go.release()

    def wait(self) -> None:
        """In the thread: for the next turn."""
        self._go.acquire()
        if self.is_dropped:
            raise _Dropped

    def _run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            self.wait()
            _here.computation = self
            self._value = function(*args)
        except BaseException as error:  # whoever takes the turn raises it
            self._error = error
        self.ended.set()
        self.back.set()


_here = threading.local()
_standing: OrderedDict[str, _Computation] = OrderedDict()


def take(key: str, call: tuple[Any, ...] | None) -> tuple[Literal["value", "progress", "lost"], Any]:
    """A turn of the computation `key`, in the worker.

    Args:
        call: the function and its arguments; None: of a computation that has begun. "lost" says that none of
            that name stands here: the worker is another one, or it has dropped it.
    """
    computation = _standing.pop(key, None)
    if computation is None and call is None:
        return "lost", None
    if computation is None:
        computation = _Computation(call[0], call[1:])
    state, result = computation.take_turn()
    if state == "progress":
        _standing[key] = computation
        while len(_standing) > _MOST:
            _standing.popitem(last=False)[1].drop()
    return state, result


def forget(key: str) -> None:
    """Nobody waits for the computation `key` any more: it ends where it stands."""
    if computation := _standing.pop(key, None):
        computation.drop()


def report(done: int, total: int, words: str, shown: Any = None) -> None:
    """A computation says how far it is, and is interrupted where its turn is over."""
    if computation := getattr(_here, "computation", None):
        shown = computation.progress.shown if shown is None else shown
        computation.progress = Progress(done, total, words, shown)
        pause()


def pause() -> None:
    """A computation may be interrupted here."""
    computation = getattr(_here, "computation", None)
    if computation is None:
        return
    if computation.is_dropped:
        raise _Dropped
    if time.monotonic() > computation.until:
        computation.back.set()
        computation.wait()


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Within, others are answered meanwhile: for what takes long and touches nothing that they touch."""
    computation = getattr(_here, "computation", None)
    if computation is None:
        yield
        return
    done = computation.aside = threading.Event()
    computation.back.set()
    try:
        yield
    finally:
        done.set()
        computation.wait()
        computation.aside = None
