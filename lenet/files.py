"""Files that are whole or not there: written aside, then renamed. Readers that nothing in a file can break.

Standard library only.
"""

import json
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

MOST_JSON_BYTES = 1_000_000
MOST_DEPTH = 64  # of lists and objects in each other; a Keras model has some 15

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_DEEP = re.compile(rb"[\[{]{%d}" % (MOST_DEPTH + 1))
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


@contextmanager
def written_aside(path: Path, folder: Path | None = None) -> Iterator[Path]:
    """A path to write to, renamed to `path` in the end. A failure leaves the old file and no other.

    Args:
        folder: where it is written, on the same disk; default: beside `path`. See `lenet.runs.lease`.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    aside = (folder or path.parent) / f".{secrets.token_hex(8)}.{path.name}"
    try:
        yield aside
        replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, write: Callable[[BinaryIO], object], folder: Path | None = None) -> None:
    """Let `write` fill a file that becomes `path` when it is whole; see `written_aside`. Raises `OSError`."""
    with written_aside(path, folder) as aside, open(aside, "wb") as file:  # closed before the rename
        write(file)


def replace(source: Path, target: Path) -> None:
    """`os.replace`, tried again for a while: Windows refuses it while a reader has `target` open."""
    for attempt in range(20):
        try:
            return os.replace(source, target)
        except PermissionError:
            if os.name != "nt" or attempt == 19:
                raise
            time.sleep(0.01 * (attempt + 1))


def write_json(path: Path, value: dict[str, Any], folder: Path | None = None) -> None:
    """Write `value` as JSON; see `written_aside`. Raises `OSError`."""
    text = json.dumps(value, indent=1, allow_nan=False)
    write_atomically(path, lambda file: file.write(text.encode()), folder)


# Reading what anybody may have written


@contextmanager
def opened(path: Path, most_bytes: int) -> Iterator[BinaryIO]:
    """A file to read, if it is a file of at most so many bytes.

    Raises:
        OSError: there is none, or it cannot be read.
        ValueError: it is something else (reading a pipe would wait for ever), or larger.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("it is no file")
        if about.st_size > most_bytes:
            raise ValueError(f"it has {about.st_size:,} bytes, expected at most {most_bytes:,}")
        yield file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_bytes(path: Path, most_bytes: int) -> bytes:
    """All of a file. Raises as `opened` does."""
    with opened(path, most_bytes) as file:
        return file.read(most_bytes)  # it may have grown


def read_json(path: Path, most_bytes: int = MOST_JSON_BYTES) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        FileNotFoundError: there is no such file.
        OSError: it cannot be read.
        ValueError: it is half-written, beyond the bounds, or holds something else than an object.
    """
    value = parse_json(read_bytes(path, most_bytes))
    if not isinstance(value, dict):
        raise ValueError(f"expected an object, received {type(value).__name__}")
    return value


def parse_json(data: bytes) -> Any:
    """What a JSON document in UTF-8 says; its length is for the caller to bound.

    Raises:
        ValueError: it is no JSON, is nested deeper than MOST_DEPTH, or holds halves of characters: what would
            break whoever reads, shows or sends the value, wherever that happens.
    """
    _check_depth(data)
    value = json.loads(data.decode("utf-8-sig"))
    if b"\\u" in data:
        _check_characters(value)
    return value


def _check_depth(data: bytes) -> None:
    """Takes the innermost pairs of brackets away until there are none: so many times as they are nested."""
    if data.count(b"[") + data.count(b"{") <= MOST_DEPTH:
        return
    brackets = _STRING.sub(b"", data).translate(None, _NO_BRACKETS)
    is_deep = _DEEP.search(brackets) is not None
    for _ in range(MOST_DEPTH):
        if is_deep or not brackets:
            break
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    if len(brackets) > MOST_DEPTH:  # fewer are left of what is not closed: the parser says so
        raise ValueError(f"it is nested more than {MOST_DEPTH} levels deep")


def _check_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a character (a lone surrogate)") from error
