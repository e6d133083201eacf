"""The engines that tests share, and how to wait for one."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lenet.engine import base, connect, embedded


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Returns once `condition()` holds; fails the test after that many seconds.

    It is asked a third of the time at most: the run of a page that looks for an answer takes the processor
    from the worker that computes it.
    """
    deadline = time.monotonic() + seconds
    while True:
        used = time.process_time()
        if condition():
            return
        assert time.monotonic() < deadline, f"still not so after {seconds:.0f} s: {condition}"
        time.sleep(max(0.02, 2 * (time.process_time() - used)))


def stays(condition: Callable[[], bool], seconds: float) -> None:
    """Fails the test if `condition()` does not hold at any time of so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert condition(), f"not so any more: {condition}"
        time.sleep(0.02)


def rested(read: Callable[[], Any], still: float, seconds: float = 30.0) -> Any:
    """What `read()` gives, once that has been the same for `still` seconds; fails after `seconds`."""
    deadline, value, since = time.monotonic() + seconds, read(), time.monotonic()
    while time.monotonic() < since + still:
        assert time.monotonic() < deadline, f"still another one after {seconds:.0f} s: {read}"
        time.sleep(0.02)
        if (now := read()) != value:
            value, since = now, time.monotonic()
    return value


@pytest.fixture(scope="session")
def engine() -> Iterator[base.Engine]:
    """The embedded engine of this process, TensorFlow warm in both workers: what the pages connect to."""
    engine = connect.connect()
    wait_until(lambda: engine.state().inference == "ready", 120)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def light_engine() -> Iterator[embedded.EmbeddedEngine]:
    """An embedded engine of its own whose workers leave TensorFlow alone: ready in a second."""
    engine = embedded.EmbeddedEngine(warm=False)
    wait_until(lambda: engine.state().inference == "ready")
    yield engine
    engine.close()
