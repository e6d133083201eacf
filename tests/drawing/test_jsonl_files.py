"""Files of strokes: real ones read whole, wrong ones answered with their line, memory bounded."""

import gzip
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from lenet.drawing import jsonl_files, labelled_drawings
from lenet.drawing.rasterization import render
from lenet.errors import DrawingError
from lenet.sentences import is_plain
from tests.fresh_process import peak_megabytes
from tests.made_strokes import SEVEN

GOOD = json.dumps({"label": 7, "strokes": SEVEN})


@pytest.mark.parametrize("packed", [False, True], ids=["jsonl", "jsonl.gz"])
def test_a_file_is_read_from_disk_and_from_memory(tmp_path: Path, packed: bool) -> None:
    lines = [GOOD, "", json.dumps({"strokes": [[[1, 2]]], "canvas": 280, "pen": 14}), json.dumps(SEVEN)]
    data = ("\ufeff" + "\r\n".join(lines)).encode()  # as an editor on Windows may write it
    data = gzip.compress(data) if packed else data
    path = tmp_path / "digits"  # the name says nothing: the first bytes do
    path.write_bytes(data)
    for source in (path, data):
        (first, seven), (second, none), (third, other) = jsonl_files.read(source, "digits")
        assert (seven, none, other) == (7, None, None)
        assert (first.canvas, first.pen, second.canvas, second.pen) == (500, 30, 280, 14)
        assert [stroke.tolist() for stroke in first.strokes] == SEVEN
        assert np.array_equal(*render([first, third]))


def test_the_pen_digits_are_read(pen_strokes: Path) -> None:
    drawings = jsonl_files.read(pen_strokes, pen_strokes.name)
    assert len(drawings) == 7494
    labels = np.bincount([label for _, label in drawings])
    assert len(labels) == 10 and labels.min() > 700 and labels.max() < 800


@pytest.fixture(scope="module")
def pen_strokes() -> Path:
    path = Path(os.environ.get("LENET_DATA") or "") / "pen_strokes.jsonl.gz"
    if not path.is_file():
        pytest.skip("no pen_strokes.jsonl.gz in LENET_DATA")
    return path


