"""Arrays in `.npz` and `.mat` files: the usual names, shapes and labels all lead to the same images."""

from pathlib import Path

import numpy as np
import pytest
from scipy import io as matlab

from lenet.data import datasets
from lenet.data.imports.choices import Choices
from lenet.data.imports.importing import opened
from lenet.errors import DatasetError
from tests.made_datasets import LABELS, bars, in_order, npz, stored, stored_labels

X = bars()


def notes(path: Path) -> str:
    with opened(path) as found:
        return "\n".join(found.notes())


NAMES = [
    ("x_train", "y_train"), ("X", "y"), ("images", "labels"), ("train_images", "train_labels"),
    ("X_train", "Y_train"), ("data", "target"), ("trainX", "trainY"), ("features", "classes"),
]  # fmt: skip


@pytest.mark.parametrize("names", NAMES, ids="-".join)
def test_the_usual_names(names, tmp_path):
    datasets.add_own("bars", npz(tmp_path / "a.npz", **dict(zip(names, (X, LABELS), strict=True))))
    assert np.array_equal(stored("bars"), in_order(X))


def test_arrays_without_names_are_told_apart_by_their_shapes(tmp_path):
    np.savez(tmp_path / "a.npz", LABELS, X)
    datasets.add_own("bars", tmp_path / "a.npz")
    assert np.array_equal(stored("bars"), in_order(X))


SHAPES = {
    "rows": X.reshape(len(X), -1),
    "channels first": X[:, np.newaxis],
    "channel last": X[..., np.newaxis],
    "images last": np.moveaxis(X, 0, -1),
}


@pytest.mark.parametrize("images", SHAPES.values(), ids=SHAPES.keys())
def test_the_usual_shapes(images, tmp_path):
    datasets.add_own("bars", npz(tmp_path / "a.npz", x=images, y=LABELS))
    assert np.array_equal(stored("bars"), in_order(X))


def test_three_planes_first_become_three_channels(tmp_path):
    planes = np.random.default_rng(0).integers(0, 256, (20, 3, 8, 8), dtype=np.uint8)
    path = npz(tmp_path / "a.npz", x_train=planes, y_train=LABELS[:20], x_test=planes, y_test=LABELS[:20])
    datasets.add_own("colours", path)
    assert np.array_equal(datasets.load("colours").x_test, np.moveaxis(planes, 1, -1))


def test_validation_images_are_never_dropped(tmp_path):
    parts = {"x_train": X[:30], "y_train": LABELS[:30], "x_val": X[30:45], "y_val": LABELS[30:45]}
    with_test = parts | {"x_test": X[45:], "y_test": LABELS[45:]}
    datasets.add_own("joined", npz(tmp_path / "joined.npz", **with_test))
    assert np.array_equal(stored("joined"), X)
    assert datasets.info("joined").num_train == 45
    assert "15 validation images: joined to the training images" in notes(tmp_path / "joined.npz")
    datasets.add_own("tested", npz(tmp_path / "tested.npz", **parts))
    assert (datasets.info("tested").num_train, datasets.info("tested").num_test) == (30, 15)
    assert "15 validation images: they test" in notes(tmp_path / "tested.npz")


def test_what_is_not_used_is_said(tmp_path):
    assert "Passed over: weights" in notes(npz(tmp_path / "a.npz", x=X, y=LABELS, weights=np.ones(3)))


LETTERS = np.array(["ant", "bee", "cat"])
LABEL_FORMS = {
    "text": (LETTERS[LABELS], ("ant", "bee", "cat")),
    "bytes": (LETTERS[LABELS].astype("S"), ("ant", "bee", "cat")),
    "from 1": (LABELS + 1, ("1", "2", "3")),
    "with gaps": (LABELS * 5, ("0", "5", "10")),
    "floats that are whole": (LABELS.astype(float), ("0", "1", "2")),
    "one-hot": (np.eye(3)[LABELS], ("0", "1", "2")),
    "one-hot booleans": (np.eye(3, dtype=bool)[LABELS], ("0", "1", "2")),
    "a column": (LABELS[:, np.newaxis], ("0", "1", "2")),
    "signs": (np.where(LABELS == 1, 1, -1), ("-1", "1")),
}


