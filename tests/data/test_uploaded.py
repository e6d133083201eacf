"""Uploads: what is accepted is stored as it was meant, and what is wrong is said in one sentence."""

import io
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets, statistics
from lenet.errors import DatasetError

RANDOM = np.random.default_rng(7)
X = RANDOM.integers(0, 256, (50, 8, 6), dtype=np.uint8)
Y = np.arange(50) % 3


def npz(**arrays: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


@pytest.fixture(autouse=True)
def data(bare_machine: Path) -> Path:
    return bare_machine


def test_x_and_y_are_split_by_a_seeded_shuffle_whose_last_fifth_is_the_test_part():
    about = datasets.add_own("leaves", npz(x=X, y=Y))
    leaves = datasets.load("leaves")
    order = np.random.default_rng(0).permutation(50)
    assert np.array_equal(leaves.x_train[..., 0], X[order[:40]])
    assert np.array_equal(leaves.x_test[..., 0], X[order[40:]])
    assert leaves.y_test.tolist() == Y[order[40:]].tolist()
    assert (about.image_shape, about.num_train, about.num_test) == ((8, 6, 1), 40, 10)
    assert (about.num_classes, about.class_names) == (3, ("0", "1", "2"))


def test_a_test_part_of_ones_own_is_kept_as_it_is():
    datasets.add_own("leaves", npz(x_train=X[:30], y_train=Y[:30], x_test=X[30:], y_test=Y[30:]))
    leaves = datasets.load("leaves")
    assert np.array_equal(leaves.x_train[..., 0], X[:30])
    assert np.array_equal(leaves.x_test[..., 0], X[30:])
    assert leaves.y_test.dtype == np.int32


def test_an_upload_is_in_every_list_and_can_be_sampled():
    datasets.add_own("leaves", npz(x=X, y=Y))
    assert datasets.all_datasets()["leaves"] == datasets.info("leaves")
    assert datasets.available("leaves")
    image, label = datasets.sample("leaves", 3)
    assert np.array_equal(image, datasets.load("leaves").x_test[3])
    assert label == datasets.load("leaves").y_test[3]
    pixels = datasets.load("leaves").x_train / 255
    assert statistics.mean_and_std("leaves") == pytest.approx((pixels.mean(), pixels.std()))


@pytest.mark.parametrize(
    "images",
    [
        X[..., np.newaxis],
        X / 255,
        (X / 255).astype(np.float32),
        X.astype(np.float64),
        X.astype(np.int64),
        X.astype(">f4"),
        np.asfortranarray(X),
    ],
    ids=["channel", "0–1", "float32", "0–255", "int64", "big-endian", "Fortran order"],
)
def test_every_accepted_form_of_images_gives_the_same_pixels(images):
    datasets.add_own("leaves", npz(x_train=images, y_train=Y, x_test=images, y_test=Y))
    stored = datasets.load("leaves").x_train
    assert stored.dtype == np.uint8
    assert np.array_equal(stored[..., 0], X)


def test_booleans_become_black_and_white():
    datasets.add_own("leaves", npz(x_train=X > 99, y_train=Y, x_test=X > 99, y_test=Y))
    assert np.array_equal(datasets.load("leaves").x_train[..., 0], np.where(X > 99, 255, 0))


def test_colour_images_keep_their_three_channels():
    colour = RANDOM.integers(0, 256, (20, 5, 4, 3), dtype=np.uint8)
    datasets.add_own("leaves", npz(x_train=colour, y_train=Y[:20], x_test=colour, y_test=Y[:20]))
    assert np.array_equal(datasets.load("leaves").x_test, colour)
    assert datasets.info("leaves").image_shape == (5, 4, 3)


@pytest.mark.parametrize("labels", [np.eye(3)[Y], Y[:, np.newaxis], Y.astype(np.uint8)])
def test_every_accepted_form_of_labels_gives_the_same_numbers(labels):
    datasets.add_own("leaves", npz(x_train=X, y_train=labels, x_test=X, y_test=labels))
    assert datasets.load("leaves").y_train.tolist() == Y.tolist()


def test_names_in_the_file_are_used_unless_others_are_given():
    upload = npz(x=X, y=Y, class_names=np.array(["oak", "élm", "fir"]))
    assert datasets.add_own("one", upload).class_names == ("oak", "élm", "fir")
    assert datasets.add_own("two", upload, ["a", "b", "c"]).class_names == ("a", "b", "c")


def test_an_existing_name_is_replaced_only_when_asked():
    datasets.add_own("leaves", npz(x=X, y=Y))
    datasets.load("leaves")
    with pytest.raises(DatasetError, match="The name 'leaves' is taken. Choose another, or replace that"):
        datasets.add_own("leaves", npz(x=X[:40], y=Y[:40]))
    assert datasets.info("leaves").num_train == 40
    datasets.add_own("leaves", npz(x=255 - X[:40], y=Y[:40]), replace=True)
    assert datasets.info("leaves").num_train == 32
    assert len(datasets.load("leaves").y_train) == 32


@pytest.mark.parametrize("name", ["mnist", "digits", "MNIST"])
def test_the_catalogue_cannot_be_replaced(name):
    with pytest.raises(DatasetError, match="is that of a data set of LeNet Lab. Choose another.$"):
        datasets.add_own(name, npz(x=X, y=Y), replace=True)


def test_an_upload_from_before_the_catalogue_had_its_name_is_passed_over_and_says_so(data):
    datasets.add_own("leaves", npz(x=X, y=Y))
    stored = next(data.parent.rglob("leaves.npz"))
    taken = stored.rename(stored.with_name("kmnist.npz"))
    assert datasets.all_datasets()["kmnist"].title == datasets.info("kmnist").title != "kmnist"
    words = f"{taken} is passed over: kmnist is Kuzushiji-MNIST (KMNIST) now. Rename the file."
    assert datasets.problems("kmnist") == [words]
    taken.rename(stored.with_name("kana.npz"))
    assert datasets.problems("kmnist") == datasets.problems("kana") == [] and datasets.available("kana")


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "a\\b", ".hidden", "-x", "x" * 41, "ä", "a b", "x\n"])
def test_a_name_that_is_no_safe_file_name_is_refused(name, data):
    with pytest.raises(DatasetError, match="expected 1 to 40 letters"):
        datasets.add_own(name, npz(x=X, y=Y))
    assert list(data.parent.rglob("*.npz")) == []


