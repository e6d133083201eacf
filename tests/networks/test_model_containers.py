"""What a model's file is, whatever its ending: HDF5 of Keras 2 opens, the others are told how to convert."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.errors import ModelError
from lenet.inspection import api
from lenet.networks import image_config, keras_file_check
from lenet.networks.loading import load_model
from lenet.networks.model_reference import parse, resolve
from tests.strangers_files import (
    L,
    base_weights,
    convolutions,
    dense,
    keras2_config,
    save_keras2,
    sequential,
    with_weights,
)

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), np.uint8)
UNIT = IMAGES / np.float32(255)


@pytest.fixture(scope="module")
def cnn() -> keras.Sequential:
    return with_weights(sequential((28, 28, 1), *convolutions()), *base_weights("cnn-16-32"))


def answers_like(path: Path, model: keras.Model, images: np.ndarray = UNIT) -> None:
    found = load_model(f"{path}@0-1").probabilities(IMAGES)
    np.testing.assert_allclose(found, model.predict(images, verbose=0), atol=1e-5)


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as error:
        load_model(str(path))
    return str(error.value)


# HDF5


@pytest.mark.parametrize("how", ["2.9", "2.3", "2.1"])
def test_keras_2_in_its_dialects(tmp_path: Path, cnn: keras.Sequential, how: str) -> None:
    answers_like(save_keras2(cnn, tmp_path / "mine.h5", keras2_config(cnn, how)), cnn)


def test_a_graph_of_keras_2(tmp_path: Path) -> None:
    images = keras.Input((784,), name="input_1")
    hidden = L.Dense(16, activation="relu", name="dense_1")(images)
    beside = L.Dense(16, activation="tanh", name="dense_2")(images)
    model = keras.Model(images, L.Dense(10, "softmax", name="out")(L.Add(name="add")([hidden, beside])))
    config = keras2_config(model)
    nodes = {"dense_1": ["input_1"], "dense_2": ["input_1"], "add": ["dense_1", "dense_2"], "out": ["add"]}
    for layer in config["config"]["layers"]:
        name = layer["name"] = layer["config"]["name"]
        layer["inbound_nodes"] = [[[each, 0, 0, {}] for each in nodes[name]]] if name in nodes else []
    places = {"input_layers": [["input_1", 0, 0]], "output_layers": [["out", 0, 0]]}
    config = {"class_name": "Functional", "config": {"name": "model", **config["config"], **places}}
    path = save_keras2(model, tmp_path / "mine.hdf5", config)
    answers_like(path, model, IMAGES.reshape(5, 784) / np.float32(255))


def test_a_batch_norm_and_a_normalization_of_keras_2(tmp_path: Path) -> None:
    normalize = L.Normalization(axis=-1)
    normalize.adapt(IMAGES.astype(np.float32))
    layers = [normalize, L.Conv2D(4, 5, strides=3), L.BatchNormalization(), L.Dropout(0.5), L.Flatten()]
    model = sequential((28, 28, 1), *layers, L.Dense(10, activation="softmax"))
    model.layers[2].set_weights([np.arange(4.0) + each for each in (1, 2, 3, 4)])
    path = save_keras2(model, tmp_path / "mine.h5", keras2_config(model))
    np.testing.assert_allclose(
        load_model(str(path)).probabilities(IMAGES),
        model.predict(IMAGES.astype(np.float32), verbose=0),
        atol=1e-5,
    )
    assert "Normalization" in load_model(str(path)).file_input.in_words


@pytest.mark.filterwarnings("ignore")
def test_hdf5_of_keras_3_under_any_name(tmp_path: Path, cnn: keras.Sequential) -> None:
    cnn.save(tmp_path / "mine.h5")
    shutil.copy(tmp_path / "mine.h5", tmp_path / "other.keras")
    cnn.save(tmp_path / "real.keras")
    shutil.copy(tmp_path / "real.keras", tmp_path / "real.h5")
    for name in ("mine.h5", "other.keras", "real.keras", "real.h5"):
        answers_like(tmp_path / name, cnn)
    found = api.activations(str(tmp_path / "mine.h5"), IMAGES[0])
    assert [layer.kind for layer in found.layers] == [
        "conv",
        "max_pool",
        "conv",
        "max_pool",
        "dense",
        "dense",
    ]


@pytest.fixture
def keras2(tmp_path: Path, cnn: keras.Sequential) -> Path:
    return save_keras2(cnn, tmp_path / "mine.h5", keras2_config(cnn))


def changed(path: Path, change: Callable[[h5py.File], None]) -> Path:
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def test_nothing_outside_of_the_file_is_read(keras2: Path) -> None:
    secret = keras2.with_name("secret.bin")
    secret.write_bytes(bytes(64))

    def external_link(file: h5py.File) -> None:
        file["model_weights/more"] = h5py.ExternalLink("/etc/other.h5", "/x")

    def soft_link(file: h5py.File) -> None:
        del file["model_weights/more"]
        file["model_weights/more"] = h5py.SoftLink("/elsewhere")

    def external_array(file: h5py.File) -> None:
        del file["model_weights/more"]
        file["model_weights"].create_dataset("more", (10,), "f4", external=[(str(secret), 0, 40)])

    def virtual_array(file: h5py.File) -> None:
        del file["model_weights/more"]
        layout = h5py.VirtualLayout((10,), "f4")
        layout[:] = h5py.VirtualSource(str(secret), "x", (10,))
        file["model_weights"].create_virtual_dataset("more", layout)

    for change in (external_link, soft_link, external_array, virtual_array):
        words = refusal(changed(keras2, change))
        assert (
            "refers to data in another place" in words and "more" in words and "save the model again" in words
        )


def test_the_weights_of_a_keras_file_lie_in_it(tmp_path: Path, cnn: keras.Sequential) -> None:
    cnn.save(tmp_path / "mine.keras")
    with zipfile.ZipFile(tmp_path / "mine.keras") as archive:
        config, weights = archive.read("config.json"), tmp_path / "model.weights.h5"
        weights.write_bytes(archive.read("model.weights.h5"))
    changed(weights, lambda file: file.__setitem__("more", h5py.ExternalLink("/etc/other.h5", "/x")))
    with zipfile.ZipFile(tmp_path / "mine.keras", "w") as archive:
        archive.writestr("config.json", config)
        archive.write(weights, "model.weights.h5")
    assert "refers to data in another place ('more')" in refusal(tmp_path / "mine.keras")


def test_damaged_truncated_huge(keras2: Path) -> None:
    whole = keras2.read_bytes()
    for length in (9, 2_000, len(whole) - 5_000):
        keras2.write_bytes(whole[:length])
        assert "is no Keras model, or is damaged" in refusal(keras2)
    keras2.write_bytes(whole)
    announced = {"shape": (2_500_000_000,), "dtype": "f4", "chunks": (1_000_000,), "compression": "gzip"}
    changed(keras2, lambda file: file.create_dataset("bomb", **announced))
    assert "its weights take 10,000," in refusal(keras2)

    def one_layer_less(file: h5py.File) -> None:
        del file["bomb"]
        names = file["model_weights"].attrs["layer_names"]
        file["model_weights"].attrs["layer_names"] = names[:-1]

    assert "is no Keras model, or is damaged" in refusal(changed(keras2, one_layer_less))


def test_code_of_keras_2_is_never_run(keras2: Path, cnn: keras.Sequential) -> None:
    def with_layer(class_name: str, **settings: object) -> Path:
        config = keras2_config(cnn)
        config["config"]["layers"].insert(1, {"class_name": class_name, "config": {"name": "x", **settings}})
        return changed(keras2, lambda file: file.attrs.__setitem__("model_config", json.dumps(config)))

    code = ["4wEAAAA=", None, None]
    assert "holds a Lambda layer, which is code" in refusal(with_layer("Lambda", function=code))
    assert "holds 'MyLayer', which is not known here" in refusal(with_layer("MyLayer"))
    assert "holds 'TFOpLambda', which is not known here" in refusal(with_layer("TFOpLambda", function="exec"))
    many = keras2_config(cnn)
    many["config"]["layers"] *= 40
    changed(keras2, lambda file: file.attrs.__setitem__("model_config", json.dumps(many)))
    assert "layers, expected at most 200" in refusal(keras2)
    changed(keras2, lambda file: file.attrs.__setitem__("model_config", "[" * 10_000))
    assert "nested more than 64 levels deep" in refusal(keras2)
    changed(
        keras2, lambda file: file.attrs.__setitem__("model_config", json.dumps({"class_name": "Sequential"}))
    )
    assert "is no Keras model, or is damaged" in refusal(keras2)


def test_one_array_under_many_names_is_not_read_many_times(keras2: Path, monkeypatch) -> None:
    size = keras2.stat().st_size
    monkeypatch.setattr(keras_file_check, "MAX_WEIGHT_BYTES", 2 * size)

    def many_names(file: h5py.File) -> None:
        for layer in file["model_weights"].values():
            layer.attrs["weight_names"] = list(layer.attrs["weight_names"]) * 50

    assert "its weights take more than" in refusal(changed(keras2, many_names))


def test_functions_of_keras_that_are_no_activations_are_not_called(
    tmp_path: Path, cnn: keras.Sequential
) -> None:
    function = {"class_name": "function", "module": "keras.config", "config": "set_epsilon"}
    function |= {"registered_name": "function"}
    path, before = tmp_path / "mine.keras", keras.config.epsilon()
    for place in ("layer", "activation"):
        cnn.save(path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        config = json.loads(members["config.json"])
        if place == "layer":
            config["config"]["layers"].insert(2, function)
        else:
            config["config"]["layers"][1]["config"]["activation"] = function
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in (members | {"config.json": json.dumps(config).encode()}).items():
                archive.writestr(name, content)
        assert "names a function of 'keras.config'" in refusal(path)
    assert keras.config.epsilon() == before


def test_one_output_is_no_classifier(tmp_path: Path) -> None:
    keras.Sequential([keras.Input((28, 28, 1)), L.Flatten(), L.Dense(1, "sigmoid")]).save(
        tmp_path / "a.keras"
    )
    assert "gives one number for each image, expected one for each class" in refusal(tmp_path / "a.keras")


def test_the_axis_of_a_batch_norm_is_turned_with_the_maps(tmp_path: Path) -> None:
    first = keras.Sequential([keras.Input((1, 28, 28)), L.MaxPooling2D(data_format="channels_first")])
    for axis in (-1, 1, 2):  # width, channels, height
        first.add(L.BatchNormalization(axis=axis))
    first.add(L.Flatten())
    first.add(L.BatchNormalization())
    first.add(L.Dense(10))
    config = keras.saving.serialize_keras_object(first)
    turned, _ = image_config.taking_images(tmp_path / "a.keras", config)
    norms = [each for each in turned["config"]["layers"] if each["class_name"] == "BatchNormalization"]
    assert [each["config"]["axis"] for each in norms] == [2, -1, 1, -1]


# What does not open


def test_weights_alone(tmp_path: Path, cnn: keras.Sequential) -> None:
    cnn.save_weights(tmp_path / "mine.weights.h5")
    words = refusal(tmp_path / "mine.weights.h5")
    assert "holds weights and no layers" in words
    assert "model.load_weights('mine.weights.h5'); model.save('mine.keras')" in words


def test_the_lines_for_weights_alone_convert(tmp_path: Path, cnn: keras.Sequential, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    cnn.save_weights("mine.weights.h5")
    lines = refusal(Path("mine.weights.h5")).partition("join them: ")[2]
    exec(lines, {"model": sequential((28, 28, 1), *convolutions())})
    answers_like(Path("mine.keras"), cnn)


def test_a_saved_model(tmp_path: Path, monkeypatch, runs_folder: Path) -> None:
    monkeypatch.chdir(tmp_path)
    model = sequential((784,), *dense())
    tf.saved_model.save(tf.Module(), "saved")
    assert model.layers
    shutil.make_archive("saved", "zip", "saved")
    Path("saved.zip").rename("zipped.keras")
    shutil.copytree("saved", "folder.keras")
    for name in ("saved", "saved/saved_model.pb", "zipped.keras", "folder.keras"):
        words = refusal(Path(name))
        assert "is a SavedModel: a program, which is not run here" in words, words
        assert "tf_keras.models.load_model(" in words and "; model.save('" in words


def test_files_of_others(tmp_path: Path) -> None:
    lite = tmp_path / "mine.tflite"
    lite.write_bytes(b"\x1c\0\0\0TFL3" + bytes(100))
    assert "is of TensorFlow Lite, which cannot be converted back" in refusal(lite)
    torch = tmp_path / "mine.pt"
    with zipfile.ZipFile(torch, "w") as archive:
        archive.writestr("mine/data.pkl", b"\x80\x02.")
    assert "is of PyTorch" in refusal(torch)
    pickle = tmp_path / "old.pth"
    pickle.write_bytes(b"\x80\x02}q\x00.")
    assert "is of PyTorch" in refusal(pickle)
    text = tmp_path / "mine.h5"
    text.write_text("hello")
    assert "it is no zip file, or is cut short, and it is no HDF5 file" in refusal(text)
    folder = tmp_path / "folder.keras"
    folder.mkdir()
    assert "is a folder, expected a file" in refusal(folder)
    with pytest.raises(ModelError, match="There is no model at"):
        resolve(str(tmp_path / "none.h5"))


@pytest.mark.parametrize(
    ("text", "name", "pixels"),
    [
        ("a/mine.h5", "a/mine.h5", None),
        ("a/mine.H5@0-255", "a/mine.H5", "0-255"),
        ("mine@2.keras@-1-1", "mine@2.keras", "-1-1"),
        ("file-0123456789abcdef@0-1", "file-0123456789abcdef", "0-1"),
        ("lenet5-relu@0", "lenet5-relu", None),
    ],
)
def test_names_of_files(text: str, name: str, pixels: str | None) -> None:
    reference = parse(text)
    assert (reference.name, reference.pixels, str(reference)) == (name, pixels, text)
    assert reference.is_file == (name != "lenet5-relu")
