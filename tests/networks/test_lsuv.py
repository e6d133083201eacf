"""Layer-sequential unit variance: what each layer sums up has variance one on the images."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.data import datasets
from lenet.data.splits import epoch_order, split
from lenet.networks.build import build
from lenet.networks.lsuv import give_unit_variance
from lenet.networks.weights import set_weights
from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import AveragePool, BatchNorm, Conv, Dense, Layer
from lenet.training.trainer import train

LAYERS: tuple[Layer, ...] = (
    Conv(filters=4, kernel_size=3, padding="same"), AveragePool(),
    Conv(filters=6, kernel_size=2), BatchNorm(),
    Dense(units=12, activation="tanh"), Dense(units=10, activation="softmax"),
)  # fmt: skip


def sums(model: keras.Model, images: np.ndarray) -> list[np.ndarray]:
    """What each layer with a kernel gives without its activation, by Keras alone."""
    found, values = [], images
    for layer in model.layers[1:]:
        before = getattr(layer, "activation", None)
        if before is not None and hasattr(layer, "kernel"):
            layer.activation = keras.activations.linear
            found.append(np.asarray(layer(values)))
            layer.activation = before
        values = layer(values, training=False)
    return found


@pytest.mark.parametrize("scale", [1.0, 255.0])
def test_every_layer_has_variance_one(scale: float) -> None:
    model = build(LAYERS, (8, 8, 1), 4, "lsuv")
    drawn = [each.kernel.numpy() for each in model.layers if hasattr(each, "kernel")]
    images = np.random.default_rng(0).random((60, 8, 8, 1), np.float32) * np.float32(scale)
    give_unit_variance(model, tf.constant(images))
    np.testing.assert_allclose([each.std() for each in sums(model, images)], 1, rtol=1e-4)
    for before, layer in zip(drawn, [each for each in model.layers if hasattr(each, "kernel")], strict=True):
        factor = layer.kernel.numpy() / before
        np.testing.assert_allclose(factor, factor.flat[0], rtol=1e-4)  # as drawn, but for its size
        assert not layer.bias.numpy().any()


def test_the_kernels_to_begin_with_are_orthogonal() -> None:
    kernel = build(LAYERS, (8, 8, 1), 4, "lsuv").layers[3].kernel.numpy().reshape(-1, 6)
    np.testing.assert_allclose(kernel.T @ kernel, np.eye(6), atol=1e-5)


def test_layers_of_the_paper_keep_their_draw_and_black_images_change_nothing() -> None:
    layers = (Conv(kernel_size=3, activation="scaled_tanh"), Dense(units=10, activation="linear"))
    model = build(layers, (8, 8, 1), 4, "lsuv")
    before = [each.numpy() for each in model.weights]
    give_unit_variance(model, tf.zeros((5, 8, 8, 1)))
    assert all(np.array_equal(each.numpy(), old) for each, old in zip(model.weights, before, strict=True))
    give_unit_variance(model, tf.random.stateless_uniform((5, 8, 8, 1), (0, 0)))
    changed = [not np.array_equal(each.numpy(), old) for each, old in zip(model.weights, before, strict=True)]
    assert changed == [False, False, True, False]  # the dense kernel alone


def test_a_run_begins_with_them(tmp_path: Path) -> None:
    settings = {"dataset": "digits", "layers": LAYERS, "epochs": 1, "initializer": "lsuv", "seed": 3}
    run = Run.create(RunConfig(**settings), tmp_path)
    assert train(run).state == "finished"
    model, data = build(LAYERS, (8, 8, 1), 3), datasets.load("digits")
    set_weights(model, load_arrays(run.snapshot_path(0), WEIGHTS), run.id)
    order = epoch_order(split(run.config, len(data.y_train), len(data.y_test)).train, 3, 0)[:500]
    found = sums(model, data.x_train[order].astype(np.float32) / 255)
    np.testing.assert_allclose([each.std() for each in found], 1, rtol=1e-4)
