"""A network as ONNX: pixels in, probabilities out, the batch free, labels in the metadata.

Written by the helpers of the package `onnx` from our own operations. Maps are channels first inside, as ONNX
has them. Must not import Streamlit, TensorFlow or Keras.
"""

import json
from collections.abc import Callable
from math import prod

import numpy as np

from lenet.errors import ModelError
from lenet.export.folding import folded
from lenet.export.format import Data, ExportFormat, Files
from lenet.export.network import Step, TrainedNetwork
from lenet.layers import operation as operations
from lenet.networks.onnx_graph import CLASSES
from lenet.sentences import reason

INPUT, OUTPUT = "pixels", "probabilities"
_OPSET, _IR_VERSION = 17, 8  # of 2022: what runtimes on phones and microcontrollers know as well


class Onnx(ExportFormat):
    """One file that some twenty runtimes open."""

    name, words = "onnx", "ONNX"
    about = "Opens in ONNX Runtime, also in browsers and on phones. It takes pixels 0 to 255."
    packages = ("onnx", "onnxruntime")

    def export(self, network: TrainedNetwork, data: Data) -> Files:
        import onnx

        model = _Graph(network).model()
        onnx.checker.check_model(model, full_check=True)
        return {f"{network.file_name}.onnx": model.SerializeToString()}

    def runtime(self) -> str:
        import onnxruntime

        return f"ONNX Runtime {onnxruntime.__version__}"

    def answers(self, network: TrainedNetwork, files: Files, images: np.ndarray) -> np.ndarray:
        import onnxruntime

        ((_, content),) = files.items()
        try:
            session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
            return session.run([OUTPUT], {INPUT: images})[0]
        except Exception as error:  # of its own classes, which are none of Python's
            raise ModelError(f"ONNX Runtime cannot open the file: {reason(error)}.") from error

    def notes(self, network: TrainedNetwork) -> list[str]:
        return [
            f"Input “{INPUT}”: uint8, any number of images × {network.image_size}, pixels 0 to 255. "
            f"Output “{OUTPUT}”: float32. The metadata has the classes."
        ]


class _Graph:
    """The nodes of one network, and their arrays."""

    def __init__(self, network: TrainedNetwork) -> None:
        self.network, self.nodes, self.arrays = network, [], {}
        self.last, self._count = INPUT, 0

    def add(self, kind: str, *arrays: np.ndarray | str, **attributes: object) -> None:
        """A node that takes what the last one gave, and these."""
        from onnx import helper

        self._count += 1
        names = [self._name(each) for each in arrays]
        output = f"{self._count}_{kind.lower()}"
        self.nodes.append(helper.make_node(kind, [self.last, *names], [output], output, **attributes))
        self.last = output

    def _name(self, array: np.ndarray | str) -> str:
        if isinstance(array, str):
            return array
        name = f"{self._count}_{len(self.arrays)}"
        self.arrays[name] = array
        return name

    def model(self) -> object:
        """The whole `onnx.ModelProto`."""
        from onnx import TensorProto, helper, numpy_helper

        self._prepare()
        for step in folded(self.network.steps):
            _OPERATIONS[type(step.operation)](self, step)
            self.activation(step.activation)
        self.add("Softmax", axis=-1)
        self.nodes[-1].output[0] = OUTPUT
        batch, classes = ["batch", *self.network.image_shape], ["batch", len(self.network.classes)]
        graph = helper.make_graph(
            self.nodes, "network",
            [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, batch)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, classes)],
            [numpy_helper.from_array(np.ascontiguousarray(each), name) for name, each in self.arrays.items()],
        )  # fmt: skip
        model = helper.make_model(
            graph, producer_name="LeNet Lab", opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION, doc_string=f"{self.network.title}. Pixels 0 to 255 in.",
        )  # fmt: skip
        helper.set_model_props(model, self._metadata())
        return model

    def _metadata(self) -> dict[str, str]:
        classes = json.dumps(self.network.classes, ensure_ascii=False)
        return {CLASSES: classes} | {name.lower(): value for name, value in self.network.facts}

    def _prepare(self) -> None:
        """Pixels as stored → what the network gets, channels first."""
        (top, bottom), (left, right) = self.network.margins
        self.add("Cast", to=1)  # float32
        self.add("Transpose", perm=[0, 3, 1, 2])
        if self.network.is_padded:
            self.add("Pad", np.array([0, 0, top, left, 0, 0, bottom, right], np.int64))
        self.add("Mul", np.float32(self.network.scale))
        if self.network.offset:
            self.add("Add", np.float32(self.network.offset))

    def activation(self, name: str) -> None:
        """The function of each value."""
        if name == "scaled_tanh":
            self.add("Mul", np.float32(2 / 3))
            self.add("Tanh")
            self.add("Mul", np.float32(1.7159))
        elif name == "gelu":  # x · (1 + erf(x / √2)) / 2
            values = self.last
            self.add("Mul", np.float32(np.sqrt(0.5)))
            self.add("Erf")
            self.add("Add", np.float32(1))
            self.add("Mul", values)
            self.add("Mul", np.float32(0.5))
        elif name != "linear":
            self.add(name.capitalize())  # Relu, Tanh, Sigmoid, Elu


def _convolution(graph: _Graph, step: Step) -> None:
    operation = step.operation
    (top, bottom), (left, right) = operation.margins
    graph.add(
        "Conv", operation.kernel.transpose(3, 2, 0, 1), operation.bias,
        strides=[operation.strides] * 2, pads=[top, left, bottom, right],
    )  # fmt: skip


def _pooling(graph: _Graph, step: Step) -> None:
    sides = [step.operation.size] * 2
    kind = "MaxPool" if step.operation.what == "max" else "AveragePool"
    graph.add(kind, kernel_shape=sides, strides=sides)


def _mean(graph: _Graph, step: Step) -> None:
    graph.add("ReduceMean", axes=[2, 3], keepdims=0)


def _scale(graph: _Graph, step: Step) -> None:
    shape = (-1, 1, 1) if len(step.input_shape) == 3 else (-1,)
    graph.add("Mul", step.operation.scale.reshape(shape))
    graph.add("Add", step.operation.shift.reshape(shape))


def _product(graph: _Graph, step: Step) -> None:
    if step.flattens:
        graph.add("Reshape", np.array([-1, prod(step.input_shape)], np.int64))
    graph.add("Gemm", step.operation.kernel_channels_first(step.input_shape), step.operation.bias)


def _distances(graph: _Graph, step: Step) -> None:
    graph.add("Reshape", np.array([-1, 1, step.input_shape[0]], np.int64))
    graph.add("Sub", step.operation.codes)
    graph.add("ReduceSumSquare", axes=[2], keepdims=0)
    graph.add("Neg")


def _function(graph: _Graph, step: Step) -> None:
    """The activation is added behind every operation that has one."""


_OPERATIONS: dict[type[operations.Operation], Callable[[_Graph, Step], None]] = {
    operations.Convolution: _convolution,
    operations.Pooling: _pooling,
    operations.MeanOfMaps: _mean,
    operations.ScaleAndShift: _scale,
    operations.Product: _product,
    operations.Distances: _distances,
    operations.Function: _function,
}
