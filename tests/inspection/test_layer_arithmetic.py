"""Values worked out by hand are the network's own: every kind of layer, every activation, every edge."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet.errors import PlaceError
from lenet.figures import arithmetic_svg
from lenet.inspection import api
from lenet.inspection.layer_arithmetic import work_out
from lenet.inspection.results import Activations, LayerView
from lenet.layers import arithmetic
from lenet.layers.arithmetic import WeightedSum, is_same
from lenet.layers.paper1998_tables import CODES
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Activation, AveragePool, BatchNorm, Conv, Dense, Dropout, MaxPool

RANDOM = np.random.default_rng(5)
DIGIT = RANDOM.integers(0, 256, (28, 28, 1), dtype=np.uint8)
ACTIVATIONS = ("linear", "relu", "tanh", "sigmoid", "elu", "gelu")


def places(layer: LayerView, count: int = 12) -> Iterator[tuple[int, int, int]]:
    """Channel, row and column: corners and some others."""
    if layer.after.ndim == 1:
        yield from ((int(unit), 0, 0) for unit in RANDOM.integers(0, len(layer.after), count))
        return
    rows, columns, channels = layer.after.shape
    yield from ((channels - 1, row, column) for row in (0, rows - 1) for column in (0, columns - 1))
    for _ in range(count):
        yield tuple(int(RANDOM.integers(0, size)) for size in (channels, rows, columns))


def check(activations: Activations) -> None:
    """Every layer's own value at many places."""
    inputs = activations.inputs
    for layer in activations.layers:
        for channel, row, column in places(layer):
            worked = work_out(layer, inputs, channel, row, column)
            place = (row, column, channel) if layer.after.ndim == 3 else (channel,)
            if isinstance(worked, WeightedSum):
                assert is_same(worked, worked.before, float(layer.before[place])), layer.key
            after = worked.after
            if after is None:
                after = float(arithmetic.softmax(layer.before).shares[channel])
            assert is_same(worked, after, float(layer.after[place])), layer.key
        inputs = layer.after


@pytest.mark.parametrize("model", ["cnn-16-32", "lenet5-tanh", "lenet5-relu-avg", "dense-2", "lenet5-draw"])
def test_the_pretrained_networks(model: str) -> None:
    check(api.activations(model, DIGIT))


def test_large_numbers_that_nearly_cancel() -> None:
    """Pixels of 0 to 255: somewhere a sum is so near 0 that rounding shows in its first five digits."""
    activations = api.activations("lenet5-relu", DIGIT)
    layer, least = activations.layers[0], 1.0
    for row, column, channel in np.ndindex(layer.before.shape):
        worked = work_out(layer, activations.inputs, channel, row, column)
        added = sum(np.abs(term.products).sum() for term in worked.terms)
        assert is_same(worked, worked.before, float(layer.before[row, column, channel]))
        assert not is_same(worked, worked.before, worked.before + 3e-6 * added + 3e-5 * abs(worked.before))
        least = min(least, abs(worked.before) / added)
    assert least < 1e-4


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_padding_strides_and_every_activation(activation: str, tmp_path: Path) -> None:
    layers = (
        Conv(filters=3, kernel_size=4, padding="same", strides=3, activation=activation),
        BatchNorm(),
        Conv(filters=4, kernel_size=3, padding="same", activation="linear"),
        Activation(function=activation),
        AveragePool(size=2),
        Dropout(rate=0.5),
        MaxPool(size=2),
        Dense(units=7, activation=activation),
        Dense(units=10, activation="softmax"),
    )
    run = Run.create(RunConfig(dataset="mnist", layers=layers), tmp_path)
    model = build(layers, (28, 28, 1), 3)
    weights = {
        path: RANDOM.normal(0, 0.4, each.shape).astype(np.float32) for path, each in weights_of(model).items()
    }
    weights["2_batch_norm/moving_variance"] = np.array([0.3, 1.0, 2.5], np.float32)
    save_arrays(run.snapshot_path(1), weights)
    check(api.activations(f"{run.id}@1", DIGIT, str(tmp_path)))


def test_the_network_of_1998(tmp_path: Path) -> None:
    layers = ARCHITECTURES["lenet5-1998"].layers
    run = Run.create(RunConfig(dataset="mnist", layers=layers, pad_to=32, scaling="paper"), tmp_path)
    save_arrays(run.snapshot_path(0), weights_of(build(layers, (32, 32, 1), 0)))
    activations = api.activations(f"{run.id}@0", DIGIT, str(tmp_path))
    check(activations)
    partial, squares = activations.layers[2], activations.layers[-1]
    worked = work_out(partial, activations.layers[1].after, 0, 4, 4)
    assert [channel for channel, term in enumerate(worked.terms) if term.kernel.any()] == [0, 1, 2]
    assert "channel 3" not in arithmetic_svg.weighted_sum(worked, "black")
    worked = work_out(squares, activations.layers[-2].after, 8)
    assert worked.code.shape == (12, 7) and "code of the class" in arithmetic_svg.distance(worked, "black")
    assert worked.before == pytest.approx(-((activations.layers[-2].after - CODES[8]) ** 2).sum(), rel=1e-5)


def test_a_convolution_by_hand() -> None:
    inputs = np.array([[[1.0], [2.0]], [[3.0], [4.0]]], np.float32)
    kernel = np.array([[1.0, -1.0], [0.5, 2.0]], np.float32)[..., None, None]
    after = np.zeros((2, 2, 1), np.float32)
    layer = LayerView("1_conv", "C1", "conv", "", kernel, np.array([0.25], np.float32), 2, 1, (1, 1), "relu",
                      after, after)  # fmt: skip
    worked = work_out(layer, inputs, 0, 0, 0)  # only the last place of the window is inside
    assert worked.terms[0].patch.tolist() == [[0, 0], [0, 1]]
    assert (worked.total, worked.before, worked.after) == (2.0, 2.25, 2.25)
    worked = work_out(layer, inputs, 0, 1, 1)
    assert worked.terms[0].products.tolist() == [[1.0, -2.0], [1.5, 8.0]] and worked.before == 8.75
    assert work_out(replace(layer, bias=None, padding=(0, 0)), inputs, 0, 0, 1).total == 2 * 1 + 4 * 0.5