RESERVED = ["con", "NUL", "Aux", "prn", "com1", "COM9", "lpt0"]


@pytest.mark.parametrize("name", [*RESERVED, "con.npz", "nul.tar", "com1 ", "con.", "lpt1..", "com¹"])
def test_a_name_that_windows_keeps_for_a_device_is_refused(name, data):
    with pytest.raises(DatasetError, match=r"Name: received '.+', .*expected .+\. Try .+\."):
        datasets.add_own(name, npz(x=X, y=Y))
    assert list(data.parent.rglob("*.npz")) == []


@pytest.mark.parametrize("name", ["con-1", "com10", "console", "nullable", "lpt"])
def test_a_name_that_only_looks_like_it_is_taken(name):
    assert datasets.add_own(name, npz(x=X, y=Y)).name == name


NAN = X / 255
NAN[3, 2, 1] = np.nan
TALL_HEADER = np.lib.stride_tricks.as_strided(np.zeros(1, np.uint8), (300_000, 28, 28), (0, 0, 0))
WRONG = {
    "no labels": (dict(x=X), r"received x; expected images and labels, such as x and y, or.*Add y\."),
    "half a test part": (dict(x_train=X, y_train=Y, x_test=X), r"Add y_test\."),
    "other names": (dict(a=X, b=Y, c=Y), "received a, b, c; expected images and labels, such as x and y"),
    "flat images": (
        dict(x=X.reshape(50, 48)[:, 1:], y=Y),
        r"x: received the shape \(50, 47\), expected \(N, height.*rows of as many numbers as a square has",
    ),
    "four channels": (dict(x=np.zeros((50, 8, 8, 4)), y=Y), r"\(50, 8, 8, 4\).*with 1 or 3 channels"),
    "too small": (dict(x=X[:, :3], y=Y), "received 3×6 pixels, expected at least 4 a side"),
    "too large": (
        dict(x=np.tile(X, (1, 17, 1)), y=Y),
        "received 136×6 pixels, expected 4 to 128 a side. Scale them: the size 28",
    ),
    "text for images": (dict(x=np.full((50, 8, 8), "a"), y=Y), "x: received text, expected uint8 or floats"),
    "complex images": (dict(x=X * 1j, y=Y), "x: received complex128, expected uint8 or floats"),
    "NaN": (
        dict(x=NAN, y=Y),
        "Images: number 3 of the part train holds NaN or infinity, expected numbers. Drop it",
    ),
    "standardised": (
        dict(x=X / 80 - 0.42, y=Y),
        "numbers from -0.42 to 2.7.*, expected 0 to 255, .*Say which .* the range -0.42:2.7",
    ),
    "numbers of 32 bits": (dict(x=X.astype(np.uint32) * 10**6, y=Y), "numbers from 0 to 2.55e.08, expected"),
    "blank": (dict(x=np.zeros((50, 8, 8)), y=Y), "every pixel is 0, expected pictures that differ"),
    "different sizes": (
        dict(x_train=X, y_train=Y, x_test=X[:, 1:], y_test=Y),
        "uint8 .7, 6, 1. and uint8 .8, 6, 1., expected images of one shape",
    ),
    "unequal lengths": (dict(x=X, y=Y[:49]), "x and y: received 50 images and 49 labels, expected as many"),
    "nine examples": (dict(x=X[:9], y=Y[:9]), "received 9, expected at least 10"),
    "none": (dict(x=X[:0], y=Y[:0]), "expected"),
    "an empty test part": (dict(x_train=X, y_train=Y, x_test=X[:0], y_test=Y[:0]), "some in each part"),
    "as many labels as images": (
        dict(x=np.tile(X, (3, 1, 1)), y=np.arange(150)),
        "Classes: received 150, expected 2 to 100. They begin with 0, 1, 2, 3: is this the label",
    ),
    "decimal labels": (dict(x=X, y=Y / 2), "Labels: received 0.5, expected whole numbers, or words. Round"),
    "infinite labels": (dict(x=X, y=np.full(50, np.inf)), "Labels: received infinity, expected whole numb"),
    "an empty word": (dict(x=X, y=np.array(["a", ""] * 25)), "Labels: received nothing for an image, expec"),
    "labels as pictures": (dict(x=X, y=X), "y: received uint8 of shape .50, 8, 6., expected labels: whole"),
    "labels as dates": (dict(x=X, y=np.zeros(50, complex)), "y: received complex128 of shape .50,., expec"),
    "probabilities": (dict(x=X, y=np.full((50, 3), 1 / 3)), "not one-hot, expected a single 1 in each row"),
    "one class": (dict(x=X, y=Y * 0), "Classes: received 1 class, expected 2 to 100"),
    "a class without examples": (
        dict(x_train=X, y_train=Y, x_test=X, y_test=Y + 1),
        r"no training example of 3 \(3\), expected some of every class",
    ),
    "too few class names": (
        dict(x=X, y=Y, class_names=np.array(["a", "b"])),
        "received 3 different ones, from 0 to 2, with 2 class names; expected as many",
    ),
    "one name twice": (dict(x=X, y=Y, class_names=np.array(["a", "b", "a"])), "received 'a', expected names"),
    "an empty name": (dict(x=X, y=Y, class_names=np.array(["a", " ", "b"])), "received ' ', expected names"),
    "numbers for names": (dict(x=X, y=Y, class_names=np.arange(3)), "class_names: received int64 of shape"),
    "pickled images": (dict(x=np.array([X, None], object), y=Y), "x holds pickled Python objects"),
    "pickled names": (dict(x=X, y=Y, class_names=np.array(["a"], object)), "class_names holds pickled"),
    "a zip bomb": (dict(x=TALL_HEADER, y=Y), "x: received 235,200,000 numbers, expected at most 230,000,000"),
}


