"""Which processes are alive: each holds a lock on a file beside the runs, and loses it when it ends, however.

Standard library only.
"""

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

if os.name == "nt":
    import msvcrt
else:
    import fcntl

_FOLDER = ".servers"
_ID = re.compile(r"[0-9a-f]{16}")
_UNLOCKED = 60.0  # seconds: a file so young may not have been locked yet


class Presence:
    """A sign of life in a runs folder, until this process ends. Raises `OSError` where none is possible.

    Attributes:
        id: what others ask `is_alive` for.
    """

    def __init__(self, folder: Path) -> None:
        self.id = secrets.token_hex(8)
        path = folder / _FOLDER / self.id
        path.parent.mkdir(parents=True, exist_ok=True)
        hold(path)


def is_alive(folder: Path, server: str) -> bool:
    """Whether the server of that id lives, or cannot be known to be dead."""
    # Where the disk has no locks, it was never given an id.
    return not _ID.fullmatch(server) or holds_lock(folder / _FOLDER / server)


def hold(path: Path) -> int:
    """Hold a lock on that file until this process ends, or closes the descriptor that this returns.

    Raises `OSError`: another one holds it, or none can be held there.
    """
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    try:
        _lock(file)
    except OSError:
        os.close(file)
        raise
    return file


def holds_lock(path: Path) -> bool:
    """Whether a process holds the lock on that file, or cannot be known not to."""
    try:
        with open(path, "r+b") as file:
            _lock(file.fileno(), is_shared=True)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def remove_dead(folder: Path) -> None:
    """Remove the files of servers that ended."""
    with suppress(FileNotFoundError):
        for entry in os.scandir(folder / _FOLDER):
            with suppress(OSError):
                is_old = time.time() - entry.stat().st_mtime > _UNLOCKED
                if is_old and not is_alive(folder, entry.name):
                    os.unlink(entry.path)


def _lock(file: int, is_shared: bool = False) -> None:
    """Raises `OSError` at once where somebody has it. A shared one keeps nobody from asking as well."""
    if os.name == "nt":
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
