"""The engines that tests share, and how to wait for one."""

import time
from collections.abc import Callable, Iterator

import pytest

from lenet.engine import base, connect, embedded


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Returns once `condition()` holds; fails the test after that many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {seconds:.0f} s: {condition}"
        time.sleep(0.02)


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
