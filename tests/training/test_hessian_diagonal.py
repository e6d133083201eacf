"""The paper's diagonal of second derivatives, against sums by hand and finite differences."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build, logits_model
from lenet.runs.layers import Activation, AveragePool, Conv, Dense, Dropout, MaxPool, RadialBasis, Subsampling
from lenet.training.hessian_diagonal import curvatures
from lenet.training.optimizers import LevenbergMarquardt

RANDOM = np.random.default_rng(0)


def of(layers: tuple, images: np.ndarray, seed: int = 0) -> tuple[keras.Model, dict[str, np.ndarray]]:
    """The model up to its logits, and the curvature of each of its variables."""
    model = logits_model(build(layers, images.shape[1:], seed))
    found = curvatures(model, tf.constant(images))
    return model, {
        each.path: value.numpy() for each, value in zip(model.trainable_variables, found, strict=True)
    }


def test_one_layer_before_the_codes() -> None:
    """Nothing is left out there: it is the second derivative itself, by finite differences."""
    images = RANDOM.normal(size=(5, 3, 2, 1)).astype(np.float32)
    labels = np.array([3, 1, 4, 1, 5])
    model, found = of((Dense(units=84, activation="linear"), RadialBasis()), images)
    kernel = model.get_layer("1_dense").kernel

    def loss() -> float:
        return float(-tf.reduce_mean(tf.gather(model(images), labels, batch_dims=1)))

    start, step = kernel.numpy(), 0.25
    for place in [(0, 0), (2, 40), (5, 83)]:
        values = []
        for by in (-step, 0, step):
            moved = start.copy()
            moved[place] += by
            kernel.assign(moved)
            values.append(loss())
        second = (values[0] - 2 * values[1] + values[2]) / step**2
        assert found["1_dense/kernel"][place] == pytest.approx(second, rel=0.02)
    assert found["1_dense/bias"] == pytest.approx(2)


def test_two_layers_by_hand() -> None:
    images = RANDOM.normal(size=(4, 2, 2, 1)).astype(np.float32)
    layers = (
        Dense(units=3, activation="scaled_tanh"),
        Dense(units=84, activation="scaled_tanh"),
        RadialBasis(),
    )
    model, found = of(layers, images)
    first, first_bias, second, second_bias = model.get_weights()

    def squash(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return 1.7159 * np.tanh(2 * sums / 3), 1.7159 * 2 / 3 / np.cosh(2 * sums / 3) ** 2

    inputs = images.reshape(4, 4)
    hidden, slope = squash(inputs @ first + first_bias)
    _, last_slope = squash(hidden @ second + second_bias)
    bend = 2 * last_slope**2  # (4, 84)
    assert found["2_dense/kernel"] == pytest.approx((hidden**2).T @ bend / 4, rel=1e-4)
    bend = (bend @ (second**2).T) * slope**2
    assert found["1_dense/kernel"] == pytest.approx((inputs**2).T @ bend / 4, rel=1e-4)
    assert found["1_dense/bias"] == pytest.approx(bend.mean(axis=0), rel=1e-4)


def test_a_convolution_sums_over_its_places() -> None:
    images = RANDOM.normal(size=(3, 4, 4, 1)).astype(np.float32)
    layers = (Conv(filters=1, kernel_size=3, activation="linear"), Dense(units=84, activation="linear"))
    model, found = of((*layers, RadialBasis()), images)
    bend = 2 * (model.get_layer("2_dense").kernel.numpy() ** 2).sum(axis=1).reshape(2, 2)  # of each place
    wanted = sum(
        (images[:, y : y + 3, x : x + 3] ** 2).sum(axis=0)[..., 0] * bend[y, x]
        for y in (0, 1)
        for x in (0, 1)
    )
    assert found["1_conv/kernel"][..., 0, 0] == pytest.approx(wanted / 3, rel=1e-4)
    assert found["1_conv/bias"] == pytest.approx(bend.sum(), rel=1e-4)


def test_a_coefficient_sees_the_sum_of_its_window() -> None:
    images = RANDOM.normal(size=(3, 2, 2, 1)).astype(np.float32)
    layers = (Subsampling(activation="linear"), Dense(units=84, activation="linear"), RadialBasis())
    model, found = of(layers, images)
    bend = 2 * float((model.get_layer("2_dense").kernel.numpy() ** 2).sum())
    wanted = (images.sum(axis=(1, 2, 3)) ** 2).mean() * bend
    assert found["1_subsampling/coefficient"] == pytest.approx(wanted, rel=1e-4)


def test_a_network_of_today_too() -> None:
    """Pools, activations of their own and a softmax: positive where a weight matters at all."""
    layers = (
        Conv(filters=4, kernel_size=3, activation="linear"), Activation(function="relu"), MaxPool(),
        Conv(filters=4, kernel_size=3, activation="tanh"), AveragePool(), Dropout(),
        Dense(units=10, activation="softmax"),
    )  # fmt: skip
    images = RANDOM.uniform(0, 1, (6, 14, 14, 1)).astype(np.float32)
    model, found = of(layers, images)
    probabilities = tf.nn.softmax(model(images)).numpy()
    assert found["7_dense/bias"] == pytest.approx(
        (probabilities * (1 - probabilities)).mean(axis=0), rel=1e-4
    )
    assert all((values >= 0).all() and values.any() for values in found.values())


def test_the_step_of_each_weight() -> None:
    variables = [keras.Variable([1.0, 2.0, 3.0])]
    optimizer = LevenbergMarquardt(0.1, damping=0.5)
    optimizer.build(variables)
    optimizer.apply([tf.constant([1.0, 1.0, 1.0])], variables)
    assert variables[0].numpy() == pytest.approx([0.8, 1.8, 2.8])
    optimizer.set_curvatures([tf.constant([0.0, 0.5, 9.5])])
    optimizer.apply([tf.constant([1.0, 2.0, -1.0])], variables)
    assert variables[0].numpy() == pytest.approx([0.6, 1.6, 2.81])


def test_a_quadratic_is_solved_in_one_step() -> None:
    """½ Σ h (w − t)², h from 0.01 to 100: with rate 1 and no damping each weight is at once at t."""
    curvature, target = tf.constant([0.01, 1.0, 100.0]), tf.constant([3.0, -2.0, 0.5])
    variables = [keras.Variable([1.0, 2.0, 3.0])]
    optimizer = LevenbergMarquardt(1.0, damping=1e-9)
    optimizer.build(variables)
    optimizer.set_curvatures([curvature])
    optimizer.apply([curvature * (variables[0].value - target)], variables)
    assert variables[0].numpy() == pytest.approx(target.numpy(), rel=1e-5)


def test_the_paper_s_network_has_a_curvature_for_every_weight() -> None:
    paper = ARCHITECTURES["lenet5-1998"]
    model, found = of(paper.layers, RANDOM.uniform(-0.1, 1.175, (20, *paper.input_shape)).astype(np.float32))
    assert {path: values.shape for path, values in found.items()} == {
        each.path: tuple(each.shape) for each in model.trainable_variables
    }
    assert all((values > 0).all() for values in found.values())
