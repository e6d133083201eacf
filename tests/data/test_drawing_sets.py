"""Sets of drawings with classes of one's own: made, named, drawn into, exported, deleted; data sets."""

import gzip
import io
import json
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets, drawing_sets, drawn_data
from lenet.data.drawing_collection import Collection, File, listing_of
from lenet.data.drawing_sets import MAX_CLASSES, DrawingSet, names_in, wanted
from lenet.engine.leftovers import sweep
from lenet.errors import DatasetError
from tests.numbered_drawings import drawing, image

NAMES = ("A", "☺", "cat")


@pytest.fixture
def made(bare_machine: Path) -> DrawingSet:
    """A set of three classes without drawings."""
    symbols = datasets.new_drawing_set("Our symbols")
    symbols.add_classes(NAMES)
    return symbols


def filled(symbols: DrawingSet, count: int, first: int = 0) -> None:
    """So many more drawings of each class, always the same ones."""
    lines = []
    for number in range(first, first + count):
        for place, name in enumerate(symbols.classes()):
            strokes = [stroke.tolist() for stroke in drawing(1000 * place + number).strokes]
            lines.append(json.dumps({"label": name, "strokes": strokes, "canvas": 280, "pen": 20}))
    symbols.import_("\n".join(lines).encode())


# Sets


def test_a_set_has_a_name_for_links_and_a_title_for_people(bare_machine: Path) -> None:
    first = datasets.new_drawing_set("  Our   symbols ☺ ")
    assert (first.name, first.title) == ("our-symbols", "Our symbols ☺")
    assert datasets.new_drawing_set("☺").name == "symbols"
    assert datasets.new_drawing_set("♥").name == "symbols-2"
    assert datasets.new_drawing_set("MNIST").name == "mnist-2", "another data set has that name"
    assert datasets.new_drawing_set("con").name == "con-symbols", "Windows has that name"
    assert [each.title for each in drawing_sets.drawing_sets().values()] == [
        "con",
        "MNIST",
        "Our symbols ☺",
        "☺",
        "♥",
    ]


@pytest.mark.parametrize("title", ["", "  ", "x" * 41, "a\u202eb", "our SYMBOLS"])
def test_a_title_that_is_none_or_taken_is_answered_by_a_sentence(made: DrawingSet, title: str) -> None:
    with pytest.raises(DatasetError, match=r"^Name: .*\. Choose|^Name: received .*\. Type another name\.$"):
        datasets.new_drawing_set(title)
    assert list(drawing_sets.drawing_sets()) == ["our-symbols"]


def test_a_set_is_renamed_and_its_name_stays(made: DrawingSet) -> None:
    made.rename("Signs of 7b")
    assert (made.name, made.title) == ("our-symbols", "Signs of 7b")
    assert datasets.info("our-symbols").title == "Signs of 7b, drawn here"
    datasets.new_drawing_set("Others")
    with pytest.raises(DatasetError, match="is the name of another set"):
        made.rename("others")
    made.rename("SIGNS of 7b")


def test_no_upload_takes_the_name_of_a_set(made: DrawingSet) -> None:
    with pytest.raises(DatasetError, match="'Our-Symbols' is that of a set of drawings"):
        datasets.check_new("Our-Symbols")


def test_what_is_added_to_a_deleted_set_is_refused(made: DrawingSet) -> None:
    filled(made, 1)
    DrawingSet(made.root).delete()
    made.delete()
    for add in (
        lambda: made.add(drawing(), "A", image()),
        lambda: made.add_classes(["B"]),
        lambda: made.rename("B"),
    ):
        with pytest.raises(DatasetError, match="'our-symbols' is not here any more"):
            add()
    assert drawing_sets.drawing_sets() == {} and not made.root.exists()


def test_what_a_killed_process_left_of_a_deleted_set_is_swept(made: DrawingSet) -> None:
    doomed = made.root.with_name(".our-symbols.1234abcd.deleted")
    made.root.rename(doomed)
    sweep()
    assert not doomed.exists()


