"""Files that are whole or not there, also where the disk is full."""

import errno
import json
import os
import threading
import time
import tracemalloc
from pathlib import Path

import pytest

from lenet.files import (
    MOST_DEPTH,
    MOST_JSON_BYTES,
    opened,
    parse_json,
    read_bytes,
    read_json,
    write_atomically,
    write_json,
    written_aside,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_json_there_and_back(tmp_path: Path) -> None:
    value = {"name": "é\n「”", "numbers": [1, 2.5, -1e-300], "nothing": None}
    write_json(tmp_path / "status.json", value)
    assert read_json(tmp_path / "status.json") == value
    assert names(tmp_path) == ["status.json"]


def test_a_new_file_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"old and longer")
    write_atomically(path, lambda file: file.write(b"new"))
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["weights"]


def test_until_it_is_whole_a_reader_finds_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"old")
    with written_aside(path) as aside:
        aside.write_bytes(b"half")
        assert path.read_bytes() == b"old"
        assert aside.parent == tmp_path  # the same disk, so that renaming it is one step
    assert path.read_bytes() == b"half"


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"old")

    def fail(file) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, fail)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["weights"]


def test_a_value_that_json_has_not_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    write_json(path, {"loss": 1.0})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"loss": float("nan")})
    assert read_json(path) == {"loss": 1.0}
    assert names(tmp_path) == ["status.json"]


def test_a_full_disk_leaves_the_old_file_and_no_other(full_disk: Path) -> None:
    path = full_disk / "status.json"
    write_json(path, {"text": "old"})
    with pytest.raises(OSError) as caught:
        write_json(path, {"text": "x" * 200_000})
    assert caught.value.errno == errno.ENOSPC
    assert read_json(path) == {"text": "old"}
    assert names(full_disk) == ["status.json"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_json(tmp_path / "gone" / "status.json", {})


def test_two_writers_and_a_reader_at_once(tmp_path: Path) -> None:
    """Each writer fills the file with one letter: what is read is never a mixture, a part, or nothing."""
    path = tmp_path / "status.json"
    write_json(path, {"text": "a" * 5000})

    def keep_writing(letter: str) -> None:
        for _ in range(100):
            write_json(path, {"text": letter * 5000})

    writers = [threading.Thread(target=keep_writing, args=(letter,)) for letter in "abcd"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        text = read_json(path)["text"]
        assert len(text) == 5000 and len(set(text)) == 1
    for writer in writers:
        writer.join()
    assert names(tmp_path) == ["status.json"]


@pytest.mark.parametrize("content", [b"", b'{"state": "runn', b"\xff\xfe\x00", b"\0" * 100, b"NaN,"])
def test_a_damaged_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "status.json").write_bytes(content)
    with pytest.raises(ValueError):
        read_json(tmp_path / "status.json")


@pytest.mark.parametrize("value", [[1, 2], "text", 3, None])
def test_something_else_than_an_object(tmp_path: Path, value: object) -> None:
    (tmp_path / "status.json").write_text(json.dumps(value))
    with pytest.raises(ValueError, match=f"expected an object, received {type(value).__name__}"):
        read_json(tmp_path / "status.json")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "status.json")


def nested(depth: int, inside: bytes = b"") -> bytes:
    return b"[" * depth + inside + b"]" * depth


def test_json_that_is_nested_as_deep_as_it_may_be() -> None:
    assert parse_json(nested(MOST_DEPTH)) == json.loads(nested(MOST_DEPTH))
    text = json.dumps("[{" * 200 + '"\\ ]')
    assert parse_json(f"[{text}]".encode()) == [json.loads(text)]
    many = b"[" + b",".join([b"[1,2]"] * 10_000) + b"]"
    assert parse_json(many) == [[1, 2]] * 10_000


@pytest.mark.parametrize(
    "data",
    [
        nested(MOST_DEPTH + 1),
        nested(900),
        nested(400_000),
        b"[" * 900_000,
        b'{"a":' * 100_000,
        b"[]" * 60 + b"[" * 65,
        b"[[]," * 100 + b"]" * 100,
        nested(400_000, b"[][][]"),
    ],
    ids=range(8),
)
def test_json_that_is_nested_deeper_is_refused_at_once(data: bytes) -> None:
    started = time.perf_counter()
    tracemalloc.start()
    with pytest.raises(ValueError, match=f"nested more than {MOST_DEPTH} levels deep"):
        parse_json(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000 and time.perf_counter() - started < 3


@pytest.mark.parametrize("data", [b'"\\ud800"', b'{"\\udfff": 1}', b'[{"a": ["x", "\\ud83d \\ude00"]}]'])
def test_halves_of_characters_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="half of a character"):
        parse_json(data)


def test_whole_characters_are_read() -> None:
    assert parse_json(b'"\\ud83d\\ude00 \\u00e9"') == "😀 é"
    assert parse_json("﻿{}".encode()) == {}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", "[1]".encode("utf-16"), b"]" * 99_999, b'"' + b"\\" * 99_999, b"-" * 9_000, b"1" * 9_000,
     b"[" * 60],
    ids=range(8),
)  # fmt: skip
def test_what_is_no_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(data)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    with open(path, "wb") as file:
        file.truncate(5_000_000_000)  # sparse: it takes no room
    tracemalloc.start()
    with pytest.raises(ValueError, match=f"it has 5,000,000,000 bytes, expected at most {MOST_JSON_BYTES:,}"):
        read_json(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    path.write_bytes(b"x" * 10)
    assert read_bytes(path, 10) == b"x" * 10
    with pytest.raises(ValueError, match="expected at most 9"):
        read_bytes(path, 9)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ValueError, match="it is no file"), opened(tmp_path / "pipe", 10):
        pass
    for name in ("loop", "folder"):
        with pytest.raises(OSError), opened(tmp_path / name, 10):
            pass
