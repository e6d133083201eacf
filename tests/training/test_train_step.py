"""The compiled step: sharded and pooled early, it makes the update that the plain Keras model makes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.data import datasets
from lenet.data.dataset import Dataset
from lenet.networks.build import build
from lenet.runs.config import RunConfig
from lenet.runs.layers import Activation, AveragePool, BatchNorm, Conv, Dense, Dropout, Layer, MaxPool
from lenet.training.forward_pass import forward, num_shards, split_batch
from lenet.training.optimizers import keras_optimizer
from lenet.training.train_step import TrainStep, resident
from tests.tolerances import undecided

LINEAR_DENSE = Dense(units=10, activation="linear")
NETWORKS: dict[str, tuple[Layer, ...]] = {
    "relu before a max pool": (Conv(kernel_size=3), MaxPool(), Conv(kernel_size=2), LINEAR_DENSE),
    "no activation": (Conv(kernel_size=3, activation="linear", strides=2), MaxPool(), LINEAR_DENSE),
    "an activation that is not monotone": (Conv(kernel_size=3, activation="gelu"), MaxPool(), LINEAR_DENSE),
    "batch norm": (Conv(kernel_size=3), BatchNorm(), Activation(function="tanh"), MaxPool(), LINEAR_DENSE),
    "a pool that leaves a row out": (
        Conv(kernel_size=2), Activation(function="tanh"), Conv(kernel_size=3), MaxPool(), LINEAR_DENSE,
    ),
    "two pools that leave rows out": (AveragePool(size=3), Conv(kernel_size=2, padding="same"), MaxPool(),
                                      LINEAR_DENSE),
    "no activation before an average pool": (
        Conv(kernel_size=2, activation="linear"), AveragePool(), Conv(kernel_size=2, activation="linear"),
        AveragePool(), LINEAR_DENSE,
    ),
    "an average of three, without its last row": (
        Conv(kernel_size=3, activation="linear"), Activation(function="tanh"),
        Conv(kernel_size=2, activation="linear"), AveragePool(size=3), LINEAR_DENSE,
    ),
    "a convolution with one place": (MaxPool(), Conv(kernel_size=4, activation="tanh"), LINEAR_DENSE),
    "batch norm of rows that a pool leaves out": (Conv(kernel_size=2), BatchNorm(), MaxPool(), LINEAR_DENSE),
    "a large kernel": (
        Conv(filters=24, kernel_size=3, padding="same"), Conv(filters=24, kernel_size=5, padding="same"),
        MaxPool(size=3), LINEAR_DENSE,
    ),
    "a large kernel, an activation that is not monotone": (
        Conv(filters=24, kernel_size=3, padding="same"),
        Conv(filters=32, kernel_size=5, padding="same", activation="gelu"), MaxPool(), LINEAR_DENSE,
    ),
    "a large kernel between average pools": (
        Conv(filters=6, kernel_size=1, activation="tanh"), AveragePool(),
        Conv(filters=16, padding="same", activation="linear"), AveragePool(size=3), LINEAR_DENSE,
    ),
    "batch norm of a dense layer": (Dense(units=12), BatchNorm(), LINEAR_DENSE),
}  # fmt: skip


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return datasets.load("digits")


@pytest.mark.parametrize("shards", [1, 2, 3])
@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_forward_and_gradients_are_those_of_the_model(
    layers: tuple[Layer, ...], shards: int, digits: Dataset
) -> None:
    model = build(layers, (8, 8, 1), seed=3)
    images = tf.constant(digits.x_train[:31], tf.float32) / 255
    before = [np.asarray(variable) for variable in model.weights]
    variables = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        expected = model(images, training=True)
        gradients = tape.gradient(tf.reduce_sum(expected**2), variables)
    after = [np.asarray(variable) for variable in model.weights]
    for variable, value in zip(model.weights, before, strict=True):
        variable.assign(value)
    with tf.GradientTape() as tape:
        received = tf.concat(forward(model, split_batch(images, shards), True, batch_size=64), axis=0)
        ours = tape.gradient(tf.reduce_sum(received**2), variables)
    np.testing.assert_allclose(received, expected, atol=1e-5)
    largest = max(float(tf.reduce_max(tf.abs(gradient))) for gradient in gradients)
    for gradient, own in zip(gradients, ours, strict=True):
        np.testing.assert_allclose(own, gradient, rtol=1e-3, atol=1e-5 * largest)
    for variable, value in zip(model.weights, after, strict=True):
        np.testing.assert_allclose(np.asarray(variable), value, atol=1e-5, err_msg=variable.path)


def test_what_no_layer_looks_at_is_not_computed() -> None:
    convolution = Conv(filters=16, kernel_size=3)
    layers = (convolution, MaxPool(), convolution, MaxPool(), LINEAR_DENSE)
    model = build(layers, (28, 28, 1), seed=3)
    assert [each.outputs[0].shape[1] for each in convolutions(model)] == [24, 10]  # of 26 and 11


def convolutions(model: keras.Model) -> list[tf.Operation]:
    """Those that TensorFlow does, in the pass forward."""
    function = tf.function(lambda images: forward(model, [images], True, batch_size=64))
    graph = function.get_concrete_function(tf.TensorSpec((None, *model.input.shape[1:]))).graph
    return [each for each in graph.get_operations() if each.type == "Conv2D"]


@pytest.mark.parametrize("name", [name for name in NETWORKS if name.startswith("a large kernel")])
def test_large_kernels_go_through_spectra(name: str) -> None:
    model = build(NETWORKS[name], (8, 8, 1), seed=3)
    assert len(convolutions(model)) == 1  # the first, of one map


def test_in_inference_mode_dropout_and_batch_norm_rest(digits: Dataset) -> None:
    layers = (Conv(kernel_size=3), BatchNorm(), MaxPool(), Dropout(rate=0.5), LINEAR_DENSE)
    model = build(layers, (8, 8, 1), seed=3)
    images = tf.constant(digits.x_train[:31], tf.float32) / 255
    received = tf.concat(forward(model, split_batch(images, 2), False, batch_size=64), axis=0)
    np.testing.assert_allclose(received, model(images, training=False), atol=1e-5)


@pytest.mark.parametrize("images", [1, 2, 250, 251, 503])
def test_any_number_of_images_is_evaluated(images: int, digits: Dataset) -> None:
    layers = NETWORKS["a pool that leaves a row out"]
    model = build(layers, (8, 8, 1), seed=1)
    train_step = TrainStep(
        RunConfig(dataset="digits", layers=layers), model, *resident(digits, None), shards=4
    )
    expected = model(digits.x_train[:images] / np.float32(255))
    np.testing.assert_allclose(train_step.logits(np.arange(images, dtype=np.int32)), expected, atol=1e-5)


def test_no_shard_is_ever_empty() -> None:
    intra = tf.config.threading.get_intra_op_parallelism_threads()
    assert num_shards(64, 64) == 1 if intra != 1 else num_shards(64, 64) <= 4
    assert num_shards(64, 1) == 1
    assert num_shards(1, 1) == 1


@pytest.mark.parametrize("shards", [1, 2])
def test_losses_answers_and_logits_against_keras(shards: int, digits: Dataset) -> None:
    layers = NETWORKS["relu before a max pool"]
    config = RunConfig(dataset="digits", layers=layers, batch_size=20, optimizer="sgd", learning_rate=1e-6)
    model = build(layers, (8, 8, 1), seed=1)
    train_step = TrainStep(config, model, *resident(digits, None), shards)
    order = np.arange(100, 150, dtype=np.int32)  # two full batches and a half one
    losses, correct = train_step.steps(order, np.full(3, 1e-6, np.float32), 0)
    logits = train_step.logits(order)
    np.testing.assert_allclose(logits, model(digits.x_train[order] / np.float32(255)), atol=1e-4)
    crossentropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for step, part in enumerate(np.split(np.arange(50), [20, 40])):
        labels = digits.y_train[order[part]]
        assert float(losses[step]) == pytest.approx(float(crossentropy(labels, logits[part])), rel=1e-3)
        right = (logits[part].argmax(axis=1) == labels).sum()
        assert int(correct[step]) == pytest.approx(right, abs=undecided(logits[part]))


def test_smoothed_labels_and_penalised_weights_against_keras(digits: Dataset) -> None:
    layers = NETWORKS["relu before a max pool"]
    changes = {"batch_size": 21, "optimizer": "sgd", "label_smoothing": 0.2, "l2": 0.1}
    config = RunConfig(dataset="digits", layers=layers, **changes)
    batch = np.arange(100, 121, dtype=np.int32)
    inputs, labels = digits.x_train[batch] / np.float32(255), digits.y_train[batch]
    ours, plain = (build(layers, (8, 8, 1), seed=1) for _ in range(2))
    losses, _ = TrainStep(config, ours, *resident(digits, None), 2).steps(batch, np.float32([0.5]), 0)
    smoothed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    variables = [each.value for each in plain.trainable_variables]
    with tf.GradientTape() as tape:
        logits = plain(inputs, training=True)
        squares = [tf.reduce_sum(each**2) for each in variables if len(each.shape) > 1]
        objective = smoothed(tf.one_hot(labels, 10), logits) + 0.05 * sum(squares)
    for own, each, gradient in zip(
        ours.trainable_variables, variables, tape.gradient(objective, variables), strict=True
    ):
        np.testing.assert_allclose(own, each - 0.5 * gradient, atol=1e-5)
    reported = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)
    assert float(losses[0]) == pytest.approx(float(reported), rel=1e-5)


def test_the_first_step_is_the_step_that_would_be_compiled(digits: Dataset) -> None:
    layers = NETWORKS["batch norm"]
    config = RunConfig(dataset="digits", layers=layers, batch_size=20, rotation=20, optimizer="adam")
    batch, weights, losses = np.arange(20, dtype=np.int32), [], []
    for compiled in (False, True):
        train_step = TrainStep(config, build(layers, (8, 8, 1), 1), *resident(digits, None), 2)
        update = (
            train_step.steps(batch, np.full(1, 0.01, np.float32), 0)
            if compiled
            else train_step.first_step(batch, 0.01)
        )
        losses.append(update[0])
        assert update[1].shape == update[0].shape == (1,)
        weights.append([np.asarray(variable) for variable in train_step.model.weights])
    np.testing.assert_allclose(*losses, rtol=1e-4)
    for eager, compiled in zip(*weights, strict=True):
        np.testing.assert_allclose(eager, compiled, atol=1e-3)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop"])
def test_one_image_an_update_against_keras(optimizer: str, digits: Dataset) -> None:
    """These updates are compiled another way; the oracle is Keras, image by image."""
    layers = NETWORKS["no activation"]
    config = RunConfig(dataset="digits", layers=layers, batch_size=1, optimizer=optimizer, scaling="unit")
    train_step = TrainStep(config, build(layers, (8, 8, 1), 1), *resident(digits, None))
    order = np.arange(100, 120, dtype=np.int32)
    losses, correct = train_step.steps(order, np.full(20, 1e-2, np.float32), 0)
    model, own = build(layers, (8, 8, 1), 1), keras_optimizer(config)
    own.learning_rate = 1e-2
    model.compile(own, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    images = digits.x_train[order] / np.float32(255)
    expected = [
        model.train_on_batch(images[each : each + 1], digits.y_train[order[each : each + 1]])
        for each in range(20)
    ]
    np.testing.assert_allclose(losses, expected, rtol=1e-3, atol=1e-5)
    for ours, theirs in zip(train_step.model.weights, model.weights, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=1e-4)


def test_the_damping_of_an_epoch_is_in_its_steps(digits: Dataset) -> None:
    layers = NETWORKS["relu before a max pool"]
    config = RunConfig(dataset="digits", layers=layers, batch_size=1, optimizer="levenberg_marquardt")
    train_step = TrainStep(config, build(layers, (8, 8, 1), 1), *resident(digits, None))
    order, found = np.arange(50, dtype=np.int32), []
    for damping in (0.7, 0.2):
        train_step.estimate_curvature(order, damping)
        steps = [each for each in train_step.optimizer.variables if each.path.endswith("step")]
        found.append([1 / each.numpy() - damping for each in steps])
    assert len(found[0]) == len(train_step.model.trainable_variables)
    for first, second in zip(*found, strict=True):  # the curvature is the same
        np.testing.assert_allclose(first, second, rtol=1e-3, atol=1e-5)
        assert (first > -1e-5).all() and first.max() > 0.001


def test_the_data_are_resident_once(digits: Dataset) -> None:
    images, labels = resident(digits, 10)
    assert images.shape == (1797, 10, 10, 1) and labels.dtype == tf.int32
    assert resident(digits, 10)[0] is images