# Classes


def test_classes_are_in_the_order_of_adding_and_have_no_drawings_yet(made: DrawingSet) -> None:
    assert made.add_classes([" tree "]) == ["tree"]
    assert list(made.counts().items()) == [("A", 0), ("☺", 0), ("cat", 0), ("tree", 0)]


@pytest.mark.parametrize("names", [["B", "cat"], ["B", "☺\ufe0f"], ["B", "B"], ["B", ""], ["B", "x" * 21]])
def test_all_names_are_added_or_none(made: DrawingSet, names: list[str]) -> None:
    with pytest.raises(DatasetError, match="^Class: .* Type another name.$"):
        made.add_classes(names)
    assert made.classes() == NAMES


def test_there_are_62_classes_at_most(made: DrawingSet) -> None:
    made.add_classes([f"class {number}" for number in range(MAX_CLASSES - len(NAMES))])
    with pytest.raises(DatasetError, match="Classes: received 63, expected at most 62"):
        made.add_classes(["one more"])
    assert len(made.classes()) == MAX_CLASSES


def test_a_class_goes_with_its_drawings(made: DrawingSet) -> None:
    filled(made, 2)
    made.remove_class("☺")
    assert made.counts() == {"A": 2, "cat": 2}
    made.remove_class("☺")


def test_a_class_is_renamed_in_its_place_or_joins_another(made: DrawingSet) -> None:
    filled(made, 2)
    made.rename_class("☺", " smile ")
    assert made.counts() == {"A": 2, "smile": 2, "cat": 2}
    made.rename_class("cat", "smile")
    assert made.counts() == {"A": 2, "smile": 4} and not made.problems()
    with pytest.raises(DatasetError, match="^The class 'cat' is not here any more"):
        made.rename_class("cat", "dog")
    with pytest.raises(DatasetError, match="^Class: received '', expected 1 to 20 characters"):
        made.rename_class("A", "")


def test_a_sign_is_renamed_to_one_that_looks_alike(made: DrawingSet) -> None:
    filled(made, 1)
    made.rename_class("☺", "☺\ufe0f")
    assert made.counts() == {"A": 1, "☺\ufe0f": 1, "cat": 1}


def test_a_class_that_is_renamed_on_a_full_disk_loses_no_drawing(
    made: DrawingSet, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENET_DATA", str(full_disk))
    small = datasets.new_drawing_set("On a small disk")
    small.add_classes(NAMES)
    filled(small, 2)
    filler = full_disk / "filler"
    with suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(4096))
            file.flush()
    with pytest.raises(DatasetError, match="cannot be written .*No space left"):
        small.rename_class("cat", "tiger")
    assert sum(small.counts().values()) == 6 and not small.problems()
    filler.unlink()
    small.rename_class("cat", "tiger")
    assert small.counts() == {"A": 2, "☺": 2, "tiger": 2}


def test_what_is_typed_is_one_name_or_several() -> None:
    assert names_in("cat") == ["cat"] and names_in("A, ☺,cat,") == ["A", " ☺", "cat"]
    assert names_in(",") == [","] and names_in("") == [""]


def test_classes_and_drawings_that_many_add_at_once_are_all_there(made: DrawingSet) -> None:
    def tab(number: int) -> None:
        own = DrawingSet(made.root)
        own.add_classes([f"class {number}"])
        for each in range(5):
            own.add(drawing(100 * number + each), f"class {number}", image(each))

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(8)]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    assert made.counts() == dict.fromkeys(NAMES, 0) | {f"class {number}": 5 for number in range(8)}
    assert not made.problems()


def test_a_damaged_file_of_a_class_leaves_the_rest(made: DrawingSet) -> None:
    (made.root / "classes" / "damaged.json").write_text("{")
    (made.root / "set.json").write_text("[]")
    assert made.classes() == NAMES and made.title == made.name


# Drawings


