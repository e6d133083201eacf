"""The catalogue against published figures, the arithmetic against the paper's, the words for misfits."""

from dataclasses import dataclass

import pytest

from lenet.data.preprocessing import network_input_shape
from lenet.data.splits import num_training_images
from lenet.layers.kind import Shape
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.summary import summarize
from lenet.networks.validation import check, find_problems
from lenet.runs.config import RunConfig
from lenet.runs.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Layer,
    MaxPool,
)

# Parameters of each layer that has any, as published.
PUBLISHED = {
    "lenet5-linear": ([156, 2_416, 48_120, 10_164, 850], 61_706),
    "lenet-20-50": ([520, 25_050, 1_225_500, 5_010], 1_256_080),
    "lenet5-relu": ([156, 2_416, 30_840, 10_164, 850], 44_426),
    "cnn-16-32": ([160, 4_640, 102_528, 1_290], 108_618),
    "lenet5-tanh": ([156, 2_416, 48_120, 10_164, 850], 61_706),
    "lenet5-relu-avg": ([156, 2_416, 48_120, 10_164, 850], 61_706),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_as_published(name: str) -> None:
    architecture = ARCHITECTURES[name]
    summary = summarize(architecture.layers, architecture.input_shape)
    counts = [layer.parameters for layer in summary.layers if layer.parameters]
    assert (counts, summary.parameters) == PUBLISHED[name]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_fits_its_own_input(name: str) -> None:
    architecture = ARCHITECTURES[name]
    assert architecture.name == name
    assert find_problems(architecture.layers, architecture.input_shape, 10) == ()


def test_predecessors_and_the_family() -> None:
    maps = {name: [layer.output_shape for layer in _summary(name).layers] for name in ARCHITECTURES}
    assert maps["dense-2"] == [(128,), (10,)]
    assert maps["dense-3"] == [(128,), (64,), (10,)]
    assert maps["lenet-1"] == [(24, 24, 4), (12, 12, 4), (8, 8, 12), (4, 4, 12), (10,)]
    assert maps["lenet-4-like"] == [(28, 28, 4), (14, 14, 8), (10, 10, 16), (5, 5, 16), (120,), (10,)]


def test_lenet_1_has_the_published_counts() -> None:
    """LeCun et al. 1990; the paper of 1998 rounds them."""
    summary = _summary("lenet1-1998")
    assert (summary.parameters, summary.connections) == (2_578, 98_442)
    assert [layer.parameters for layer in summary.layers] == [104, 8, 512, 24, 1_930]
    assert [layer.output_shape for layer in summary.layers][-2:] == [(4, 4, 12), (10,)]


def _summary(name: str):
    architecture = ARCHITECTURES[name]
    return summarize(architecture.layers, architecture.input_shape)


def test_connections_as_in_the_paper_of_1998() -> None:
    layers = (
        Conv(filters=6, kernel_size=5),
        AveragePool(),
        Conv(filters=16, kernel_size=5),
        AveragePool(),
        Conv(filters=120, kernel_size=5),
        Dense(units=84),
    )
    c1, s2, c3, s4, c5, f6 = summarize(layers, (32, 32, 1)).layers
    assert (c1.parameters, c1.connections) == (156, 122_304)
    assert (c5.parameters, c5.connections) == (48_120, 48_120)
    assert (f6.parameters, f6.connections) == (10_164, 10_164)
    # The paper's subsampling has a bias (5 connections for each output), these pools have none (4).
    assert (s2.connections * 5 // 4, s4.connections * 5 // 4) == (5_880, 2_000)
    # The paper joins 60 of the 96 pairs of maps in C3: 25 weights each, and 16 biases, at 10×10 places.
    assert c3.connections - 36 * 25 * 100 == 151_600
    assert [layer.name for layer in (c1, s2, c3, s4, c5)] == ["C1", "S2", "C3", "S4", "C5"]


def test_multiply_adds_leave_out_the_bias() -> None:
    c1, s2, output = summarize(
        (Conv(filters=4, kernel_size=5), MaxPool(), Dense(units=10)), (28, 28, 1)
    ).layers
    assert c1.multiply_adds == 24 * 24 * 4 * 25
    assert s2.multiply_adds == 0
    assert output.multiply_adds == 12 * 12 * 4 * 10


def test_receptive_fields_of_lenet5() -> None:
    fields = [layer.receptive_field for layer in _summary("lenet5-linear").layers]
    assert fields == [(5, 5), (6, 6), (14, 14), (16, 16), (32, 32), (32, 32), (32, 32)]


def test_receptive_field_never_exceeds_the_input() -> None:
    layers = (Conv(kernel_size=7, padding="same"),) * 3
    assert summarize(layers, (10, 12, 1)).layers[-1].receptive_field == (10, 12)


@pytest.mark.parametrize(
    ("layer", "shape", "output"),
    [
        (Conv(filters=3, kernel_size=3, strides=2), (28, 27, 1), (13, 13, 3)),
        (Conv(filters=3, kernel_size=3, strides=2, padding="same"), (28, 27, 1), (14, 14, 3)),
        (Conv(filters=3, kernel_size=9, padding="same"), (4, 4, 2), (4, 4, 3)),
        (MaxPool(size=3), (28, 27, 5), (9, 9, 5)),
        (Dense(units=7), (4, 4, 2), (7,)),
        (BatchNorm(), (4, 4, 2), (4, 4, 2)),
        (Dropout(), (9,), (9,)),
    ],
)
def test_output_shapes(layer: Layer, shape: Shape, output: Shape) -> None:
    assert layer.output_shape(shape) == output


# Misfits


def _sentences(*layers: Layer, input_shape: Shape = (28, 28, 1)) -> list[str]:
    return [problem.sentence for problem in find_problems(layers, input_shape, 10)]


OUTPUT = Dense(units=10, activation="softmax")


def test_kernel_larger_than_its_input() -> None:
    layers = (Conv(filters=6), MaxPool(size=6), Conv(filters=16, kernel_size=5), OUTPUT)
    assert _sentences(*layers) == [
        "Layer 3 (conv 16@5×5) received 4×4×6; its 5×5 kernel is larger than that. "
        "Use a kernel of at most 4, or padding same."
    ]
    summary = summarize(layers, (28, 28, 1))
    assert [layer.output_shape for layer in summary.layers] == [(24, 24, 6), (4, 4, 6), None, None]
    assert [problem.layer_index for problem in summary.problems] == [2]


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        (
            (MaxPool(size=14), MaxPool(size=3), OUTPUT),
            "Layer 2 (max pool 3×3) received 2×2×1; windows of 3×3 would leave 0×0. "
            "Use a size of at most 2, or remove this layer.",
        ),
        (
            (MaxPool(size=28), AveragePool(size=2), OUTPUT),
            "Layer 2 (average pool 2×2) received 1×1×1; windows of 2×2 would leave 0×0. Remove this layer.",
        ),
        (
            (Dense(units=1200), Conv(filters=6), OUTPUT),
            "Layer 2 (conv 6@5×5) received a row of 1,200 numbers; it needs feature maps "
            "(height×width×channels). Move it before the first dense layer.",
        ),
        (
            (Conv(filters=6),),
            "Layer 1 (conv 6@5×5) is the last one; the network must end with a dense layer of 10 units, "
            "one for each class. Add it.",
        ),
        (
            (Dense(units=7, activation="linear"),),
            "Layer 1 (dense 7) is the output and has 7 units; the data have 10 classes. "
            "Set its units to 10, or add a dense layer of 10 units at the end.",
        ),
        (
            (Dense(units=10, activation="relu"),),
            "Layer 1 (dense 10) is the output and applies relu; expected softmax (probabilities) or linear "
            "(logits). Change its activation.",
        ),
        (
            (Conv(filters=6, activation="softmax"), OUTPUT),
            "Layer 1 (conv 6@5×5) applies softmax, but 1 layer follows; softmax makes probabilities and is "
            "for the last layer only. Choose another activation here, or remove the layers after it.",
        ),
        (
            (Dense(units=10, activation="linear"), Dropout(rate=0.5)),
            "Layer 2 (dropout 0.5) comes after the last dense layer and would change the scores of the "
            "classes. Move it before that layer, or remove it.",
        ),
        (
            (),
            "There are no layers; the network must end with a dense layer of 10 units, one for each class. "
            "Add it.",
        ),
        (
            (Dense(units=16_384), Dense(units=16_384), OUTPUT),
            "The network has 281,477,130 parameters, expected at most 20,000,000; layer 2 (dense 16384) "
            "alone has 268,451,840. Use fewer filters or units, or pool before it.",
        ),
    ],
)
def test_what_does_not_fit_says_what_would(layers: tuple[Layer, ...], sentence: str) -> None:
    assert _sentences(*layers) == [sentence]


