"""Chosen images, labels, random rows, mean images: compared with the whole arrays, numpy and scikit-learn."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import NearestCentroid

from lenet.data import datasets, samples, statistics
from lenet.data.drawing_collection import Collection
from lenet.data.drawn_data import kept_in
from lenet.errors import DatasetError
from tests.tolerances import assert_best

ROWS = [7, 0, 1_249, 7]


def upload(name: str, labels: np.ndarray, shape: tuple[int, ...] = (5, 6)) -> None:
    images = np.random.default_rng(1).integers(0, 256, (len(labels), *shape), np.uint8)
    content = io.BytesIO()
    np.savez(content, x=images, y=labels)
    datasets.add_own(name, content.getvalue())


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "digits", "pens"])
def test_images_and_labels_are_rows_of_the_arrays(name: str, part: str, require_mnist) -> None:
    if not datasets.available(name):
        pytest.skip(f"{name} is not on this machine")
    data = datasets.load(name, download=False)
    stored, labels = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
    rows = [each % len(stored) for each in (*ROWS, len(stored) - 1)]
    for found in (samples.images(name, part, rows), datasets.samples(name, part, rows)):
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, stored[rows])
    np.testing.assert_array_equal(datasets.labels(name, part), labels)
    assert samples.images(name, part, []).shape == (0, *data.info.image_shape)
    assert datasets.samples(name, part, []).shape == (0, *data.info.image_shape)


def test_mnist_and_pens_row_by_row(require_mnist) -> None:
    """Of what each row is, `sample` is the oracle, which its own tests compare with the whole data set."""
    if not datasets.available("mnist-pens"):
        pytest.skip("the pen strokes are not on this machine")
    rows = [83_779, 0, 57_999, *range(58_000, 81_380, 997), 81_380, 83_379, 83_380]
    labels = datasets.labels("mnist-pens", "train")
    found = samples.images("mnist-pens", "train", np.array(rows))
    for row, image in zip(rows, found, strict=True):
        expected, label = datasets.sample("mnist-pens", row, "train")
        np.testing.assert_array_equal(image, expected)
        assert labels[row] == label
    assert len(labels) == datasets.info("mnist-pens").num_train
    np.testing.assert_array_equal(
        samples.images("mnist-pens", "test", [3]), samples.images("mnist", "test", [3])
    )


def test_an_upload(bare_machine: Path) -> None:
    upload("leaves", np.arange(40) % 3)
    data = datasets.load("leaves")
    np.testing.assert_array_equal(samples.images("leaves", "test", [4, 1]), data.x_test[[4, 1]])
    np.testing.assert_array_equal(datasets.samples("leaves", "test", [4, 1]), data.x_test[[4, 1]])
    np.testing.assert_array_equal(datasets.labels("leaves", "train"), data.y_train)
    assert not datasets.is_small("leaves") and datasets.is_small("my-digits")


def test_a_run_keeps_the_data_that_it_began_with(bare_machine: Path, tmp_path: Path) -> None:
    collection, random = Collection(), np.random.default_rng(0)
    for label in range(12):
        collection.add(None, label % 10, random.integers(0, 256, (28, 28), np.uint8))
    run = tmp_path / "run"
    run.mkdir()
    before = kept_in(run, Collection()).x_train
    for label in range(40):
        collection.add(None, label % 10, random.integers(0, 256, (28, 28), np.uint8))
    rows = range(len(before))
    np.testing.assert_array_equal(samples.images("my-digits", "train", list(rows), str(run)), before)
    with pytest.raises(DatasetError, match=f"expected 0 to {len(before) - 1} of My digits"):
        samples.images("my-digits", "train", [len(before)], str(run))
    assert datasets.info("my-digits").num_train > len(before)
    shutil.rmtree(run)
    with pytest.raises(DatasetError, match="cannot be read"):
        samples.images("my-digits", "train", [0], str(run))


@pytest.mark.parametrize(
    ("dataset", "part", "indices", "words"),
    [
        ("digits", "train", [1_500], "received number 1500, expected 0 to 1499 of Small digits"),
        ("digits", "test", [3, -1], "received number -1, expected 0 to 296"),
        ("digits", "test", [10**30], "expected 0 to 296"),
        ("digits", "test", ["seven"], "received .'seven'., expected 0 to 296"),
        ("digits", "validation", [0], "Part: received 'validation', expected train or test"),
        ("minst", "test", [0], "received 'minst', expected one of mnist"),
        ("mnist-pens", "train", [104_300], "received number 104300, expected 0 to 104299"),
    ],
)
def test_what_is_not_there(dataset: str, part: str, indices: list, words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        samples.images(dataset, part, indices)


def test_labels_of_a_damaged_upload_are_refused(bare_machine: Path) -> None:
    upload("leaves", np.arange(40) % 3)
    path = bare_machine / "own" / "leaves.npz"
    with np.load(path) as file:
        arrays = {key: file[key] for key in file.files}
    arrays["y_train"] = np.full_like(arrays["y_train"], 7)
    np.savez(path, **arrays)
    with pytest.raises(DatasetError, match="Labels: received 7 to 7, expected 0 to 2 for 3 class names"):
        datasets.labels("leaves", "train")


def test_pages_of_random_rows_hold_each_row_once() -> None:
    groups = [np.arange(0, 50, 2), np.array([1, 3, 5]), np.array([], int)]
    pages = [samples.random_rows(groups, 7, seed=3, page=page) for page in range(4)]
    for number, rows in enumerate(groups):
        together = np.concatenate([page[number] for page in pages])
        assert sorted(together) == rows.tolist()
    assert [len(each) for each in pages[0]] == [7, 3, 0]
    again = samples.random_rows(groups, 7, seed=3, page=0)
    np.testing.assert_array_equal(again[0], pages[0][0])
    assert again[0].tolist() != samples.random_rows(groups, 7, seed=4, page=0)[0].tolist()
    assert again[0].tolist() != sorted(again[0])


@pytest.mark.parametrize("shape", [(4, 4, 1), (40, 50, 3)])
def test_means_are_those_of_numpy_however_the_images_are_read(shape: tuple[int, ...], monkeypatch) -> None:
    random = np.random.default_rng(5)
    images, labels = random.integers(0, 256, (300, *shape), np.uint8), random.integers(0, 4, 300)
    labels[labels == 2] = 0  # no image of class 2
    for pixels in (1, 5_000, 2_000_000):
        monkeypatch.setattr(statistics, "_AT_ONCE", pixels)
        means = statistics.class_means(images, labels, 4)
        for label in (0, 1, 3):
            np.testing.assert_allclose(means[label], images[labels == label].mean(axis=0), rtol=1e-5)
        assert means.dtype == np.float32 and not means[2].any()
        distances = ((images[:, None].astype(float) - means) ** 2).sum(axis=(2, 3, 4))
        assert_best(statistics.nearest_means(means, images), -distances)


@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_")
def test_overview_of_mnist(require_mnist) -> None:
    data, found = datasets.load("mnist", download=False), statistics.overview("mnist")
    assert (found.low, found.high, found.used) == (0, 255, 60_000)
    assert (found.mean, found.std) == pytest.approx(statistics.mean_and_std("mnist"), abs=1e-9)
    assert (round(found.mean, 4), round(found.std, 4)) == (0.1307, 0.3081)  # as everybody prints them
    centroids = NearestCentroid().fit(data.x_train.reshape(60_000, -1).astype(np.float32), data.y_train)
    np.testing.assert_allclose(found.means.reshape(10, -1), centroids.centroids_, atol=1e-2)
    right = centroids.predict(data.x_test.reshape(10_000, -1).astype(np.float32)) == data.y_test
    assert found.nearest_mean == pytest.approx(right.mean(), abs=2e-4)


def test_overview_of_mnist_and_pens_takes_some(require_mnist) -> None:
    if not datasets.available("mnist-pens"):
        pytest.skip("the pen strokes are not on this machine")
    found, mnist = statistics.overview("mnist-pens"), statistics.overview("mnist")
    assert found.used == statistics.MOST_MADE
    assert np.abs(found.means - mnist.means).mean() < 10 and not np.array_equal(found.means, mnist.means)
