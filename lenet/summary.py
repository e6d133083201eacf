"""A list of layers, worked out: shapes, parameters, connections, multiply-adds, receptive fields, misfits.

Says in words why a network, or a config, cannot be trained on some data. Must not import numpy, Streamlit,
TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Protocol

from lenet.config import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Layer,
    MaxPool,
    PartialConv,
    RadialBasis,
    RunConfig,
    Subsampling,
)
from lenet.layer_rules import RULES, Shape
from lenet.paper1998 import CODES

# Above these a laptop runs out of memory, and the trainer would be killed without a word.
MAX_PARAMETERS = 20_000_000
MAX_IMAGE_VALUES = 50_000_000  # that all layers give for one image
MAX_BATCH_BYTES = 4 * 1024**3


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
        return sum(layer.parameters for layer in self.layers)

    @property
    def connections(self) -> int:
        return sum(layer.connections for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def values(self) -> int:
        """Numbers that the input and all layers have for one image."""
        shapes = [layer.output_shape for layer in self.layers if layer.output_shape]
        return prod(self.input_shape) + sum(map(prod, shapes))

    @property
    def problems(self) -> tuple[Problem, ...]:
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
        side, strides = RULES[type(layer)].window(layer)
        reach, step = reach + (side - 1) * step, step * strides
        summaries.append(_summarize_layer(layers, index, shape, _field(layer, shape, reach, input_shape)))
        shape = summaries[-1].output_shape
    return Summary(tuple(input_shape), tuple(summaries))


def _summarize_layer(
    layers: Sequence[Layer], index: int, shape: Shape | None, receptive_field: tuple[int, int] | None
) -> LayerSummary:
    layer = layers[index]
    rules = RULES[type(layer)]
    about = {
        "index": index,
        "name": _name(layers, index),
        "title": rules.title(layer),
        "kind": layer.kind,
        "window": rules.window(layer)[0],
        "input_shape": shape,
    }
    misfit = rules.misfit(layer, shape) if shape else None
    if misfit or not shape:
        return LayerSummary(**about, output_shape=None, problem=misfit and _sentence(layers, index, misfit))
    return LayerSummary(
        **about,
        output_shape=rules.output_shape(layer, shape),
        parameters=rules.parameters(layer, shape),
        connections=rules.connections(layer, shape),
        multiply_adds=rules.multiply_adds(layer, shape),
        receptive_field=receptive_field,
        problem=_misplaced_softmax(layers, index),
    )


def _field(layer: Layer, shape: Shape | None, reach: int, input_shape: Shape) -> tuple[int, int] | None:
    if shape is None:
        return None
    height, width = input_shape[:2]
    if isinstance(layer, Dense) or len(shape) == 1:  # radial basis too
        return height, width
    return min(reach, height), min(reach, width)


def _name(layers: Sequence[Layer], index: int) -> str:
    layer = layers[index]
    followed = [later for later in layers[index + 1 :] if not isinstance(later, Activation)]
    if isinstance(layer, (Dense, RadialBasis)) and not followed:
        return "Output"
    return f"{RULES[type(layer)].letter}{index + 1}"


def _sentence(layers: Sequence[Layer], index: int, words: str) -> str:
    layer = layers[index]
    return f"Layer {index + 1} ({RULES[type(layer)].title(layer)}) {words}"


def _function(layer: Layer) -> str | None:
    """The activation function that a layer ends with; None where it has none."""
    return getattr(layer, "activation", None) or getattr(layer, "function", None)


def _misplaced_softmax(layers: Sequence[Layer], index: int) -> str | None:
    num_after = len(layers) - 1 - index
    if _function(layers[index]) != "softmax" or num_after == 0:
        return None
    follow = "1 layer follows" if num_after == 1 else f"{num_after} layers follow"
    return _sentence(
        layers,
        index,
        f"applies softmax, but {follow}; softmax makes probabilities and is for the last layer only. "
        "Choose another activation here, or remove the layers after it.",
    )


# What keeps a network, or a whole run, from starting


def find_problems(layers: Sequence[Layer], input_shape: Shape, num_classes: int) -> tuple[Problem, ...]:
    """Every reason why `layers` cannot sort images of `input_shape` into `num_classes`, in layer order."""
    summary = summarize(layers, input_shape)
    problems = [*summary.problems, *_output_problems(layers, num_classes), *_size_problems(summary)]
    return tuple(sorted(problems, key=lambda problem: problem.layer_index or 0))


def unbuildable(layers: Sequence[Layer], input_shape: Shape) -> str | None:
    """Why a network of `layers` must not even be built, wherever they come from; None where it may be."""
    summary = summarize(layers, input_shape)
    problems = [*summary.problems, *_size_problems(summary)]
    return problems[0].sentence if problems else None


def _output_problems(layers: Sequence[Layer], num_classes: int) -> list[Problem]:
    wanted = f"the network must end with a dense layer of {num_classes} units, one for each class. Add it."
    if not layers:
        return [Problem(None, f"There are no layers; {wanted}")]
    if isinstance(layers[-1], RadialBasis):
        return _wrong_number_of_codes(layers, num_classes)
    dense = [index for index, layer in enumerate(layers) if isinstance(layer, Dense)]
    if not dense:
        last = len(layers) - 1
        return [Problem(last, _sentence(layers, last, f"is the last one; {wanted}"))]
    output = dense[-1]
    after = [_after_output(layers, index) for index in range(output + 1, len(layers))]
    return [*_wrong_output(layers, output, num_classes), *(problem for problem in after if problem)]


def _wrong_number_of_codes(layers: Sequence[Layer], num_classes: int) -> list[Problem]:
    if num_classes == len(CODES):
        return []
    last = len(layers) - 1
    words = (
        f"is the output and has the codes of {len(CODES)} digits; the data have {num_classes} classes. "
        "Replace it by a dense layer, or choose data of ten classes."
    )
    return [Problem(last, _sentence(layers, last, words))]


def _wrong_output(layers: Sequence[Layer], index: int, num_classes: int) -> list[Problem]:
    layer, words = layers[index], []
    if layer.units != num_classes:
        words.append(
            f"is the output and has {layer.units} units; the data have {num_classes} classes. "
            f"Set its units to {num_classes}, or add a dense layer of {num_classes} units at the end."
        )
    if layer.activation not in ("linear", "softmax"):
        words.append(
            f"is the output and applies {layer.activation}; expected softmax (probabilities) or linear "
            "(logits). Change its activation."
        )
    return [Problem(index, _sentence(layers, index, sentence)) for sentence in words]


def _after_output(layers: Sequence[Layer], index: int) -> Problem | None:
    """Only a softmax or linear activation may follow the last dense layer."""
    layer = layers[index]
    if isinstance(layer, Activation) and layer.function in ("linear", "softmax"):
        return None
    if isinstance(layer, (Conv, MaxPool, AveragePool, Subsampling, PartialConv)):
        return None  # it already says that it needs feature maps
    words = (
        "comes after the last dense layer and would change the scores of the classes. "
        "Move it before that layer, or remove it."
    )
    return Problem(index, _sentence(layers, index, words))


def _size_problems(summary: Summary) -> list[Problem]:
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


class ImagesAndClasses(Protocol):
    """What `check` reads of a data set; `datasets.DatasetInfo` has it."""

    image_shape: Shape  # (height, width, channels)
    num_classes: int
    num_train: int


def network_input_shape(config: RunConfig, image_shape: Shape) -> Shape:
    """Shape of one image as it enters the network: `image_shape` (height, width, channels) after padding."""
    height, width, channels = image_shape
    side = config.pad_to or 0
    return max(height, side), max(width, side), channels


def num_training_images(config: RunConfig, num_train: int) -> int:
    """How many of `num_train` images are trained on, once the validation part is taken off.

    Rounded down, as `validation_split` of Keras does.
    """
    if config.validation == "test":
        return num_train
    return int(num_train * (1 - config.validation_fraction))


def check(config: RunConfig, info: ImagesAndClasses) -> list[str]:
    """Every reason why `config` cannot start on the data set that `info` describes; empty where it can."""
    shape = network_input_shape(config, info.image_shape)
    problems = [*_padding_problems(config, info)]
    problems += [problem.sentence for problem in find_problems(config.layers, shape, info.num_classes)]
    return problems + _loss_problems(config) + _batch_problems(config, info, shape)


def _loss_problems(config: RunConfig) -> list[str]:
    """The paper's losses are distances to codes; its curvatures are worked out for some layers only."""
    problems = []
    if config.loss != "cross_entropy" and not config.ends_in_codes:
        problems.append(
            f"Loss: received {config.loss}, expected cross_entropy: only a network that ends in a layer of "
            "radial basis functions has codes to be near to. Change the loss, or add that layer."
        )
    if config.optimizer == "levenberg_marquardt" and any(
        isinstance(each, BatchNorm) for each in config.layers
    ):
        problems.append(
            "Optimizer: received levenberg_marquardt for a network with batch normalization, expected one "
            "without: no image has a curvature of its own there. Remove it, or choose adam."
        )
    return problems


def _padding_problems(config: RunConfig, info: ImagesAndClasses) -> list[str]:
    height, width = info.image_shape[:2]
    if config.pad_to is None or config.pad_to >= max(height, width):
        return []
    return [
        f"Padding: received {config.pad_to}, expected at least {max(height, width)}, since the images are "
        f"{height}×{width}. Raise it, or switch padding off."
    ]


def _batch_problems(config: RunConfig, info: ImagesAndClasses, shape: Shape) -> list[str]:
    num_images = num_training_images(config, info.num_train)
    if config.batch_size > num_images:
        return [
            f"Batch size: received {config.batch_size:,}, expected at most {num_images:,}, the images that "
            "are trained on. Lower it, or keep fewer images for validation."
        ]
    num_bytes = 4 * config.batch_size * summarize(config.layers, shape).values  # float32
    if num_bytes <= MAX_BATCH_BYTES:
        return []
    return [
        f"Memory: the layers' outputs for one batch of {config.batch_size:,} take "
        f"{num_bytes / 1024**3:.1f} GB, expected at most {MAX_BATCH_BYTES / 1024**3:.0f} GB. "
        "Use a smaller batch, fewer filters, or pool earlier."
    ]
