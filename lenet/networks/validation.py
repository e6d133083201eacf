"""Validation of a list of layers, or of a whole config: what keeps it from being trained, in sentences.

Plain Python; must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence
from typing import Protocol

from lenet.data.preprocessing import network_input_shape
from lenet.data.splits import num_training_images
from lenet.layers.kind import Shape
from lenet.layers.paper1998_tables import CODES
from lenet.networks.summary import Problem, problem_sentence, size_problems, summarize
from lenet.runs.config import RunConfig
from lenet.runs.layers import Activation, Dense, Layer

MAX_BATCH_BYTES = 4 * 1024**3


def find_problems(layers: Sequence[Layer], input_shape: Shape, num_classes: int) -> tuple[Problem, ...]:
    """Every reason why `layers` cannot sort images of `input_shape` into `num_classes`, in layer order."""
    summary = summarize(layers, input_shape)
    problems = [*summary.problems, *_output_problems(layers, num_classes), *size_problems(summary)]
    return tuple(sorted(problems, key=lambda problem: problem.layer_index or 0))


def _output_problems(layers: Sequence[Layer], num_classes: int) -> list[Problem]:
    wanted = f"the network must end with a dense layer of {num_classes} units, one for each class. Add it."
    if not layers:
        return [Problem(None, f"There are no layers; {wanted}")]
    if layers[-1].gives_distances:
        return _wrong_number_of_codes(layers, num_classes)
    dense = [index for index, layer in enumerate(layers) if isinstance(layer, Dense)]
    if not dense:
        last = len(layers) - 1
        return [Problem(last, problem_sentence(layers, last, f"is the last one; {wanted}"))]
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
    return [Problem(last, problem_sentence(layers, last, words))]


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
    return [Problem(index, problem_sentence(layers, index, sentence)) for sentence in words]


def _after_output(layers: Sequence[Layer], index: int) -> Problem | None:
    """Only a softmax or linear activation may follow the last dense layer."""
    layer = layers[index]
    if isinstance(layer, Activation) and layer.function in ("linear", "softmax"):
        return None
    if layer.needs_maps:
        return None  # it already says so
    words = (
        "comes after the last dense layer and would change the scores of the classes. "
        "Move it before that layer, or remove it."
    )
    return Problem(index, problem_sentence(layers, index, words))


class ImagesAndClasses(Protocol):
    """What `check` reads of a data set; `datasets.DatasetInfo` has it."""

    image_shape: Shape  # (height, width, channels)
    num_classes: int
    num_train: int


def check(config: RunConfig, info: ImagesAndClasses) -> list[str]:
    """Every reason why `config` cannot start on the data set that `info` describes; empty where it can."""
    return check_layers(config, info) + check_settings(config, info)


def check_layers(config: RunConfig, info: ImagesAndClasses) -> list[str]:
    """Those that are in its layers."""
    shape = network_input_shape(config, info.image_shape)
    return [problem.sentence for problem in find_problems(config.layers, shape, info.num_classes)]


def check_settings(config: RunConfig, info: ImagesAndClasses) -> list[str]:
    """Those that are in its other settings."""
    shape = network_input_shape(config, info.image_shape)
    return _padding_problems(config, info) + _loss_problems(config) + _batch_problems(config, info, shape)


def _loss_problems(config: RunConfig) -> list[str]:
    """The paper's losses are distances to codes; its curvatures are worked out for some layers only."""
    problems = []
    if config.loss != "cross_entropy" and not config.ends_in_codes:
        problems.append(
            f"Loss: received {config.loss}, expected cross_entropy: only a network that ends in a layer of "
            "radial basis functions has codes to be near to. Change the loss, or add that layer."
        )
    together = [each.words.lower() for each in config.layers if each.of_whole_batch]
    if config.optimizer == "levenberg_marquardt" and together:
        problems.append(
            f"Optimizer: received levenberg_marquardt for a network with {together[0]}, expected one "
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