def test_the_window_of_a_max_pool() -> None:
    inputs = np.arange(16, dtype=np.float32).reshape(4, 4, 1)
    after = np.zeros((2, 2, 1), np.float32)
    layer = LayerView("2_max_pool", "S2", "max_pool", "", None, None, 2, 2, (0, 0), "linear", after, after)
    worked = work_out(layer, inputs, 0, 1, 0)
    assert worked.window.tolist() == [[8, 9], [12, 13]] and worked.after == 13 and worked.marked == (1, 1)
    assert worked.words == "largest of 4 values"
    mean = work_out(replace(layer, kind="average_pool"), inputs, 0, 1, 0)
    assert (mean.after, mean.marked, mean.words) == (10.5, None, "mean of 4 values")


def test_places_that_are_not_there() -> None:
    activations = api.activations("cnn-16-32", DIGIT)
    conv, dense = activations.layers[0], activations.layers[-1]
    for channel, row, column in ((16, 0, 0), (0, 26, 0), (0, 0, -1)):
        with pytest.raises(PlaceError, match=r"expected one inside 26×26×16 of C1\. Click another one\."):
            work_out(conv, activations.inputs, channel, row, column)
    with pytest.raises(PlaceError, match=r"received 10, expected one inside 10 of Output"):
        work_out(dense, activations.layers[-2].after, 10)
    with pytest.raises(PlaceError, match="'depthwise_conv2d' is not worked out here"):
        work_out(replace(conv, kind="depthwise_conv2d"), activations.inputs, 0, 0, 0)
    with pytest.raises(PlaceError, match="Activation: received 'swish'"):
        arithmetic.activate(1.0, "swish")


def test_large_scores_make_no_overflow() -> None:
    shares = arithmetic.softmax(np.array([1000.0, 999.0, -1000.0], np.float32))
    assert shares.shares.tolist() == pytest.approx([1 / (1 + np.exp(-1)), 1 / (1 + np.e), 0])
    assert (
        arithmetic.activate(-800.0, "sigmoid") == pytest.approx(0)
        and arithmetic.activate(800.0, "sigmoid") == 1
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.678123456, "0.67812"), (-12.3, "−12.3"), (1.2e-7, "1.2·10⁻⁷"), (0.0, "0"), (123456.7, "1.2346·10⁵")],
)
def test_digits(value: float, words: str) -> None:
    assert arithmetic_svg.digits(value) == words


def test_the_picture_has_every_number_and_every_sum() -> None:
    activations = api.activations("lenet5-relu", DIGIT)
    layer = activations.layers[2]  # 16 filters over 6 channels
    worked = work_out(layer, activations.layers[1].after, 3, 1, 2)
    picture = arithmetic_svg.weighted_sum(worked, "black")
    assert picture.count("<rect") == 6 * 3 * 25
    for channel, term in enumerate(worked.terms):
        assert f">channel {channel}<" in picture and f">{arithmetic_svg.digits(term.total)}<" in picture


@pytest.mark.parametrize(("side", "numbers"), [(8, 64), (21, 441), (28, 784), (60, 0)])
def test_a_window_of_any_size_is_inside_its_picture(side: int, numbers: int) -> None:
    """Down to where there is no room for numbers."""
    picture = arithmetic_svg.pooled(arithmetic.Mean(RANDOM.normal(size=(side, side))), "black")
    high = float(re.search(r'viewBox="0 0 860 (\d+)"', picture)[1])
    pattern = r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"'
    boxes = np.array([[float(each) for each in found] for found in re.findall(pattern, picture)])
    assert len(boxes) == side**2 and picture.count("<text") == numbers
    assert (boxes[:, 0] + boxes[:, 2]).max() <= 860 and (boxes[:, 1] + boxes[:, 3]).max() <= high


def test_of_very_many_channels_the_rest_is_one_line() -> None:
    terms = tuple(arithmetic.Term(np.ones((1, 2)), np.full((1, 2), (each + 1) / 10)) for each in range(40))
    picture = arithmetic_svg.weighted_sum(WeightedSum(terms, 0.0, "relu"), "black")
    rest = sum(2 * (each + 1) / 10 for each in range(40 - arithmetic_svg.MOST_TERMS))
    assert f"and 8 more channels, each smaller: {arithmetic_svg.digits(rest)} in all" in picture


@pytest.mark.parametrize("columns", [3, 5, 7, 8])
@pytest.mark.parametrize("size", [0.1, 1000.0])
def test_no_two_numbers_touch(columns: int, size: float) -> None:
    values = -size * np.abs(RANDOM.normal(size=(3, columns)))
    worked = WeightedSum((arithmetic.Term(values, values),), 0.0, "linear")
    picture = arithmetic_svg.weighted_sum(worked, "black")
    widths = {float(each) + 1 for each in re.findall(r'<rect [^>]*width="([\d.]+)"', picture)}
    numbers = re.findall(r'font-size="([\d.]+)" text-anchor="middle" fill=[^>]*>([^<]+)<', picture)
    assert len(numbers) == 3 * values.size and any(len(words) >= 5 for _, words in numbers)
    for font, words in numbers:
        assert 0.58 * float(font) * len(words) < min(widths) - 3, words
