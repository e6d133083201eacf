"""One drawing with its right answer as one line of JSON, and files of such lines, zipped or not.

    {"id": "…", "label": 3, "strokes": [[[x, y], …], …], "canvas": 280.0, "pen": 20.0, "pixels": [[0, …], …]}

A photograph has pixels and no strokes; an id is ours, or made from the content. Must not import Streamlit,
TensorFlow or Keras.
"""

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np

from lenet.dataset_info import DatasetError
from lenet.strokes import SIZE, Drawing, DrawingError, parse, to_json

MOST_LINE_BYTES = 1_000_000  # a drawing of 20,000 points with all their digits has about as many
MOST_BYTES = 64_000_000  # of a file, unpacked; some 10,000 drawings have as many
MOST_LINES = 10_000

ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}|import-[0-9a-f]{24}")


@dataclass(frozen=True, eq=False)
class Entry:
    """One drawing of a collection.

    Attributes:
        id: the name of its file; those of drawings that were made here sort by time.
        label: the right answer, 0–9.
        drawing: its strokes; None for a photograph.
        pixels: (28, 28) uint8, what the network was shown; None where strokes came alone.
    """

    id: str
    label: int
    drawing: Drawing | None
    pixels: np.ndarray | None


def to_line(entry: Entry) -> bytes:
    """What `from_line` reads back; always the same bytes, with a newline at the end."""
    strokes = to_json(entry.drawing) if entry.drawing else {}
    pixels = {"pixels": entry.pixels.tolist()} if entry.pixels is not None else {}
    record = {"id": entry.id, "label": entry.label} | strokes | pixels
    return json.dumps(record, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def from_line(line: bytes) -> Entry:
    """The drawing in a line. Raises `DatasetError` with what is wrong, to go on from “Line 7:”."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"this is no JSON ({error}).") from error
    if not isinstance(record, dict):
        raise DatasetError(f"received {type(record).__name__}, expected an object with a label and strokes.")
    drawing, pixels = _drawing(record), _pixels(record.get("pixels"))
    if drawing is None and (pixels is None or not pixels.any()):
        raise DatasetError("there are neither strokes nor ink, expected one of them.")
    entry = Entry("", _label(record.get("label")), drawing, pixels)
    given = record.get("id")
    is_ours = isinstance(given, str) and ID.fullmatch(given)
    return replace(entry, id=given if is_ours else id_from_content(entry))


def id_from_content(entry: Entry) -> str:
    """An id that the same drawing with the same label always has."""
    return f"import-{hashlib.sha256(to_line(replace(entry, id=''))).hexdigest()[:24]}"


def read_file(content: bytes | BinaryIO) -> list[Entry]:
    """All drawings of a file of lines, at least one.

    Raises `DatasetError` for the first thing that is wrong: a line, or a file that unpacks to too much.
    """
    entries = []
    for number, line in _lines(io.BytesIO(content) if isinstance(content, bytes) else content):
        try:
            entries.append(from_line(line))
        except DatasetError as error:
            raise DatasetError(f"Line {number}: {error}") from error
    if not entries:
        raise DatasetError(f"The file holds no drawing, expected 1 to {MOST_LINES:,}, one on each line.")
    return entries


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank with their numbers from 1, unpacked one at a time."""
    total, start = 0, file.read(4)
    file.seek(0)
    if start.startswith(b"PK"):
        raise DatasetError("The file is a zip archive, expected .jsonl.gz or .jsonl, as Export gives it.")
    source = gzip.GzipFile(fileobj=file) if start.startswith(b"\x1f\x8b") else file
    for number in range(1, MOST_LINES + 2):
        line = _next_line(source)
        total += len(line)
        if not line:
            return
        if len(line) > MOST_LINE_BYTES:
            raise DatasetError(
                f"Line {number}: received more than {MOST_LINE_BYTES:,} bytes for one drawing."
            )
        if total > MOST_BYTES or number > MOST_LINES:
            most = f"{MOST_LINES:,} lines and {MOST_BYTES // 1_000_000} MB"
            raise DatasetError(f"The file is too long: expected at most {most}, unpacked. Split it.")
        if line.strip():
            yield number, line


def _next_line(source: BinaryIO) -> bytes:
    try:
        return source.readline(MOST_LINE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"The file is damaged ({error}). Export it again.") from error


def _label(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 9:
        received = "none" if value is None else repr(value)[:40]
        raise DatasetError(f"label: received {received}, expected a whole number from 0 to 9.")
    return value


def _drawing(record: dict[str, Any]) -> Drawing | None:
    if record.get("strokes") is None:
        return None
    try:
        return parse(record)
    except DrawingError as error:
        raise DatasetError(str(error)) from error


def _pixels(value: Any) -> np.ndarray | None:
    if value is None:
        return None
    rows = value if isinstance(value, list) and len(value) == SIZE else []
    numbers = [number for row in rows if isinstance(row, list) and len(row) == SIZE for number in row]
    if len(numbers) != SIZE * SIZE or not all(type(each) is int and 0 <= each <= 255 for each in numbers):
        raise DatasetError(f"pixels: expected {SIZE} rows of {SIZE} whole numbers from 0 to 255.")
    return np.array(numbers, np.uint8).reshape(SIZE, SIZE)
