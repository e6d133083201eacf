"""ONNX files as other programs write them, and ONNX Runtime, which answers for them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

Step = tuple[Any, ...]  # an operation's kind, its arrays or names of other outputs, its settings


def onnx_model(shape: Sequence[int], *steps: Step, opset: int = 17, kind: int = TensorProto.FLOAT) -> Any:
    """A path of operations from images of that shape; `step[1:-1]` are arrays, `step[-1]` the settings.

    "images" among the arrays is the input; an output is called after its number, "0" the first one.
    """
    nodes, arrays, last = [], [], "images"
    for number, (operation, *others, settings) in enumerate(steps):
        names = []
        for place, each in enumerate(others):
            names.append(each if isinstance(each, str) else f"{number}_{place}")
            if not isinstance(each, str):
                arrays.append(numpy_helper.from_array(np.asarray(each), names[-1]))
        first = [] if settings.pop("alone", False) else [last]
        nodes.append(helper.make_node(operation, [*first, *names], [str(number)], **settings))
        last = str(number)
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("images", kind, ["batch", *shape])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, None)], arrays,
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def saved(model: Any, path: Path) -> Path:
    path.write_bytes(model.SerializeToString())
    return path


def runtime_answers(path: Path, images: np.ndarray) -> np.ndarray:
    """(N, classes): what ONNX Runtime gives for inputs as the file takes them, no value rounded."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: images})[0]


def damaged(path: Path, to: Path) -> Path:
    """The first half of a file."""
    to.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return to


__all__ = ["damaged", "onnx", "onnx_model", "runtime_answers", "saved"]