@pytest.mark.parametrize(
    "layers",
    [
        (Dense(units=10, activation="linear"),),
        (Dense(units=10, activation="linear"), Activation(function="softmax")),
        (Dropout(), BatchNorm(), Activation(), Dense(units=20), BatchNorm(), Dropout(), OUTPUT),
        (Conv(kernel_size=28), OUTPUT),
    ],
)
def test_what_fits_says_nothing(layers: tuple[Layer, ...]) -> None:
    assert _sentences(*layers) == []


@pytest.mark.parametrize("last", [BatchNorm(), Activation(function="relu")])
def test_nothing_that_changes_scores_comes_after_the_output(last: Layer) -> None:
    (sentence,) = _sentences(Dense(units=10, activation="linear"), last)
    assert sentence.startswith("Layer 2") and "after the last dense layer" in sentence


def test_softmax_twice_is_refused() -> None:
    (sentence,) = _sentences(OUTPUT, Activation(function="softmax"))
    assert sentence.startswith("Layer 1 (dense 10) applies softmax, but 1 layer follows")


# A whole config on a data set


@dataclass
class Images:
    image_shape: Shape = (28, 28, 1)
    num_classes: int = 10
    num_train: int = 60_000


def _config(**settings) -> RunConfig:
    return RunConfig(layers=settings.pop("layers", ARCHITECTURES["lenet5-relu"].layers), **settings)


