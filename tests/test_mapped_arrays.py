"""Large arrays that lie in temporary files, and what of them is memory of the process."""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from lenet import mapped_arrays
from lenet.array_stream import open_array
from lenet.errors import DatasetError
from tests.fresh_process import outcome_of

ROWS = 60_000

_IMPORTS = """
import numpy as np, psutil
from pathlib import Path
from lenet import mapped_arrays
from lenet.array_stream import open_array
from lenet.engine import memory
"""

_LOOKED_AT = """
def megabytes():
    return psutil.Process().memory_info().rss / 1e6
memory.give_back()
before = megabytes()
with open_array(Path(sys.argv[1]), "x") as stream:
    array = mapped_arrays.read(stream)
total = int(array.sum(dtype=np.int64))
print(round(megabytes() - before))
memory.give_back()
print(round(megabytes() - before))
print(int(array.sum(dtype=np.int64)) == total)
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A file of arrays, and the images in it, 47 MB."""
    path = tmp_path_factory.mktemp("arrays") / "x.npz"
    images = np.random.default_rng(0).integers(0, 4, (ROWS, 28, 28), np.uint8)
    np.savez(path, x=images, few=images[:10], turned=np.asfortranarray(images[:20_000]))
    return path, images


def read(path: Path, key: str) -> np.ndarray:
    with open_array(path, key) as stream:
        return mapped_arrays.read(stream)


@pytest.mark.parametrize("key", ["x", "few", "turned"])
def test_it_holds_what_is_in_the_file(stored: tuple[Path, np.ndarray], key: str) -> None:
    path, images = stored
    found = read(path, key)
    np.testing.assert_array_equal(found, images[: len(found)])
    assert found.flags.writeable == (key == "few")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems count memory otherwise")
def test_what_was_looked_at_is_no_memory_of_the_process_for_good(stored: tuple[Path, np.ndarray]) -> None:
    looked_at, given_back, is_same = outcome_of(_IMPORTS, _LOOKED_AT, stored[0]).said
    assert int(looked_at) > 40 and int(given_back) < 5 and is_same == "True"


def test_it_is_in_memory_where_no_file_can_be_written(
    stored: tuple[Path, np.ndarray], full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(full_disk))
    path, images = stored
    np.testing.assert_array_equal(read(path, "x"), images)
    assert not any(full_disk.iterdir())


def test_a_file_that_is_cut_short_is_refused(stored: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    packed = bytearray(stored[0].read_bytes())
    packed[len(packed) // 4] ^= 255
    (tmp_path / "x.npz").write_bytes(packed)
    with pytest.raises(DatasetError, match=r"x\.npz is damaged or cut short"):
        read(tmp_path / "x.npz", "x")
