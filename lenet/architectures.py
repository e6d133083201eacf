"""The named networks as data, and what follows from a list of layers by arithmetic alone.

Shapes, parameters, connections, multiply-adds, receptive fields, and the words for a layer that does not fit.
Must not import numpy, Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

from lenet.config import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Layer,
    MaxPool,
    PartialConv,
    RadialBasis,
    RunConfig,
    Subsampling,
)
from lenet.paper1998 import C3_TABLE, CODES

Shape = tuple[int, ...]  # (height, width, channels), or (units,) once a dense layer has flattened them

# Above these a laptop runs out of memory, and the trainer would be killed without a word.
MAX_PARAMETERS = 20_000_000
MAX_BATCH_BYTES = 4 * 1024**3


# What is known of each kind of layer


class LayerRules:
    """Rules of one kind of layer. As they stand: one that keeps the shape and has nothing to train.

    A new kind of layer is a subclass and one entry in `RULES`. `layer` is the layer's config, `shape` its
    input, which `misfit` has accepted before any other rule is asked.
    """

    letter = "A"  # of the layer's name, as in C1

    def title(self, layer: Any) -> str:
        """A few words, as in `conv 6@5×5`."""
        return layer.kind.replace("_", " ")

    def misfit(self, layer: Any, shape: Shape) -> str | None:
        """Why the layer cannot take `shape` and what would fit; None where it can."""
        return None

    def output_shape(self, layer: Any, shape: Shape) -> Shape:
        """Shape of one image's output."""
        return shape

    def parameters(self, layer: Any, shape: Shape) -> int:
        """Trainable numbers."""
        return 0

    def connections(self, layer: Any, shape: Shape) -> int:
        """Inputs and bias of each output, summed over all outputs, as the paper of 1998 counts them."""
        return 0

    def multiply_adds(self, layer: Any, shape: Shape) -> int:
        """Multiplications, each with its addition, for one image; biases are left out."""
        return 0

    def window(self, layer: Any) -> tuple[int, int]:
        """Side of the square that one output sees, and the step from one to the next."""
        return 1, 1


