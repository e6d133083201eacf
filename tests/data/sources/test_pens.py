"""The pen digits as data sets, from a file of as many drawings as the real one has."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from lenet.data import allographs, datasets, pen_digits
from lenet.data.dataset import Dataset
from lenet.data.sources import mnist_pens
from lenet.drawing.rasterization import render
from lenet.errors import DatasetError
from lenet.evaluation import predictor
from lenet.networks.loading import load_model
from lenet.networks.pretrained import PRETRAINED
from tests.conftest import require


@pytest.fixture(scope="module")
def strokes_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many drawings as the real file has, each of a line or two of its own."""
    folder = tmp_path_factory.mktemp("pens")
    random = np.random.default_rng(0)
    with gzip.open(folder / pen_digits.FILE_NAME, "wt") as lines:
        for index in range(pen_digits.NUM_DRAWINGS):
            strokes = [random.integers(50, 450, (2, 2)).tolist() for _ in range(1 + index % 2)]
            print(json.dumps({"label": index % 10, "strokes": strokes}), file=lines)
    return folder / pen_digits.FILE_NAME


@pytest.fixture
def here(strokes_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LENET_DATA", str(strokes_file.parent))
    return strokes_file


def test_pens_are_split_by_the_rule_and_drawn_like_mnist(here: Path) -> None:
    data, info = datasets.load("pens"), datasets.info("pens")
    assert (len(data.y_train), len(data.y_test)) == (info.num_train, info.num_test)
    strokes, labels = pen_digits.drawings(here)
    assert labels[5] == data.y_test[0] and labels[11] == data.y_test[1]
    np.testing.assert_array_equal(data.x_test[:1, ..., 0], render([strokes[5]]))
    image, label = datasets.sample("pens", 1)
    np.testing.assert_array_equal(image, data.x_test[1])
    assert label == data.y_test[1]
    assert data.x_train.shape[1:] == (28, 28, 1)


@pytest.fixture(scope="module")
def mnist() -> Dataset:
    """Random images, as many as MNIST has."""
    random = np.random.default_rng(1)
    arrays = {"x_train": random.integers(0, 256, (60_000, 28, 28)).astype(np.uint8)}
    arrays |= {"y_train": random.integers(0, 10, 60_000), "x_test": arrays["x_train"][:10_000].copy()}
    arrays |= {"y_test": random.integers(0, 10, 10_000)}
    return Dataset.of(datasets.info("mnist"), arrays, verified=False)


@pytest.fixture(scope="module")
def data(strokes_file: Path, mnist: Dataset) -> Dataset:
    """`mnist-pens`, drawn once: 34,540 drawings take twenty seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LENET_DATA", str(strokes_file.parent))
        return Dataset.of(datasets.info("mnist-pens"), mnist_pens.with_mnist(mnist), verified=False)


def test_mnist_pens_keeps_what_is_held_out_out_and_validation_apart(
    here: Path, data: Dataset, mnist: Dataset
) -> None:
    info = datasets.info("mnist-pens")
    assert (len(data.y_train), len(data.y_test)) == (info.num_train, info.num_test)
    assert len(data.y_train) == mnist_pens.NUM_TRAIN
    held_out = np.flatnonzero(pen_digits.held_out())
    assert not set(held_out) & set(mnist_pens._for_training())
    plain = datasets.load("pens").x_train
    np.testing.assert_array_equal(data.x_train[-400:], plain[-400:])
    np.testing.assert_array_equal(data.x_train[-2400:-400], mnist.x_train[-2000:])
    np.testing.assert_array_equal(data.x_test, mnist.x_test)


def test_one_image_of_mnist_pens_without_the_others(here: Path, data: Dataset) -> None:
    first_allograph = mnist_pens.NUM_TRAIN - mnist_pens.NUM_VALIDATION - mnist_pens.NUM_ALLOGRAPHS
    for index in (
        58_000, 58_001 + mnist_pens.NUM_FOR_TRAINING, first_allograph, first_allograph + 7_777,
        mnist_pens.NUM_TRAIN - 1,
    ):  # fmt: skip
        image, label = mnist_pens.training_sample(index)
        np.testing.assert_array_equal(image, data.x_train[index])
        assert label == data.y_train[index]
    assert mnist_pens.training_sample(57_999) == 57_999
    assert mnist_pens.training_sample(mnist_pens.NUM_TRAIN - 2_400) == 58_000


def test_variants_differ_and_come_again(here: Path) -> None:
    first, again = mnist_pens._variants([0, 1], 0), mnist_pens._variants([0, 1], 0)
    np.testing.assert_array_equal(first, again)
    assert (first != mnist_pens._variants([0, 1], 1)).any()
    assert (first[0] != first[1]).any()


def test_a_file_that_is_not_it(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENET_DATA", str(tmp_path))
    path = tmp_path / pen_digits.FILE_NAME
    path.write_bytes(b"no gzip")
    with pytest.raises(DatasetError, match="cannot be read as pen strokes"):
        datasets.load("pens")
    path.write_bytes(gzip.compress(b'{"label": 1, "strokes": [[[1, 2]]]}\n'))
    with pytest.raises(DatasetError, match="received 1 digits, expected 7,494"):
        datasets.load("pens")


def test_without_the_file_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENET_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("lenet.data.published_files.cache_folder", lambda: tmp_path / "cache")
    assert not datasets.available("pens") and not datasets.available("mnist-pens")
    with pytest.raises(DatasetError, match="Put pen_strokes.jsonl.gz into"):
        datasets.fetch("mnist-pens")
    assert "pen_strokes.jsonl.gz" in datasets.where_to_put("pens")


def test_the_pretrained_model_reads_drawings_that_it_never_saw() -> None:
    require(datasets.available("pens"), f"no {pen_digits.FILE_NAME} in LENET_DATA or a cache")
    data = datasets.load("pens")
    answers = predictor.predict(load_model("lenet5-draw"), data.x_test).argmax(axis=1)
    assert (answers == data.y_test).mean() >= 0.99
    assert PRETRAINED["lenet5-draw"].parameters <= 61_706
    assert PRETRAINED["lenet5-draw"].test_accuracy >= 0.994  # on MNIST


def test_the_pretrained_model_reads_styles_that_are_held_out() -> None:
    hands = list(allographs.hands(12, is_held_out=True))
    images = render([hand.drawing() for hand in hands])
    answers = predictor.predict(load_model("lenet5-draw"), images[..., None]).argmax(axis=1)
    assert (answers == [hand.label for hand in hands]).mean() >= 0.98
