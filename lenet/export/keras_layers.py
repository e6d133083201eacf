"""Each kind of layer as one of plain Keras: the name of its class, and its arguments.

The Python text and the `.keras` file are both written from these. Must not import Streamlit, TensorFlow or
Keras.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lenet.export.format import Files
from lenet.export.network import TrainedNetwork
from lenet.runs.layers import Layer

OURS = ("Subsampling", "PartialConvolution", "RadialBasis", "scaled_tanh", "PaperUniform")
_PAPER_LAYERS = Path(__file__).parent / "standalone" / "paper1998_layers.py"  # that Keras does not have
PAPER_LAYERS = _PAPER_LAYERS.name


@dataclass(frozen=True)
class KerasLayer:
    """One layer.

    Attributes:
        index: of our layer that it is, from 0; of what is only implied, of the one that implies it.
        kind: of ours.
        class_name: of Keras, or one of `OURS`.
        arguments: their names and values, as JSON has them; what is Keras' default is left out.
    """

    index: int
    kind: str
    class_name: str
    arguments: dict[str, Any]

    @property
    def is_ours(self) -> bool:
        """Whether the layer, or its activation, is one that Keras does not have."""
        return self.class_name in OURS or self.is_squashed

    @property
    def is_squashed(self) -> bool:
        """Whether its activation is that of 1998."""
        return self.arguments.get("activation") == "scaled_tanh"

    @property
    def has_kernel(self) -> bool:
        """Whether Keras draws a kernel for it."""
        return self.class_name in ("Conv2D", "Dense")


def keras_layers(network: TrainedNetwork) -> list[KerasLayer]:
    """One for each, and Flatten where it is implied; the softmax of the last one is left to the caller."""
    found = []
    for index, (layer, shape) in enumerate(zip(network.config.layers, network.layer_inputs, strict=True)):
        if layer.flattens and len(shape) > 1:
            found.append(KerasLayer(index, "flatten", "Flatten", {}))
        found.append(KerasLayer(index, layer.kind, *KERAS_LAYERS[layer.kind](layer)))
    return found


def files_beside(layers: Iterable[KerasLayer]) -> Files:
    """The module of the layers that Keras does not have, where there are any."""
    return {PAPER_LAYERS: _PAPER_LAYERS.read_bytes()} if any(each.is_ours for each in layers) else {}


_Written = tuple[str, dict[str, Any]]


def _function(name: str) -> dict[str, str]:
    """The argument of an activation; softmax is for the caller."""
    return {} if name in ("linear", "softmax") else {"activation": name}


def _conv(layer: Layer) -> _Written:
    arguments = {"filters": layer.filters, "kernel_size": layer.kernel_size}
    if layer.strides != 1:
        arguments["strides"] = layer.strides
    if layer.padding != "valid":
        arguments["padding"] = layer.padding
    return "Conv2D", arguments | _function(layer.activation)


def _dense(layer: Layer) -> _Written:
    return "Dense", {"units": layer.units} | _function(layer.activation)


def _pool(class_name: str) -> Callable[[Layer], _Written]:
    return lambda layer: (class_name, {"pool_size": layer.size})


def _activation(layer: Layer) -> _Written:
    return "Activation", {"activation": "linear"} | _function(layer.function)


def _subsampling(layer: Layer) -> _Written:
    return "Subsampling", {"size": layer.size} | _function(layer.activation)


def _partial(layer: Layer) -> _Written:
    arguments = {"table": [list(each) for each in layer.table], "kernel_size": layer.kernel_size}
    return "PartialConvolution", arguments | _function(layer.activation)


KERAS_LAYERS: dict[str, Callable[[Layer], _Written]] = {
    "conv": _conv,
    "max_pool": _pool("MaxPooling2D"),
    "average_pool": _pool("AveragePooling2D"),
    "global_average_pool": lambda layer: ("GlobalAveragePooling2D", {}),
    "dense": _dense,
    "dropout": lambda layer: ("Dropout", {"rate": layer.rate}),
    "batch_norm": lambda layer: ("BatchNormalization", {}),
    "activation": _activation,
    "subsampling": _subsampling,
    "partial_conv": _partial,
    "radial_basis": lambda layer: ("RadialBasis", {}),
}
