"""One drawing with its label as one line of JSON, and files of such lines, zipped or not.

    {"id": "…", "label": 3, "strokes": [[[x, y], …], …], "canvas": 280.0, "pen": 20.0, "pixels": [[0, …], …]}

In a set of classes of one's own the label is the class: "label": "cat" (`class_name.py`). What a class wrote
has a "writer" as well. A photograph has pixels and no strokes; an id is ours, or made from the content. Must
not import Streamlit, TensorFlow or Keras.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lenet.drawing.jsonl_files import MOST_POINTS, check_bound, file_name, from_json, lines
from lenet.drawing.mnist_format import SIZE
from lenet.drawing.strokes import Drawing, parse, to_json
from lenet.errors import DrawingError
from lenet.sentences import shown

MOST_DRAWINGS = 10_000  # of a file; they take some 30 MB

Label = int | str
LabelReader = Callable[[Any], Label]  # what a line says → the label; raises `DrawingError`

# The moment in UTC, then a random number; or no moment, and a hash of the content.
ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}|0{8}-0{6}-0{6}-[0-9a-f]{24}")

WRITER = re.compile(r"[0-9a-z]{1,32}")


@dataclass(frozen=True, eq=False)
class Entry:
    """One drawing of a collection.

    Attributes:
        id: the name of its file; ids sort by the time of drawing, where that is known.
        label: the digit that was meant, 0–9; or the class, by its name.
        drawing: its strokes; None for a photograph.
        pixels: (28, 28) uint8, what the network was shown; None where strokes came alone.
        writer: who drew it, by a word that says nothing else of them; empty where nobody knows.
    """

    id: str
    label: Label
    drawing: Drawing | None
    pixels: np.ndarray | None
    writer: str = ""


def to_line(entry: Entry) -> bytes:
    """What `from_line` reads back; always the same bytes, with a newline at the end."""
    strokes = to_json(entry.drawing) if entry.drawing else {}
    pixels = {"pixels": entry.pixels.tolist()} if entry.pixels is not None else {}
    writer = {"writer": entry.writer} if entry.writer else {}
    record = {"id": entry.id, "label": entry.label} | writer | strokes | pixels
    return json.dumps(record, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def digit(value: Any) -> int:
    """A label from 0 to 9, as a line has it. Raises `DrawingError`."""
    if type(value) is not int or not 0 <= value <= 9:
        received = "none" if value is None else shown(value)
        raise DrawingError(f"Label: received {received}, expected a whole number from 0 to 9.")
    return value


def from_line(line: bytes, label: LabelReader = digit) -> Entry:
    """The drawing in a line. Raises `DrawingError`."""
    record = from_json(line)
    if not isinstance(record, dict):
        raise DrawingError(
            f"Received a {type(record).__name__}, expected an object with a label and strokes."
        )
    drawing = parse(record) if record.get("strokes") is not None else None
    pixels = _pixels(record.get("pixels"))
    if drawing is None and (pixels is None or not pixels.any()):
        raise DrawingError("There are neither strokes nor ink, expected one of them.")
    entry = Entry("", label(record.get("label")), drawing, pixels, _writer(record.get("writer", "")))
    given = record.get("id")
    is_ours = isinstance(given, str) and ID.fullmatch(given)
    return replace(entry, id=given if is_ours else id_from_content(entry))


def id_from_content(entry: Entry) -> str:
    """An id that the same drawing with the same label always has; it sorts before all that were made here."""
    return f"00000000-000000-000000-{hashlib.sha256(to_line(replace(entry, id=''))).hexdigest()[:24]}"


def read_file(content: bytes, name: str, label: LabelReader = digit) -> list[Entry]:
    """All drawings of a file of lines, at least one, in bounded memory.

    Args:
        name: what the file is called in sentences.
        label: what may stand as one.

    Raises:
        DrawingError: the first thing that is wrong, with the number of its line.
    """
    if content.startswith(b"PK"):
        raise DrawingError(f"{name} is a zip archive, expected .jsonl.gz or .jsonl, as Export gives it.")
    entries, points, name = [], 0, file_name(name)
    for number, line in lines(content, name):
        try:
            entry = from_line(line, label)
        except DrawingError as error:
            raise DrawingError(f"{name}, line {number}: {error}") from error
        entries.append(entry)
        points += sum(map(len, entry.drawing.strokes)) if entry.drawing else 0
        check_bound(name, "drawings", len(entries), MOST_DRAWINGS)
        check_bound(name, "points", points, MOST_POINTS)
    if not entries:
        raise DrawingError(f"{name} holds no drawing, expected a line of JSON for each.")
    return entries


def _writer(value: Any) -> str:
    if not isinstance(value, str) or (value and not WRITER.fullmatch(value)):
        raise DrawingError(f"Writer: received {shown(value)}, expected up to 32 letters and digits.")
    return value


def _pixels(value: Any) -> np.ndarray | None:
    if value is None:
        return None
    rows = value if isinstance(value, list) and len(value) == SIZE else []
    numbers = [number for row in rows if isinstance(row, list) and len(row) == SIZE for number in row]
    if len(numbers) != SIZE * SIZE or not all(type(each) is int and 0 <= each <= 255 for each in numbers):
        raise DrawingError(f"Pixels: expected {SIZE} rows of {SIZE} whole numbers from 0 to 255.")
    return np.array(numbers, np.uint8).reshape(SIZE, SIZE)