@pytest.mark.parametrize("labels, names", LABEL_FORMS.values(), ids=LABEL_FORMS.keys())
def test_the_usual_labels(labels, names, tmp_path):
    assert datasets.add_own("bars", npz(tmp_path / "a.npz", x=X, y=labels)).class_names == names
    numbers = labels.argmax(axis=1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.ravel()
    values = np.unique(numbers)
    expected = [names[np.flatnonzero(values == each)[0]] for each in in_order(numbers)]
    assert stored_labels("bars") == expected


def test_labels_from_1_with_their_names(tmp_path):
    path = npz(tmp_path / "a.npz", x=X, y=LABELS + 1, class_names=LETTERS)
    assert datasets.add_own("bars", path).class_names == ("ant", "bee", "cat")
    assert stored_labels("bars") == list(in_order(LETTERS[LABELS]))
    assert "Labels 1 to 3 are classes 0 to 2" in notes(path)


def test_labels_from_1_with_a_name_for_0_as_well(tmp_path):
    names = np.array(["N/A", *LETTERS])
    path = npz(tmp_path / "a.npz", x=X, y=LABELS + 1, label_names=names)
    assert datasets.add_own("bars", path).class_names == ("ant", "bee", "cat")
    assert "No image is of N/A" in notes(path)


RANGES = {
    "floats to 1": X / 255,
    "one value a little above 1": np.where(X == 255, 1.0000001 * 255, X) / 255,
    "a cubic resize": np.where(X == 0, -8.0, X) / 255,
    "negative and positive": X / 127.5 - 1,
    "16 bits": X.astype(np.uint16) * 257,
    "signed": (X.astype(int) - 128).astype(np.int8),
    "floats to 255 with overshoot": np.where(X == 0, -3.5, X.astype(float)),
}


@pytest.mark.parametrize("images", RANGES.values(), ids=RANGES.keys())
def test_every_range_gives_the_same_pixels(images, tmp_path):
    datasets.add_own("bars", npz(tmp_path / "a.npz", x=images, y=LABELS))
    assert np.array_equal(stored("bars"), in_order(X))


@pytest.mark.parametrize("top", [1, 15, 16, 100, 1023, 4095])
@pytest.mark.parametrize("dtype", [np.int32, np.float64])
def test_whole_numbers_are_of_what_they_reach(top, dtype, tmp_path):
    levels = np.rint(X / 255 * top).astype(dtype)
    path = npz(tmp_path / "a.npz", x=levels, y=LABELS)
    datasets.add_own("bars", path)
    assert np.array_equal(stored("bars"), in_order(np.rint(levels * 255 / top).astype(np.uint8)))
    assert f"taken for 0 (black) to {top} (white)" in notes(path)


def test_fractions_are_rounded_not_cut(tmp_path):
    images = X.astype(float)
    images[5, 5, 5] = 99.7
    datasets.add_own("bars", npz(tmp_path / "a.npz", x=images, y=LABELS))
    assert (stored("bars") == 100).any()


def mat(path: Path, arrays: dict[str, object]) -> Path:
    matlab.savemat(path, arrays, do_compression=True)
    return path


def test_matlab_as_emnist_has_it(tmp_path):
    lying = X.swapaxes(1, 2).reshape(len(X), -1)  # column by column
    parts = {"images": lying[:40], "labels": LABELS[:40, None] + 1}
    tests = {"images": lying[40:], "labels": LABELS[40:, None] + 1}
    mapping = np.array([[1, 65, 97], [2, 66, 98], [3, 67, 99]])
    path = mat(tmp_path / "emnist-letters.mat",
               {"dataset": {"train": parts, "test": tests, "mapping": mapping}})  # fmt: skip
    about = datasets.add_own("letters", path)
    assert about.class_names == ("A", "B", "C") and (about.num_train, about.num_test) == (40, 20)
    assert np.array_equal(stored("letters"), X)
    assert "lie on their side" in notes(path)


def test_matlab_with_plain_names(tmp_path):
    datasets.add_own("bars", mat(tmp_path / "a.mat", {"X": np.moveaxis(X, 0, -1), "y": LABELS[:, None] + 1}))
    assert np.array_equal(stored("bars"), in_order(X))


def test_a_matlab_file_of_version_7_3_says_how_to_save_it(tmp_path):
    (tmp_path / "a.mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(512) + b"\x89HDF\r\n\x1a\n")
    with pytest.raises(DatasetError, match="MATLAB 7.3, expected version 5 to 7.2. Save it with -v7"):
        datasets.add_own("bars", tmp_path / "a.mat")


def test_a_matlab_file_that_unpacks_without_end_is_refused(tmp_path):
    path = mat(tmp_path / "a.mat", {"x": np.zeros((1000, 260, 1000), np.uint8), "y": LABELS})
    assert path.stat().st_size < 1_000_000
    with pytest.raises(DatasetError, match="unpacks to more than"):
        datasets.add_own("bars", path)


def test_whole_numbers_a_little_beyond_black_are_no_bytes_with_a_sign(tmp_path):
    images = np.clip(X.astype(np.int16) * 108 // 255 - 8, -8, 100)
    assert "taken for 0 (black) to 100 (white)" in notes(npz(tmp_path / "a.npz", X=images, y=LABELS))


def test_a_range_the_other_way_round_inverts_once(tmp_path):
    path = npz(tmp_path / "a.npz", X=255 - X, y=LABELS)
    with opened(path) as found:
        reversed_range = Choices(range=(255.0, 0.0))
        assert found.preview(reversed_range).min(axis=(1, 2, 3)).max() < 20
        assert np.array_equal(found.preview(reversed_range), found.preview())
        assert "Black and white change places by the range." in "\n".join(found.notes(reversed_range))
