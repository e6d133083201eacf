"""ONNX files open as networks that answer as ONNX Runtime does; what has no layer here is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from lenet.errors import ModelError
from lenet.evaluation import predictor
from lenet.export.formats import FORMATS
from lenet.export.network import trained_network
from lenet.inspection import api
from lenet.networks import model_containers, onnx_graph
from lenet.networks.loading import load_model
from tests.command_line import answer
from tests.onnx_files import damaged, onnx_model, runtime_answers, saved

RANDOM = np.random.default_rng(0)


def some(*shape: int) -> np.ndarray:
    return (RANDOM.normal(size=shape) / np.sqrt(np.prod(shape[1:]) or 1)).astype(np.float32)


def images(*shape: int, count: int = 20) -> np.ndarray:
    return RANDOM.integers(0, 256, (count, *shape)).astype(np.uint8)


def channels_first(pixels: np.ndarray) -> np.ndarray:
    return pixels.transpose(0, 3, 1, 2)


def softmax(values: np.ndarray) -> np.ndarray:
    exponentials = np.exp(values - values.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


CONV = ("Conv", some(6, 1, 5, 5), some(6), {"pads": [2, 1, 2, 1], "strides": [1, 2]})
POOL = ("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]})
FLAT = 6 * 14 * 6  # behind both, of 28×28
HEAD = ("Gemm", some(10, FLAT), some(10), {"transB": 1})
LENET = (CONV, ("Relu", {}), POOL, ("Flatten", {}), HEAD)


def lenet(
    *behind: Any, before: tuple[Any, ...] = (), shape: tuple[int, ...] = (1, 28, 28), **more: Any
) -> Any:
    return onnx_model(shape, *[(*each[:-1], dict(each[-1])) for each in (*before, *LENET, *behind)], **more)


def by_shape() -> Any:
    """`x.view(x.size(0), -1)` as exporters write it."""
    steps = (
        CONV, ("Relu", {}), POOL,
        ("Shape", {}),
        ("Gather", np.int64(0), {"axis": 0}),
        ("Unsqueeze", np.array([0]), {}),
        ("Concat", np.array([-1]), {"axis": 0}),
    )  # fmt: skip
    model = onnx_model((1, 28, 28), *[(*each[:-1], dict(each[-1])) for each in steps])
    graph = model.graph
    graph.node.append(helper.make_node("Reshape", ["2", "6"], ["7"]))
    graph.initializer.extend([numpy_helper.from_array(HEAD[1], "k"), numpy_helper.from_array(HEAD[2], "b")])
    graph.node.append(helper.make_node("Gemm", ["7", "k", "b"], ["8"], transB=1))
    graph.output[0].name = "8"
    return model


def channels_last_twice() -> Any:
    """As converters of TensorFlow write: turned before the convolution and back behind it."""
    return onnx_model(
        (28, 28, 1),
        ("Transpose", {"perm": [0, 3, 1, 2]}), (*CONV[:-1], dict(CONV[-1])), ("Relu", {}),
        (POOL[0], dict(POOL[-1])), ("Transpose", {"perm": [0, 2, 3, 1]}),
        ("Reshape", np.array([-1, FLAT]), {}), ("MatMul", some(FLAT, 10), {}), ("Add", some(10), {}),
        ("Softmax", {"axis": -1}),
    )  # fmt: skip


def small_network() -> Any:
    """What small networks have beside the layers of LeNet."""
    return onnx_model(
        (3, 16, 16),
        ("Sub", np.array([0.4, 0.5, 0.6], np.float32).reshape(3, 1, 1), {}),
        ("Div", np.array([0.2, 0.3, 0.25], np.float32).reshape(1, 3, 1, 1), {}),
        ("Pad", np.array([0, 0, 1, 1, 0, 0, 1, 1]), {}),
        ("Conv", some(8, 3, 3, 3), {}),
        ("BatchNormalization", 1 + some(8), some(8), some(8), 1 + np.abs(some(8)), {"epsilon": 1e-3}),
        ("LeakyRelu", {"alpha": 0.2}),
        ("Conv", some(16, 1, 3, 3), some(16), {"group": 8, "auto_pad": "SAME_UPPER"}),
        ("Clip", np.float32(0), np.float32(6), {}),
        ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}),
        ("Conv", some(12, 16, 3, 3), some(12), {"dilations": [2, 2]}),
        ("Elu", {"alpha": 0.5}),
        ("Dropout", {}),
        ("GlobalAveragePool", {}),
        ("Squeeze", np.array([2, 3]), {}),
        ("Gemm", some(12, 5), some(1, 5), {"alpha": 0.5, "beta": 2.0}),
        ("LogSoftmax", {"axis": 1}),
    )  # fmt: skip


def widened() -> Any:
    """A kernel in int8, with a scale for each output: a small one, for libraries round large logits apart."""
    model = onnx_model((784,), ("MatMul", some(784, 10), {}), ("Softmax", {}))
    values = RANDOM.integers(-127, 128, (784, 10)).astype(np.int8)
    new = {"0_0q": values, "s": np.abs(some(10)) / 500, "z": np.zeros(10, np.int8)}
    del model.graph.initializer[:]
    model.graph.initializer.extend(numpy_helper.from_array(each, name) for name, each in new.items())
    model.graph.node.insert(0, helper.make_node("DequantizeLinear", ["0_0q", "s", "z"], ["0_0"], axis=1))
    return model


# What it is → how it is made, the shape of images, how ONNX Runtime is given them, how its answer is read
FILES = {
    "channels first, Flatten, logits": (lenet, (28, 28, 1), channels_first, softmax),
    "its own Rescaling": (
        lambda: lenet(before=(("Mul", np.float32(1 / 255), {}), ("Sub", np.float32(0.5), {}))),
        (28, 28, 1), channels_first, softmax,
    ),
    "a shape that is computed": (by_shape, (28, 28, 1), channels_first, softmax),
    "channels last, turned twice": (channels_last_twice, (28, 28, 1), np.asarray, np.asarray),
    "(28, 28)": (
        lambda: lenet(before=(("Unsqueeze", np.array([1]), {}),), shape=(28, 28)),
        (28, 28, 1), lambda pixels: pixels[..., 0], softmax,
    ),
    "784, made an image": (
        lambda: lenet(before=(("Reshape", np.array([-1, 1, 28, 28]), {}),), shape=(784,)),
        (28, 28, 1), lambda pixels: pixels.reshape(-1, 784), softmax,
    ),
    "what small networks have": (small_network, (16, 16, 3), channels_first, np.exp),
    "int8 kernel": (widened, (28, 28, 1), lambda pixels: pixels.reshape(-1, 784), np.asarray),
}  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_it_answers_as_onnx_runtime_does(what: str, tmp_path: Path) -> None:
    make, shape, given, read = FILES[what]
    path, pixels = saved(make(), tmp_path / "it.onnx"), images(*shape)
    loaded = load_model(f"{path}@0-1")
    assert loaded.network.input_shape == shape
    expected = read(runtime_answers(path, given(pixels / np.float32(255))))
    np.testing.assert_allclose(loaded.probabilities(pixels), expected, atol=2e-6)


def test_one_that_gives_the_class_alone_gives_probabilities_here(tmp_path: Path) -> None:
    model, pixels = lenet(("Softmax", {"axis": 1}), ("ArgMax", {"axis": 1, "keepdims": 0})), images(28, 28, 1)
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.INT64
    path = saved(model, tmp_path / "it.onnx")
    found = load_model(f"{path}@0-255").probabilities(pixels)
    assert (found.argmax(axis=1) == runtime_answers(path, channels_first(pixels.astype(np.float32)))).all()
    assert found.max() < 1 or len(set(found.argmax(axis=1))) > 1


@pytest.mark.parametrize("name", ["cnn-16-32", "lenet5-draw", "lenet5-1998", "lenet5-best-fashion"])
def test_what_is_exported_here_opens_again(name: str, tmp_path: Path) -> None:
    network = trained_network(name)
    ((_, content),) = FORMATS["onnx"].export(network, None).items()
    (tmp_path / "it.onnx").write_bytes(content)
    loaded, pixels = load_model(str(tmp_path / "it.onnx")), images(28, 28, 1)
    assert loaded.file_input.in_words == "Pixels 0 to 255: the file takes bytes."
    expected = FORMATS["onnx"].answers(network, {"it.onnx": content}, pixels)
    np.testing.assert_allclose(loaded.probabilities(pixels), expected, atol=2e-5)
    shown = api.activations(str(tmp_path / "it.onnx"), pixels[0]).prediction
    np.testing.assert_allclose(shown.probabilities, expected[0], atol=2e-5)
    assert shown.class_names == tuple(network.classes)


@pytest.mark.parametrize("said", ['["7"]', '{"a": 1}', '"0123456789"', "[" * 20_000, "[1, 2]", "no JSON"])
def test_classes_that_another_program_has_meant_otherwise(tmp_path: Path, said: str) -> None:
    model = lenet()
    model.metadata_props.add(key="classes", value=said)
    loaded = load_model(f"{saved(model, tmp_path / 'it.onnx')}@0-1")
    assert predictor.class_names(loaded) == tuple("0123456789")


def test_on_the_command_line(tmp_path: Path) -> None:
    ((_, content),) = FORMATS["onnx"].export(trained_network("digits-quick"), None).items()
    (tmp_path / "it.onnx").write_bytes(content)
    found = answer("evaluate", str(tmp_path / "it.onnx"), "--dataset", "digits")
    own = answer("evaluate", "digits-quick")
    assert found["accuracy"] == own["accuracy"]


def with_external_array() -> Any:
    model = lenet()
    array = model.graph.initializer[0]
    array.ClearField("raw_data")
    array.data_location = TensorProto.EXTERNAL
    array.external_data.add(key="location", value="weights.bin")
    return model


def with_huge_array() -> Any:
    model = lenet()
    model.graph.initializer[0].dims[0] = 10**12
    return model


def residual() -> Any:
    model = lenet()
    model.graph.node.append(helper.make_node("Add", ["4", "4"], ["5"]))
    model.graph.output[0].name = "5"
    return model


def two_inputs() -> Any:
    model = lenet()
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, ["batch", 1]))
    return model


REFUSED = {
    "an operation of its own": (lambda: lenet(("Hardmax", {})), "has the operation 'Hardmax', of which no"),
    "two paths": (residual, "is no single path: its operation 'Add' takes"),
    "two inputs": (two_inputs, "has 2 inputs, expected one: images"),
    "arrays elsewhere": (with_external_array, "keeps the array '0_0' in another file, which is not followed"),
    "a huge array": (with_huge_array, "is too large to be opened here: its arrays have"),
    "a margin around a pool": (
        lambda: lenet(before=(("MaxPool", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),)),
        r"has a MaxPool with a margin of \[1, 1, 1, 1\]",
    ),
    "a window over the edge": (
        lambda: lenet(before=(("MaxPool", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}),)),
        "whose last window reaches over the edge",
    ),
    "groups": (
        lambda: lenet(before=(("Conv", some(4, 1, 1, 1), {}), ("Conv", some(4, 2, 1, 1), {"group": 2}))),
        "has a convolution in 2 groups",
    ),
    "turned axes": (
        lambda: lenet(before=(("Transpose", {"perm": [0, 1, 3, 2]}),)), "has a turning of axes",
    ),
    "kernels that do not fit": (
        lambda: onnx_model((784,), ("MatMul", some(9, 10), {})), "is no Keras model, or is damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_has_no_layer_here_is_said(what: str, tmp_path: Path) -> None:
    make, words = REFUSED[what]
    with pytest.raises(ModelError, match=words):
        load_model(str(saved(make(), tmp_path / "it.onnx")))


def test_damaged_files_and_a_package_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(lenet(), tmp_path / "it.onnx")
    with pytest.raises(ModelError, match="is no ONNX model, or is damaged"):
        load_model(str(damaged(path, tmp_path / "half.onnx")))
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(ModelError, match="pip install -r requirements-export.txt"):
        onnx_graph.read(path, lambda shape, nodes: shape)


def test_it_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    bare = lenet()
    bare.ClearField("producer_name")
    for number, model in enumerate((lenet(), bare)):
        path = saved(model, tmp_path / f"{number}.keras")
        assert model_containers.container_of(path) == model_containers.ONNX
