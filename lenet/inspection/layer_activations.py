"""What each layer of a network is, and what it gives for one image: before its activation and after.

Imports Keras and TensorFlow: workers and the command line only. Must not import Streamlit.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from lenet.inspection.results import LayerView
from lenet.networks.custom_layers import PartialConvolution, RadialBasis, Subsampling
from lenet.networks.digit_codes import CODES
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.networks.loading import once_a_network
from lenet.networks.receptive_fields import padding_of, window_of

_KINDS: dict[type[keras.layers.Layer], str] = {
    keras.layers.Conv2D: "conv",
    keras.layers.MaxPooling2D: "max_pool",
    keras.layers.AveragePooling2D: "average_pool",
    keras.layers.Dense: "dense",
    keras.layers.BatchNormalization: "batch_norm",
    keras.layers.Activation: "activation",
    Subsampling: "subsampling",
    PartialConvolution: "partial_conv",
    RadialBasis: "radial_basis",
}
_LETTERS = {"conv": "C", "partial_conv": "C", "dense": "F", "batch_norm": "N", "radial_basis": "R"}
_LETTERS |= {"max_pool": "S", "average_pool": "S", "subsampling": "S", "dropout": "D"}
_TITLES = {
    "conv": "Convolution",
    "partial_conv": "Partial convolution",
    "max_pool": "Max pooling",
    "average_pool": "Average pooling",
    "batch_norm": "Batch normalization",
    "radial_basis": "Radial basis functions",
}
_WITH_KERNEL = ("conv", "partial_conv", "dense")
_UNCOUNTED = (keras.layers.InputLayer, keras.layers.Flatten)  # a list of layers in a config has neither

Activation = Callable[[tf.Tensor], tf.Tensor]
Around = Callable[[keras.layers.Layer, Activation, tf.Tensor], tf.Tensor]


def layer_views(loaded: LoadedModel, inputs: np.ndarray) -> tuple[LayerView, ...]:
    """Every layer but dropout and flatten, in order, after one pass.

    Args:
        inputs: (H', W', C) float32, one image as `loaded.inputs` gives it.
    """
    before, after, probabilities = _passes(loaded.network)(loaded.weights, tf.constant(inputs[None]))
    layers, arrays = loaded.network.map_layers, loaded.arrays()
    outputs = [(b.numpy()[0], a.numpy()[0]) for b, a in zip(before, after, strict=True)]
    outputs[-1] = (outputs[-1][1], probabilities.numpy()[0])
    names = layer_names(loaded.network)
    return tuple(
        _view(layer, names[layer.name], arrays, *each, is_last=layer is layers[-1])
        for layer, each in zip(layers, outputs, strict=True)
    )


def layer_names(network: Network) -> dict[str, str]:
    """Keras' name of each layer → C1, S2, F6, Output: by kind and place, as `summarize` does."""
    layers = [layer for layer in network.model.layers if not isinstance(layer, _UNCOUNTED)]
    names = {
        layer.name: f"{_LETTERS.get(kind_of(layer), 'A')}{number}"
        for number, layer in enumerate(layers, start=1)
    }
    return names | {output_layer(network).name: "Output"}


def output_layer(network: Network) -> keras.layers.Layer:
    """The layer that gives the scores: only activations follow it."""
    return [layer for layer in network.map_layers if kind_of(layer) != "activation"][-1]


