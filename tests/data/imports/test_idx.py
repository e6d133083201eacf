"""IDX files, gzipped or not, in a folder or a zip; EMNIST's lie on their side."""

import gzip

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.imports.choices import Choices
from lenet.data.imports.importing import opened
from lenet.errors import DatasetError
from tests.made_datasets import LABELS, bars, folder_of, idx, in_order, stored, zip_of

X = bars()


def four(prefix: str = "", end: str = "", packed: bool = False, test: str = "t10k") -> dict[str, bytes]:
    parts = {"train": slice(40), test: slice(40, None)}
    images = {f"{prefix}{part}-images-idx3-ubyte{end}": idx(X[rows], packed) for part, rows in parts.items()}
    return images | {
        f"{prefix}{part}-labels-idx1-ubyte{end}": idx(LABELS[rows], packed) for part, rows in parts.items()
    }


@pytest.mark.parametrize("packed", [False, True])
def test_four_files_in_a_folder(packed, tmp_path):
    about = datasets.add_own("bars", folder_of(tmp_path / "it", four(end=".gz" * packed, packed=packed)))
    assert np.array_equal(stored("bars"), X)
    assert (about.num_train, about.num_test) == (40, 20)


def test_in_a_zip_whose_files_lie_in_a_folder(tmp_path):
    datasets.add_own("bars", zip_of(tmp_path / "a.zip", four("gzip/bars-", ".gz", True, "test")))
    assert np.array_equal(stored("bars"), X)


def test_one_pair_of_files(tmp_path):
    files = {"images.idx": idx(X), "labels.idx": idx(LABELS)}
    datasets.add_own("bars", folder_of(tmp_path / "it", files))
    assert np.array_equal(stored("bars"), in_order(X))


def test_images_of_emnist_are_turned_and_it_is_said(tmp_path):
    lying = {
        name: idx(X.swapaxes(1, 2)[rows], True) if "images" in name else idx(LABELS[rows] + 1, True)
        for name, rows in (
            ("emnist-letters-train-images-idx3-ubyte.gz", slice(40)),
            ("emnist-letters-train-labels-idx1-ubyte.gz", slice(40)),
            ("emnist-letters-test-images-idx3-ubyte.gz", slice(40, None)),
            ("emnist-letters-test-labels-idx1-ubyte.gz", slice(40, None)),
        )
    }
    lying["emnist-letters-mapping.txt"] = b"1 65 97\n2 66 98\n3 67 99\n"
    folder = folder_of(tmp_path / "it", lying)
    assert datasets.add_own("letters", folder).class_names == ("A", "B", "C")
    assert np.array_equal(stored("letters"), X)
    datasets.add_own("kept", folder, choices=Choices(transposed=False))
    assert np.array_equal(stored("kept"), X.swapaxes(1, 2))
    with opened(folder) as found:
        assert "The images lie on their side, as EMNIST's do: turned" in "\n".join(found.notes())


def test_images_that_lie_are_noticed_whoever_made_them(tmp_path):
    folder = folder_of(tmp_path / "it", {"images.idx": idx(X.swapaxes(1, 2)), "labels.idx": idx(LABELS)})
    with opened(folder) as found:
        assert "wider than tall" in "\n".join(found.notes())
    datasets.add_own("kept", folder)
    assert np.array_equal(stored("kept"), in_order(X.swapaxes(1, 2)))
    datasets.add_own("turned", folder, choices=Choices(transposed=True))
    assert np.array_equal(stored("turned"), in_order(X))


WRONG = {
    "images alone": ({"images.idx": idx(X)}, "expected a file of labels beside each file of images"),
    "labels alone": ({"labels.idx": idx(LABELS)}, "expected a file of labels beside each file of images"),
    "more labels": ({"images.idx": idx(X), "labels.idx": idx(LABELS[:50])}, "60 images and 50 labels"),
    "several sets": (
        four("emnist-digits-") | four("emnist-letters-"),
        "2 data sets: emnist-digits, emnist-l",
    ),
    "cut short": ({"images.idx": idx(X)[:-9], "labels.idx": idx(LABELS)}, "ends before the array does"),
    "other numbers": (
        {"images.idx": b"\0\0\x0d" + idx(X)[3:], "labels.idx": idx(LABELS)},
        "expected an IDX file of unsigned bytes",
    ),
}


@pytest.mark.parametrize("files, words", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_and_nothing_is_stored(files, words, tmp_path, data):
    with pytest.raises(DatasetError, match=words):
        datasets.add_own("bars", folder_of(tmp_path / "it", files))
    assert not list(data.rglob("*.npz"))


def test_a_single_file_says_that_it_needs_the_other(tmp_path):
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(X)))
    with pytest.raises(DatasetError, match="Give the folder that both lie in, or a zip of it"):
        datasets.add_own("bars", tmp_path / "train-images-idx3-ubyte.gz")
