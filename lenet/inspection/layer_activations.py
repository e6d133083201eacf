"""What each layer of a network is, and what it gives for one image: before its activation and after.

Imports Keras and TensorFlow: workers and the command line only. Must not import Streamlit.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from lenet.layers.keras_kind import Numbers
from lenet.layers.view import LayerView
from lenet.networks.keras_kinds import KERAS_KINDS, NAMES
from lenet.networks.loaded_model import SILENT, LoadedModel, Network, Weights
from lenet.networks.loading import once_a_network
from lenet.networks.receptive_fields import padding_of, window_of
from lenet.runs.layers import rules_of

Activation = Callable[[tf.Tensor], tf.Tensor]
Around = Callable[[keras.layers.Layer, Activation, tf.Tensor], tf.Tensor]


def layer_activations(loaded: LoadedModel, inputs: np.ndarray) -> tuple[LayerView, ...]:
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
    layers = [layer for layer in network.model.layers if not isinstance(layer, SILENT)]
    names = {
        layer.name: f"{rules_of(kind_of(layer)).letter}{number}"
        for number, layer in enumerate(layers, start=1)
    }
    return names | {output_layer(network).name: "Output"}


def output_layer(network: Network) -> keras.layers.Layer:
    """The layer that gives the scores: only activations follow it."""
    return [layer for layer in network.map_layers if kind_of(layer) != "activation"][-1]


def kind_of(layer: keras.layers.Layer) -> str:
    """`LayerView.kind` of a Keras layer; Keras' name where a `RunConfig` has nothing that does the same."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(layer).__name__).lower()
    return NAMES.get(type(layer), words) if _is_plain(layer) else words


def _is_plain(layer: keras.layers.Layer) -> bool:
    """Whether windows are square and without gaps, filters see every channel, and a row is no map of 1×1."""
    window = window_of(layer)
    sides = {*window} if window else {1}
    strides = {*getattr(layer, "strides", (1,))} if window else {1}
    no_gaps = {*getattr(layer, "dilation_rate", (1,))} == {1} and getattr(layer, "groups", 1) == 1
    return len(sides) == len(strides) == 1 and no_gaps and not getattr(layer, "keepdims", False)


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
    numbers = _numbers(layer, kind, arrays)
    return LayerView(
        key=layer.name,
        name=name,
        kind=kind,
        title=_title(layer, kind, activation),
        kernel=numbers.kernel,
        bias=numbers.bias,
        window=window[0] if window else 1,
        stride=layer.strides[0] if window else 1,
        padding=padding_of(layer, window) if window else (0, 0),
        activation=activation,
        before=before,
        after=after,
        scale=numbers.scale,
        shift=numbers.shift,
    )


def activation_name(layer: keras.layers.Layer) -> str:
    """The function that it applies: relu, tanh, …; linear where it has none."""
    return getattr(layer.activation, "__name__", "linear") if has_activation(layer) else "linear"


def _numbers(layer: keras.layers.Layer, kind: str, arrays: dict[str, np.ndarray]) -> Numbers:
    """Its weights; none of a layer that no config has."""

    def array(name: str) -> np.ndarray | None:
        variable = getattr(layer, name, None)
        if variable is None:
            return None
        scale = arrays.get(f"{variable.path}_scale")  # of one that is quantized to int8
        return arrays[variable.path] if scale is None else arrays[variable.path] / scale

    return KERAS_KINDS[kind].numbers(layer, array) if kind in KERAS_KINDS else Numbers()


def _title(layer: keras.layers.Layer, kind: str, activation: str) -> str:
    """In words, "Convolution 5×5, 6 filters, tanh"."""
    words = [_first_words(layer, kind)]
    made_by = "filters" if kind == "conv2d" else rules_of(kind).output_word  # one of no config is a conv2d
    words += [f"{layer.output.shape[-1]} {made_by}"] if made_by else []
    if made_by == "filters":
        words += [f"stride {layer.strides[0]}"] if layer.strides[0] > 1 else []
        words += ["same padding"] if layer.padding == "same" else []
    if activation != "linear":
        words += [activation.replace("_", " ")]
    return ", ".join(words)


def _first_words(layer: keras.layers.Layer, kind: str) -> str:
    window = window_of(layer)
    name = rules_of(kind).words or type(layer).__name__
    return f"{name} {window[0]}×{window[1]}" if window else name
