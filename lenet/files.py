"""Files that are whole or not there: written aside, then renamed. Standard library only."""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to, renamed to it in the end. A failure leaves the old file and no other.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    aside = path.with_name(f".{secrets.token_hex(8)}.{path.name}")
    try:
        yield aside
        _replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let `write` fill a file that becomes `path` when it is whole. Raises `OSError`."""
    with written_aside(path) as aside, open(aside, "wb") as file:  # closed before the rename
        write(file)


def _replace(source: Path, target: Path) -> None:
    """`os.replace`, tried again for a while: Windows refuses it while a reader has `target` open."""
    for attempt in range(20):
        try:
            return os.replace(source, target)
        except PermissionError:
            if os.name != "nt" or attempt == 19:
                raise
            time.sleep(0.01 * (attempt + 1))


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write `value` as JSON. Raises `OSError`."""
    text = json.dumps(value, indent=1, allow_nan=False)
    write_atomically(path, lambda file: file.write(text.encode()))


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is half-written, or holds something else than an object.
    """
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, received {type(value).__name__}")
    return value
