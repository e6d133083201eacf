"""The drawings that a class collects: stored, read back, exported and imported."""

import gzip
import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets, drawing_collection
from lenet.data.drawing_collection import Collection, Imported
from lenet.data.published_files import data_folders
from lenet.errors import DatasetError
from tests.conftest import require
from tests.numbered_drawings import drawing, filled, image

RANDOM = np.random.default_rng(11)


@pytest.fixture
def collection(bare_machine: Path) -> Collection:
    """The collection of this machine, empty."""
    return Collection()


def contents(collection: Collection) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in collection.folder.iterdir()}


# Stored and read back


def test_what_is_added_is_there_with_strokes_pixels_and_label(collection: Collection) -> None:
    seen = RANDOM.integers(0, 256, (28, 28), dtype=np.uint8)
    entry_id = collection.add(drawing(), 3, seen)
    (entry,) = Collection().entries()
    assert (entry.id, entry.label) == (entry_id, 3)
    for received, expected in zip(entry.drawing.strokes, drawing().strokes, strict=True):
        np.testing.assert_array_equal(received, expected)
    assert (entry.drawing.canvas, entry.drawing.pen) == (280.0, 20.0)
    np.testing.assert_array_equal(entry.pixels, seen)
    assert list(contents(collection)) == [f"{entry_id}.json"], "one file, and nothing left aside"


def test_any_program_can_read_the_file(collection: Collection) -> None:
    entry_id = collection.add(drawing(), 3, image())
    record = json.loads((collection.folder / f"{entry_id}.json").read_text())
    assert record["label"] == 3 and record["canvas"] == 280 and record["pen"] == 20
    assert record["strokes"] == [stroke.tolist() for stroke in drawing().strokes]
    assert record["pixels"] == image().tolist()


def test_strokes_are_seen_as_they_are_rendered_and_photographs_as_they_are(collection: Collection) -> None:
    photograph = RANDOM.integers(0, 256, (28, 28), dtype=np.uint8)
    collection.add(drawing(), 3, np.zeros((28, 28), np.uint8))
    collection.add(None, 4, photograph)
    first, second = drawing_collection.images(collection.entries())
    np.testing.assert_array_equal(first, image())
    np.testing.assert_array_equal(second, photograph)


def test_no_collection_yet_is_an_empty_one(collection: Collection) -> None:
    assert collection.entries() == collection.problems() == []
    assert drawing_collection.images([]).shape == (0, 28, 28)
    assert not collection.folder.exists(), "reading makes no folder"


@pytest.mark.parametrize("label", [-1, 10, True, 3.0, "3", None])
def test_a_label_that_is_none_is_refused(collection: Collection, label: object) -> None:
    with pytest.raises(DatasetError, match="Label: received .+, expected a whole number from 0 to 9"):
        collection.add(drawing(), label, image())
    assert not collection.folder.exists()


@pytest.mark.parametrize("wrong", [np.ones((28, 28)), np.ones((28, 27), np.uint8)])
def test_an_image_of_another_kind_is_refused(collection: Collection, wrong: np.ndarray) -> None:
    with pytest.raises(DatasetError, match="expected uint8"):
        collection.add(drawing(), 3, wrong)


def test_a_blank_photograph_is_refused(collection: Collection) -> None:
    with pytest.raises(DatasetError, match="neither strokes nor ink"):
        collection.add(None, 3, np.zeros((28, 28), np.uint8))


def test_a_drawing_is_deleted_once_and_for_all_tabs(collection: Collection) -> None:
    first, second = filled(collection, 2)
    collection.remove(first)
    Collection().remove(first)
    assert [entry.id for entry in collection.entries()] == [second]


@pytest.mark.parametrize("entry_id", ["../../etc/passwd", "", "a", "20261120-143005-123456-3f9a2c81.json"])
def test_only_a_drawing_is_deleted(collection: Collection, entry_id: str) -> None:
    filled(collection, 1)
    with pytest.raises(DatasetError, match="expected one of the collection"):
        collection.remove(entry_id)
    assert len(collection.entries()) == 1


