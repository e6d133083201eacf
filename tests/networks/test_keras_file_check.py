"""Files of models from strangers: what is refused, in which words, and with how much memory."""

import io
import json
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from lenet.errors import ModelError
from lenet.inspection import api
from lenet.networks import keras_file_check, pretrained, saving
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.pretrained import PRETRAINED
from lenet.npz import save_arrays
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, MaxPool
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from tests.tolerances import assert_close

IMAGE = np.zeros((28, 28, 1), np.uint8)


def saved(tmp_path: Path, *layers: keras.layers.Layer, shape: tuple[int, ...] = (28, 28, 1)) -> Path:
    path = tmp_path / "mine.keras"
    keras.Sequential([keras.Input(shape), *layers]).save(path)
    return path


def rewritten(source: Path, **changes: Callable[[bytes], bytes | None]) -> Path:
    """The file with members changed: config, weights. A change that gives None leaves the member out."""
    names = {"config.json": "config", "model.weights.h5": "weights"}
    target = source.with_name("changed.keras")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = changes.get(names.get(name, ""), lambda data: data)
            if (data := change(old.read(name))) is not None:
                new.writestr(name, data)
    return target


def edited(change: Callable[[dict], None]) -> Callable[[bytes], bytes]:
    """The config after `change`."""

    def of(data: bytes) -> bytes:
        config = json.loads(data)
        change(config)
        return json.dumps(config).encode()

    return of


def layer_of(config: dict, number: int) -> dict:
    return config["config"]["layers"][number]["config"]


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as error:
        api.activations(str(path), IMAGE)
    assert str(error.value).startswith(str(path))
    return str(error.value)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return saved(
        tmp_path,
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    )


def test_a_plain_one_is_looked_into(plain: Path) -> None:
    found = api.activations(str(plain), IMAGE)
    assert [layer.kind for layer in found.layers] == ["conv", "max_pool", "dense"]
    assert found.prediction.class_names == tuple("0123456789")


@pytest.mark.parametrize("name", sorted(PRETRAINED))
def test_the_pretrained_ones_pass(name: str) -> None:
    assert load_model(str(pretrained.path(name))).network.num_classes == 10


def test_layers_of_many_kinds_pass(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        keras.layers.Rescaling(2.0),
        keras.layers.ZeroPadding2D(2),
        keras.layers.SeparableConv2D(6, 3, activation="elu", depthwise_regularizer="l2"),
        keras.layers.BatchNormalization(),
        keras.layers.LeakyReLU(),
        keras.layers.DepthwiseConv2D(3),
        keras.layers.SpatialDropout2D(0.1),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(7),
        keras.layers.Softmax(),
    )
    found = api.activations(str(path), IMAGE)
    expected = keras.saving.load_model(path).predict(IMAGE[None] / np.float32(255), verbose=0)[0]
    assert_close(found.prediction.probabilities, expected)
    assert found.layers[-1].name == "Output" and len(found.layers) == 8


def test_what_is_no_model(tmp_path: Path, plain: Path) -> None:
    text = tmp_path / "text.keras"
    text.write_text("hello")
    assert "is no Keras model, or is damaged: it is no zip file, or is cut short" in refusal(text)
    assert "it holds no config.json" in refusal(rewritten(plain, config=lambda data: None))
    assert "it holds no model.weights.h5" in refusal(rewritten(plain, weights=lambda data: None))
    assert "is no Keras model, or is damaged" in refusal(rewritten(plain, config=lambda data: b"{nonsense"))
    assert "describes no network" in refusal(rewritten(plain, config=lambda data: b"[1, 2]"))
    assert "nested more than 64 levels deep" in refusal(rewritten(plain, config=lambda data: b"[" * 200_000))
    assert "is no Keras model, or is damaged" in refusal(rewritten(plain, weights=lambda data: data[:999]))


