"""KMNIST: found, told apart, verified and downloaded, with made files of its shapes and counts."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.sources.kmnist import KMNIST
from lenet.data.verification import BY_COUNTS, BY_FILES
from lenet.errors import DatasetError
from tests.data_server import DataServer, data_server
from tests.idx_files import IDX_NAMES, write_idx

NPZ_NAMES = ("train-imgs", "train-labels", "test-imgs", "test-labels")


@pytest.fixture(scope="module")
def made() -> dict[str, np.ndarray]:
    """As many images of each class as there are; each shows its number and its class as brightness."""
    arrays = {}
    for part, count in (("train", 60_000), ("test", 10_000)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = np.zeros((count, 28, 28), np.uint8)
        images[:, 3:25, 3:25] = labels[:, None, None] * 20
        images[:, 0, :2] = np.arange(count, dtype=">u2").view(np.uint8).reshape(-1, 2)
        arrays |= {f"x_{part}": images, f"y_{part}": labels}
    return arrays


@pytest.fixture(scope="module")
def published(made: dict[str, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four gzipped IDX files."""
    folder = tmp_path_factory.mktemp("kmnist")
    write_idx(folder, made)
    return folder


@pytest.fixture
def server(published: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataServer]:
    """A server that KMNIST is downloaded from, in place of the publisher's."""
    with data_server() as running:
        running.serve(published, "kmnist/dataset/kmnist/")
        mirrors = (tuple(replace(file, url=running.url + path(file.url)) for file in KMNIST.mirrors[0]),)
        monkeypatch.setattr(KMNIST, "mirrors", mirrors)
        yield running


def path(url: str) -> str:
    return url.removeprefix("http://codh.rois.ac.jp/")


def knows_the_made_files(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checksums = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in published.iterdir()}
    monkeypatch.setattr(KMNIST, "verifier", replace(KMNIST.verifier, files=checksums))


def test_it_is_listed_and_says_how_to_get_it(bare_machine: Path) -> None:
    about = datasets.all_datasets()["kmnist"]
    assert (about.num_train, about.num_test, about.num_classes) == (60_000, 10_000, 10)
    assert about.class_names[0] == "o お" and about.class_names[9] == "wo を"
    assert not datasets.available("kmnist") and datasets.can_download("kmnist")
    assert [file.url for file in KMNIST.mirrors[0]] == [
        f"http://codh.rois.ac.jp/kmnist/dataset/kmnist/{name}.gz" for name in IDX_NAMES.values()
    ]
    assert f"t10k-labels-idx1-ubyte.gz into {bare_machine / 'kmnist'}" in datasets.where_to_put("kmnist")


def test_a_download_is_verified_by_the_checksums_of_its_files(
    server: DataServer, published: Path, made: dict[str, np.ndarray], bare_machine: Path, monkeypatch
) -> None:
    knows_the_made_files(published, monkeypatch)
    totals: list[tuple[int, int]] = []
    datasets.fetch("kmnist", lambda received, total: totals.append((received, total)))
    assert totals[-1] == (sum(map(len, server.files.values())),) * 2
    assert {each.name for each in (bare_machine / "kmnist").iterdir()} == {
        f"{name}.gz" for name in IDX_NAMES.values()
    }
    data = datasets.load("kmnist", download=False)
    for key, array in made.items():
        assert np.array_equal(np.squeeze(getattr(data, key)), array)
    assert data.verified and datasets.verified_by("kmnist") == BY_FILES
    image, label = datasets.sample("kmnist", 4_321)
    assert np.array_equal(image[..., 0], made["x_test"][4_321]) and label == 1
    assert np.array_equal(datasets.labels("kmnist", "train"), made["y_train"])


def test_a_download_of_other_files_is_not_kept(server: DataServer, bare_machine: Path) -> None:
    with pytest.raises(DatasetError, match=r"train-images-idx3-ubyte.gz is not that of Kuzushiji-MNIST"):
        datasets.fetch("kmnist")
    assert not list(bare_machine.rglob("*.gz"))


@pytest.mark.parametrize("folder", ["kmnist", "KMNIST/raw"])
def test_files_without_a_known_checksum_are_known_by_shape_and_counts(
    folder: str, made: dict[str, np.ndarray], bare_machine: Path
) -> None:
    write_idx(bare_machine / folder, made, gzipped=False)
    assert not datasets.load("kmnist", download=False).verified
    assert datasets.verified_by("kmnist") == BY_COUNTS


@pytest.mark.parametrize("folder", [".", "kmnist"])
def test_the_four_npz_files_are_found(folder: str, made: dict[str, np.ndarray], bare_machine: Path) -> None:
    (bare_machine / folder).mkdir(exist_ok=True)
    for name, array in zip(NPZ_NAMES, made.values(), strict=True):
        np.savez(bare_machine / folder / f"kmnist-{name}.npz", array)
    assert np.array_equal(datasets.samples("kmnist", "test", [7, 3])[..., 0], made["x_test"][[7, 3]])
    assert datasets.verified_by("kmnist") == BY_COUNTS


def test_it_is_not_looked_for_where_only_checksums_tell_data_sets_apart(
    published: Path, bare_machine: Path
) -> None:
    shutil.copytree(published, bare_machine, dirs_exist_ok=True)
    assert not datasets.available("kmnist")


def test_too_few_of_a_class_are_said(made: dict[str, np.ndarray], bare_machine: Path) -> None:
    labels = made["y_train"].copy()
    labels[3] = 4
    write_idx(bare_machine / "kmnist", made | {"y_train": labels}, gzipped=False)
    words = "y_train has 5,999 images of class 3, expected 6,000 of each for Kuzushiji-MNIST"
    with pytest.raises(DatasetError, match=words):
        datasets.load("kmnist", download=False)


@pytest.mark.parametrize(("name", "title"), [("mnist", "MNIST digits"), ("fashion_mnist", "Fashion-MNIST")])
def test_another_data_set_in_its_folder_is_named(
    name: str, title: str, mnist_npz: Path, fashion_mnist_npz: Path, bare_machine: Path
) -> None:
    """Fashion-MNIST has the same shapes and the same counts."""
    with np.load({"mnist": mnist_npz, "fashion_mnist": fashion_mnist_npz}[name]) as file:
        write_idx(bare_machine / "kmnist", {key: file[key] for key in IDX_NAMES}, gzipped=False)
    assert not datasets.verify("kmnist") and not datasets.available("kmnist")
    assert f"x_train is that of {title}, expected Kuzushiji-MNIST" in datasets.problems("kmnist")[0]
    assert not datasets.available("mnist") and not datasets.available("fashion_mnist")
