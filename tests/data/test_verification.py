"""What shows that files are the published ones, where no checksums of their arrays are known."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet.data.dataset import DatasetInfo
from lenet.data.downloads import idx_files
from lenet.data.sources.published import Published
from lenet.data.verification import BY_ARRAYS, BY_COUNTS, BY_FILES
from lenet.errors import DatasetError
from tests.data_server import DataServer, data_server
from tests.idx_files import IDX_NAMES, write_idx

ABOUT = DatasetInfo(
    name="tiny",
    title="Tiny",
    image_shape=(5, 5, 1),
    num_classes=2,
    class_names=("a", "b"),
    num_train=20,
    num_test=10,
    licence="none",
    source="made here",
)


def made(seed: int) -> dict[str, np.ndarray]:
    """Random images, as many of each class, in a random order."""
    random, arrays = np.random.default_rng(seed), {}
    for part, count in (("train", 20), ("test", 10)):
        arrays[f"x_{part}"] = random.integers(0, 256, (count, 5, 5), np.uint8)
        arrays[f"y_{part}"] = random.permutation(np.arange(count, dtype=np.uint8) % 2)
    return arrays


def source(url: str = "http://127.0.0.1:9/", **options: object) -> Published:
    return Published(ABOUT, (idx_files(url, "tiny", (1, 1, 1, 1)),), idx_folders=("tiny",), **options)


def sha256_of_files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def sha256_of(arrays: dict[str, np.ndarray]) -> dict[str, str]:
    return {key: hashlib.sha256(array.tobytes()).hexdigest() for key, array in arrays.items()}


def test_by_shape_and_counts(bare_machine: Path) -> None:
    write_idx(bare_machine / "tiny", made(0), gzipped=False)
    tiny = source()
    assert tiny.is_here() and tiny.verified_by() == "", "nobody has looked yet"
    data = tiny.load(download=False)
    np.testing.assert_array_equal(data.x_train[..., 0], made(0)["x_train"])
    assert not data.verified and tiny.verified_by() == BY_COUNTS


def test_by_the_files(bare_machine: Path) -> None:
    write_idx(bare_machine / "tiny", made(0))
    tiny = source(file_checksums=sha256_of_files(bare_machine / "tiny"))
    assert tiny.load(download=False).verified and tiny.verified_by() == BY_FILES
    write_idx(bare_machine / "tiny", made(1))
    assert not tiny.load(download=False).verified and tiny.verified_by() == BY_COUNTS


def test_by_the_arrays(bare_machine: Path) -> None:
    write_idx(bare_machine / "tiny", made(2), gzipped=False)
    tiny = source(array_checksums=sha256_of(made(2)))
    assert tiny.load(download=False).verified and tiny.verified_by() == BY_ARRAYS


@pytest.mark.parametrize("gzipped", [False, True])
def test_what_is_wrong_is_said(gzipped: bool, bare_machine: Path) -> None:
    wrong = made(0)
    wrong["y_test"][wrong["y_test"].argmin()] = 1
    write_idx(bare_machine / "tiny", wrong, gzipped=gzipped)
    with pytest.raises(DatasetError, match="y_test has 4 images of class 0, expected 5 of each for Tiny"):
        source().load(download=False)
    wrong["y_train"][:] = 7
    write_idx(bare_machine / "tiny", wrong, gzipped=gzipped)
    with pytest.raises(DatasetError, match="y_train has 0 images of class 0, expected 10 of each for Tiny"):
        source().load(download=False)
    write_idx(bare_machine / "tiny", made(0) | {"x_test": wrong["x_test"][:5]}, gzipped=gzipped)
    with pytest.raises(DatasetError, match=r"x_test has the shape \(5, 5, 5\), expected \(10, 5, 5\)"):
        source().load(download=False)


def test_what_is_known_to_be_of_another_data_set_is_refused(bare_machine: Path) -> None:
    Published(replace(ABOUT, title="Other"), (), array_checksums=sha256_of(made(3)))
    write_idx(bare_machine / "tiny", made(0) | {"x_test": made(3)["x_test"]})
    tiny = source()
    assert not tiny.verify() and not tiny.is_here()
    assert "x_test is that of Other, expected Tiny" in tiny.problems()[0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DataServer]:
    write_idx(tmp_path / "published", made(0))
    with data_server() as running:
        running.serve(tmp_path / "published")
        yield running


def test_a_download_that_is_another_file_is_not_kept(
    server: DataServer, tmp_path: Path, bare_machine: Path
) -> None:
    checksums = sha256_of_files(tmp_path / "published")
    name = f"{IDX_NAMES['y_train']}.gz"
    other = checksums | {name: "0" * 64}
    words = f"the file from {server.url}{name} is not that of Tiny .its SHA-256 is .*, expected 000000000000…"
    with pytest.raises(DatasetError, match=words):
        source(server.url, file_checksums=other).fetch()
    assert [path.name for path in bare_machine.rglob("*.gz")] == [f"{IDX_NAMES['x_train']}.gz"]
    tiny = source(server.url, file_checksums=checksums)
    tiny.fetch()
    assert tiny.verify() and tiny.verified_by() == BY_FILES
    assert sha256_of_files(bare_machine / "tiny") == checksums