def kind_of(layer: keras.layers.Layer) -> str:
    """`LayerView.kind` of a Keras layer; Keras' name where a `RunConfig` has nothing that does the same."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(layer).__name__).lower()
    return _KINDS.get(type(layer), words) if _is_plain(layer) else words


def _is_plain(layer: keras.layers.Layer) -> bool:
    """Whether its windows are square and without gaps, and every filter sees every channel."""
    window = window_of(layer)
    sides = {*window} if window else {1}
    strides = {*getattr(layer, "strides", (1,))} if window else {1}
    no_gaps = {*getattr(layer, "dilation_rate", (1,))} == {1} and getattr(layer, "groups", 1) == 1
    return len(sides) == len(strides) == 1 and no_gaps


@contextmanager
def around_activations(layers: Sequence[keras.layers.Layer], around: Around) -> Iterator[None]:
    """While a pass is traced, `around(layer, activation, values)` stands for each `activation(values)`."""
    own = {layer: layer.activation for layer in layers if has_activation(layer)}
    for layer, activation in own.items():
        layer.activation = lambda values, layer=layer, activation=activation: around(
            layer, activation, values
        )
    try:
        yield
    finally:
        for layer, activation in own.items():
            layer.activation = activation


def has_activation(layer: keras.layers.Layer) -> bool:
    """Whether Keras keeps its activation where `around_activations` finds it."""
    return callable(getattr(layer, "activation", None))


@once_a_network
def _passes(network: Network) -> tf.types.experimental.ConcreteFunction:
    """(weights, inputs) → the outputs of `map_layers` before and after activation, and probabilities."""

    @tf.function(input_signature=network.signature)
    def passes(weights: Weights, inputs: tf.Tensor) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor]:
        before = {}

        def record(layer: keras.layers.Layer, activation: Activation, values: tf.Tensor) -> tf.Tensor:
            before[layer.name] = values
            return activation(values)

        with around_activations(network.map_layers, record):
            (*after, logits), _ = network.with_maps.stateless_call(*weights, inputs, training=False)
        names = [layer.name for layer in network.map_layers]
        first = [before.get(name, output) for name, output in zip(names, after, strict=True)]
        return first, after, tf.nn.softmax(logits)

    return passes.get_concrete_function()


# One layer


def _view(
    layer: keras.layers.Layer,
    name: str,
    arrays: dict[str, np.ndarray],
    before: np.ndarray,
    after: np.ndarray,
    is_last: bool,
) -> LayerView:
    window, kind = window_of(layer), kind_of(layer)
    activation = "softmax" if is_last else activation_name(layer)
    scale, shift = _scale_and_shift(layer, arrays)
    return LayerView(
        key=layer.name,
        name=name,
        kind=kind,
        title=_title(layer, kind, activation),
        kernel=_kernel(layer, arrays),
        bias=_array(layer, "bias", arrays) if kind in _WITH_KERNEL else None,
        window=window[0] if window else 1,
        stride=layer.strides[0] if window else 1,
        padding=padding_of(layer, window) if window else (0, 0),
        activation=activation,
        before=before,
        after=after,
        scale=scale,
        shift=shift,
    )


def activation_name(layer: keras.layers.Layer) -> str:
    """relu, tanh, …; linear where it has none."""
    return getattr(layer.activation, "__name__", "linear") if has_activation(layer) else "linear"


def _array(layer: keras.layers.Layer, name: str, arrays: dict[str, np.ndarray]) -> np.ndarray | None:
    variable = getattr(layer, name, None)
    return None if variable is None else arrays[variable.path]


def _kernel(layer: keras.layers.Layer, arrays: dict[str, np.ndarray]) -> np.ndarray | None:
    if isinstance(layer, PartialConvolution):
        return layer.full_kernel(tf.constant(_array(layer, "kernel", arrays))).numpy()
    if isinstance(layer, RadialBasis):
        return np.array(CODES, np.float32).T
    return _array(layer, "kernel", arrays) if kind_of(layer) in _WITH_KERNEL else None


def _scale_and_shift(
    layer: keras.layers.Layer, arrays: dict[str, np.ndarray]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The factor and the offset of each channel; two None of layers that have none."""
    if isinstance(layer, Subsampling):
        return _array(layer, "coefficient", arrays), _array(layer, "bias", arrays)
    if not isinstance(layer, keras.layers.BatchNormalization):
        return None, None
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    gamma, beta, mean, variance = (_array(layer, name, arrays) for name in names)
    scale = (1 if gamma is None else gamma) / np.sqrt(variance + np.float32(layer.epsilon))
    return scale, (0 if beta is None else beta) - mean * scale


def _title(layer: keras.layers.Layer, kind: str, activation: str) -> str:
    """In words, "Convolution 5×5, 6 filters, tanh"."""
    words = [_first_words(layer, kind)]
    if kind in ("conv", "conv2d", "partial_conv"):
        words += [f"{layer.output.shape[-1]} filters"]
        words += [f"stride {layer.strides[0]}"] if layer.strides[0] > 1 else []
        words += ["same padding"] if layer.padding == "same" else []
    if kind in ("dense", "radial_basis"):
        words += [f"{layer.output.shape[-1]} units"]
    if activation != "linear":
        words += [activation.replace("_", " ")]
    return ", ".join(words)


def _first_words(layer: keras.layers.Layer, kind: str) -> str:
    window = window_of(layer)
    name = _TITLES.get(kind, type(layer).__name__)
    return f"{name} {window[0]}×{window[1]}" if window else name