class _Convolution(LayerRules):
    letter = "C"

    def title(self, layer: Conv) -> str:
        size = f"conv {layer.filters}@{layer.kernel_size}×{layer.kernel_size}"
        return size if layer.strides == 1 else f"{size} stride {layer.strides}"

    def misfit(self, layer: Conv, shape: Shape) -> str | None:
        if len(shape) == 1:
            return _needs_maps(shape)
        room, side = min(shape[:2]), layer.kernel_size
        if layer.padding == "same" or side <= room:
            return None
        return (
            f"received {format_shape(shape)}; its {side}×{side} kernel is larger than that. "
            f"Use a kernel of at most {room}, or padding same."
        )

    def output_shape(self, layer: Conv, shape: Shape) -> Shape:
        lost = layer.kernel_size - 1 if layer.padding == "valid" else 0
        height, width = (-(-(side - lost) // layer.strides) for side in shape[:2])  # rounded up
        return height, width, layer.filters

    def parameters(self, layer: Conv, shape: Shape) -> int:
        return (layer.kernel_size**2 * shape[2] + 1) * layer.filters

    def connections(self, layer: Conv, shape: Shape) -> int:
        height, width, _ = self.output_shape(layer, shape)
        return self.parameters(layer, shape) * height * width

    def multiply_adds(self, layer: Conv, shape: Shape) -> int:
        return layer.kernel_size**2 * shape[2] * prod(self.output_shape(layer, shape))

    def window(self, layer: Conv) -> tuple[int, int]:
        return layer.kernel_size, layer.strides


class _Pool(LayerRules):
    letter = "S"  # subsampling, the paper's word

    def title(self, layer: MaxPool | AveragePool) -> str:
        return f"{layer.kind.replace('_', ' ')} {layer.size}×{layer.size}"

    def misfit(self, layer: MaxPool | AveragePool, shape: Shape) -> str | None:
        if len(shape) == 1:
            return _needs_maps(shape)
        room = min(shape[:2])
        if layer.size <= room:
            return None
        advice = f"Use a size of at most {room}, or remove this layer." if room > 1 else "Remove this layer."
        window = f"{layer.size}×{layer.size}"
        return f"received {format_shape(shape)}; windows of {window} would leave 0×0. {advice}"

    def output_shape(self, layer: MaxPool | AveragePool, shape: Shape) -> Shape:
        return shape[0] // layer.size, shape[1] // layer.size, shape[2]

    def connections(self, layer: MaxPool | AveragePool, shape: Shape) -> int:
        # The paper's subsampling has a bias too, so 5 for 2×2; these pools have none, so 4.
        return layer.size**2 * prod(self.output_shape(layer, shape))

    def window(self, layer: MaxPool | AveragePool) -> tuple[int, int]:
        return layer.size, layer.size


class _FullyConnected(LayerRules):
    letter = "F"

    def title(self, layer: Dense) -> str:
        return f"dense {layer.units}"

    def output_shape(self, layer: Dense, shape: Shape) -> Shape:
        return (layer.units,)

    def parameters(self, layer: Dense, shape: Shape) -> int:
        return (prod(shape) + 1) * layer.units

    def connections(self, layer: Dense, shape: Shape) -> int:
        return self.parameters(layer, shape)

    def multiply_adds(self, layer: Dense, shape: Shape) -> int:
        return prod(shape) * layer.units


class _Dropout(LayerRules):
    letter = "D"

    def title(self, layer: Dropout) -> str:
        return f"dropout {layer.rate:g}"


class _BatchNormalization(LayerRules):
    letter = "N"

    def parameters(self, layer: BatchNorm, shape: Shape) -> int:
        return 2 * shape[-1]  # scale and shift; the running mean and variance are not trained

    def connections(self, layer: BatchNorm, shape: Shape) -> int:
        return 2 * prod(shape)

    def multiply_adds(self, layer: BatchNorm, shape: Shape) -> int:
        return prod(shape)


class _Function(LayerRules):
    def title(self, layer: Activation) -> str:
        return layer.function


class _Subsampling(_Pool):
    def title(self, layer: Subsampling) -> str:
        return f"subsampling {layer.size}×{layer.size}"

    def parameters(self, layer: Subsampling, shape: Shape) -> int:
        return 2 * shape[2]

    def connections(self, layer: Subsampling, shape: Shape) -> int:
        return (layer.size**2 + 1) * prod(self.output_shape(layer, shape))

    def multiply_adds(self, layer: Subsampling, shape: Shape) -> int:
        return prod(self.output_shape(layer, shape))


class _PartialConvolution(LayerRules):
    letter = "C"

    def title(self, layer: PartialConv) -> str:
        return f"partial conv {len(layer.table)}@{layer.kernel_size}×{layer.kernel_size}"

    def misfit(self, layer: PartialConv, shape: Shape) -> str | None:
        if len(shape) == 1:
            return _needs_maps(shape)
        needed, room = 1 + max(map(max, layer.table)), min(shape[:2])
        if shape[2] < needed:
            return (
                f"received {format_shape(shape)}; its table names input map {needed - 1}, so it needs "
                f"{needed} maps or more. Give the layer before it {needed} maps."
            )
        if layer.kernel_size <= room:
            return None
        side = layer.kernel_size
        return (
            f"received {format_shape(shape)}; its {side}×{side} kernel is larger than that. "
            f"Use a kernel of at most {room}."
        )

    def output_shape(self, layer: PartialConv, shape: Shape) -> Shape:
        return shape[0] - layer.kernel_size + 1, shape[1] - layer.kernel_size + 1, len(layer.table)

    def parameters(self, layer: PartialConv, shape: Shape) -> int:
        return layer.kernel_size**2 * sum(map(len, layer.table)) + len(layer.table)

    def connections(self, layer: PartialConv, shape: Shape) -> int:
        height, width, _ = self.output_shape(layer, shape)
        return self.parameters(layer, shape) * height * width

    def multiply_adds(self, layer: PartialConv, shape: Shape) -> int:
        height, width, _ = self.output_shape(layer, shape)
        return layer.kernel_size**2 * sum(map(len, layer.table)) * height * width

    def window(self, layer: PartialConv) -> tuple[int, int]:
        return layer.kernel_size, 1


class _RadialBasis(LayerRules):
    letter = "R"

    def title(self, layer: RadialBasis) -> str:
        return f"radial basis {len(CODES)}"

    def misfit(self, layer: RadialBasis, shape: Shape) -> str | None:
        if shape == (len(CODES[0]),):
            return None
        return (
            f"received {format_shape(shape)}; its codes have {len(CODES[0])} numbers. "
            f"Put a dense layer of {len(CODES[0])} units before it."
        )

    def output_shape(self, layer: RadialBasis, shape: Shape) -> Shape:
        return (len(CODES),)

    def connections(self, layer: RadialBasis, shape: Shape) -> int:
        return len(CODES) * len(CODES[0])

    def multiply_adds(self, layer: RadialBasis, shape: Shape) -> int:
        return len(CODES) * len(CODES[0])


_POOL = _Pool()
RULES: dict[type, LayerRules] = {
    Conv: _Convolution(),
    MaxPool: _POOL,
    AveragePool: _POOL,
    Dense: _FullyConnected(),
    Dropout: _Dropout(),
    BatchNorm: _BatchNormalization(),
    Activation: _Function(),
    Subsampling: _Subsampling(),
    PartialConv: _PartialConvolution(),
    RadialBasis: _RadialBasis(),
}


def _needs_maps(shape: Shape) -> str:
    return (
        f"received a row of {shape[0]:,} numbers; it needs feature maps (height×width×channels). "
        "Move it before the first dense layer."
    )


def format_shape(shape: Shape | None) -> str:
    """`28×28×6`, `84`, or a dash where the shape is unknown."""
    return "×".join(str(side) for side in shape) if shape else "–"


# Summary of a list of layers


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
    problems = [*summary.problems, *_output_problems(layers, num_classes)]
    if summary.parameters > MAX_PARAMETERS:
        problems.append(_too_large(summary))
    return tuple(sorted(problems, key=lambda problem: problem.layer_index or 0))


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


def _too_large(summary: Summary) -> Problem:
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
    if config.loss != "cross_entropy" and not isinstance(config.layers[-1], RadialBasis):
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
    layers = summarize(config.layers, shape).layers
    num_values = prod(shape) + sum(prod(layer.output_shape) for layer in layers if layer.output_shape)
    num_bytes = 4 * config.batch_size * num_values  # float32
    if num_bytes <= MAX_BATCH_BYTES:
        return []
    return [
        f"Memory: the layers' outputs for one batch of {config.batch_size:,} take "
        f"{num_bytes / 1024**3:.1f} GB, expected at most {MAX_BATCH_BYTES / 1024**3:.0f} GB. "
        "Use a smaller batch, fewer filters, or pool earlier."
    ]


# The catalogue


@dataclass(frozen=True)
class Architecture:
    """A named network: its layers from input to output, for images of `input_shape`."""

    name: str
    title: str
    layers: tuple[Layer, ...]
    source: str
    description: str
    input_shape: Shape = (28, 28, 1)


_LENET5_LINEAR = Architecture(
    name="lenet5-linear",
    title="LeNet-5 with linear convolutions",
    input_shape=(32, 32, 1),
    layers=(
        Conv(filters=6, kernel_size=5, activation="linear"),  # 28×28×6
        AveragePool(size=2),  # 14×14×6
        Conv(filters=16, kernel_size=5, activation="linear"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Dense(units=120, activation="relu"),
        Dense(units=84, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Blog post “CNN LeNet-5 on MNIST”, 2021",
    description="The sizes of LeNet-5; its convolutions have no activation, so all before the first dense "
    "layer is one linear map.",
)

_LENET_20_50 = Architecture(
    name="lenet-20-50",
    title="LeNet with 20 and 50 maps",
    layers=(
        Conv(filters=20, kernel_size=5, padding="same", activation="relu"),  # 28×28×20
        MaxPool(size=2),  # 14×14×20
        Conv(filters=50, kernel_size=5, padding="same", activation="relu"),  # 14×14×50
        MaxPool(size=2),  # 7×7×50
        Dense(units=500, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Blog post “LeNet For MNIST”, 2019",
    description="The wide variant: nearly all of its 1.3 million parameters sit in the first dense layer.",
)

_LENET5_RELU = Architecture(
    name="lenet5-relu",
    title="LeNet-5 with relu and max pooling",
    layers=(
        Conv(filters=6, kernel_size=5, activation="relu"),  # 24×24×6
        MaxPool(size=2),  # 12×12×6
        Conv(filters=16, kernel_size=5, activation="relu"),  # 8×8×16
        MaxPool(size=2),  # 4×4×16
        Dense(units=120, activation="relu"),
        Dense(units=84, activation="relu"),
        Dense(units=10, activation="linear"),
    ),
    source="Blog post “Lenet5 from scratch”, 2022",
    description="LeNet-5 on 28×28 without padding, with today's relu and max pooling; it ends in logits.",
)

_CNN_16_32 = Architecture(
    name="cnn-16-32",
    title="CNN with 16 and 32 maps",
    layers=(
        Conv(filters=16, kernel_size=3, activation="relu"),  # 26×26×16
        MaxPool(size=2),  # 13×13×16
        Conv(filters=32, kernel_size=3, activation="relu"),  # 11×11×32
        MaxPool(size=2),  # 5×5×32
        Dense(units=128, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Notebook page “CNN with the MNIST Dataset”",
    description="Small 3×3 kernels and more maps: the best of the published five on MNIST.",
)

_LENET5_TANH = Architecture(
    name="lenet5-tanh",
    title="LeNet-5 with tanh and average pooling",
    layers=(
        Conv(filters=6, kernel_size=5, padding="same", activation="tanh"),  # 28×28×6
        AveragePool(size=2),  # 14×14×6
        Conv(filters=16, kernel_size=5, activation="linear"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Conv(filters=120, kernel_size=5, activation="tanh"),  # 1×1×120
        Dense(units=84, activation="tanh"),
        Dense(units=10, activation="linear"),
    ),
    source="Blog post “FashionMNIST classification using LeNet-5 architecture”, 2020",
    description="Close to the paper of 1998: C5 is a convolution; C3 has no activation.",
)

_LENET5_RELU_AVG = Architecture(
    name="lenet5-relu-avg",
    title="LeNet-5 with relu and average pooling",
    layers=(
        Conv(filters=6, kernel_size=5, padding="same", activation="relu"),  # 28×28×6
        AveragePool(size=2),  # 14×14×6
        Conv(filters=16, kernel_size=5, activation="linear"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Conv(filters=120, kernel_size=5, activation="relu"),  # 1×1×120
        Dense(units=84, activation="relu"),
        Dense(units=10, activation="linear"),
    ),
    source="Blog post “FashionMNIST classification using LeNet-5 architecture”, 2020",
    description="`lenet5-tanh` with relu for every tanh.",
)

_DENSE_2 = Architecture(
    name="dense-2",
    title="Two dense layers",
    layers=(
        Dense(units=128, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Predecessor in the blog post “CNN LeNet-5 on MNIST”, 2021 (96.66 % there)",
    description="No convolution: every pixel to every unit. The width of its hidden layer is our choice.",
)

_DENSE_3 = Architecture(
    name="dense-3",
    title="Three dense layers",
    layers=(
        Dense(units=128, activation="relu"),
        Dense(units=64, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    source="Predecessor in the notebook page “CNN with the MNIST Dataset” (98.04 % there)",
    description="One dense layer more than `dense-2`. The widths of its hidden layers are our choice.",
)

_LENET_1 = Architecture(
    name="lenet-1",
    title="LeNet-1",
    layers=(
        Conv(filters=4, kernel_size=5, activation="tanh"),  # 24×24×4
        AveragePool(size=2),  # 12×12×4
        Conv(filters=12, kernel_size=5, activation="tanh"),  # 8×8×12
        AveragePool(size=2),  # 4×4×12
        Dense(units=10, activation="softmax"),
    ),
    source="LeCun et al., “Gradient-Based Learning Applied to Document Recognition”, 1998: about 2,600 "
    "parameters, 100,000 multiply-adds, 1.7 % test error",
    description="The smallest of the family. Departures: each map of C3 sees all maps of S2, pooling has "
    "nothing to train, the output is a softmax; hence 3,246 parameters.",
)

_LENET_4_LIKE = Architecture(
    name="lenet-4-like",
    title="LeNet-4 with full connections",
    input_shape=(32, 32, 1),
    layers=(
        Conv(filters=4, kernel_size=5, activation="tanh"),  # 28×28×4
        Conv(filters=8, kernel_size=2, strides=2, activation="tanh"),  # 14×14×8
        Conv(filters=16, kernel_size=5, activation="tanh"),  # 10×10×16
        AveragePool(size=2),  # 5×5×16
        Dense(units=120, activation="tanh"),
        Dense(units=10, activation="softmax"),
    ),
    source="LeCun et al., “Gradient-Based Learning Applied to Document Recognition”, 1998: about 17,000 "
    "parameters, 260,000 multiply-adds, 1.1 % test error",
    description="The paper's numbers of maps: 4, 8, 16, 16, then 120 units. Departures: its 8 subsampling "
    "maps take in one map of C1 each, here a 2×2 convolution of stride 2 sees all 4; C3 sees all maps; the "
    "output is a softmax. The first dense layer alone has 48,120 parameters, so the published 17,000 cannot "
    "be a full connection.",
)

_DIGITS_QUICK = Architecture(
    name="digits-quick",
    title="Small CNN for 8×8 digits",
    input_shape=(8, 8, 1),
    layers=(
        Conv(filters=32, kernel_size=3, padding="same", activation="relu"),  # 8×8×32
        BatchNorm(),
        Conv(filters=64, kernel_size=3, activation="relu"),  # 6×6×64
        BatchNorm(),
        MaxPool(size=2),  # 3×3×64
        Dropout(rate=0.3),
        Dense(units=128, activation="relu"),
        Dropout(rate=0.3),
        Dense(units=10, activation="softmax"),
    ),
    source="LeNet Lab",
    description="Trains in seconds on the digits that scikit-learn carries. At 8×8 it pools once only.",
)

_LENET5_DRAW = Architecture(
    name="lenet5-draw",
    title="LeNet for drawn digits",
    layers=(
        Conv(filters=24, kernel_size=5, activation="linear"),  # 24×24×24
        MaxPool(size=2),  # 12×12×24
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=40, kernel_size=3, activation="linear"),  # 10×10×40
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=52, kernel_size=3, activation="linear"),  # 8×8×52
        BatchNorm(),
        Activation(function="relu"),
        Conv(filters=56, kernel_size=3, activation="linear"),  # 6×6×56
        MaxPool(size=2),  # 3×3×56
        BatchNorm(),
        Activation(function="relu"),
        Dropout(rate=0.2),
        Dense(units=10, activation="softmax"),
    ),
    source="LeNet Lab",
    description="No more parameters than LeNet-5, nearly all of them in convolutions, where each serves many "
    "places: hidden dense layers of the same cost were worse on strokes and on MNIST.",
)

_LENET5_1998 = Architecture(
    name="lenet5-1998",
    title="LeNet-5 as the paper has it",
    input_shape=(32, 32, 1),
    layers=(
        Conv(filters=6, kernel_size=5, activation="scaled_tanh"),  # 28×28×6
        Subsampling(size=2),  # 14×14×6
        PartialConv(kernel_size=5, table=C3_TABLE),  # 10×10×16
        Subsampling(size=2),  # 5×5×16
        Conv(filters=120, kernel_size=5, activation="scaled_tanh"),  # 1×1×120
        Dense(units=84, activation="scaled_tanh"),
        RadialBasis(),
    ),
    source="LeCun et al., “Gradient-Based Learning Applied to Document Recognition”, 1998, section II",
    description="The network of 1998, whole: trainable subsampling, the partial connections of C3, a scaled "
    "tanh, and ten fixed codes as the output.",
)

ARCHITECTURES: dict[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        _LENET5_LINEAR,
        _LENET_20_50,
        _LENET5_RELU,
        _CNN_16_32,
        _LENET5_TANH,
        _LENET5_RELU_AVG,
        _DENSE_2,
        _DENSE_3,
        _LENET_1,
        _LENET_4_LIKE,
        _DIGITS_QUICK,
        _LENET5_DRAW,
        _LENET5_1998,
    )
}
