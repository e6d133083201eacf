"""Tables of pixels as CSV: the label first or last, with a header or without."""

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.imports.importing import opened
from lenet.errors import DatasetError
from tests.made_datasets import LABELS, bars, csv_text, folder_of, in_order, stored, stored_labels, zip_of

X = bars()
ROWS = X.reshape(len(X), -1).tolist()
PIXELS = [f"pixel{number}" for number in range(144)]
FIRST = [[label, *row] for label, row in zip(LABELS, ROWS, strict=True)]
LAST = [[*row, label] for label, row in zip(LABELS, ROWS, strict=True)]
NAMED = [[f"class {label}", *row] for label, row in zip(LABELS, ROWS, strict=True)]

TABLES = {
    "Kaggle's": [["label", *PIXELS], *FIRST],
    "label last": [[*PIXELS, "class"], *LAST],
    "no header": FIRST,
    "no header, label last": LAST,
    "numbers for columns": [[str(number) for number in range(145)], *FIRST],
    "with an index": [["", "label", *PIXELS], *([number, *row] for number, row in enumerate(FIRST))],
    "fractions": [["label", *PIXELS], *([row[0], *(f"{each:.1f}" for each in row[1:])] for row in FIRST)],
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_usual_tables(table, delimiter, tmp_path):
    (tmp_path / "a.csv").write_bytes(csv_text(table, delimiter))
    about = datasets.add_own("bars", tmp_path / "a.csv")
    assert np.array_equal(stored("bars"), in_order(X))
    assert about.class_names == ("0", "1", "2")
    assert stored_labels("bars") == list(map(str, in_order(LABELS)))


@pytest.mark.parametrize("table", [NAMED, [["name", *PIXELS], *NAMED]])
def test_labels_that_are_words(table, tmp_path):
    (tmp_path / "a.csv").write_bytes(csv_text(table))
    assert datasets.add_own("bars", tmp_path / "a.csv").class_names == ("class 0", "class 1", "class 2")


def test_two_files_train_and_test(tmp_path):
    files = {"mnist_train.csv": csv_text(FIRST[:40]), "mnist_test.csv": csv_text(FIRST[40:])}
    about = datasets.add_own("bars", zip_of(tmp_path / "a.zip", files))
    assert np.array_equal(stored("bars"), X)
    assert (about.num_train, about.num_test) == (40, 20)


def test_a_test_file_without_labels_is_passed_over_and_said(tmp_path):
    files = {
        "train.csv": csv_text([["label", *PIXELS], *FIRST]),
        "test.csv": csv_text([PIXELS, *ROWS]),
        "sample_submission.csv": csv_text([["ImageId", "Label"], [1, 0]]),
    }
    folder = folder_of(tmp_path / "it", files)
    datasets.add_own("bars", folder)
    assert np.array_equal(stored("bars"), in_order(X))
    with opened(folder) as found:
        words = "\n".join(found.notes())
    assert "Passed over: test.csv has no column of labels" in words and "sample_submission.csv" in words


WRONG = {
    "3 columns": ([["a", "b", "c"], [1, 2, 3]], "received 3 columns, expected one of labels and those of"),
    "no labels": (ROWS, "has no column of labels"),
    "decimal labels": (
        [["label", *PIXELS], *([label / 2, *row] for label, row in zip(LABELS, ROWS, strict=True))],
        "Labels: received 0.5, expected whole numbers",
    ),
    "a cell that is text": ([*FIRST[:9], [0, "grey", *ROWS[0][1:]], *FIRST[9:]], "row 10.*expected a number"),
    "a short row": ([*FIRST[:9], FIRST[0][:-1], *FIRST[10:]], "row 10: received 144 columns, expected 145"),
    "an empty cell": ([*FIRST[:9], [0, "", *ROWS[0][1:]], *FIRST[9:]], "expected a number"),
    "a label without end": ([["9" * 100_000, *ROWS[0]], *FIRST[1:]], "a label of 100,000 characters"),
    "one class": ([[0, *row] for row in ROWS], "Classes: received 1"),
    "no rows": ([["label", *PIXELS]], "has no rows"),
}


@pytest.mark.parametrize("table, words", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_and_nothing_is_stored(table, words, tmp_path, data):
    (tmp_path / "a.csv").write_bytes(csv_text(table))
    with pytest.raises(DatasetError, match=words):
        datasets.add_own("bars", tmp_path / "a.csv")
    assert not list(data.rglob("*.npz"))


def test_text_in_another_encoding_is_no_accident(tmp_path):
    (tmp_path / "a.csv").write_bytes(
        "\n".join(["é," + ",".join(map(str, row)) for row in ROWS]).encode("latin1")
    )
    with pytest.raises(DatasetError, match="UTF-8"):
        datasets.add_own("bars", tmp_path / "a.csv")


def test_what_is_no_table_beside_one_is_passed_over_and_said(tmp_path):
    folder = folder_of(tmp_path / "it", {"train.csv": csv_text(FIRST), "notes.csv": b"a" * 140_000})
    with opened(folder) as found:
        assert "Passed over: notes.csv" in "\n".join(found.notes())