@pytest.mark.parametrize("arrays, words", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_and_nothing_is_stored(arrays, words, data):
    with pytest.raises(DatasetError, match=words):
        datasets.add_own("leaves", npz(**arrays))
    assert list(data.parent.rglob("*.npz")) == []
    assert "leaves" not in datasets.all_datasets()


@pytest.mark.parametrize(
    "content", [b"", b"x,y\n1,2\n", npz(x=X, y=Y)[:-100]], ids=["empty", "csv", "cut short"]
)
def test_a_file_that_is_no_npz_is_refused_by_its_name(content):
    upload = io.BytesIO(content)
    upload.name = "leaves.npz"
    with pytest.raises(DatasetError, match="leaves.npz is no .npz file, or cut short"):
        datasets.add_own("leaves", upload)


def test_a_flipped_byte_is_noticed():
    content = bytearray(npz(x=X, y=Y))
    content[len(content) // 3] ^= 0xFF
    with pytest.raises(DatasetError, match="damaged or cut short"):
        datasets.add_own("leaves", bytes(content))


def test_a_header_that_lies_about_its_size_is_noticed():
    content = io.BytesIO(npz(x=X, y=Y))
    lying = npz(x=np.concatenate([X, X]), y=np.tile(Y, 2))
    assert datasets.add_own("honest", content)
    with pytest.raises(DatasetError, match="damaged or cut short"):
        datasets.add_own("leaves", _with_header_of(lying, npz_bytes=content.getvalue()))


def _with_header_of(header_from: bytes, npz_bytes: bytes) -> bytes:
    """`npz_bytes` whose x announces the shape that `header_from` has, with no more numbers behind it."""
    import zipfile

    altered = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(header_from)) as donor,
        zipfile.ZipFile(io.BytesIO(npz_bytes)) as source,
        zipfile.ZipFile(altered, "w") as target,
    ):
        target.writestr("x.npy", donor.read("x.npy")[:128] + source.read("x.npy")[128:])
        target.writestr("y.npy", donor.read("y.npy"))
    return altered.getvalue()


def test_a_stored_file_that_was_damaged_is_left_out_and_named(data):
    datasets.add_own("leaves", npz(x=X, y=Y))
    stored = data / "own" / "leaves.npz"
    stored.write_bytes(stored.read_bytes()[:500])
    assert "leaves" not in datasets.all_datasets()
    assert str(stored) in datasets.problems("leaves")[0]
    with pytest.raises(DatasetError, match="damaged or cut short"):
        datasets.load("leaves")


def test_a_folder_that_takes_no_file_is_said_so(data):
    (data / "own").write_bytes(b"a file where the folder should be")
    with pytest.raises(DatasetError, match="leaves.npz cannot be written"):
        datasets.add_own("leaves", npz(x=X, y=Y))
