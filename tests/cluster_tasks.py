"""What cluster tests run on workers in a training's place: small functions of a run folder, no TensorFlow."""

import os
import signal
import time
from pathlib import Path

from lenet import turns
from lenet.runs.folder import Run


def note(path: str) -> str:
    """Appends the run's name to `order.txt` beside it."""
    with open(Path(path).parent / "order.txt", "a") as file:
        file.write(f"{Path(path).name}\n")
    return "finished"


def wait_for_go(path: str) -> str:
    """Says that it runs, waits until somebody makes the file `go`, then that it is finished, and `note`."""
    _wait(path)
    _write_state(path, "finished")
    return note(path)


def wait_for_go_and_raise(path: str) -> str:
    """A bug that shows late."""
    _wait(path)
    raise_error(path)


def kill_worker(path: str) -> str:
    """Ends its own worker as the system does when memory is short."""
    _running(path)
    os.kill(os.getpid(), signal.SIGKILL)


_kept: list[bytes] = []


def keep(path: str) -> str:
    """Leaves 50 MB behind in its worker, as what TensorFlow compiles stays."""
    _kept.append(b"x" * 50_000_000)
    return note(path)


def keep_so_much(num_bytes: int) -> int:
    """The same of a worker that answers; its process."""
    _kept.append(b"x" * num_bytes)
    return os.getpid()


def raise_error(path: str) -> str:
    """A bug."""
    raise LookupError("no such thing")


def process_id() -> int:
    """Of the worker."""
    return os.getpid()


def _wait(path: str) -> None:
    run = _running(path)
    with open(run.path / "pids.txt", "a") as file:
        file.write(f"{os.getpid()}\n")
    _wait_until_it_is_there(run.path.parent / "go")


def _running(path: str) -> Run:
    return _write_state(path, "running")


def _write_state(path: str, state: str) -> Run:
    run = Run(Path(path))
    run.write_status(run.status().model_copy(update={"state": state}))
    return run


def wait_for(folder: str) -> str:
    """A question that is answered when somebody makes the file `go`."""
    Path(folder, "asked").touch()
    _wait_until_it_is_there(Path(folder, "go"))
    return "answered"


def _wait_until_it_is_there(file: Path) -> None:
    deadline = time.monotonic() + 120
    while not file.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Nobody made {file}.")
        time.sleep(0.02)


def count(folder: str, name: str, steps: int, argument: bytes = b"", every: int = 10) -> int:
    """Something long: counts, twenty times a second, and writes each number down; shows one in `every`."""
    for number in range(steps):
        with open(Path(folder, name), "a") as file:
            file.write(f"{number}\n")
        time.sleep(0.05)
        shown = None if number % every else f"shown {number}"
        turns.report(number + 1, steps, f"{name}: {number + 1} of {steps}", shown)
    return steps


def stands_still(file: Path) -> bool:
    """Whether nothing has been counted in this file for as long as six numbers take."""
    return not file.exists() or time.time() - file.stat().st_mtime > 0.3


def count_at_a_stretch(folder: str, name: str, steps: int) -> int:
    """The same where nobody can interrupt it."""
    with turns.aside():
        for number in range(steps):
            with open(Path(folder, name), "a") as file:
                file.write(f"{number}\n")
            time.sleep(0.05)
    return steps


def raise_late(folder: str) -> None:
    """Something long that does not end well."""
    count(folder, "late", 15)
    raise ValueError("no such thing")
