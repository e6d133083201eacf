"""How many classes a list of layers tells apart, and the same layers for other data.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence

from lenet.runs.layers import Activation, Dense, Layer, keras_names


def classes_of(layers: Sequence[Layer]) -> int | None:
    """The units of the output, where that is a dense layer; else None."""
    output = _output(layers)
    return None if output is None else layers[output].units


def with_classes(layers: Sequence[Layer], num_classes: int) -> tuple[Layer, ...]:
    """The same layers with an output for that many classes; as they are where it is no dense layer."""
    output = _output(layers)
    if output is None:
        return tuple(layers)
    changed = layers[output].model_copy(update={"units": num_classes})
    return (*layers[:output], changed, *layers[output + 1 :])


def output_name(layers: Sequence[Layer]) -> str | None:
    """Keras' name for the output, where that is a dense layer; else None."""
    output = _output(layers)
    return None if output is None else keras_names(layers)[output]


def _output(layers: Sequence[Layer]) -> int | None:
    """The place of the last layer but activations, where that is dense."""
    for place in reversed(range(len(layers))):
        if isinstance(layers[place], Dense):
            return place
        if not isinstance(layers[place], Activation):
            return None
    return None