def test_a_class_that_was_removed_does_not_come_back_with_a_drawing(made: DrawingSet) -> None:
    other_tab = DrawingSet(made.root)
    made.remove_class("cat")
    with pytest.raises(DatasetError, match="^The class 'cat' is not here any more. Choose another one.$"):
        other_tab.add(drawing(), "cat", image())
    assert made.classes() == ("A", "☺") and not made.entries()


# Files


def line(label: str, number: int = 0) -> bytes:
    """A drawing of that class, as a line of a file."""
    strokes = [stroke.tolist() for stroke in drawing(number).strokes]
    return json.dumps({"label": label, "strokes": strokes}).encode() + b"\n"


def test_an_import_brings_no_class_that_looks_like_another(made: DrawingSet) -> None:
    assert made.import_(line("☺\ufe0f") + line("♥\ufe0f", 1) + line("♥", 2)).added == 3
    assert made.counts() == {"A": 0, "☺": 1, "cat": 0, "♥\ufe0f": 2}
    assert made.import_(line("☺\ufe0f")).known == 1
    made.remove_class("☺")
    assert made.classes() == ("A", "cat", "♥\ufe0f")


def test_an_import_brings_no_more_classes_than_there_may_be(made: DrawingSet) -> None:
    many = b"".join(line(f"class {number}", number) for number in range(MAX_CLASSES))
    with pytest.raises(DatasetError, match="^Classes: with those of the file they are 65, expected"):
        made.import_(many)
    assert made.classes() == NAMES and not made.entries()


def test_an_export_brings_its_classes_along(made: DrawingSet) -> None:
    filled(made, 2)
    other = datasets.new_drawing_set("Another")
    assert other.import_(made.export()).added == 6
    assert other.counts() == {"A": 2, "☺": 2, "cat": 2} and other.export() == made.export()
    assert json.loads(gzip.decompress(made.export()).splitlines()[0])["label"] in NAMES


def test_digits_become_classes_and_words_no_digits(made: DrawingSet) -> None:
    digits = Collection()
    digits.add(drawing(), 3, image())
    assert made.import_(digits.export()).added == 1 and made.counts()["3"] == 1
    with pytest.raises(DatasetError, match="Label: received '.*', expected a whole number from 0 to 9"):
        digits.import_(made.export() + DrawingSet(made.root).export())
    assert len(digits.entries()) == 1


def test_the_npz_has_all_that_the_data_set_has(made: DrawingSet) -> None:
    with pytest.raises(DatasetError, match="expected at least 5 drawings"):
        drawn_data.npz(made)
    filled(made, 8)
    data, stored = datasets.load("our-symbols"), np.load(io.BytesIO(drawn_data.npz(made)))
    assert stored["class_names"].tolist() == list(NAMES)
    for key in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(stored[key], getattr(data, key))
    assert datasets.add_own("copy", drawn_data.npz(made)).class_names == NAMES


# As a data set


def test_it_says_what_is_still_wanted(made: DrawingSet) -> None:
    empty = datasets.new_drawing_set("Empty")
    assert empty.lack().startswith("Empty: 0 classes so far, expected 2 to 62.")
    filled(made, 4)
    made.add(drawing(99), "A", image(99))
    assert "expected at least 5 drawings of each class, received fewer of ☺ (4), cat (4)." in made.lack()
    assert wanted(made.counts()) == [("A", 5), ("☺", 6), ("cat", 6)]
    assert not datasets.available("our-symbols") and made.lack() == datasets.where_to_put("our-symbols")
    filled(made, 2, first=4)
    assert made.lack() == "" and datasets.available("our-symbols")


def test_each_drawing_has_the_place_of_its_class(made: DrawingSet) -> None:
    filled(made, 10)
    data, about = datasets.load("our-symbols"), datasets.info("our-symbols")
    assert about.class_names == NAMES and datasets.all_datasets()["our-symbols"] == data.info == about
    assert np.bincount(np.concatenate([data.y_train, data.y_test])).tolist() == [10, 10, 10]
    expected = {image(1000 * place + number).tobytes(): place for place in range(3) for number in range(10)}
    pictures, labels = (
        np.concatenate([data.x_train, data.x_test]),
        np.concatenate([data.y_train, data.y_test]),
    )
    assert {each.tobytes(): int(label) for each, label in zip(pictures, labels, strict=True)} == expected