def test_code_is_never_run(tmp_path: Path, plain: Path) -> None:
    def shell(config: dict) -> None:
        config["config"]["layers"][1] |= {"module": "os", "class_name": "system", "registered_name": None}

    assert "holds 'system', which is not known here" in refusal(rewritten(plain, config=edited(shell)))

    def reads_a_file(config: dict) -> None:
        config["config"]["layers"][1]["class_name"] = "StringLookup"
        config["config"]["layers"][1]["config"]["vocabulary"] = "/etc/passwd"

    assert "holds 'StringLookup'" in refusal(rewritten(plain, config=edited(reads_a_file)))

    def initializer(config: dict) -> None:
        layer_of(config, 1)["kernel_initializer"] |= {"module": "subprocess", "class_name": "Popen"}

    assert "holds 'Popen'" in refusal(rewritten(plain, config=edited(initializer)))

    def function(config: dict) -> None:
        layer_of(config, 1)["activation"] = {
            "module": "os",
            "class_name": "function",
            "config": "system",
            "registered_name": "function",
        }

    assert "names a function of 'os'" in refusal(rewritten(plain, config=edited(function)))
    path = saved(tmp_path, keras.layers.Lambda(lambda x: x), keras.layers.Flatten(), keras.layers.Dense(10))
    words = refusal(path)
    assert "holds a Lambda layer, which is code" in words and "save the model again" in words


def test_what_sorts_no_images(tmp_path: Path) -> None:
    maps = saved(tmp_path, keras.layers.Conv2D(4, 3))
    assert "images and outputs of (28, 28, 1) and (26, 26, 4); expected one image" in refusal(maps)


def memory_of_refusing(paths: list[Path]) -> tuple[list[str], int]:
    """The sentences, and how many bytes more a process takes to say them, in a fresh Python."""
    program = (
        "import resource, sys\n"
        "from lenet.networks.loading import load_model\n"
        "load_model('cnn-16-32').network.probabilities\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n        load_model(path)\n    except ValueError as error:\n        print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, *paths], capture_output=True, encoding="utf-8", timeout=120
    )
    assert finished.returncode == 0, finished.stderr
    *sentences, kilobytes = finished.stdout.splitlines()
    return sentences, int(kilobytes) * 1024


def test_ten_gigabytes_are_refused_with_little_memory(tmp_path: Path, plain: Path) -> None:
    """A dense layer that wants them, and arrays that announce them."""

    def wide(config: dict) -> None:
        layer_of(config, 4)["units"] = 3_700_000

    def bomb(data: bytes) -> bytes:
        file = io.BytesIO(data)
        with h5py.File(file, "r+") as weights:
            weights.create_dataset("more", (2_500_000_000,), "f4", chunks=(1_000_000,), compression="gzip")
        return file.getvalue()

    wants = rewritten(plain, config=edited(wide)).rename(tmp_path / "wide.keras")
    announces = rewritten(plain, weights=bomb)
    assert max(path.stat().st_size for path in (wants, announces)) < 200_000
    sentences, num_bytes = memory_of_refusing([wants, announces])
    assert "its network needs 2,504,900,040 parameters, expected at most 20,000,000" in sentences[0]
    assert "its weights take 10,000,0" in sentences[1] and "expected at most 320,000,000" in sentences[1]
    assert num_bytes < 150_000_000


def test_many_large_maps_are_refused(tmp_path: Path, plain: Path) -> None:
    wide = (keras.layers.Conv2D(3_000, 1), keras.layers.GlobalMaxPooling2D(), keras.layers.Dense(10))
    path = saved(tmp_path, *wide)
    assert "its layers give 2,355,794 numbers for each image, expected at most 2,000,000" in refusal(path)
    inner = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(3_000, 1), wide[1]])
    inside = saved(tmp_path, inner, keras.layers.Dense(10))
    assert "numbers for each image, expected at most 2,000,000" in refusal(inside)
    huge = rewritten(plain, config=lambda data: data + b" " * 3_000_000)
    assert "config.json has 3,0" in refusal(huge) and "expected at most 2,000,000" in refusal(huge)
    zeros = rewritten(plain, weights=lambda data: bytes(400_000_000))
    assert "model.weights.h5 has 400,000,000 bytes, expected at most 320,000,000" in refusal(zeros)
    assert zeros.stat().st_size < 1_000_000


