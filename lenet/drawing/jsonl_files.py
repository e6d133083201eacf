"""Files of drawings: a line of JSON each (`.jsonl`), gzipped or not; read line by line, in bounded memory.

A line is `{"strokes": [[[x, y], …], …], "label": 3, "canvas": 280, "pen": 20}`; only the strokes are needed.
The label is a digit, or the name of a class.
Must not import Streamlit, TensorFlow or Keras.
"""

import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from lenet.archives import unzipped
from lenet.drawing import strokes
from lenet.drawing.class_name import class_name
from lenet.drawing.strokes import Drawing, parse
from lenet.errors import DrawingError
from lenet.files import opened, parse_json
from lenet.sentences import plain, reason, shortened, shown

# What a file may hold, so that reading it takes 50 MB with real digits and 400 MB with the worst there is.
MOST_BYTES = 100_000_000  # unpacked
MOST_LINE_BYTES = 2_000_000
MOST_LINES = 100_000  # blank ones too
MOST_DRAWINGS = 50_000
MOST_POINTS = 2_000_000  # of all drawings together
SUFFIXES = (".jsonl", ".jsonl.gz")
_DAMAGE = (zlib.error, EOFError, ValueError)


def read(source: Path | bytes, name: str) -> list[tuple[Drawing, int | str | None]]:
    """The drawings of a file, in its order, each with its label: 0 to 9, the name of a class, or None.

    Args:
        source: the file, or what it holds; gzip is told by its first bytes.
        name: what the file is called in sentences.

    Raises:
        DrawingError: the file cannot be read, is something else, or holds more than the bounds above; a line
            that is wrong is named by its number, counted from 1.
    """
    drawings, points, name = [], 0, file_name(name)
    for number, line in lines(source, name):
        try:
            drawing, label = _drawing(line)
        except DrawingError as error:
            raise DrawingError(f"{name}, line {number}: {error}") from error
        drawings.append((drawing, label))
        points += sum(map(len, drawing.strokes))
        check_bound(name, "drawings", len(drawings), MOST_DRAWINGS)
        check_bound(name, "points", points, MOST_POINTS)
    if not drawings:
        raise DrawingError(f"{name} holds no drawings, expected a line of JSON for each.")
    return drawings


def file_name(name: str) -> str:
    """What a file is called in sentences: anybody may have named it."""
    return shortened(plain(name), 200)


def _drawing(line: bytes) -> tuple[Drawing, int | str | None]:
    value = from_json(line)
    label = value.get("label") if isinstance(value, dict) else None
    return parse(value), None if label is None else _label(label)


def _label(value: Any) -> int | str:
    if type(value) is int and 0 <= value <= 9:
        return value
    if isinstance(value, str):
        with suppress(DrawingError):
            return class_name(value)
    raise DrawingError(
        f"Label: received {shown(value)}, expected a whole number from 0 to 9, or the name of a class. "
        "Leave it out where it is not known."
    )


def from_json(line: bytes) -> Any:
    """What a line says. Raises `DrawingError`: it is no JSON."""
    try:
        return parse_json(line)
    except ValueError as error:  # no UTF-8, no JSON, nested too deep, half of a character
        start = shown(line[:40].decode("utf-8", "replace"))
        raise DrawingError(
            f'Received {start}, which is no JSON. Expected {{"strokes": [[[x, y], …], …]}} on one line.'
        ) from error


def lines(source: Path | bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank with their numbers from 1, unpacked one at a time.

    Raises `DrawingError`: the file is damaged, cannot be read, or holds more than the bounds above.
    """
    unpacked, number, name = 0, 0, file_name(name)
    try:
        with _opened(source) as stream:
            while line := stream.readline(MOST_LINE_BYTES + 1):
                number, unpacked = number + 1, unpacked + len(line)
                _check_line(name, number, line)
                check_bound(name, "bytes, unpacked", unpacked, MOST_BYTES)
                check_bound(name, "lines", number, MOST_LINES)
                if line.strip():
                    yield number, line.strip()
    except DrawingError:
        raise
    except _DAMAGE as error:
        raise DrawingError(
            f"{name} is damaged or cut short after line {number} ({reason(error)}). "
            "Copy or download it again."
        ) from error
    except OSError as error:
        raise DrawingError(f"{name} cannot be read ({error.strerror or error}).") from error


@contextmanager
def _opened(source: Path | bytes) -> Iterator[BinaryIO]:
    with io.BytesIO(source) if isinstance(source, bytes) else opened(source, sys.maxsize) as packed:
        is_gzip = packed.read(2) == b"\x1f\x8b"
        packed.seek(0)
        yield unzipped(packed) if is_gzip else packed


def _check_line(name: str, number: int, line: bytes) -> None:
    if len(line) > MOST_LINE_BYTES:
        raise DrawingError(
            f"{name}, line {number}: more than {MOST_LINE_BYTES:,} bytes, expected one drawing of at most "
            f"{strokes.MOST_POINTS:,} points. Write each drawing on a line of its own."
        )


def check_bound(name: str, unit: str, received: int, most: int) -> None:
    """Raise `DrawingError` where the file called `name` holds more than that many."""
    if received > most:
        raise DrawingError(
            f"{name}: more than {most:,} {unit}, expected no more. Split it into several files."
        )
