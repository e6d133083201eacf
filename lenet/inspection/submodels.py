"""Submodels: a network up to a layer, or from one on, as functions of the weights; many images through them.

Imports Keras: workers and the command line only. Must not import Streamlit.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import tensorflow as tf

from lenet import turns
from lenet.errors import ModelError
from lenet.inspection.layer_activations import around_activations, layer_names
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.sentences import shown

_BATCH = 250  # images of one pass: with two threads, small enough for a processor's cache
_MOST_THREADS = 4
_AT_ONCE = 2  # passes of each thread between two places where it can be interrupted


class Submodel:
    """What lies between two tensors of a network, as a function of the network's weights and of the first.

    Args:
        network: whose weights it takes.
        end: the tensor that it gives, such as a layer's output.
        start: the tensor that it takes; None: the images.
    """

    def __init__(
        self, network: Network, end: keras.KerasTensor, start: keras.KerasTensor | None = None
    ) -> None:
        self.model = keras.Model(network.model.inputs[0] if start is None else start, end)
        kinds = ("trainable_variables", "non_trainable_variables")
        self._places = [_places(getattr(self.model, kind), getattr(network.model, kind)) for kind in kinds]

    def __call__(self, weights: Weights, inputs: tf.Tensor) -> tf.Tensor:
        """(N, …) → (N, …)."""
        chosen = (
            [each[place] for place in places] for each, places in zip(weights, self._places, strict=True)
        )
        return self.model.stateless_call(*chosen, inputs, training=False)[0]


def _places(some: list[keras.Variable], all_of_them: list[keras.Variable]) -> list[int]:
    paths = [each.path for each in all_of_them]
    return [paths.index(each.path) for each in some]


def before_activation(
    network: Network, layer: keras.layers.Layer
) -> Callable[[Weights, tf.Tensor], tf.Tensor]:
    """(weights, inputs) → that layer's output before its activation; to be traced."""
    part = Submodel(network, layer.output)

    def before(weights: Weights, inputs: tf.Tensor) -> tf.Tensor:
        with around_activations([layer], lambda _, activation, values: values):
            return part(weights, inputs)

    return before


def layer_of(loaded: LoadedModel, key: str) -> keras.layers.Layer:
    """The layer called so by Keras. Raises `ModelError`: there is none, or it does nothing."""
    layers = {layer.name: layer for layer in loaded.network.map_layers}
    if key not in layers:
        raise ModelError(
            f"Layer: received {shown(key)}, expected one of {', '.join(layers)} of {loaded.label}."
        )
    return layers[key]


def check_index(loaded: LoadedModel, layer: keras.layers.Layer, index: int) -> None:
    """Raises `ModelError` where that layer has no filter or unit of that number."""
    count = layer.output.shape[-1]
    if not 0 <= index < count:
        name = layer_names(loaded.network)[layer.name]
        raise ModelError(f"{name}: received number {index}, expected 0 to {count - 1}.")


def over_batches(
    function: Callable[..., tuple[tf.Tensor, ...]], *arrays: np.ndarray, words: str = ""
) -> tuple[np.ndarray, ...]:
    """`function` of some rows of each array at a time, on several threads; each of its results in one piece.

    It can be interrupted, see `turns`.

    Args:
        function: rows of each of `arrays` → tensors with as many rows.
        arrays: (N, …) each, of any dtype.
        words: of the progress that is reported; empty: whoever calls this reports it.
    """

    def of(start: int) -> list[np.ndarray]:
        return [each.numpy() for each in function(*(array[start : start + _BATCH] for array in arrays))]

    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    starts, found = range(0, len(arrays[0]), _BATCH), []
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(starts), _AT_ONCE * threads):
            found += pool.map(of, starts[first : first + _AT_ONCE * threads])
            if words:
                turns.report(len(found), len(starts), words)
            turns.pause()
    return tuple(np.concatenate(each) for each in zip(*found, strict=True))
