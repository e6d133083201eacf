"""Models inside of models, such as `Sequential([model, Softmax()])`: their layers in their place.

Imports Keras; must not import Streamlit.
"""

from collections.abc import Iterator
from typing import Any

import keras


def flattened(model: keras.Model) -> keras.Model:
    """The same network, with the layers of the models in it instead of these.

    Where there are none, that model; else one of new layers with its weights, of names that no other has.
    Keras gives a layer of an inner model the outputs of its own graph, which the outer one is not joined to.
    """
    if not any(map(_is_model, model.layers)):
        return model
    _rename(model)
    while any(map(_is_model, model.layers)):
        model = keras.models.clone_model(_functional(model), clone_function=_same, call_function=_called)
    flat = keras.models.clone_model(model)
    flat.set_weights(model.get_weights())
    return flat


def all_layers(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """Those of the models in it, too, but not these."""
    return (layer for layer in _all(model) if not _is_model(layer))


def _all(model: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in model.layers:
        yield layer
        if _is_model(layer):
            yield from _all(layer)


def _is_model(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.Model)


def _functional(model: keras.Model) -> keras.Model:
    """Also of a `Sequential`; of one input and one output, as all have that sort images."""
    return keras.Model(model.inputs[0], model.outputs[0])


def _same(layer: keras.layers.Layer) -> keras.layers.Layer:
    return layer


def _called(layer: keras.layers.Layer, *inputs: Any, **about: Any) -> Any:
    """A model is run layer by layer; what belongs to it as a whole, it has no need of."""
    return layer.call(*inputs) if _is_model(layer) else layer(*inputs, **about)


def _rename(model: keras.Model) -> None:
    """No two of one name: each layer of a graph needs its own, and so does a model in it."""
    taken: set[str] = set()
    for layer in _all(model):
        name, count = layer.name, 1
        while layer.name in taken:
            count += 1
            layer.name = f"{name}_{count}"
        taken.add(layer.name)