def test_check_finds_nothing_wrong_with_a_good_config() -> None:
    assert check(_config(), Images()) == []


def test_check_pads_before_it_asks_the_layers() -> None:
    layers = (Conv(kernel_size=30), OUTPUT)
    assert check(_config(layers=layers, pad_to=32), Images()) == []
    assert len(check(_config(layers=layers), Images())) == 1
    assert network_input_shape(_config(pad_to=32), (28, 28, 1)) == (32, 32, 1)


def test_check_refuses_padding_that_would_cut() -> None:
    assert check(_config(pad_to=20), Images()) == [
        "Padding: received 20, expected at least 28, since the images are 28×28. "
        "Raise it, or switch padding off."
    ]


def test_check_refuses_a_batch_larger_than_the_training_part() -> None:
    assert check(_config(batch_size=901, validation_fraction=0.1), Images(num_train=1000)) == [
        "Batch size: received 901, expected at most 900, the images that are trained on. "
        "Lower it, or keep fewer images for validation."
    ]
    assert check(_config(batch_size=900, validation_fraction=0.1), Images(num_train=1000)) == []
    assert check(_config(batch_size=1000, validation="test"), Images(num_train=1000)) == []


def test_check_refuses_a_batch_that_would_fill_the_memory() -> None:
    (sentence,) = check(
        _config(layers=(Conv(filters=1024), OUTPUT), batch_size=60_000, validation="test"), Images()
    )
    assert sentence.startswith("Memory: the layers' outputs for one batch of 60,000 take 132.")


def test_training_part_is_what_keras_keeps() -> None:
    assert num_training_images(_config(validation_fraction=0.2), 60_000) == 48_000
    assert num_training_images(_config(validation_fraction=0.1), 1_797) == 1_617
    assert num_training_images(_config(validation="test"), 60_000) == 60_000
