"""Keras models against the catalogue's arithmetic; the same weights from the same seed."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from lenet.networks.architectures import ARCHITECTURES, Architecture  # noqa: E402
from lenet.networks.build import build, logits_model  # noqa: E402
from lenet.networks.summary import summarize  # noqa: E402
from lenet.runs.layers import Activation, BatchNorm, Conv, Dense, Dropout, MaxPool  # noqa: E402
from tests.tolerances import assert_close  # noqa: E402


def _build(architecture: Architecture, seed: int = 0) -> keras.Model:
    return build(architecture.layers, architecture.input_shape, seed)


def _trainable(layer: keras.layers.Layer) -> int:
    return sum(int(np.prod(weight.shape)) for weight in layer.trainable_weights)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_keras_agrees_on_shapes_and_parameters(name: str) -> None:
    architecture = ARCHITECTURES[name]
    summary = summarize(architecture.layers, architecture.input_shape)
    built = {layer.name: layer for layer in _build(architecture).layers}
    for layer in summary.layers:
        keras_layer = built[f"{layer.index + 1}_{layer.kind}"]
        assert keras_layer.output.shape[1:] == layer.output_shape
        assert _trainable(keras_layer) == layer.parameters
    assert sum(map(_trainable, built.values())) == summary.parameters


def test_keras_agrees_on_strides_padding_and_odd_sizes() -> None:
    layers = (
        Conv(filters=3, kernel_size=4, strides=3, padding="same"),
        BatchNorm(),
        Conv(filters=5, kernel_size=3, strides=2),
        MaxPool(size=2),
        Dense(units=4),
        BatchNorm(),
        Dense(units=2, activation="linear"),
    )
    model = build(layers, (31, 26, 3), seed=0)
    summary = summarize(layers, (31, 26, 3))
    shapes = [layer.output.shape[1:] for layer in model.layers[1:] if layer.name != "flatten"]
    assert shapes == [layer.output_shape for layer in summary.layers]
    assert sum(map(_trainable, model.layers)) == summary.parameters


def test_same_seed_same_weights_bit_for_bit() -> None:
    architecture = ARCHITECTURES["lenet5-relu"]
    first, second, other = (_build(architecture, seed).get_weights() for seed in (7, 7, 8))
    assert all(np.array_equal(one, two) for one, two in zip(first, second, strict=True))
    kernels = [(one, two) for one, two in zip(first, other, strict=True) if one.ndim > 1]
    assert not any(np.array_equal(one, two) for one, two in kernels)


def test_weights_do_not_depend_on_what_was_built_before() -> None:
    architecture = ARCHITECTURES["lenet5-relu"]
    first = _build(architecture, seed=7).get_weights()
    keras.utils.set_random_seed(123)
    _build(ARCHITECTURES["cnn-16-32"], seed=7)
    second = _build(architecture, seed=7).get_weights()
    assert all(np.array_equal(one, two) for one, two in zip(first, second, strict=True))


def test_layers_of_one_shape_start_differently() -> None:
    model = build(
        (Dense(units=10), Dense(units=10), Dense(units=10, activation="linear")), (10, 1, 1), seed=0
    )
    first, second, third = (model.get_layer(f"{number}_dense").kernel.numpy() for number in (1, 2, 3))
    assert not np.array_equal(first, second) and not np.array_equal(second, third)


def test_initial_weights_are_glorot_uniform_and_biases_zero() -> None:
    weights = _build(ARCHITECTURES["lenet-20-50"]).get_layer("5_dense").get_weights()
    limit = np.sqrt(6 / (2450 + 500))
    assert np.abs(weights[0]).max() == pytest.approx(limit, rel=1e-3)
    assert weights[0].std() == pytest.approx(limit / np.sqrt(3), rel=1e-2)
    assert not weights[1].any()


@pytest.mark.parametrize(
    ("initializer", "bound"),  # of the fans of six 5×5 kernels: 25 inputs, 150 outputs
    [("glorot_uniform", 6 / 175), ("he_uniform", 6 / 25), ("lecun_uniform", 3 / 25)],
)
def test_initial_kernels_are_drawn_as_asked(initializer: str, bound: float) -> None:
    layers = (Conv(filters=6, kernel_size=5), Conv(filters=60, kernel_size=5, activation="scaled_tanh"))
    model = build(layers, (28, 28, 1), 0, initializer)
    first, second = (model.get_layer(name).kernel.numpy() for name in ("1_conv", "2_conv"))
    assert 0.95 < np.abs(first).max() / np.sqrt(bound) <= 1
    assert 0.95 < np.abs(second).max() / (2.4 / 150) <= 1  # the paper's, whatever the others have


@pytest.mark.parametrize("name", ["cnn-16-32", "lenet5-relu"])
def test_logits_model_ends_before_softmax_and_shares_its_weights(name: str) -> None:
    model = _build(ARCHITECTURES[name])
    logits = logits_model(model)
    images = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)
    scores = logits(images).numpy()
    outputs = model(images).numpy()
    if name == "cnn-16-32":
        exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
        scores = exponentials / exponentials.sum(axis=1, keepdims=True)
    assert_close(outputs, scores)
    assert model.trainable_weights[0] is logits.trainable_weights[0]


def test_softmax_as_a_layer_of_its_own_is_the_same_network() -> None:
    inside = build((Dense(units=10, activation="softmax"),), (4, 4, 1), seed=3)
    apart = build((Dense(units=10, activation="linear"), Activation(function="softmax")), (4, 4, 1), seed=3)
    images = np.random.default_rng(0).random((2, 4, 4, 1), dtype=np.float32)
    assert_close(inside(images), apart(images))
    assert_close(logits_model(inside)(images), logits_model(apart)(images))


def test_dropout_draws_the_same_from_the_same_seed() -> None:
    layers = (Dropout(rate=0.5), Dense(units=2, activation="linear"))
    images = np.ones((4, 6, 6, 1), np.float32)
    first, second = (build(layers, (6, 6, 1), seed=5)(images, training=True).numpy() for _ in range(2))
    assert_close(first, second)
    assert np.abs(first[0] - first[1]).max() > 0.01