def test_tabs_that_add_at_once_lose_nothing(collection: Collection) -> None:
    tabs = [threading.Thread(target=filled, args=(Collection(), 25)) for _ in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(collection.entries()) == 200 and not collection.problems()


@pytest.mark.parametrize(
    "content",
    [b"", b'{"label": 3, "stro', b"[]", b"\xff\xfe", b'{"label": 12, "strokes": [[[0, 0]]]}', b'{"label": 3}',
     b'{"label": 3, "strokes": [[[NaN, 0]]]}', b'{"label": 3, "pixels": [[1]]}', b"[" * 100_000],
)  # fmt: skip
def test_a_damaged_file_is_named_and_the_rest_is_there(collection: Collection, content: bytes) -> None:
    first, second, third = filled(collection, 3)
    (collection.folder / f"{second}.json").write_bytes(content)
    assert [entry.id for entry in collection.entries()] == [first, third]
    (sentence,) = collection.problems()
    assert f"{second}.json is damaged" in sentence and "Restore it, or delete it" in sentence
    assert datasets.problems("my-digits") == [sentence]


def test_a_strangers_file_is_named(collection: Collection) -> None:
    filled(collection, 1)
    (collection.folder / "notes.json").write_text("{}")
    (collection.folder / "large.json").write_bytes(bytes(2_000_001))
    assert len(collection.entries()) == 1
    assert len(collection.problems()) == 2


def test_a_full_disk_stores_nothing_and_says_so(full_disk: Path) -> None:
    collection = Collection(full_disk / "my-digits")
    collection.add(drawing(), 3, image())
    (full_disk / "filler").write_bytes(bytes(64 * 1024 - 12 * 1024))
    before = contents(collection)
    with pytest.raises(DatasetError, match="cannot be written .*so nothing was stored. Free some space"):
        for number in range(100):
            collection.add(drawing(number), 3, image(number))
            before = contents(collection)
    assert contents(collection) == before and not collection.problems()


def test_a_full_disk_imports_all_or_nothing(full_disk: Path, tmp_path: Path) -> None:
    source, collection = Collection(tmp_path / "source"), Collection(full_disk / "my-digits")
    filled(source, 100)
    first = collection.add(drawing(), 3, image())
    with pytest.raises(DatasetError, match="nothing was stored"):
        collection.import_(source.export())
    assert list(contents(collection)) == [f"{first}.json"]


# Export and import


def test_an_export_comes_back_bit_for_bit(collection: Collection, tmp_path: Path) -> None:
    filled(collection, 12)
    collection.add(None, 4, image(99))
    elsewhere = Collection(tmp_path / "elsewhere")
    assert elsewhere.import_(collection.export()) == Imported(13, 0)
    assert contents(elsewhere) == contents(collection)
    assert elsewhere.export() == collection.export()


def test_the_export_has_a_line_for_each_file(collection: Collection) -> None:
    filled(collection, 3)
    lines = gzip.decompress(collection.export()).splitlines(keepends=True)
    assert sorted(lines) == sorted(contents(collection).values())


def test_an_import_adds_what_is_new_and_leaves_what_is_here(collection: Collection, tmp_path: Path) -> None:
    filled(collection, 5)
    export, before = collection.export(), contents(collection)
    assert collection.import_(export) == Imported(0, 5)
    assert contents(collection) == before
    other = Collection(tmp_path / "other")
    other.import_(export)
    other.add(drawing(7), 7, image(7))
    assert collection.import_(other.export()) == Imported(1, 5)
    assert before.items() <= contents(collection).items()


def test_an_id_that_another_drawing_has_does_not_overwrite_it(collection: Collection) -> None:
    (entry_id,) = filled(collection, 1)
    record = json.loads((collection.folder / f"{entry_id}.json").read_text())
    line = json.dumps(record | {"label": 9}).encode()
    before = contents(collection)
    assert collection.import_(line) == Imported(1, 0)
    assert collection.import_(line) == Imported(0, 1)
    assert sorted(entry.label for entry in collection.entries()) == [0, 9]
    assert before.items() <= contents(collection).items()


def test_nor_does_it_overwrite_a_damaged_file(collection: Collection) -> None:
    (entry_id,) = filled(collection, 1)
    path = collection.folder / f"{entry_id}.json"
    export = collection.export()
    path.write_bytes(path.read_bytes()[:-20])
    damaged = path.read_bytes()
    assert collection.import_(export) == Imported(1, 0)
    assert path.read_bytes() == damaged and len(collection.entries()) == 1


def test_the_same_id_twice_in_a_file_is_two_drawings(collection: Collection, tmp_path: Path) -> None:
    source = Collection(tmp_path / "source")
    (entry_id,) = filled(source, 1)
    line = (source.folder / f"{entry_id}.json").read_bytes()
    changed = json.dumps(json.loads(line) | {"label": 9}).encode() + b"\n"
    assert collection.import_(line + changed + line) == Imported(2, 1)


def test_strokes_of_other_programs_are_taken(collection: Collection) -> None:
    line = b'{"label": 8, "strokes": [[[267, 167], [264, 156], [244, 155]], [[239, 157]]]}\n'
    for content in (line, gzip.compress(line), b"\n" + line.strip()):
        collection.import_(content)
    (entry,) = collection.entries()
    assert entry.label == 8 and len(entry.drawing.strokes) == 2 and entry.pixels is None


@pytest.fixture
def pen_strokes() -> Path:
    """The real pen digits; asks for no bare machine, and must come before one."""
    paths = [folder / "pen_strokes.jsonl.gz" for folder in data_folders()]
    found = next((path for path in paths if path.is_file()), None)
    require(found is not None, "no pen_strokes.jsonl.gz in LENET_DATA or a cache")
    return found


def test_real_pen_digits_are_imported(pen_strokes: Path, collection: Collection) -> None:
    assert collection.import_(pen_strokes.read_bytes()) == Imported(7_494, 0)
    records = [json.loads(line) for line in gzip.decompress(pen_strokes.read_bytes()).splitlines()]
    expected = sorted((record["label"], len(record["strokes"])) for record in records)
    assert sorted((entry.label, len(entry.drawing.strokes)) for entry in collection.entries()) == expected


GOOD = b'{"label": 8, "strokes": [[[267, 167], [264, 156]]]}\n'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "holds no drawing, expected a line of JSON for each"),
        (b"\n\n", "holds no drawing"),
        (b"PK\x03\x04 and so on", "is a zip archive, expected .jsonl.gz or .jsonl"),
        (gzip.compress(GOOD)[:-9], "is damaged or cut short after line 1"),
        (b"\x1f\x8b and then nothing", "is damaged"),
        (gzip.compress(GOOD)[:30] + b"\0\0\0\0" + gzip.compress(GOOD)[34:], "is damaged"),
        (b"\x89PNG\r\n\x1a\n", "line 1: Received .*, which is no JSON"),
        (GOOD + b"not JSON\n", "line 2: Received .*, which is no JSON"),
        (GOOD + b"[1, 2]\n", "line 2: Received a list, expected an object with a label and strokes"),
        (GOOD + b'{"strokes": [[[1, 2]]]}\n', "line 2: Label: received none, expected a whole number"),
        (GOOD + b'{"label": 10, "strokes": [[[1, 2]]]}\n', "line 2: Label: received 10, expected"),
        (GOOD + b'{"label": 8, "writer": "<b>", "strokes": [[[1, 2]]]}\n', "line 2: Writer: received '<b>'"),
        (GOOD + b'{"label": 8, "writer": 5, "strokes": [[[1, 2]]]}\n', "line 2: Writer: received 5"),
        (GOOD + b'{"label": "eight", "strokes": [[[1, 2]]]}\n', "line 2: Label: received 'eight', expected"),
        (GOOD + b'{"label": 8}\n', "line 2: There are neither strokes nor ink"),
        (GOOD + b'{"label": 8, "strokes": []}\n', "line 2: .*no strokes"),
        (GOOD + b'{"label": 8, "strokes": [[[NaN, 2]]]}\n', "line 2: .*expected two finite numbers"),
        (GOOD + b'{"label": 8, "pixels": [[300]]}\n', "line 2: Pixels: expected 28 rows of 28"),
        (GOOD + b"[" * 999_999 + b"\n", "line 2: Received .*, which is no JSON"),
        (GOOD + b"1" * 2_000_001, "line 2: more than 2,000,000 bytes"),
        (lambda: gzip.compress(b" " * 300_000_000, 9), "line 1: more than 2,000,000 bytes"),
        (lambda: gzip.compress(b"\n" * 200_000_000, 9), "more than 100,000 lines"),
        (lambda: gzip.compress((b" " * 999_999 + b"\n") * 101, 9), "more than 100,000,000 bytes, unpacked"),
        (GOOD * 10_001, "more than 10,000 drawings"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)  # fmt: skip
def test_a_bad_file_is_a_sentence_and_nothing_is_lost(
    collection: Collection, content: bytes | Callable[[], bytes], words: str
) -> None:
    filled(collection, 2)
    before = contents(collection)
    with pytest.raises(DatasetError, match=words) as error:
        collection.import_(content() if callable(content) else content)
    assert str(error.value).endswith(".") and len(str(error.value)) < 400
    assert contents(collection) == before
