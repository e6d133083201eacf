"""A child that ends with its parent, however that ends: by a pipe that the system closes for it.

The parent starts it with `start_child`, and it calls `end_with_parent`. Standard library only.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent.parent
_PATIENCE = 5.0  # seconds for a process that is told to end


def start_child(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None, **streams: int
) -> subprocess.Popen[bytes]:
    """Starts a module of this project. Raises `OSError`.

    Args:
        environment: variables, beside those of this process.
        streams: what `subprocess.Popen` takes for standard output and errors.
    """
    search_path = os.pathsep.join(filter(None, [str(_PROJECT), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],  # -P: not the modules of the current folder
        stdin=subprocess.PIPE,  # not inheritable: no other child keeps its write end
        env=os.environ | (environment or {}) | {"PYTHONPATH": search_path},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows only
        **streams,
    )


def send_line(process: subprocess.Popen[bytes], line: bytes) -> None:
    """Writes a line to a child's standard input; to one that has ended already, nothing."""
    # Past the buffer of `process.stdin`: what that holds for a child that ended, its `close` raises.
    with contextlib.suppress(OSError):
        os.write(process.stdin.fileno(), line + b"\n")


def tell_to_end(process: subprocess.Popen[bytes]) -> None:
    """Ends a child; one that does not listen is killed. Does not wait for that."""
    process.terminate()
    impatient = threading.Timer(_PATIENCE, process.kill)
    impatient.daemon = True
    impatient.start()


def end_with_parent() -> None:
    """From now on: nothing more is read from standard input, and its end ends this process."""
    threading.Thread(target=_end_with, args=(_detach_stdin(),), daemon=True).start()


def _detach_stdin() -> int:
    # On Windows a pending read of standard input blocks whoever asks about that handle, as C libraries do
    # when they are loaded: read from a copy, and give them an empty standard input.
    lifeline = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return lifeline


def _end_with(lifeline: int) -> None:
    while os.read(lifeline, 1024):
        pass
    os._exit(0)
