"""The summary of a list of layers: shapes, parameters, connections, multiply-adds, receptive fields, misfits.

Says in words why a network, or a config, cannot be trained on some data. Must not import Streamlit,
TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from lenet.layers.kind import Shape
from lenet.layers.normalization import Activation
from lenet.runs.layers import Layer

# Above these a laptop runs out of memory, and the trainer would be killed without a word.
MAX_PARAMETERS = 20_000_000
MAX_IMAGE_VALUES = 50_000_000  # that all layers give for one image


@dataclass(frozen=True)
class LayerSummary:
    """One layer, worked out. After a misfit the shapes are None and the counts 0."""

    index: int  # from 0
    name: str  # C1, S2, …, Output
    title: str  # conv 6@5×5
    kind: str
    window: int  # side of the square that one output sees of its input maps; 1 where there is none
    input_shape: Shape | None
    output_shape: Shape | None
    parameters: int = 0  # trainable ones
    connections: int = 0
    multiply_adds: int = 0
    receptive_field: tuple[int, int] | None = None  # height and width in pixels of the network's input
    problem: str | None = None  # the whole sentence


@dataclass(frozen=True)
class Problem:
    """One reason why a network cannot be trained; `layer_index` is None where no single layer is at fault."""

    layer_index: int | None
    sentence: str


@dataclass(frozen=True)
class Summary:
    """A list of layers, worked out for one input shape."""

    input_shape: Shape
    layers: tuple[LayerSummary, ...]

    @property
    def parameters(self) -> int:
        """Trainable numbers of all layers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def connections(self) -> int:
        """Connections of all layers, as LeCun et al. (1998) count them: with biases and padding."""
        return sum(layer.connections for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Multiplications, each with an addition, that all layers take for one image; without biases."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def values(self) -> int:
        """Numbers that the input and all layers have for one image."""
        shapes = [layer.output_shape for layer in self.layers if layer.output_shape]
        return prod(self.input_shape) + sum(map(prod, shapes))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why the layers do not fit together, the first layer first; empty where they do."""
        return tuple(Problem(layer.index, layer.problem) for layer in self.layers if layer.problem)


def summarize(layers: Sequence[Layer], input_shape: Shape) -> Summary:
    """Work out `layers` for images of `input_shape` (height, width, channels).

    A layer that does not fit is no error here: its `problem` says why, and the layers after it have no shape.
    Connections count biases and padding, as the paper's do; multiply-adds leave biases out.
    """
    shape: Shape | None = tuple(input_shape)
    reach, step = 1, 1  # side of the receptive field, and input pixels from one output to the next
    summaries = []
    for index, layer in enumerate(layers):
        side, strides = layer.window(shape)
        reach, step = reach + (side - 1) * step, step * strides
        summaries.append(_summarize_layer(layers, index, shape, _field(layer, shape, reach, input_shape)))
        shape = summaries[-1].output_shape
    return Summary(tuple(input_shape), tuple(summaries))


def _summarize_layer(
    layers: Sequence[Layer], index: int, shape: Shape | None, receptive_field: tuple[int, int] | None
) -> LayerSummary:
    layer = layers[index]
    about = {
        "index": index,
        "name": _name(layers, index),
        "title": layer.title(),
        "kind": layer.kind,
        "window": layer.window(shape)[0],
        "input_shape": shape,
    }
    misfit = _misfit(layers, index, shape) if shape else None
    if misfit or not shape:
        return LayerSummary(
            **about, output_shape=None, problem=misfit and problem_sentence(layers, index, misfit)
        )
    return LayerSummary(
        **about,
        output_shape=layer.output_shape(shape),
        parameters=layer.parameters(shape),
        connections=layer.connections(shape),
        multiply_adds=layer.multiply_adds(shape),
        receptive_field=receptive_field,
        problem=_misplaced_softmax(layers, index),
    )


def _misfit(layers: Sequence[Layer], index: int, shape: Shape) -> str | None:
    """Why a layer cannot take that shape; None where it can."""
    layer = layers[index]
    if not layer.needs_maps or len(shape) > 1:
        return layer.misfit(shape)
    flat = next((each.kind for each in layers if each.gives_row), "dense").replace("_", " ")
    return (
        f"received a row of {shape[0]:,} numbers; it needs feature maps (height×width×channels). "
        f"Move it before the first {flat} layer."
    )


def _field(layer: Layer, shape: Shape | None, reach: int, input_shape: Shape) -> tuple[int, int] | None:
    if shape is None:
        return None
    height, width = input_shape[:2]
    if layer.flattens or len(shape) == 1:
        return height, width
    return min(reach, height), min(reach, width)


def _name(layers: Sequence[Layer], index: int) -> str:
    layer = layers[index]
    followed = [later for later in layers[index + 1 :] if not isinstance(later, Activation)]
    return "Output" if layer.is_output and not followed else f"{layer.letter}{index + 1}"


def problem_sentence(layers: Sequence[Layer], index: int, words: str) -> str:
    """A sentence about one layer: its number from 1 on and what it is, then `words`."""
    return f"Layer {index + 1} ({layers[index].title()}) {words}"


def _function(layer: Layer) -> str | None:
    """The activation function that a layer ends with; None where it has none."""
    return getattr(layer, "activation", None) or getattr(layer, "function", None)


def _misplaced_softmax(layers: Sequence[Layer], index: int) -> str | None:
    num_after = len(layers) - 1 - index
    if _function(layers[index]) != "softmax" or num_after == 0:
        return None
    follow = "1 layer follows" if num_after == 1 else f"{num_after} layers follow"
    return problem_sentence(
        layers,
        index,
        f"applies softmax, but {follow}; softmax makes probabilities and is for the last layer only. "
        "Choose another activation here, or remove the layers after it.",
    )


# What keeps a network, or a whole run, from starting


def unbuildable(layers: Sequence[Layer], input_shape: Shape) -> str | None:
    """Why a network of `layers` must not even be built, wherever they come from; None where it may be."""
    summary = summarize(layers, input_shape)
    problems = [*summary.problems, *size_problems(summary)]
    return problems[0].sentence if problems else None


def size_problems(summary: Summary) -> list[Problem]:
    """Why the network would fill the memory: too many parameters, or too many values for one image."""
    too_large = []
    if summary.parameters > MAX_PARAMETERS:
        too_large.append(_too_many_parameters(summary))
    if summary.values > MAX_IMAGE_VALUES:
        words = (
            f"The network's layers give {summary.values:,} numbers for each image, expected at most "
            f"{MAX_IMAGE_VALUES:,}. Use fewer filters, or pool earlier."
        )
        too_large.append(Problem(None, words))
    return too_large


def _too_many_parameters(summary: Summary) -> Problem:
    largest = max(summary.layers, key=lambda layer: layer.parameters)
    return Problem(
        None,
        f"The network has {summary.parameters:,} parameters, expected at most {MAX_PARAMETERS:,}; layer "
        f"{largest.index + 1} ({largest.title}) alone has {largest.parameters:,}. "
        "Use fewer filters or units, or pool before it.",
    )
