"""Ablation: filters and units switched off, what is left of the accuracy, and the prediction for one image.

Off means that the output after the activation is 0; of the output layer, that this class is never predicted.
Runs in the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from lenet import turns
from lenet.cache import Cache
from lenet.errors import ModelError
from lenet.evaluation.model_data import HeldOut, held_out
from lenet.inspection.layer_activations import (
    Activation,
    around_activations,
    has_activation,
    kind_of,
    layer_names,
    output_layer,
)
from lenet.inspection.results import TEST_IMAGES, Ablated
from lenet.inspection.submodels import Submodel, check_index, layer_of, over_batches
from lenet.networks.keras_kinds import keras_part
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.networks.loading import load_model, once_a_network

_CHUNK = 8  # filters whose drops are worked out in one pass
_AT_ONCE = 1_000  # images whose outputs of a layer are in memory
_predicted, _dropped = Cache(1_000_000), Cache(1_000_000, most=24)


def ablated(
    spec: str, image: np.ndarray, off: Mapping[str, Sequence[int]], runs_folder: str | None = None
) -> Ablated:
    """The model `spec` without some of its filters and units, on the whole test set and on one image.

    Args:
        image: (H, W, C) uint8 as stored; or a drawing, (28, 28) uint8.
        off: key of a layer, "1_conv" → the filters or units that are off, from 0.

    Raises:
        ModelError: there is no such model, layer or filter, the image does not fit, or its data are not here.
    """
    loaded = load_model(spec, Path(runs_folder) if runs_folder else None)
    masks, count = _masks(loaded, off)
    one = loaded.inputs(image.reshape(1, *image.shape[:2], -1))
    data, predict = held_out(spec, runs_folder), _masked(loaded.network)
    before = _accuracy(loaded, data, predict, _masks(loaded, {})[0], keep=True)
    return Ablated(
        accuracy=_accuracy(loaded, data, predict, masks) if count else before,
        accuracy_before=before,
        probabilities=predict(loaded.weights, tf.constant(one), masks).numpy()[0],
        count=count,
        num_images=len(data.labels),
    )


def drops(spec: str, layer: str, first: int, last: int, runs_folder: str | None = None) -> np.ndarray:
    """The accuracy on the whole test set with one filter or unit off, for each of `first` to `last` − 1.

    The outputs of the layer are worked out once; only what comes after it is worked out again.

    Returns:
        (last − first,) float64, 0–1.

    Raises:
        ModelError: there is no such model, layer or filter, or its data are not here.
    """
    loaded = load_model(spec, Path(runs_folder) if runs_folder else None)
    found = _switchable(loaded, layer)
    if first >= last:
        raise ModelError(f"Filters: received {first} to {last}, expected one filter at least.")
    for index in (first, last - 1):
        check_index(loaded, found, index)
    return _drops(loaded, found, held_out(spec, runs_folder), range(first, last))


def all_drops(spec: str, layers: Sequence[str], runs_folder: str | None = None) -> dict[str, np.ndarray]:
    """`drops` of all filters and units of each of these layers: key → (filters,) float64."""
    loaded = load_model(spec, Path(runs_folder) if runs_folder else None)
    counts = {key: _switchable(loaded, key).output.shape[-1] for key in layers}
    data, names, done, found = held_out(spec, runs_folder), layer_names(loaded.network), 0, {}
    for key, count in counts.items():
        report = partial(_report, names[key], done, count, sum(counts.values()))
        of_layer = partial(_drops, loaded, _switchable(loaded, key), data, range(count), report)
        place = (key, data.dataset, len(data.labels))
        (found[key],) = _dropped.get(loaded.weights, place, lambda of_layer=of_layer: (of_layer(),))
        done += count
    return found


def _report(name: str, before: int, count: int, total: int, images: int, num_images: int) -> None:
    """`images` have been through the layer `name`, which has `count` of all filters; `before` are done."""
    words = f"{name} without one of {count}: {images:,} of {num_images:,} images"
    turns.report(before + count * images // num_images, total, words)


# All masks at once, in one pass through the whole network


def switchable_layers(loaded: LoadedModel) -> tuple[keras.layers.Layer, ...]:
    """Those that have filters or units of their own."""
    return tuple(each for each in loaded.network.map_layers if _can_be_switched(each))


def _can_be_switched(layer: keras.layers.Layer) -> bool:
    return has_activation(layer) and kind_of(layer) != "activation"


def _switchable(loaded: LoadedModel, key: str) -> keras.layers.Layer:
    layer, names = layer_of(loaded, key), layer_names(loaded.network)
    if not _can_be_switched(layer):
        known = ", ".join(names[each.name] for each in switchable_layers(loaded))
        raise ModelError(f"{names[key]} has nothing of its own to switch off. Choose one of {known}.")
    return layer


def _masks(loaded: LoadedModel, off: Mapping[str, Sequence[int]]) -> tuple[list[tf.Tensor], int]:
    """For each switchable layer (filters,) float32, 1 where it is on; and how many are off."""
    for key, indices in off.items():
        for index in indices:
            check_index(loaded, _switchable(loaded, key), index)
    masks = []
    for layer in switchable_layers(loaded):
        mask = np.ones(layer.output.shape[-1], np.float32)
        mask[list(off.get(layer.name, ()))] = 0
        if layer is output_layer(loaded.network) and not mask.any():
            raise ModelError(
                "Every class is switched off, so nothing can be predicted. Leave at least one on."
            )
        masks.append(tf.constant(mask))
    return masks, int(sum((mask.numpy() == 0).sum() for mask in masks))


@once_a_network
def _masked(network: Network) -> tf.types.experimental.ConcreteFunction:
    """(weights, inputs, masks of the switchable layers) → probabilities (N, classes)."""
    layers = [layer for layer in network.map_layers if _can_be_switched(layer)]
    signature = [tf.TensorSpec((layer.output.shape[-1],), tf.float32) for layer in layers]

    @tf.function(input_signature=(*network.signature, signature))
    def masked(weights: Weights, inputs: tf.Tensor, masks: list[tf.Tensor]) -> tf.Tensor:
        of = {layer.name: mask for layer, mask in zip(layers, masks, strict=True)}

        def switched(layer: keras.layers.Layer, activation: Activation, values: tf.Tensor) -> tf.Tensor:
            value = _off_value(network, layer)
            return tf.where(of[layer.name] > 0, activation(values), value)

        with around_activations(layers, switched):
            logits, _ = network.model.stateless_call(*weights, inputs, training=False)
        return tf.nn.softmax(logits)

    return masked.get_concrete_function()


def _off_value(network: Network, layer: keras.layers.Layer) -> float:
    """What a filter that is off gives; a class has the logit of probability 0."""
    return -np.inf if layer is output_layer(network) else 0.0


def _accuracy(
    loaded: LoadedModel,
    data: HeldOut,
    predict: tf.types.experimental.ConcreteFunction,
    masks: list[tf.Tensor],
    keep: bool = False,
) -> float:
    def predict_batch(images: np.ndarray) -> tuple[tf.Tensor]:
        probabilities = predict(loaded.weights, tf.constant(loaded.inputs(images)), masks)
        return (tf.argmax(probabilities, axis=-1, output_type=tf.int32),)

    def predict_all() -> tuple[np.ndarray, ...]:
        return over_batches(predict_batch, data.images, words=TEST_IMAGES)

    key = (data.dataset, len(data.labels))
    (predicted,) = _predicted.get(loaded.weights, key, predict_all) if keep else predict_all()
    return float((predicted == data.labels).mean())


# One filter after the other, from its layer on


def _drops(
    loaded: LoadedModel,
    layer: keras.layers.Layer,
    data: HeldOut,
    numbers: range,
    report: Callable[[int, int], None] = lambda images, num_images: None,
) -> np.ndarray:
    """(filters,) float64: the accuracy without each of these; `report` is told how many images are done."""
    last = _last_of_each_channel(loaded.network, layer)
    until, rest = _until(loaded.network, last), _rest(loaded.network, last)
    off, correct = _off_output(loaded, layer, last), np.zeros(len(numbers))

    def maps(images: np.ndarray) -> tuple[tf.Tensor]:
        return (until(loaded.weights, tf.constant(loaded.inputs(images))),)

    for start in range(0, len(data.labels), _AT_ONCE):
        report(start, len(data.labels))
        rows = slice(start, start + _AT_ONCE)
        (values,) = over_batches(maps, data.images[rows])
        for first in range(0, len(numbers), _CHUNK):
            chosen = numbers[first : first + _CHUNK]
            without = partial(_without, rest, loaded.weights, off, tf.range(chosen.start, chosen.stop))
            (predicted,) = over_batches(without, values)  # (images, filters)
            correct[first : first + _CHUNK] += (predicted == data.labels[rows, None]).sum(axis=0)
    return correct / len(data.labels)


def _without(
    rest: tf.types.experimental.ConcreteFunction,
    weights: Weights,
    off: tf.Tensor,
    numbers: tf.Tensor,
    values: np.ndarray,
) -> tuple[tf.Tensor]:
    return (rest(weights, tf.constant(values), off, numbers),)


def _last_of_each_channel(network: Network, layer: keras.layers.Layer) -> keras.layers.Layer:
    """The last layer before the filters of `layer` are mixed with each other; itself where none follows."""
    layers = list(network.model.layers)
    for following in layers[layers.index(layer) + 1 :]:
        if not keras_part(following).of_each_channel or following.input is not layer.output:
            break
        layer = following
    return layer


def _off_output(loaded: LoadedModel, layer: keras.layers.Layer, last: keras.layers.Layer) -> tf.Tensor:
    """(1, …): what `last` gives for filters of `layer` that are off; pooling and normalization included."""
    off = tf.fill((1, *layer.output.shape[1:]), _off_value(loaded.network, layer))
    if last is layer:
        return off
    return Submodel(loaded.network, last.output, layer.output)(loaded.weights, off)


@once_a_network
def _until(network: Network, layer: keras.layers.Layer) -> tf.types.experimental.ConcreteFunction:
    """(weights, inputs) → that layer's output."""
    return tf.function(
        Submodel(network, layer.output), input_signature=network.signature
    ).get_concrete_function()


@once_a_network
def _rest(network: Network, layer: keras.layers.Layer) -> tf.types.experimental.ConcreteFunction:
    """(weights, outputs of that layer, what is off, filters (n,)) → classes (N, n) int32, one off each."""
    start, end = layer.output, network.model.outputs[0]
    part = Submodel(network, end, start) if start is not end else lambda weights, values: values
    values = tf.TensorSpec(start.shape, tf.float32)
    off = tf.TensorSpec((1, *start.shape[1:]), tf.float32)
    numbers = tf.TensorSpec((None,), tf.int32)

    @tf.function(input_signature=(network.signature[0], values, off, numbers))
    def rest(weights: Weights, values: tf.Tensor, off: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
        def without(number: tf.Tensor) -> tf.Tensor:
            is_off = tf.range(values.shape[-1]) == number
            logits = part(weights, tf.where(is_off, off, values))
            return tf.argmax(logits, axis=-1, output_type=tf.int32)

        return tf.transpose(tf.map_fn(without, numbers, parallel_iterations=1))

    return rest.get_concrete_function()
