"""A child that ends with its parent, however that ends: by a pipe that the system closes for it.

The parent starts it with `stdin=subprocess.PIPE`. Standard library only.
"""

import os
import threading


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
