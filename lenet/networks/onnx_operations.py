"""An ONNX file as layers of Keras, channels last: their config, and the arrays of each.

Each operation on the path of `onnx_graph` becomes a layer, or joins the one before. ONNX has channels first:
what only moves axes is no layer, and before a row of numbers they are moved back, for the weights behind it
know that order. Must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from lenet.errors import ModelError
from lenet.networks import onnx_graph
from lenet.networks.image_config import layer_config
from lenet.networks.keras2_config import Config, input_layer
from lenet.networks.onnx_graph import Graph, Node, not_known
from lenet.networks.onnx_layers import Layers
from lenet.sentences import reason

_SPATIAL = {(2, 3), (-2, -1)}  # axes of height and width

Arrays = list[list[np.ndarray]]


def read(path: Path) -> tuple[Config, Arrays, Graph]:
    """The config of a `Sequential` as Keras 3 writes it; for each layer with arrays, these; what was read.

    Raises:
        ModelError: as `onnx_graph.read` does; or an operation has no layer here.
    """
    graph = onnx_graph.read(path, lambda shape, nodes: _of(path, shape, nodes).shape)
    layers = _of(path, graph.input_shape, graph.nodes)
    made = [layer_config(each.kind, f"{number}_{each.kind.lower()}", **each.settings)
            for number, each in enumerate(layers.made, 1)]  # fmt: skip
    first = input_layer([None, *layers.image_shape])
    config = {"class_name": "Sequential", "module": "keras", "registered_name": None,
              "config": {"name": "onnx", "layers": [first, *made]}}  # fmt: skip
    return config, [each.arrays for each in layers.made if each.arrays], graph


def _of(path: Path, taken: Sequence[int | None], nodes: Sequence[Node]) -> Layers:
    """These operations as layers."""
    layers, nodes = Layers(path, taken), _with_products(nodes)
    for number, node in enumerate(nodes):
        if node.kind == "ArgMax" and number == len(nodes) - 1:
            break  # the class alone: what it is the largest of says more
        if node.kind not in _OPERATIONS:
            raise ModelError(not_known(path, node.kind))
        try:
            _OPERATIONS[node.kind](layers, node)
        except ModelError:
            raise
        except (ValueError, IndexError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(f"{path} is damaged: its {node.kind}: {reason(error)}") from error
    return layers


def _with_products(nodes: Sequence[Node]) -> Sequence[Node]:
    """Distances to codes before a softmax, as of the network of 1998, as a product.

    −|x − code|² is 2 · x · code − |code|² but for −|x|², which is the same for all classes.
    """
    kinds = tuple(each.kind for each in nodes)
    for start in range(len(kinds) - 4):
        if kinds[start : start + 5] == ("Reshape", "Sub", "ReduceSumSquare", "Neg", "Softmax"):
            codes = nodes[start + 1].array(1)  # (classes, units)
            if codes is not None and codes.ndim == 2:
                product = Node("Gemm", {}, (None, 2 * codes.T, -np.square(codes).sum(axis=1)))
                return [*nodes[:start], product, *nodes[start + 4 :]]
    return nodes


# Windows


def _padding(layers: Layers, node: Node, fill: bool) -> str:
    """ "same" or "valid"; a margin that neither gives is a layer of its own, where zeros may fill it."""
    automatic, pads = node.settings.get("auto_pad", "NOTSET"), list(node.settings.get("pads", (0, 0, 0, 0)))
    if automatic in ("SAME_UPPER", "VALID"):
        return "same" if automatic == "SAME_UPPER" else "valid"
    if automatic == "SAME_LOWER" or any(pads) and not fill:
        layers.refuse(f"a {node.kind} with a margin of {automatic if automatic != 'NOTSET' else pads}")
    if any(pads):
        _margin(layers, pads)
    return "valid"


def _margin(layers: Layers, pads: Sequence[int]) -> None:
    top, left, bottom, right = (int(each) for each in pads)
    layers.add("ZeroPadding2D", padding=[[top, bottom], [left, right]])
    channels, height, width = layers.shape
    layers.shape = channels, height + top + bottom, width + left + right


def _slid(layers: Layers, size: Sequence[int], strides: Sequence[int], padding: str) -> list[int]:
    """Height and width behind a window of that size."""
    if len(layers.shape) != 3 or not layers.channels_first:
        layers.refuse(f"a window over something of shape {layers.shape}")
    sides = zip(layers.shape[1:], size, strides, strict=True)
    return [
        -(-side // step) if padding == "same" else (side - window) // step + 1 for side, window, step in sides
    ]


def _convolution(layers: Layers, node: Node) -> None:
    kernel, bias = node.array(1), node.array(2)
    if kernel.ndim != 4:
        layers.refuse(f"a convolution over {kernel.ndim - 2} axes")
    outputs, each, *size = kernel.shape
    groups, padding = node.settings.get("group", 1), _padding(layers, node, fill=True)
    strides, dilation = (list(node.settings.get(name, (1, 1))) for name in ("strides", "dilations"))
    is_depthwise = groups > 1 and groups == layers.shape[0] and each == 1
    if groups > 1 and not (is_depthwise and strides[0] == strides[1]):
        layers.refuse(f"a convolution in {groups} groups")
    reach = [(side - 1) * step + 1 for side, step in zip(size, dilation, strict=True)]
    sides = _slid(layers, reach, strides, padding)
    about = {"kernel_size": size, "strides": strides, "dilation_rate": dilation, "padding": padding}
    zeros = np.zeros(outputs, np.float32) if bias is None else bias
    if is_depthwise:
        by_input = kernel.reshape(groups, outputs // groups, *size).transpose(2, 3, 0, 1)
        layers.add("DepthwiseConv2D", by_input, zeros, depth_multiplier=outputs // groups, **about)
    else:
        layers.add("Conv2D", kernel.transpose(2, 3, 1, 0), zeros, filters=outputs, **about)
    layers.shape = outputs, *sides


def _pool(kind: str) -> Callable[[Layers, Node], None]:
    def pool(layers: Layers, node: Node) -> None:
        size = list(node.settings["kernel_shape"])
        strides, padding = list(node.settings.get("strides", (1, 1))), _padding(layers, node, fill=False)
        if any(each != 1 for each in node.settings.get("dilations", ())):
            layers.refuse("a pool with gaps")
        rest = [
            (side - window) % step for side, window, step in zip(layers.shape[1:], size, strides, strict=True)
        ]
        if node.settings.get("ceil_mode") and any(rest):
            layers.refuse("a pool whose last window reaches over the edge (ceil_mode)")
        sides = _slid(layers, size, strides, padding)
        layers.add(kind, pool_size=size, strides=strides, padding=padding)
        layers.shape = layers.shape[0], *sides

    return pool


def _mean_of_maps(layers: Layers, node: Node) -> None:
    axes = node.settings.get("axes", node.array(1))
    if node.kind == "ReduceMean" and (axes is None or tuple(int(each) for each in axes) not in _SPATIAL):
        layers.refuse("a mean over other axes than height and width")
    if not layers.channels_first:
        layers.refuse("a mean of maps whose channels are last")
    keeps = bool(node.settings.get("keepdims", 1))
    layers.add("GlobalAveragePooling2D", keepdims=keeps)
    layers.shape = (layers.shape[0], 1, 1) if keeps else layers.shape[:1]
    layers.channels_first = keeps


def _pad(layers: Layers, node: Node) -> None:
    pads = [int(each) for each in node.settings.get("pads", node.array(1))]
    value = node.array(2)
    is_zero = node.settings.get("mode", "constant") == "constant" and not (value is not None and value.any())
    if not is_zero or len(pads) != 8 or any(pads[:2] + pads[4:6]) or not layers.channels_first:
        layers.refuse("a margin of something else than zeros around height and width")
    _margin(layers, (*pads[2:4], *pads[6:8]))


# Rows of numbers


def _product(layers: Layers, node: Node) -> None:
    about, kernel = node.settings, node.array(1)
    if len(layers.shape) != 1 or node.place or kernel.ndim != 2 or about.get("transA"):
        layers.refuse(f"a {node.kind} of something of shape {layers.shape}")
    kernel = kernel.astype(np.float32).T if about.get("transB") else kernel.astype(np.float32)
    bias = np.zeros(kernel.shape[1], np.float32)
    if node.kind == "Gemm" and node.array(2) is not None:
        bias = bias + about.get("beta", 1.0) * node.array(2).astype(np.float32).reshape(-1)
    layers.add("Dense", about.get("alpha", 1.0) * kernel, bias, units=kernel.shape[1])
    layers.shape = kernel.shape[1:]


def _reshape(layers: Layers, shape: Sequence[int]) -> None:
    """For one image; −1 is what is left."""
    known = -math.prod(shape) if -1 in shape else 0
    shape = tuple(layers.size // known if each == -1 else int(each) for each in shape)
    former = layers.shape
    if math.prod(shape) != layers.size or len(shape) not in (1, 2, 3):
        layers.refuse(f"a reshaping of {former} to {shape}")
    if (
        len(former) == 3
        and len(shape) < 3
        and layers.channels_first
        and 1 not in (former[0], math.prod(former[1:]))
    ):
        layers.add("Permute", dims=[3, 1, 2])
    if len(shape) == 3 == len(former) and shape != former:
        layers.refuse(f"a reshaping of {former} to {shape}")
    layers.shape = shape
    if len(shape) == 1 and len(former) > 1:
        layers.add("Flatten")
    if len(shape) == 2:
        layers.add("Reshape", target_shape=list(shape))
    if len(shape) == 3 > len(former):
        _to_maps(layers)


def _to_maps(layers: Layers) -> None:
    """A row of numbers becomes an image."""
    layers.channels_first = not layers.is_last(layers.shape)
    channels, *sides = layers.shape
    if not layers.channels_first or channels == 1:
        layers.add("Reshape", target_shape=list(layers.shape) if not layers.channels_first else [*sides, 1])
        return
    layers.add("Reshape", target_shape=list(layers.shape))
    layers.add("Permute", dims=[2, 3, 1])


def _reshape_by(layers: Layers, node: Node) -> None:
    _, *shape = (int(each) for each in node.array(1))
    if shape.count(-1) > 1 or not shape:
        layers.refuse(f"a reshaping to {node.array(1).tolist()}, which leaves the number of images open")
    _reshape(layers, [layers.shape[place] if side == 0 else side for place, side in enumerate(shape)])


def _flatten(layers: Layers, node: Node) -> None:
    if node.settings.get("axis", 1) != 1:
        layers.refuse("a Flatten that joins images")
    _reshape(layers, [-1])


def _squeeze(layers: Layers, node: Node) -> None:
    axes = node.settings.get("axes", node.array(1))
    count = len(layers.shape) + 1
    gone = [place for place in range(1, count) if layers.shape[place - 1] == 1] if axes is None else axes
    gone = {int(each) % count for each in gone}
    _reshape(layers, [side for place, side in enumerate(layers.shape, 1) if place not in gone])


def _unsqueeze(layers: Layers, node: Node) -> None:
    axes = node.settings.get("axes", node.array(1))
    shape = [1, *layers.shape]
    for each in sorted(int(each) % (len(shape) + len(axes)) for each in axes):
        shape.insert(each, 1)
    _reshape(layers, shape[1:])


def _transpose(layers: Layers, node: Node) -> None:
    """Says where the channels are, and moves nothing."""
    to_first, to_last = [0, 3, 1, 2], [0, 2, 3, 1]
    if list(node.settings.get("perm", ())) != (to_last if layers.channels_first else to_first):
        layers.refuse(f"a turning of axes, {node.settings.get('perm')}")
    shape = layers.shape
    layers.shape = (*shape[1:], shape[0]) if layers.channels_first else (shape[2], *shape[:2])
    layers.channels_first = not layers.channels_first


# Values, each by itself


def _arithmetic(layers: Layers, node: Node) -> None:
    other = np.asarray(next(each for each in node.arrays if each is not None), np.float64)
    values = other.reshape(-1) if other.size in (1, layers.channels) else None
    is_by_channel = other.ndim >= 3 or len(layers.shape) == 1 or not layers.channels_first
    if values is None or values.size > 1 and not is_by_channel:
        layers.refuse(f"a {node.kind} by an array of shape {other.shape}")
    zero, one, is_second = np.zeros(1), np.ones(1), node.place == 1
    if node.kind == "Div" and is_second:
        layers.refuse("a number divided by what the network gives")
    scale, offset = {
        "Add": (one, values),
        "Sub": (-one, values) if is_second else (one, -values),
        "Mul": (values, zero),
        "Div": (1 / values, zero),
    }[node.kind]
    layers.affine(scale, offset)


def _normalization(layers: Layers, node: Node) -> None:
    if node.settings.get("training_mode"):
        layers.refuse("a batch normalization that still trains")
    layers.add("BatchNormalization", *node.arrays[1:5], axis=-1, epsilon=node.settings.get("epsilon", 1e-5))


def _activation(name: str) -> Callable[[Layers, Node], None]:
    return lambda layers, node: layers.activation(name)


def _gelu(layers: Layers, node: Node) -> None:
    if node.settings.get("approximate", "none") != "none":
        layers.refuse("a Gelu that is approximated")
    layers.activation("gelu")


def _elu(layers: Layers, node: Node) -> None:
    alpha = node.settings.get("alpha", 1.0)
    layers.activation("elu") if alpha == 1 else layers.add("ELU", alpha=alpha)


def _leaky_relu(layers: Layers, node: Node) -> None:
    layers.add("LeakyReLU", negative_slope=node.settings.get("alpha", 0.01))


def _clip(layers: Layers, node: Node) -> None:
    low, high = (node.settings.get(name, node.array(place)) for name, place in (("min", 1), ("max", 2)))
    if low is None or float(low) != 0:
        layers.refuse("a Clip that begins at another number than 0")
    layers.add("ReLU", max_value=None if high is None else float(high))


def _softmax(layers: Layers, node: Node) -> None:
    if node.settings.get("axis", -1) not in (-1, len(layers.shape)):
        layers.refuse("a softmax over another axis than that of the classes")
    if node.kind == "Softmax":  # logarithms of probabilities are logits as well
        layers.activation("softmax")


_OPERATIONS: dict[str, Callable[[Layers, Node], None]] = {
    "Conv": _convolution, "MaxPool": _pool("MaxPooling2D"), "AveragePool": _pool("AveragePooling2D"),
    "GlobalAveragePool": _mean_of_maps, "ReduceMean": _mean_of_maps, "Pad": _pad,
    "Gemm": _product, "MatMul": _product,
    "Reshape": _reshape_by, "Flatten": _flatten, "Squeeze": _squeeze, "Unsqueeze": _unsqueeze,
    "Transpose": _transpose,
    "Add": _arithmetic, "Sub": _arithmetic, "Mul": _arithmetic, "Div": _arithmetic,
    "BatchNormalization": _normalization,
    "Relu": _activation("relu"), "Tanh": _activation("tanh"), "Sigmoid": _activation("sigmoid"),
    "Gelu": _gelu, "Softplus": _activation("softplus"), "Softsign": _activation("softsign"),
    "Selu": _activation("selu"), "Elu": _elu, "Clip": _clip,
    "LeakyRelu": _leaky_relu,
    "Softmax": _softmax, "LogSoftmax": _softmax,
}  # fmt: skip
