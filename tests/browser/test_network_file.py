"""The file that a browser computes a network from: what is in it, which weights, and what is refused.

Runs are folders that hold what a trainer writes there; nothing here needs a browser or Keras, but the oracle.
"""

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load

from lenet.browser import network_file as module
from lenet.browser.network_file import LARGEST, is_computed, network_file
from lenet.errors import ModelError
from lenet.networks.keras_file_weights import read_weights
from lenet.networks.pretrained import PRETRAINED, path
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import BatchNorm, Conv, Dense, Layer, MaxPool

CARD = PRETRAINED["digits-quick"]
KERNEL = "1_conv/kernel"


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    """Those of the bundled digits' network."""
    return read_weights(path(CARD.name), CARD.config.layers)


def description_of(content: bytes) -> dict[str, Any]:
    """What a network's file says besides its arrays, as a browser reads it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["network"])


def run_of(folder: Path, config: RunConfig = CARD.config, **epochs: dict[str, np.ndarray]) -> Run:
    """A run with those weights: `e0` of its epoch 0, and so on."""
    run = Run.create(config, folder)
    for epoch, arrays in epochs.items():
        save_arrays(run.snapshot_path(int(epoch[1:])), arrays)
    return run


def moved(weights: dict[str, np.ndarray], by: float) -> dict[str, np.ndarray]:
    return {key: each + np.float32(by) for key, each in weights.items()}


def assert_holds(content: bytes, expected: dict[str, np.ndarray]) -> None:
    found = load(content)
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key].dtype == np.float32
        np.testing.assert_array_equal(found[key], value, err_msg=key)


def refused(name: str, folder: Path | None = None) -> str:
    """The sentence."""
    with pytest.raises(ModelError) as raised:
        network_file(name, folder, asked_in_vain)
    words = str(raised.value)
    assert words.endswith("."), words
    return words


def asked_in_vain(name: str) -> dict[str, np.ndarray]:
    raise AssertionError(f"{name} has weights in a file")


# What is in it


@pytest.mark.parametrize("name", sorted(PRETRAINED))
def test_weights_in_a_keras_file_are_those_that_keras_reads(name: str) -> None:
    from lenet.networks.loading import load_model

    layers = PRETRAINED[name].config.layers
    known = load_model(name).arrays()
    found = read_weights(path(name), layers)
    assert found.keys() == {key for key in known if "seed" not in key}
    for key, value in found.items():
        np.testing.assert_array_equal(value, known[key], err_msg=key)


def test_a_pretrained_model() -> None:
    card = PRETRAINED["lenet5-1998"]
    file = network_file(card.name, None, asked_in_vain)
    about, arrays = description_of(file.content), load(file.content)
    assert not file.is_training
    assert about["model"] == card.name and about["classes"] == [str(digit) for digit in range(10)]
    assert (about["image_shape"], about["input_shape"]) == ([28, 28, 1], [32, 32, 1])
    assert (about["scale"], about["offset"]) == (pytest.approx(1.275 / 255), -0.1), "the paper's scaling"
    assert [each["label"] for each in about["layers"]] == ["C1", "S2", "C3", "S4", "C5", "F6", "Output"]
    assert sum(each["parameters"] for each in about["layers"]) == card.parameters
    assert about["layers"][0] | {"kind": "conv", "filters": 6, "kernel_size": 5} == about["layers"][0]
    assert set(arrays) == set(read_weights(path(card.name), card.config.layers)) | {"7_radial_basis/codes"}
    codes = arrays["7_radial_basis/codes"]
    assert codes.shape == (10, 84) and set(np.unique(codes)) == {-1, 1}


def test_an_epoch_of_a_run(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    seed = {"2_dropout/seed_generator/seed_generator_state": np.zeros(2, np.uint32)}
    run = run_of(tmp_path, e0=weights, e3=moved(weights, 1) | seed)
    first, third = (network_file(f"{run.id}@{epoch}", tmp_path, asked_in_vain) for epoch in (0, 3))
    assert_holds(first.content, weights)
    assert_holds(third.content, moved(weights, 1))
    assert first.digest != third.digest and not first.is_training and not third.is_training
    about = description_of(third.content)
    assert about["model"] == f"{run.id}@3"
    assert (about["image_shape"], about["input_shape"]) == ([8, 8, 1], [8, 8, 1])
    assert [each["name"] for each in about["layers"]] == [key for key in dict.fromkeys(
        f"{number}_{each.kind}" for number, each in enumerate(CARD.config.layers, start=1)
    )]  # fmt: skip


def test_the_final_model_of_a_run(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    run = run_of(tmp_path, e1=moved(weights, 1))
    save_arrays(run.path / "checkpoint.npz", moved(weights, 2))
    shutil.copy(path(CARD.name), run.path / "model.keras")
    file = network_file(run.id, tmp_path, asked_in_vain)
    assert_holds(file.content, weights)
    assert not file.is_training and description_of(file.content)["model"] == run.id


def test_a_run_that_trains_has_its_newest_weights(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    run = run_of(tmp_path, e0=weights)
    assert "has no final model yet" in refused(run.id, tmp_path)
    digests = []
    for step in (1, 2):
        state = {"state/0": np.int64(step), "position/losses": np.zeros(step, np.float32)}
        save_arrays(run.path / "checkpoint.npz", moved(weights, step) | state)
        file = network_file(run.id, tmp_path, asked_in_vain)
        assert file.is_training
        assert_holds(file.content, moved(weights, step))
        digests.append(file.digest)
    assert digests[0] != digests[1]
    assert_holds(network_file(f"{run.id}@0", tmp_path, asked_in_vain).content, weights)
    shutil.copy(path(CARD.name), run.path / "model.keras")
    ended = network_file(run.id, tmp_path, asked_in_vain)
    assert not ended.is_training and ended.digest not in digests


def test_weights_of_every_number_become_float32(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    run = run_of(tmp_path, e0={key: each.astype(np.float64) for key, each in weights.items()})
    assert_holds(network_file(f"{run.id}@0", tmp_path, asked_in_vain).content, weights)


def test_what_batch_normalization_has_seen_is_there(tmp_path: Path) -> None:
    layers: tuple[Layer, ...] = (BatchNorm(), Dense(units=10, activation="softmax"))
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    arrays = {f"1_batch_norm/{name}": np.full(1, place, np.float32) for place, name in enumerate(names)}
    arrays |= {"2_dense/kernel": np.ones((64, 10), np.float32), "2_dense/bias": np.ones(10, np.float32)}
    run = run_of(tmp_path, CARD.config.replace(layers=layers), e0=arrays)
    assert_holds(network_file(f"{run.id}@0", tmp_path, asked_in_vain).content, arrays)


def test_an_untrained_model_asks_for_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_untrained_files", module._new_cache())  # other tests have asked for it
    card, asked = PRETRAINED["lenet5-relu"], []
    known = moved(read_weights(path(card.name), card.config.layers), 1)

    def drawn(name: str) -> dict[str, np.ndarray]:
        asked.append(name)
        return known

    file = network_file("lenet5-relu@0", None, drawn)
    assert asked == ["lenet5-relu@0"] and not file.is_training
    assert_holds(file.content, known)
    assert network_file("lenet5-relu@0", None, not_ready) == file, "the worker is asked once"
    with pytest.raises(TimeoutError):
        network_file("lenet5-tanh@0", None, not_ready)


def not_ready(name: str) -> dict[str, np.ndarray]:
    raise TimeoutError


# Who asks again, and who asks at once


def test_the_same_file_is_made_once(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    run, together = run_of(tmp_path, e0=weights), Barrier(8)

    def ask(_: int) -> object:
        together.wait(10)
        return network_file(f"{run.id}@0", tmp_path, asked_in_vain)

    with ThreadPoolExecutor(8) as threads:
        files = list(threads.map(ask, range(8)))
    assert len({id(each.content) for each in files}) == 1
    save_arrays(run.snapshot_path(0), moved(weights, 1))  # as a run that begins anew does
    assert_holds(network_file(f"{run.id}@0", tmp_path, asked_in_vain).content, moved(weights, 1))


def test_a_run_that_was_deleted_is_not_remembered(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    run = run_of(tmp_path, e0=weights)
    assert network_file(f"{run.id}@0", tmp_path, asked_in_vain).content
    run.delete()
    for name in (run.id, f"{run.id}@0"):
        assert "It may have been deleted" in refused(name, tmp_path)


# What is refused


@pytest.mark.parametrize("name", ["", "nothing", "../../etc/passwd", "a\0b", "x" * 10_000, "lenet5-draw@7"])
def test_a_name_that_leads_nowhere(tmp_path: Path, name: str) -> None:
    assert len(refused(name, tmp_path)) < 600


def test_a_file_from_elsewhere(tmp_path: Path) -> None:
    shutil.copy(path(CARD.name), tmp_path / "mine.keras")
    assert "from elsewhere" in refused(str(tmp_path / "mine.keras"))


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def noise(file: Path) -> None:
    file.write_bytes(np.random.default_rng(0).bytes(5_000))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def another_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(3_000))
        archive.writestr("1_conv/kernel.npy", b"\x93NUMPY" + bytes(300))


DAMAGE = [cut_short, noise, empty, another_zip]


@pytest.mark.parametrize("spoil", DAMAGE)
@pytest.mark.parametrize("file", ["model.keras", "checkpoint.npz", "snapshots/0000.npz"])
def test_damaged_weights(
    tmp_path: Path, weights: dict[str, np.ndarray], file: str, spoil: Callable[[Path], None]
) -> None:
    run = run_of(tmp_path, e0=weights)
    target = run.path / file
    if file == "model.keras":
        shutil.copy(path(CARD.name), target)
    else:
        save_arrays(target, weights)
    name = f"{run.id}@0" if file.startswith("snapshots") else run.id
    assert network_file(name, tmp_path, asked_in_vain).content
    spoil(target)
    words = refused(name, tmp_path)
    assert "damaged" in words and target.name in words


def test_a_pipe_in_place_of_weights_is_not_waited_for(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    for file in (run.path / "model.keras", run.path / "checkpoint.npz", run.snapshot_path(0)):
        os.mkfifo(file)
    for name in (run.id, f"{run.id}@0"):
        refused(name, tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"layers": 3}'])
def test_a_damaged_config(tmp_path: Path, weights: dict[str, np.ndarray], content: bytes) -> None:
    run = run_of(tmp_path, e0=weights)
    save_arrays(run.path / "checkpoint.npz", weights)
    (run.path / "config.json").write_bytes(content)
    for name in (run.id, f"{run.id}@0"):
        assert "config.json" in refused(name, tmp_path)


def test_data_that_are_not_known_any_more(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    run = run_of(tmp_path, CARD.config.replace(dataset="leaves"), e0=weights)
    assert "received 'leaves'" in refused(f"{run.id}@0", tmp_path)


# Of a network with these layers, on bundled digits: kernels of 3×3×1×4 and 36×10.
SMALL: tuple[Layer, ...] = (Conv(filters=4, kernel_size=3), MaxPool(), Dense(units=10, activation="softmax"))
FITTING = {
    KERNEL: np.ones((3, 3, 1, 4), np.float32),
    "1_conv/bias": np.ones(4, np.float32),
    "3_dense/kernel": np.ones((36, 10), np.float32),
    "3_dense/bias": np.ones(10, np.float32),
}
OTHERS = {
    "nothing": {},
    "one is missing": {key: each for key, each in FITTING.items() if key != "3_dense/bias"},
    "smaller": FITTING | {KERNEL: np.ones((3, 3, 1, 3), np.float32)},
    "larger": FITTING | {KERNEL: np.ones((5, 5, 1, 4), np.float32)},
    "larger here, smaller there": FITTING | {
        KERNEL: np.ones((5, 5, 1, 4), np.float32), "3_dense/kernel": np.ones((30, 10), np.float32),
    },
    "text": FITTING | {KERNEL: np.full((3, 3, 1, 4), "x")},
    "complex numbers": FITTING | {KERNEL: np.ones((3, 3, 1, 4), np.complex64)},
}  # fmt: skip


@pytest.mark.parametrize("arrays", OTHERS.values(), ids=OTHERS)
def test_weights_of_another_network(tmp_path: Path, arrays: dict[str, np.ndarray]) -> None:
    run = run_of(tmp_path, CARD.config.replace(layers=SMALL), e0=FITTING, e1=arrays)
    assert_holds(network_file(f"{run.id}@0", tmp_path, asked_in_vain).content, FITTING)
    assert "has the weights of another network" in refused(f"{run.id}@1", tmp_path)


def test_running_statistics_of_another_network(tmp_path: Path) -> None:
    layers: tuple[Layer, ...] = (BatchNorm(), Dense(units=10, activation="softmax"))
    arrays = {f"1_batch_norm/{name}": np.ones(1, np.float32) for name in ("gamma", "beta", "moving_mean")}
    arrays |= {"2_dense/kernel": np.ones((64, 10), np.float32), "2_dense/bias": np.ones(10, np.float32)}
    arrays["1_batch_norm/moving_variance"] = np.ones(64, np.float32)
    run = run_of(tmp_path, CARD.config.replace(layers=layers), e0=arrays)
    assert "has the weights of another network" in refused(f"{run.id}@0", tmp_path)


def test_a_final_model_of_other_layers(tmp_path: Path) -> None:
    run = run_of(tmp_path, CARD.config.replace(layers=SMALL))
    shutil.copy(path(CARD.name), run.path / "model.keras")
    assert "another network" in refused(run.id, tmp_path)


def test_layers_that_do_not_fit(tmp_path: Path) -> None:
    layers: tuple[Layer, ...] = (Conv(filters=4, kernel_size=9), Dense(units=10, activation="softmax"))
    run = run_of(tmp_path, CARD.config.replace(layers=layers), e0=FITTING)
    assert "kernel is larger" in refused(f"{run.id}@0", tmp_path)


def test_a_large_network_is_refused_before_its_weights_are_read(tmp_path: Path) -> None:
    def config(units: int) -> RunConfig:
        layers = Dense(units=1000), Dense(units=units), Dense(units=10, activation="softmax")
        return CARD.config.replace(layers=layers)

    most = (LARGEST // 4 - 65 * 1000 - 10) // 1011  # 1000 weights, a bias and 10 weights each
    assert is_computed(config(most), (8, 8, 1)) and not is_computed(config(most + 1), (8, 8, 1))
    run = run_of(tmp_path, config(6000), e0={})
    words = refused(f"{run.id}@0", tmp_path)
    assert "its weights take 25 MB, expected 20 MB at most" in words


def test_what_the_browser_computes() -> None:
    assert all(is_computed(card.config, card.image_shape) for card in PRETRAINED.values())
    assert not is_computed(None, (28, 28, 1))
