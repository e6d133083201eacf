"""The operations of an ONNX file as one path from images to classes, and its arrays; nothing is run.

Needs the package `onnx`. Arrays that a file keeps in other files are refused. Must not import Streamlit,
TensorFlow or Keras.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lenet.data.upload import check_class_names
from lenet.errors import DatasetError, ModelError
from lenet.files import opened
from lenet.networks.hdf5_models import too_large
from lenet.networks.model_containers import MOST_BYTES
from lenet.networks.summary import MAX_PARAMETERS
from lenet.sentences import reason, shown

CLASSES = "classes"  # key of the metadata, under which files that are exported here have names, as JSON
_MOST_NAMES = 20_000  # characters of it
MOST_NODES = 1_000
_UINT8 = 2  # `TensorProto.UINT8`
_DOMAINS = ("", "ai.onnx")  # of the operations that ONNX itself has
_BATCH = -1  # how many images: Reshape takes it for "as many as there are"
_SILENT = {"Identity", "Dropout", "Cast"}  # say the same of numbers in float32


@dataclass(frozen=True)
class Node:
    """One operation on the path.

    Attributes:
        kind: "Conv", "Relu", …
        settings: its attributes.
        arrays: its other inputs, in order; None in the place of the path itself, and of what is left out.
        place: which of its inputs the path is.
    """

    kind: str
    settings: dict[str, Any]
    arrays: tuple[np.ndarray | None, ...]
    place: int = 0

    def array(self, number: int) -> np.ndarray | None:
        """That input; None where the file has none."""
        return self.arrays[number] if number < len(self.arrays) else None


@dataclass(frozen=True)
class Graph:
    """A path of operations.

    Attributes:
        input_shape: of one image, as the file has it; None where a side is open.
        takes_bytes: whether images are uint8.
        class_names: what its metadata call the classes, as files that are exported here do; () where not.
    """

    input_shape: tuple[int | None, ...]
    takes_bytes: bool
    nodes: tuple[Node, ...]
    class_names: tuple[str, ...] = ()


ShapeOf = Callable[[Sequence[Node]], Sequence[int]]


def read(path: Path, shape_after: ShapeOf) -> Graph:
    """The path in that file.

    Args:
        shape_after: the shape of one image behind these operations, for those that ask for it.

    Raises:
        ModelError: the package is missing; the file is damaged, too large, keeps arrays elsewhere, or has
            another form than one path.
    """
    model = _model(path)
    graph = model.graph
    _check(path, model)
    arrays = {each.name: _array(path, each) for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in arrays]
    if len(inputs) != 1:
        raise ModelError(f"{path} has {len(inputs)} inputs, expected one: images. {_EXPORT_ONE}")
    taken = inputs[0].type.tensor_type
    shape = tuple(each.dim_value or None for each in list(taken.shape.dim)[1:])
    nodes = tuple(_along(path, graph, inputs[0].name, arrays, lambda done: shape_after(shape, done)))
    return Graph(shape, taken.elem_type == _UINT8, nodes, _class_names(model))


def _class_names(model: Any) -> tuple[str, ...]:
    said = next((each.value for each in model.metadata_props if each.key == CLASSES), "")
    try:
        names = json.loads(said[:_MOST_NAMES])
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            return ()
        check_class_names(tuple(names))
    except (ValueError, RecursionError, DatasetError):  # of another program, which means something else
        return ()
    return tuple(names)


_EXPORT_ONE = "Export the part of the network that sorts images into classes, and nothing else."


def _model(path: Path) -> Any:
    try:
        import onnx
    except ImportError as error:
        raise ModelError(
            f"{path} is of ONNX, which the package onnx reads. Install it: pip install -r "
            "requirements-export.txt, and start the dashboard again."
        ) from error
    try:
        with opened(path, MOST_BYTES) as file:
            return onnx.load_model_from_string(file.read())
    except Exception as error:  # protobuf has errors of its own
        raise ModelError(f"{path} is no ONNX model, or is damaged: {reason(error)}") from error


def _check(path: Path, model: Any) -> None:
    graph = model.graph
    if len(graph.node) > MOST_NODES:
        raise ModelError(too_large(path, f"it has {len(graph.node):,} operations", f"{MOST_NODES:,}"))
    if model.functions or graph.sparse_initializer:
        raise ModelError(f"{path} has functions or sparse arrays of its own, which are not opened here.")
    numbers = sum(int(np.prod(each.dims, dtype=np.float64)) for each in graph.initializer)
    if numbers > MAX_PARAMETERS:
        raise ModelError(too_large(path, f"its arrays have {numbers:,} numbers", f"{MAX_PARAMETERS:,}"))
    other = next((each for each in graph.node if each.domain not in _DOMAINS), None)
    if other is not None:
        raise ModelError(not_known(path, f"{other.domain}.{other.op_type}"))


def not_known(path: Path, kind: str) -> str:
    """That an operation has no layer here."""
    return (
        f"{path} has the operation {shown(kind)}, of which no layer is made here. Networks may be one "
        "path of convolutions, pools, dense layers, batch normalization and activations."
    )


def _array(path: Path, tensor: Any) -> np.ndarray:
    from onnx import TensorProto, numpy_helper

    if tensor.data_location == TensorProto.EXTERNAL:
        raise ModelError(
            f"{path} keeps the array {shown(tensor.name)} in another file, which is not followed here. Save "
            "it as one file: onnx.save(model, 'name.onnx', save_as_external_data=False)."
        )
    try:
        return numpy_helper.to_array(tensor)
    except Exception as error:  # what is missing, or of another length
        raise ModelError(f"{path} is damaged: its array {shown(tensor.name)}: {reason(error)}") from error


# One path


def _along(
    path: Path, graph: Any, start: str, arrays: dict[str, np.ndarray], shape: Callable[[list[Node]], Any]
) -> Iterator[Node]:
    """The operations from the images on; what is computed of arrays alone is computed here."""
    last, done = start, []
    for proto in graph.node:
        settings = _settings(path, proto)
        inputs = list(proto.input)
        if proto.op_type == "Shape" and inputs == [last]:
            arrays[proto.output[0]] = np.array([_BATCH, *shape(done)], np.int64)
        elif all(not name or name in arrays for name in inputs):
            arrays[proto.output[0]] = _constant(
                path, proto.op_type, [arrays.get(each) for each in inputs], settings
            )
        elif inputs.count(last) == 1 and all(not each or each == last or each in arrays for each in inputs):
            place, last = inputs.index(last), proto.output[0]
            if proto.op_type not in _SILENT:
                node = Node(proto.op_type, settings, tuple(arrays.get(each) for each in inputs), place)
                done.append(node)
                yield node
        else:
            raise ModelError(
                f"{path} is no single path: its operation {shown(proto.op_type)} takes what lies further "
                f"back. {not_known(path, proto.op_type).partition('. ')[2]}"
            )
    if last not in [each.name for each in graph.output]:
        raise ModelError(f"{path} does not end in its output. {_EXPORT_ONE}")


def _settings(path: Path, proto: Any) -> dict[str, Any]:
    from onnx import AttributeProto, helper

    found = {}
    for each in proto.attribute:
        if each.type in (AttributeProto.GRAPH, AttributeProto.GRAPHS):
            raise ModelError(not_known(path, proto.op_type))
        value = helper.get_attribute_value(each)
        found[each.name] = _array(path, value) if each.type == AttributeProto.TENSOR else value
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in found.items()}


def _constant(path: Path, kind: str, inputs: list[np.ndarray | None], settings: dict[str, Any]) -> np.ndarray:
    """What an operation gives of arrays alone, as exporters compute shapes and widen int8."""
    if kind not in _OF_ARRAYS:
        raise ModelError(not_known(path, kind))
    try:
        return _OF_ARRAYS[kind](settings, *inputs)
    except (ValueError, IndexError, TypeError, KeyError) as error:
        raise ModelError(f"{path} is damaged: its operation {kind}: {reason(error)}") from error


def _value(settings: dict[str, Any]) -> np.ndarray:
    found = next(iter(settings.values()))
    return np.asarray(found, np.float32 if isinstance(found, float) else None)


def _axes(settings: dict[str, Any], axes: np.ndarray | None) -> tuple[int, ...]:
    """An attribute up to version 12, an input since."""
    return tuple(int(each) for each in (settings.get("axes", ()) if axes is None else axes))


def _widened(
    settings: dict[str, Any], values: np.ndarray, scale: np.ndarray, zero: np.ndarray | None = None
) -> np.ndarray:
    """int8 → float32, with a scale for all, or for each along an axis."""
    shape = [1] * values.ndim
    if scale.size > 1:
        shape[settings.get("axis", 1)] = scale.size
    zeros = np.float32(0) if zero is None else zero.astype(np.float32).reshape(shape)
    return (values.astype(np.float32) - zeros) * scale.astype(np.float32).reshape(shape)


_OF_ARRAYS: dict[str, Callable[..., np.ndarray]] = {
    "Constant": _value,
    "Identity": lambda settings, values: values,
    "Cast": lambda settings, values: values,
    "Gather": lambda settings, values, indices: np.take(values, indices, axis=settings.get("axis", 0)),
    "Unsqueeze": lambda settings, values, axes=None: np.expand_dims(values, _axes(settings, axes)),
    "Squeeze": lambda settings, values, axes=None: np.squeeze(values, _axes(settings, axes) or None),
    "Concat": lambda settings, *values: np.concatenate(values, axis=settings["axis"]),
    "Transpose": lambda settings, values: np.transpose(values, settings.get("perm")),
    "Reshape": lambda settings, values, shape: values.reshape(shape),
    "DequantizeLinear": _widened,
}
