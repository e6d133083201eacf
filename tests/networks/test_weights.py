"""Weights there and back, and every way in which a file of them may be damaged or of another network."""

import os
import random
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from lenet.errors import WeightsError
from lenet.networks.summary import MAX_PARAMETERS
from lenet.networks.weights import are_finite, set_weights, weights_of
from lenet.npz import MOST_BYTES, WEIGHTS, load_arrays, save_arrays

ARRAYS = {
    "1_conv/kernel": np.arange(18, dtype=np.float32).reshape(3, 3, 1, 2),
    "1_conv/bias": np.array([0.5, -0.5], np.float32),
    "2_dense/kernel": np.ones((4, 10), np.float32),
}


class Variable:
    """As much of Keras' variable as weights need."""

    def __init__(self, path: str, value: np.ndarray) -> None:
        self.path, self.value = path, value

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.value, dtype)

    def assign(self, value: np.ndarray) -> None:
        assert value.shape == self.shape
        self.value = value.astype(self.value.dtype)


def network(**changes: np.ndarray) -> SimpleNamespace:
    """A model whose weights are those of `ARRAYS`, all zero; `changes` are by the last part of a path."""
    variables = [Variable(path, np.zeros_like(value)) for path, value in ARRAYS.items()]
    return SimpleNamespace(weights=variables + [Variable(path, value) for path, value in changes.items()])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "0001.npz"
    save_arrays(path, ARRAYS)
    return path


def test_there_and_back(file: Path) -> None:
    model = network()
    set_weights(model, load_arrays(file, WEIGHTS), "0001.npz")
    again = weights_of(model)
    assert again.keys() == ARRAYS.keys()
    for path, value in again.items():
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, ARRAYS[path])
    assert [path.name for path in file.parent.iterdir()] == ["0001.npz"]


def test_only_those_that_are_wanted(file: Path) -> None:
    assert list(load_arrays(file, WEIGHTS, "1_conv/")) == ["1_conv/kernel", "1_conv/bias"]
    assert load_arrays(file, WEIGHTS, "7_") == {}


def test_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "0009.npz"
    words = f"Weights of an epoch: {path} is missing. Choose another epoch."
    with pytest.raises(WeightsError, match=re.escape(words)):
        load_arrays(path, WEIGHTS)


@pytest.mark.parametrize("part", [0, 0.01, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_file(file: Path, part: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(WeightsError, match="0001.npz is damaged .* Choose another epoch"):
        load_arrays(file, WEIGHTS)


def test_whatever_byte_is_damaged_it_is_an_error_of_ours_or_harmless(file: Path) -> None:
    """Some bytes are a file's date, which nobody reads; every changed weight is noticed by its checksum."""
    content, chance = file.read_bytes(), random.Random(1)
    refused = 0
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        try:
            arrays = load_arrays(file, WEIGHTS)
        except WeightsError:
            refused += 1
        else:
            for path in arrays.keys() & ARRAYS.keys():
                np.testing.assert_array_equal(arrays[path], ARRAYS[path], err_msg=f"byte {position}")
    assert refused > len(content) / 2


@pytest.mark.parametrize("content", [b"", b"PK\3\4 not a zip", b"\x93NUMPY", b"\0" * 1000, b"text\n"])
def test_another_kind_of_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "0001.npz").write_bytes(content)
    with pytest.raises(WeightsError, match="is damaged"):
        load_arrays(tmp_path / "0001.npz", WEIGHTS)


def test_a_single_array_or_a_folder_is_no_file_of_weights(tmp_path: Path) -> None:
    np.save(tmp_path / "array.npy", ARRAYS["1_conv/bias"])
    for path in (tmp_path / "array.npy", tmp_path):
        with pytest.raises(WeightsError, match="is damaged"):
            load_arrays(path, WEIGHTS)


class Bomb:
    """Unpickling it would make the folder that it names."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> tuple:
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("name", ["bomb.npz", "bomb.npy"])
def test_a_pickled_array_is_refused_and_never_run(tmp_path: Path, name: str) -> None:
    bomb = np.array([Bomb(tmp_path / "exploded")], object)
    np.savez(tmp_path / name, **{"1_conv/kernel": bomb}) if name.endswith("z") else np.save(
        tmp_path / name, bomb
    )
    with pytest.raises(WeightsError, match="is damaged"):
        load_arrays(tmp_path / name, WEIGHTS)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize(
    ("path", "value", "received"),
    [("3_dense/kernel", np.zeros((10, 5), np.float32), "nothing"), ("1_conv/bias", np.zeros(3), r"\(2,\)")],
)
def test_weights_of_another_network(file: Path, path: str, value: np.ndarray, received: str) -> None:
    model = network(**{path: value})
    words = f"run@1 is of another network: {path} needs {re.escape(str(value.shape))}, received {received}. "
    with pytest.raises(WeightsError, match=words + "Choose a run with the same layers."):
        set_weights(model, load_arrays(file, WEIGHTS), "run@1")
    assert not any(np.any(variable.value) for variable in model.weights)  # not even the first ones


def test_a_full_disk_leaves_the_old_weights(full_disk: Path) -> None:
    path = full_disk / "0001.npz"
    save_arrays(path, ARRAYS)
    with pytest.raises(OSError, match="No space left on device"):
        save_arrays(path, ARRAYS | {"3_dense/kernel": np.ones((400, 120), np.float32)})
    assert load_arrays(path, WEIGHTS).keys() == ARRAYS.keys()
    assert [each.name for each in full_disk.iterdir()] == ["0001.npz"]


def test_the_largest_network_fits_with_its_optimizer() -> None:
    assert MOST_BYTES == 4 * 4 * MAX_PARAMETERS  # float32: the weights, and three times as much beside them


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_finite(bad: float) -> None:
    assert are_finite(ARRAYS) and are_finite({})
    assert not are_finite(ARRAYS | {"2_dense/bias": np.array([0, bad, 1], np.float32)})
