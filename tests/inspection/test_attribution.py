"""Heat maps against oracles: differences of logits, a network worked out by hand, receptive fields."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from lenet.data.preprocessing import prepare
from lenet.errors import ModelError
from lenet.inspection import attribution
from lenet.inspection.results import GRAD_CAM, GRADIENT_INPUT, METHODS, OCCLUSION
from lenet.networks import pretrained, saving
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.networks.loaded_model import LoadedModel
from lenet.networks.loading import built_network, load_model
from lenet.networks.receptive_fields import receptive_field
from lenet.runs.config import RunConfig
from lenet.runs.layers import AveragePool, BatchNorm, Conv, Dense, Dropout, MaxPool, PartialConv, Subsampling
from tests.tolerances import assert_close

SHAPE = (28, 28, 1)
DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[6:22, 13:16] = 255  # a one
DIGIT[6:9, 9:13] = 130


def loaded(*layers: object, **settings: object) -> LoadedModel:
    """A network with the initial weights of its seed."""
    config = RunConfig(layers=(*layers, Dense(units=10, activation="softmax")), **settings)
    built = built_network(config, SHAPE)
    return LoadedModel(built, built.own_weights, config, "test")


SMOOTH = loaded(
    Conv(filters=4, activation="tanh"), AveragePool(), Dense(units=20, activation="tanh"),
    pad_to=32, scaling="standardize", mean=0.13, std=0.31,
)  # fmt: skip


def logit(model: LoadedModel, image: np.ndarray, label: int) -> float:
    """By Keras, from pixels that need not be whole numbers."""
    return float(model.network.model(prepare(image[None, ..., None], model.config))[0, label])


def test_gradient_times_input_is_what_differences_of_the_logit_say():
    passed = attribution.backward(SMOOTH, DIGIT[..., None], 3)
    heat = attribution.gradient_input(SMOOTH, passed, DIGIT[..., None])
    for row, column in ((7, 10), (6, 14), (15, 13), (21, 15)):
        more, less = DIGIT.astype(np.float64), DIGIT.astype(np.float64)
        more[row, column] += 8
        less[row, column] -= 8
        slope = (logit(SMOOTH, more, 3) - logit(SMOOTH, less, 3)) / 16
        assert heat[row, column] == pytest.approx(slope * DIGIT[row, column], rel=0.02, abs=1e-4)
    assert not heat[DIGIT == 0].any()  # though background is not 0 for this network
    assert np.abs(heat).max() > 0.01


def test_of_a_linear_network_it_adds_up_to_the_logit():
    """Without bias and activation a logit is the sum of what its pixels bring."""
    model = loaded(Conv(filters=3, activation="linear"), AveragePool())
    passed = attribution.backward(model, DIGIT[..., None], 2)
    heat = attribution.gradient_input(model, passed, DIGIT[..., None])
    assert heat.sum() == pytest.approx(logit(model, DIGIT, 2), rel=1e-4)


def test_grad_cam_of_a_network_by_hand():
    model = loaded(Conv(filters=2, kernel_size=3, activation="relu"))
    kernels, dense = (
        np.asarray(model.network.model.get_layer(name).kernel) for name in ("1_conv", "2_dense")
    )
    image, maps = DIGIT / 255, np.zeros((26, 26, 2))
    for row, column, channel in np.ndindex(maps.shape):
        maps[row, column, channel] = max(
            0, (image[row : row + 3, column : column + 3] * kernels[:, :, 0, channel]).sum()
        )
    gradient = dense[:, 7].reshape(26, 26, 2)  # the logit is this times the maps
    by_hand = np.maximum((maps * gradient.mean(axis=(0, 1))).sum(axis=-1), 0)
    passed = attribution.backward(model, DIGIT[..., None], 7)
    heat = attribution.grad_cam(model, passed, DIGIT[..., None])
    assert by_hand.max() > 0
    np.testing.assert_allclose(passed.maps["1_conv"], maps, atol=1e-5)
    # A 3×3 kernel without padding looks at what is one pixel further down and right.
    np.testing.assert_allclose(heat[1:27, 1:27], by_hand, atol=1e-6)


@pytest.mark.parametrize(
    "layers",
    [
        (Conv(activation="linear"), AveragePool(), Conv(filters=3, kernel_size=3, activation="linear")),
        (Conv(padding="same", activation="linear"), AveragePool(), Conv(padding="same", activation="linear")),
        (Conv(kernel_size=4, padding="same", strides=3, activation="linear"), Conv(activation="linear")),
        (Conv(activation="linear"), Subsampling(activation="linear"), PartialConv(activation="linear")),
    ],
)
def test_a_map_is_laid_where_its_pixels_look(layers):
    """The middle of the input pixels that change a pixel of the map: found by asking the network."""
    model = loaded(*layers).network.model
    name = attribution._last_convolution(model.layers)
    until = keras.Model(model.inputs[0], model.get_layer(name).output)
    field = receptive_field(model, name)
    size = until.output.shape[1]
    for place in (size // 2 - 1, size // 2):  # far from the margin, where zeros are looked at as well
        inputs = tf.random.uniform((1, *SHAPE))
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            value = tf.reduce_sum(until(inputs)[:, place, place])
        seen = np.flatnonzero(np.abs(tape.gradient(value, inputs)).sum(axis=(0, 2, 3)))
        _, top, _, bottom = field.box(place, 0)
        assert (top, bottom) == pytest.approx((seen[0], seen[-1] + 1))


def test_padding_is_taken_off_again():
    """The heat of a padded drawing lies on its ink."""
    for settings in ({}, {"pad_to": 32}):
        model = loaded(Conv(filters=8, kernel_size=3), MaxPool(), **settings)
        passes = (attribution.backward(model, DIGIT[..., None], label) for label in range(10))
        heats = [attribution.grad_cam(model, each, DIGIT[..., None]) for each in passes]
        heat = max(heats, key=np.max)  # of the label for which the ink speaks most
        assert heat.shape == (28, 28) and heat.max() > 0
        row, column = np.unravel_index(heat.argmax(), heat.shape)
        assert DIGIT[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3].any()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["lenet5-relu", "cnn-16-32"])
def test_a_pretrained_model_explains_itself(name, method):
    model = load_model(name)
    found = attribution.attribute(model, DIGIT[..., None], method)
    assert found.label == found.probabilities.argmax() == 1
    assert found.heat_map.shape == found.against.shape == (28, 28)
    assert found.heat_map.dtype == found.against.dtype == np.float32
    assert max(found.heat_map.max(), found.against.max()) == 1
    assert min(found.heat_map.min(), found.against.min()) == 0
    layers = ARCHITECTURES[name].layers
    assert list(found.maps) == [f"{number}_{layer.kind}" for number, layer in enumerate(layers, 1)]
    other = attribution.attribute(model, DIGIT[..., None], method, label=8)
    assert other.label == 8 and np.abs(other.heat_map - found.heat_map).max() > 0.1


def test_maps_and_answers_are_keras_own(tmp_path: Path):
    """Batch normalisation and dropout have weights and states of their own order."""
    model = loaded(Conv(filters=4), BatchNorm(), Dropout(), MaxPool(), Dense(units=12), Dropout())
    keras_model = build(model.config.layers, SHAPE, 0)
    for variable in keras_model.weights:
        values = np.random.default_rng(len(variable.path)).uniform(0.1, 1, variable.shape)
        variable.assign(values * (1 if "batch_norm" in variable.path else 0.05))
    arrays = {variable.path: np.asarray(variable) for variable in keras_model.weights}
    model = LoadedModel(model.network, model.network.weights(arrays, "test"), model.config, "test")
    expected = keras_model.predict(prepare(DIGIT[None, ..., None], model.config), verbose=0)[0]
    maps, probabilities = model.maps(DIGIT[..., None])
    assert 0.05 < np.median(expected) < expected.max() < 0.5  # an answer in which every weight has a say
    assert_close(probabilities, expected)
    assert_close(model.probabilities(DIGIT[None, ..., None])[0], expected)
    until = keras.Model(keras_model.inputs[0], keras_model.get_layer("2_batch_norm").output)
    normalized = until.predict(prepare(DIGIT[None, ..., None], model.config), verbose=0)[0]
    np.testing.assert_allclose(maps["2_batch_norm"], normalized, rtol=1e-4, atol=1e-5)


def test_what_cannot_be_explained_is_said():
    dense = loaded(Dense(units=30))
    with pytest.raises(
        ModelError, match="Grad-CAM: test has no convolution.*Choose gradient × input, or occ"
    ):
        attribution.attribute(dense, DIGIT[..., None], GRAD_CAM)
    assert attribution.attribute(dense, DIGIT[..., None], GRADIENT_INPUT).heat_map.max() > 0
    with pytest.raises(ModelError, match="received 'magic', expected Grad-CAM or gradient × input"):
        attribution.attribute(dense, DIGIT[..., None], "magic")
    with pytest.raises(ModelError, match="Class: received 10, expected 0 to 9"):
        attribution.attribute(dense, DIGIT[..., None], GRADIENT_INPUT, label=10)


def test_a_blank_drawing_has_no_heat():
    for method in METHODS:
        found = attribution.attribute(SMOOTH, np.zeros(SHAPE, np.uint8), method)
        assert np.isfinite(found.heat_map).all()
        assert method != GRADIENT_INPUT or not found.heat_map.any()


def test_occlusion_is_the_fall_of_the_probability_by_hand():
    model = load_model("cnn-16-32")
    found = attribution.attribute(model, DIGIT[..., None], OCCLUSION, label=1)
    drops = (found.heat_map - found.against) * found.largest
    keras_model = saving.load(pretrained.path("cnn-16-32"))
    for row, column in ((14, 14), (6, 11), (0, 0), (27, 27), (21, 3)):
        covered = DIGIT.copy()
        covered[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3] = 127
        images = np.stack([DIGIT, covered])[..., None] / np.float32(255)
        before, after = keras_model.predict(images, verbose=0)[:, 1]
        assert drops[row, column] == pytest.approx(before - after, abs=1e-6)
    assert 0 < found.largest <= 1 and np.abs(drops).max() == pytest.approx(found.largest)


def test_large_images_in_color_are_explained_too():
    """They are not square, and only every third row and every second column is tried."""
    config = RunConfig(layers=(Conv(filters=4, kernel_size=3), Dense(units=3, activation="softmax")))
    built = built_network(config, (70, 40, 3))
    model = LoadedModel(built, built.own_weights, config, "test")
    image = np.random.default_rng(0).integers(0, 256, (70, 40, 3), np.uint8)
    for method in METHODS:
        found = attribution.attribute(model, image, method)
        assert found.heat_map.shape == found.against.shape == (70, 40)
        assert max(found.heat_map.max(), found.against.max()) == 1
    drops = (found.heat_map - found.against) * found.largest
    covered = image.copy()
    covered[33 - 6 : 33 + 7, 20 - 3 : 20 + 4] = 127
    before, after = model.probabilities(np.stack([image, covered]))[:, found.label]
    assert drops[33, 20] == pytest.approx(before - after, abs=1e-6)
    assert drops[34, 20] == pytest.approx(2 / 3 * drops[33, 20] + 1 / 3 * drops[36, 20], abs=1e-6)
    by_pixel = attribution.attribute(model, image, GRADIENT_INPUT)
    color = (by_pixel.heat_map - by_pixel.against)[30, 10] * by_pixel.largest
    brighter, darker = (model.inputs(image[None]) for _ in range(2))
    brighter[0, 30, 10] *= 1.05
    darker[0, 30, 10] *= 0.95
    logits = [model.network.model(each)[0, by_pixel.label] for each in (brighter, darker)]
    assert color == pytest.approx(float(logits[0] - logits[1]) / 0.1, rel=0.05, abs=1e-4)
