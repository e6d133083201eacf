"""Finding, verifying and sampling the published data sets, with the real files."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lenet.data import datasets, statistics
from lenet.data.catalogue import SOURCES
from lenet.errors import DatasetError
from tests.idx_files import write_idx
from tests.published_arrays import KEYS, npz

# The catalogue, and the digits that are always there


def test_digits_are_those_of_scikit_learn_scaled_to_255():
    digits, oracle = datasets.load("digits"), load_digits()
    images = np.concatenate([digits.x_train, digits.x_test])[..., 0]
    assert images.dtype == np.uint8
    assert (np.abs(images / 255 * 16 - oracle.images) < 0.04).all()
    assert np.concatenate([digits.y_train, digits.y_test]).tolist() == oracle.target.tolist()
    assert (len(digits.y_train), len(digits.y_test)) == (1500, 297)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "digits"])
def test_the_catalogue_agrees_with_the_arrays(name, request):
    if name != "digits":
        request.getfixturevalue(f"require_{name}")
    about, dataset = datasets.info(name), datasets.load(name)
    assert dataset.x_train.shape == (about.num_train, *about.image_shape)
    assert dataset.x_test.shape == (about.num_test, *about.image_shape)
    assert np.unique(dataset.y_train).tolist() == list(range(about.num_classes))
    assert dataset.class_names == about.class_names
    assert len(about.class_names) == about.num_classes


def test_an_unknown_name_lists_those_that_there_are():
    with pytest.raises(DatasetError, match=f"received 'minst', expected one of {', '.join(SOURCES)}"):
        datasets.info("minst")
    assert not datasets.available("minst")


# Finding and verifying


def test_mnist_from_its_npz_is_what_numpy_reads(mnist):
    dataset = datasets.load("mnist", download=False)
    for key in KEYS:
        assert np.array_equal(np.squeeze(getattr(dataset, key)), mnist[key])
    assert (dataset.x_train.dtype, dataset.y_train.dtype) == (np.uint8, np.int32)
    assert dataset.verified
    assert not dataset.x_train.flags.writeable


def test_the_second_load_is_the_first_one(require_mnist):
    assert datasets.load("mnist") is datasets.load("mnist")


@pytest.mark.parametrize("folder", ["mnist", "MNIST/raw", "."])
def test_gzipped_idx_files_are_found(folder, mnist, mnist_idx, bare_machine):
    shutil.copytree(mnist_idx, bare_machine / folder, dirs_exist_ok=True)
    assert np.array_equal(datasets.load("mnist", download=False).x_test[..., 0], mnist["x_test"])


def test_plain_idx_files_with_dotted_names_are_found_in_the_cache_of_keras(mnist, bare_machine):
    keras_folder = bare_machine.parent / "keras" / "datasets"
    write_idx(keras_folder / "mnist", mnist, dotted=True, gzipped=False)
    assert datasets.verify("mnist")


def test_idx_files_with_no_folder_are_told_apart_by_their_content(fashion, bare_machine):
    write_idx(bare_machine, fashion)
    assert datasets.verify("fashion_mnist")
    assert not datasets.verify("mnist")
    assert not datasets.available("mnist")
    assert datasets.problems("mnist") == []


def test_labels_of_another_integer_type_are_the_same_labels(mnist, bare_machine):
    labels = {key: mnist[key].astype(np.int64) for key in ("y_train", "y_test")}
    np.savez(bare_machine / "mnist.npz", **(mnist | labels))
    assert datasets.load("mnist", download=False).y_test.tolist() == mnist["y_test"].tolist()


def truncated(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    return mnist_npz.read_bytes()[:5_000_000]


def flipped(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    content = bytearray(mnist_npz.read_bytes())
    content[4_000_000] ^= 0xFF
    return bytes(content)


def one_pixel_changed(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    x_train = mnist["x_train"].copy()
    x_train[30_000, 14, 14] ^= 1
    return npz(mnist | {"x_train": x_train})


def of_fashion(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    return npz(fashion)


def cut_short(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    return npz(mnist | {"x_train": mnist["x_train"][:100]})


def without_labels(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    return npz({"x_train": mnist["x_train"]})


def pickled(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    return npz(mnist | {"x_train": np.array([{}, []], dtype=object)})


def web_page(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    return b"<!DOCTYPE html><title>Sign in to the school network</title>"


def empty(mnist_npz: Path, mnist: dict, fashion: dict) -> bytes:
    return b""


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (truncated, "damaged or cut short"),
        (flipped, "damaged or cut short|not that of MNIST"),
        (one_pixel_changed, "x_train is not that of MNIST digits"),
        (of_fashion, "x_train is that of Fashion-MNIST, expected MNIST digits"),
        (cut_short, r"x_train has the shape \(100, 28, 28\), expected \(60000, 28, 28\)"),
        (without_labels, "y_train is missing; there are: x_train"),
        (pickled, "pickled Python objects, which could run code and are refused"),
        (web_page, "received something else .a web page"),
        (empty, "the file is empty"),
    ],
)
def test_a_file_that_is_wrong_is_named_and_never_used(make, words, mnist_npz, mnist, fashion, bare_machine):
    wrong = bare_machine / "mnist.npz"
    wrong.write_bytes(make(mnist_npz, mnist, fashion))
    assert datasets.available("mnist")  # nobody has looked into it yet
    with pytest.raises(DatasetError, match=f"{wrong}.*({words})"):
        datasets.load("mnist", download=False)
    assert not datasets.available("mnist")
    assert [str(wrong) in problem for problem in datasets.problems("mnist")] == [True]

    cache = bare_machine.parent / "cache" / "lenet-lab"
    cache.mkdir()
    (cache / "mnist.npz").symlink_to(mnist_npz)
    assert datasets.available("mnist")
    assert datasets.load("mnist", download=False).verified
    assert str(wrong) in datasets.problems("mnist")[0]


# For pages: little memory


@pytest.mark.parametrize(("part", "index"), [("test", 0), ("test", 9_999), ("train", 30_000)])
def test_a_sample_is_the_row_of_the_whole_array(part, index, mnist):
    image, label = datasets.sample("mnist", index, part)
    assert image.shape == (28, 28, 1)
    assert np.array_equal(image[..., 0], mnist[f"x_{part}"][index])
    assert label == mnist[f"y_{part}"][index]


@pytest.mark.parametrize("index", [-1, 297])
def test_a_sample_beyond_the_end_says_what_there_is(index):
    with pytest.raises(DatasetError, match=f"received number {index}, expected 0 to 296"):
        datasets.sample("digits", index)


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "digits"])
def test_mean_and_std_are_those_of_the_training_pixels(name, request):
    if name != "digits":
        request.getfixturevalue(f"require_{name}")
    pixels = datasets.load(name).x_train
    assert statistics.mean_and_std(name) == pytest.approx((pixels.mean() / 255, pixels.std() / 255), rel=1e-6)


PEAK = """
import resource, sys
from lenet.data import datasets, statistics
from lenet.data.published_files import data_folders
datasets.all_datasets(), data_folders()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
assert datasets.verify("mnist")
datasets.sample("mnist", 9_999)
statistics.mean_and_std("mnist")
print(peak() - before)
heavy = ("tensorflow", "keras", "streamlit", "sklearn", "scipy", "requests")
print([name for name in heavy if name in sys.modules])
"""


def test_what_pages_call_takes_little_memory_and_loads_no_heavy_module(require_mnist):
    done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    megabytes, modules = done.stdout.split("\n", 1)
    assert float(megabytes) < 30  # x_train alone has 47
    assert modules.strip() == "[]"
