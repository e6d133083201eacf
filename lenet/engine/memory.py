"""Memory that a process no longer needs goes back to the machine, as long as it lives.

Python frees what nobody refers to any more. But what refers to itself waits for the next full collection,
which comes late where there are many objects, and the C library keeps what was freed, in a pool ("arena") of
its own for each of many threads. Of the C library only Linux's (glibc) is asked; elsewhere nothing happens.
Must not import Streamlit, TensorFlow or Keras.
"""

import ctypes
import gc
import sys
import threading
import time
from typing import Any

import psutil

from lenet import mapped_arrays

# Threads that wait for the interpreter's lock do not compete for memory. And of any pool but the first,
# `malloc_trim` leaves what is free at its end, up to 64 MB (glibc's malloc.c: only the first has `systrim`).
_ARENAS = 1
_LARGE = 4_000_000  # bytes: of an array that is no part of a pool
_LARGEST_REUSED = 32 << 20  # bytes: the most that the C library allows
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # of malloc.h
_GROWN = 20_000_000  # bytes
_LOOK = 1.0  # seconds: what is given back has to be cleared again before it is used


def use_little() -> bool:
    """One pool from now on, for however many threads; what is large goes back when it is freed.

    Usually the C library raises its bound of what is large, up to 32 MB, when something larger is freed.
    Returns whether it does as it is told.
    """
    library = _c_library()
    return library is not None and bool(
        library.mallopt(_ARENA_MAX, _ARENAS) and library.mallopt(_MMAP_THRESHOLD, _LARGE)
    )


def reuse() -> bool:
    """What is freed from now on, up to 32 MB in a piece, is there for the next one, until `give_back`.

    For a process whose arrays come and go many times a second: pages from the machine are new ones, and to
    fill them takes longer than a layer. Returns whether the C library does as it is told.
    """
    library = _c_library()
    return library is not None and bool(
        library.mallopt(_MMAP_THRESHOLD, _LARGEST_REUSED) and library.mallopt(_TRIM_THRESHOLD, 1 << 30)
    )


def settle() -> None:
    """What is there now stays for good, and no later collection looks at it: call it after the imports.

    A full collection takes 100 ms or more where TensorFlow is loaded, and holds every thread; afterwards a
    tenth. And since Python waits with it until a quarter more objects are there, it comes sooner.
    """
    give_back()
    gc.freeze()


def give_back() -> None:
    """Collect the garbage, and return free memory to the machine, and that of files that are mapped."""
    gc.collect()
    mapped_arrays.let_go()
    if library := _c_library():
        library.malloc_trim(0)


class Keeper:
    """Gives memory back when the process has grown since the last time."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._size = self._now()

    def look(self) -> bool:
        """Whether it was time to."""
        if is_time := self._now() > self._size + _GROWN:
            give_back()
        self._size = self._now() if is_time else min(self._size, self._now())
        return is_time

    def _now(self) -> int:
        return self._process.memory_info().rss


def look_after_this_process() -> None:
    """From a thread of its own, until the process ends."""
    threading.Thread(target=_look_again_and_again, name="lenet memory", daemon=True).start()


def _look_again_and_again() -> None:
    keeper = Keeper()
    while True:
        time.sleep(_LOOK)
        keeper.look()


def _c_library() -> Any:
    """Linux's C library; None of another system, or of one that has no such functions (musl)."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