ZIPPED = gzip.compress("\n".join([GOOD] * 200).encode())
WRONG_LINES = {
    "NaN": ('{"strokes": [[[NaN, 1]]]}', r"Stroke 1: received the point \[nan, 1\]"),
    "infinity": ('{"strokes": [[[-Infinity, 1]]]}', r"received the point \[-inf, 1\]"),
    "strings": ('{"strokes": [[["1", "2"]]]}', r"received the point \['1', '2'\]"),
    "no strokes": ('{"strokes": []}', "has no strokes"),
    "nothing about strokes": ('{"label": 3}', "received nothing, expected a list"),
    "100,000 points": (json.dumps({"strokes": [[[1, 2]]] * 100_000}), "has 100,000 points, expected at most"),
    "a million points": (json.dumps({"strokes": [[[1, 2]]] * 1_000_000}), "more than 2,000,000 bytes"),
    "label of blanks": ('{"label": " ", "strokes": [[[1, 2]]]}', "Label: received ' ', expected a whole"),
    "label of two digits": ('{"label": 10, "strokes": [[[1, 2]]]}', "Label: received 10,"),
    "label true": ('{"label": true, "strokes": [[[1, 2]]]}', "Label: received True,"),
    "label 3.0": ('{"label": 3.0, "strokes": [[[1, 2]]]}', "Label: received 3.0,"),
    "no JSON": ("seven", "Received 'seven', which is no JSON"),
    "half a line": (GOOD[:30], "which is no JSON"),
    "a number": ("7", "received 7, expected a list"),
    "too deep": ("[" * 200_000, "which is no JSON"),
    "too many digits": ("[[[1" + "0" * 6000 + ", 1]]]", "which is no JSON"),
    "a wide line": ("[" + " " * jsonl_files.MOST_LINE_BYTES, "more than 2,000,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "words"), WRONG_LINES.values(), ids=WRONG_LINES)
def test_a_wrong_line_is_named(line: str, words: str) -> None:
    with pytest.raises(DrawingError, match=words) as caught:
        jsonl_files.read(f"{GOOD}\n\n{line}\n{GOOD}".encode(), "digits.jsonl")
    message = str(caught.value)
    assert message.startswith("digits.jsonl, line 3: ") and message.endswith(".") and len(message) < 300


def test_a_label_is_a_digit_or_the_name_of_a_class() -> None:
    lines = (f'{{"label": {label}, "strokes": [[[1, 2]]]}}' for label in ('"☺"', '" cat "', "3", "null"))
    assert [label for _, label in jsonl_files.read("\n".join(lines).encode(), "a.jsonl")] == [
        "☺", "cat", 3, None
    ]  # fmt: skip


WRONG_FILES = {
    "empty": (b"", "holds no drawings"),
    "blank lines": (b"\n \n\n", "holds no drawings"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "line 1: Received .* which is no JSON"),
    "gzip, cut short": (ZIPPED[:60], "is damaged or cut short after line"),
    "gzip, a byte changed": (ZIPPED[:-6] + b"\0\0" + ZIPPED[-4:], "is damaged or cut short after line"),
    "gzip by its first bytes alone": (b"\x1f\x8bnothing of the kind", "is damaged or cut short"),
}


@pytest.mark.parametrize(("data", "words"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_file_is_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DrawingError, match=f"^digits.jsonl.*{words}"):
        jsonl_files.read(data, "digits.jsonl")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match=r"^a\.jsonl cannot be read \(No such file or directory\)\.$"):
        jsonl_files.read(tmp_path / "a.jsonl", "a.jsonl")
    with pytest.raises(DrawingError, match="^a folder cannot be read"):
        jsonl_files.read(tmp_path, "a folder")


def test_the_bounds_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "\n".join([GOOD] * 20).encode()
    for bound, most in (
        ("MOST_DRAWINGS", 19),
        ("MOST_POINTS", 99),
        ("MOST_BYTES", len(data) - 1),
        ("MOST_LINES", 19),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(jsonl_files, bound, most)
            with pytest.raises(DrawingError, match=rf"^a\.jsonl: more than {most:,} .* Split it"):
                jsonl_files.read(data, "a.jsonl")
            patched.setattr(jsonl_files, bound, most + 1)
            assert len(jsonl_files.read(data, "a.jsonl")) == 20


READ = """
import gzip, io
from lenet.drawing import jsonl_files
from lenet.errors import DrawingError
{made}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    kept = jsonl_files.read(data, "a.jsonl.gz")
except DrawingError as error:
    print(error, file=sys.stderr)
"""


def test_memory_stays_bounded_for_a_gzip_bomb() -> None:
    """1 MB that unpacks to 1 GB without a line break, and 200 kB to 200 million lines."""
    made = """
def bomb(block):
    packed = io.BytesIO()
    with gzip.open(packed, "wb", compresslevel=9) as file:
        for _ in range({blocks}):
            file.write(block)
    return packed.getvalue()
"""
    endless = made.format(blocks=1000) + 'data = bomb(b" " * 1_000_000)'
    assert peak_megabytes(READ.format(made=endless)) < 50
    lines = made.format(blocks=200) + 'data = bomb(b"\\n" * 1_000_000)'
    assert peak_megabytes(READ.format(made=lines)) < 50


def test_memory_stays_bounded_for_the_worst_lines() -> None:
    """As many strokes of one point as may be: nothing takes more memory for a point."""
    made = """
line = b'{"strokes": [' + b",".join([b"[[1,2]]"] * 20_000) + b']}'
data = gzip.compress(b"\\n".join([line] * 100), 1)
"""
    assert peak_megabytes(READ.format(made=made)) < 450


def test_memory_for_many_real_drawings() -> None:
    made = """
import json
chance = np.random.default_rng(0)
line = lambda: json.dumps({"strokes": chance.integers(0, 500, (1, 50, 2)).tolist(), "label": 3})
data = gzip.compress("\\n".join(line() for _ in range(7500)).encode(), 1)
"""
    assert peak_megabytes(READ.format(made=made)) < 50


LINE = b'{"strokes": [[[1, 2], [30, 40]]], "label": 3}'
ZEROS = b"0" * 4_000
MEAN = {
    "empty gzip files": (gzip.compress(b"") * 200_000, "joined of more than 10,000 gzip files"),
    "an endless name": (b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * 50_000_000, "cut short after line 0"),
    "deep": (b'{"strokes": ' + b"[" * 900_000, "which is no JSON"),
    "deep enough for the parser": (b'{"strokes": ' + b"[" * 900 + b"]" * 900 + b"}", "which is no JSON"),
    "half of a character": (b'{"strokes": [[[1, 2]]], "label": "\\ud800"}', "which is no JSON"),
    "a label of 4,000 digits": (b'{"strokes": [[[1, 2]]], "label": 1' + ZEROS + b"}", "some 4,0.. digits"),
    "a place of 4,000 digits": (
        b'{"strokes": [[[1, 1' + ZEROS + b'], [1, 2]]], "label": 1}',
        "two finite numbers",
    ),
    "a long label": (b'{"strokes": [[[1, 2]]], "label": "' + b"x" * 900_000 + b'"}', "Label: received 'xx"),
}


@pytest.mark.parametrize("name", MEAN)
def test_files_that_mean_no_good_are_answered_soon_and_shortly(name: str) -> None:
    data, words = MEAN[name]
    started = time.perf_counter()
    for read in (jsonl_files.read, labelled_drawings.read_file):
        with pytest.raises(DrawingError, match=words) as refused:
            read(data, "n" * 10_000 + "\ud800")
        assert len(str(refused.value)) <= 600 and is_plain(str(refused.value))
    assert time.perf_counter() - started < 6


def test_gzip_files_that_are_joined_are_read_as_one() -> None:
    joined = b"".join(gzip.compress(LINE + b"\n") for _ in range(50)) + bytes(100)
    assert len(jsonl_files.read(joined, "a.jsonl.gz")) == 50


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")
    with pytest.raises(DrawingError, match="it is no file"):
        jsonl_files.read(tmp_path / "a.jsonl", "a.jsonl")