def test_each_class_tests_and_trains_and_keeps_its_part_as_the_set_grows(made: DrawingSet) -> None:
    made.add_classes(f"class {number}" for number in range(20))
    trained: set[bytes] = set()
    for count in range(5, 9):
        filled(made, 1 if trained else 5, first=count - 1 if trained else 0)
        if made.lack():
            continue  # all of one class test
        data, about = datasets.load("our-symbols"), datasets.info("our-symbols")
        assert set(data.y_test) == set(data.y_train) == set(range(23))
        assert (about.num_train, about.num_test) == (len(data.y_train), len(data.y_test))
        assert not trained & {each.tobytes() for each in data.x_test}
        trained = {each.tobytes() for each in data.x_train}
    assert trained


def test_a_class_that_is_removed_while_the_set_is_read_leaves_a_data_set(
    made: DrawingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(made, 6)
    assert len(made.entries()) == 18, "read once: they are in memory"

    def and_then_another_tab_removes_one(folder: Path) -> tuple[File, ...]:
        files = listing_of(folder)
        DrawingSet(made.root).remove_class("cat")
        return files

    with monkeypatch.context() as patched:
        patched.setattr(drawn_data, "listing_of", and_then_another_tab_removes_one)
        assert drawn_data.read(made).class_names == NAMES
    assert made.classes() == ("A", "☺") and drawn_data.read(made).class_names == ("A", "☺")


def test_a_run_keeps_drawings_and_classes_whatever_becomes_of_the_set(
    made: DrawingSet, tmp_path: Path
) -> None:
    filled(made, 10)
    before = datasets.load_for(tmp_path, "our-symbols")
    made.remove_class("A")
    made.add_classes(["tree"])
    assert datasets.info("our-symbols").class_names == ("☺", "cat", "tree")
    made.delete()
    with pytest.raises(DatasetError, match="received 'our-symbols'"):
        datasets.info("our-symbols")
    kept = datasets.load_for(tmp_path, "our-symbols")
    assert kept.class_names == datasets.info("our-symbols", tmp_path).class_names == NAMES
    np.testing.assert_array_equal(kept.x_train, before.x_train)
    assert datasets.state("our-symbols", tmp_path)
    image, label = datasets.sample("our-symbols", 1, "test", tmp_path)
    np.testing.assert_array_equal(image, before.x_test[1])
    assert label == before.y_test[1] and not datasets.available("our-symbols")
    assert datasets.available("our-symbols", tmp_path)
    np.testing.assert_array_equal(datasets.labels("our-symbols", "train", tmp_path), before.y_train)


def test_who_looks_at_the_data_of_a_run_that_has_not_begun_writes_nothing(
    made: DrawingSet, tmp_path: Path
) -> None:
    filled(made, 10)
    _, label = datasets.sample("our-symbols", 0, "test", tmp_path)
    assert label == datasets.labels("our-symbols", "test")[0] and not list(tmp_path.glob("*.npz"))


@pytest.mark.parametrize("damaged", [b"half", b""], ids=["cut short", "one label"])
def test_damaged_data_of_a_run_are_answered_by_a_sentence(
    damaged: bytes, made: DrawingSet, tmp_path: Path
) -> None:
    filled(made, 10)
    datasets.load_for(tmp_path, "our-symbols")
    single = io.BytesIO()
    np.savez(single, y_train=np.int64(3), y_test=np.int64(3))
    (tmp_path / drawn_data.KEPT).write_bytes(damaged or single.getvalue())
    for look in (datasets.sample, datasets.labels):
        with pytest.raises(DatasetError, match="data.npz is damaged"):
            look("our-symbols", *((0,) if look is datasets.sample else ()), part="test", run=tmp_path)