def test_an_outline_takes_no_memory(tmp_path: Path) -> None:
    model = build(PRETRAINED["cnn-16-32"].config.layers, (28, 28, 1), 0)
    saving.save(model, tmp_path / "mine.keras")
    outline = saving.outlined(keras_file_check.read_config(tmp_path / "mine.keras"))
    assert [each.shape for each in outline.weights] == [each.shape for each in model.weights]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = tmp_path / "wide.keras"
    with zipfile.ZipFile(tmp_path / "mine.keras") as old, zipfile.ZipFile(path, "w") as new:
        new.writestr("config.json", old.read("config.json").replace(b'"units": 10,', b'"units": 60000000,'))
    outline = saving.outlined(keras_file_check.read_config(path))
    assert sum(int(np.prod(each.shape)) for each in outline.weights) > 7_000_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def repeated(times: int) -> Callable[[dict], None]:
    """The first layer so many times more, each under a name of its own."""

    def of(config: dict) -> None:
        layers = config["config"]["layers"]
        for number in range(times):
            layers.insert(
                1, json.loads(json.dumps(layers[1]).replace(layers[1]["config"]["name"], f"x{number}"))
            )

    return of


@pytest.mark.parametrize(
    ("times", "words"),
    [(2_000, "its network has 2,005 layers, expected at most 200"), (80, "has 85 layers in a Sequential")],
)
def test_so_many_layers_that_keras_would_take_minutes(plain: Path, times: int, words: str) -> None:
    path = rewritten(plain, config=edited(repeated(times)))
    started = time.perf_counter()
    assert words in refusal(path)
    assert time.perf_counter() - started < 5


def test_a_layer_that_is_used_many_times(tmp_path: Path) -> None:
    images = keras.Input((28, 28, 1))
    model = keras.Model(images, keras.layers.Dense(10)(keras.layers.Flatten()(images)))
    model.save(tmp_path / "mine.keras")

    def used_often(config: dict) -> None:
        config["config"]["layers"][1]["inbound_nodes"] *= 5_000

    words = refusal(rewritten(tmp_path / "mine.keras", config=edited(used_often)))
    assert "its config has 5,009 objects, expected at most 4,000" in words


def test_a_file_of_many_members_and_one_of_many_arrays(tmp_path: Path, plain: Path) -> None:
    path = tmp_path / "many.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"member-{number}", b"")
    started = time.perf_counter()
    assert "its list of members has" in refusal(path)

    def with_groups(data: bytes) -> bytes:
        file = io.BytesIO(data)
        with h5py.File(file, "r+") as weights:
            for number in range(3_000):
                weights.create_group(f"group-{number}")
        return file.getvalue()

    assert "has many arrays, expected at most 2,000" in refusal(rewritten(plain, weights=with_groups))
    assert time.perf_counter() - started < 10


HUGE = tuple(Dense(units=16_384) for _ in range(64))


def test_a_network_of_16_billion_weights_is_never_built(runs_folder: Path) -> None:
    """Whoever asks for it: the config of a run folder may be anybody's."""
    run = Run.create(RECIPES["digits-quick"].config.replace(layers=HUGE))
    save_arrays(run.snapshot_path(0), {"x": np.zeros(1)})
    save_arrays(run.path / "checkpoint.npz", {"x": np.zeros(1)})
    asks = [
        lambda: load_model(f"{run.id}@0", runs_folder),
        lambda: api.activations(f"{run.id}@0", IMAGE[:8, :8], str(runs_folder)),
        lambda: api.live_feature_maps(str(run.path), 0),
        lambda: build(HUGE, (8, 8, 1), 0),
    ]
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    for ask in asks:
        with pytest.raises(ModelError, match="has 16,9.* parameters, expected at most 20,000,000"):
            ask()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    assert time.perf_counter() - started < 5
    assert train(run).state == "failed" and "parameters, expected at most" in run.status().error


def test_nor_one_whose_maps_fill_the_memory() -> None:
    convolutions = [Conv(filters=1024, kernel_size=1, padding="same") for _ in range(4)]
    layers = (*convolutions, MaxPool(size=64), Dense(units=10))
    with pytest.raises(ModelError, match="numbers for each image, expected at most 50,000,000"):
        build(layers, (256, 256, 1), 0)


def test_large_maps_go_through_in_small_passes(plain: Path) -> None:
    loaded = load_model(str(plain))
    assert loaded.network.at_once(500) == 500
    loaded.network.values = 100_000_000
    assert loaded.network.at_once(500) == 2 and loaded.network.at_once(0) == 1
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), np.uint8)
    assert_close(loaded.probabilities(images), load_model(str(plain)).probabilities(images))
