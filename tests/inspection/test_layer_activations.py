"""What each layer is and gives, against Keras' own layers and the catalogue's own words."""

import keras
import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.preprocessing import network_input_shape, prepare
from lenet.errors import ModelError
from lenet.inspection import api
from lenet.inspection.layer_activations import layer_activations, layer_names
from lenet.inspection.results import Activations, LayerView
from lenet.networks.architectures import ARCHITECTURES
from lenet.networks.build import build
from lenet.networks.loaded_model import LoadedModel
from lenet.networks.loading import built_network
from lenet.networks.summary import summarize
from lenet.runs.config import RunConfig
from lenet.runs.layers import Activation, AveragePool, BatchNorm, Conv, Dense, Dropout, MaxPool

DIGIT = np.zeros((28, 28), np.uint8)
DIGIT[6:22, 13:16] = 255  # a one
EVERYTHING = RunConfig(
    layers=(
        Conv(filters=4, kernel_size=5, activation="tanh"),
        BatchNorm(),
        MaxPool(),
        Dropout(),
        Conv(filters=3, kernel_size=4, strides=2, padding="same", activation="sigmoid"),
        AveragePool(size=3),
        Conv(filters=5, kernel_size=1, activation="linear"),
        Activation(function="relu"),
        Dense(units=12, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
    pad_to=32,
    scaling="paper",
)


def with_random_weights(config: RunConfig, shape: tuple[int, int, int]) -> tuple[LoadedModel, keras.Model]:
    """A model that has never been trained, and the same one as Keras has it; no weight is 0 or 1."""
    model = build(config.layers, network_input_shape(config, shape), 0)
    random = np.random.default_rng(1)
    for variable in model.weights:
        if np.issubdtype(np.asarray(variable).dtype, np.floating):
            variable.assign(
                random.uniform(0.1, 1, variable.shape) * (1 if "moving" in variable.path else 0.3)
            )
    arrays = {variable.path: np.asarray(variable) for variable in model.weights}
    built = built_network(config, shape)
    return LoadedModel(built, built.weights(arrays, "test"), config, "test"), model


def views_of(loaded: LoadedModel, image: np.ndarray) -> dict[str, LayerView]:
    return {view.key: view for view in layer_activations(loaded, loaded.inputs(image[None])[0])}


def outputs_of(model: keras.Model, config: RunConfig) -> dict[str, np.ndarray]:
    """Keras' own output of each layer, for the digit."""
    inputs = prepare(DIGIT[None, ..., None], config)
    outputs = {layer.name: layer.output for layer in model.layers[1:]}
    return {name: each[0] for name, each in keras.Model(model.inputs[0], outputs).predict(inputs).items()}


def test_every_layer_gives_what_keras_own_layer_gives():
    loaded, model = with_random_weights(EVERYTHING, (28, 28, 1))
    views, expected = views_of(loaded, DIGIT[..., None]), outputs_of(model, EVERYTHING)
    assert len(views) == len(EVERYTHING.layers) - 1  # without dropout
    expected["10_dense"] = expected["softmax"]
    for key, view in views.items():
        assert view.before.dtype == view.after.dtype == np.float32 and view.before.shape == view.after.shape
        np.testing.assert_allclose(view.after, expected[key], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("index", [0, 4, 6, 7, 8, 9])
def test_before_the_activation_is_what_keras_gives_without_it(index):
    loaded, model = with_random_weights(EVERYTHING, (28, 28, 1))
    layer = EVERYTHING.layers[index]
    field = "function" if isinstance(layer, Activation) else "activation"
    linear = layer.model_copy(update={field: "linear"})
    layers = (*EVERYTHING.layers[:index], linear, *EVERYTHING.layers[index + 1 :])
    twin = build(layers, (32, 32, 1), 0)
    for variable, value in zip(twin.weights, model.weights, strict=True):
        variable.assign(np.asarray(value))
    key = f"{index + 1}_{layer.kind}"
    found = views_of(loaded, DIGIT[..., None])[key]
    assert found.activation == getattr(layer, field)
    np.testing.assert_allclose(found.before, outputs_of(twin, EVERYTHING)[key], rtol=1e-5, atol=1e-5)


def test_a_convolution_and_a_normalization_by_hand():
    loaded, _ = with_random_weights(EVERYTHING, (28, 28, 1))
    inputs = prepare(DIGIT[None, ..., None], EVERYTHING)[0]
    views = views_of(loaded, DIGIT[..., None])
    first, normalized, _, strided = list(views.values())[:4]
    for row, column, channel in ((0, 0, 0), (10, 12, 3), (27, 27, 1)):
        patch = inputs[row : row + 5, column : column + 5]
        value = (patch * first.kernel[..., channel]).sum() + first.bias[channel]
        assert first.before[row, column, channel] == pytest.approx(value, rel=1e-4)
        expected = first.after[row, column, channel] * normalized.scale[channel] + normalized.shift[channel]
        assert normalized.after[row, column, channel] == pytest.approx(expected, rel=1e-4)
    received = views["3_max_pool"].after
    assert strided.padding == (1, 1) and (strided.window, strided.stride) == (4, 2)
    for row, column, channel in ((0, 0, 0), (3, 4, 2), (6, 6, 1)):
        padded = np.pad(received, ((1, 3), (1, 3), (0, 0)))
        patch = padded[2 * row : 2 * row + 4, 2 * column : 2 * column + 4]
        value = (patch * strided.kernel[..., channel]).sum() + strided.bias[channel]
        assert strided.before[row, column, channel] == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize("name", sorted(ARCHITECTURES))
def test_layers_are_called_as_the_catalogue_calls_them(name):
    architecture = ARCHITECTURES[name]
    shape = architecture.input_shape
    built = built_network(RunConfig(layers=architecture.layers), shape)
    names = layer_names(built)
    summary = summarize(architecture.layers, shape)
    assert names == {f"{each.index + 1}_{each.kind}": each.name for each in summary.layers}


def test_the_network_of_1998_by_hand():
    """Its layers are not Keras': each one from the output of the layer before."""
    config = RunConfig(layers=ARCHITECTURES["lenet5-1998"].layers, pad_to=32, scaling="paper")
    loaded, _ = with_random_weights(config, (28, 28, 1))
    first, pooled, partial, _, _, hidden, output = views_of(loaded, DIGIT[..., None]).values()
    sums = first.after.reshape(14, 2, 14, 2, 6).sum(axis=(1, 3))
    np.testing.assert_allclose(pooled.before, sums * pooled.scale + pooled.shift, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(pooled.after, 1.7159 * np.tanh(pooled.before * 2 / 3), rtol=1e-4, atol=1e-5)
    assert (pooled.window, pooled.stride, pooled.kernel, pooled.bias) == (2, 2, None, None)
    assert partial.kernel.shape == (5, 5, 6, 16) and np.count_nonzero(partial.kernel) == 25 * 60
    for row, column, channel in ((0, 0, 0), (4, 7, 9), (9, 9, 15)):
        patch = pooled.after[row : row + 5, column : column + 5]
        value = (patch * partial.kernel[..., channel]).sum() + partial.bias[channel]
        assert partial.before[row, column, channel] == pytest.approx(value, rel=1e-4, abs=1e-5)
    distances = ((hidden.after[:, None] - output.kernel) ** 2).sum(axis=0)
    np.testing.assert_allclose(output.before, -distances, rtol=1e-4)
    np.testing.assert_allclose(output.after, loaded.probabilities(DIGIT[None, ..., None])[0], rtol=1e-3)
    titles = [view.title for view in (first, pooled, partial, hidden, output)]
    assert titles == [
        "Convolution 5×5, 6 filters, scaled tanh",
        "Subsampling 2×2, scaled tanh",
        "Partial convolution 5×5, 16 filters, scaled tanh",
        "Dense, 84 units, scaled tanh",
        "Radial basis functions, 10 units, softmax",
    ]


def test_layers_in_words():
    loaded, _ = with_random_weights(EVERYTHING, (28, 28, 1))
    titles = [(view.name, view.kind, view.title) for view in views_of(loaded, DIGIT[..., None]).values()]
    assert titles == [
        ("C1", "conv", "Convolution 5×5, 4 filters, tanh"),
        ("N2", "batch_norm", "Batch normalization"),
        ("S3", "max_pool", "Max pooling 2×2"),
        ("C5", "conv", "Convolution 4×4, 3 filters, stride 2, same padding, sigmoid"),
        ("S6", "average_pool", "Average pooling 3×3"),
        ("C7", "conv", "Convolution 1×1, 5 filters"),
        ("A8", "activation", "Activation, relu"),
        ("F9", "dense", "Dense, 12 units, relu"),
        ("Output", "dense", "Dense, 10 units, softmax"),
    ]


# Through the door that pages use


def inside(spec: str, image: np.ndarray) -> Activations:
    return api.activations(spec, image)


def test_a_drawing_and_a_stored_digit_are_the_same_image():
    drawn, stored = inside("cnn-16-32", DIGIT), inside("cnn-16-32", DIGIT[..., None])
    assert drawn.prediction.predicted_class == 1 and drawn.prediction.sure
    np.testing.assert_array_equal(drawn.layers[0].after, stored.layers[0].after)
    np.testing.assert_array_equal(drawn.inputs, DIGIT[..., None] / np.float32(255))
    np.testing.assert_allclose(drawn.layers[-1].after, drawn.prediction.probabilities, rtol=1e-3)


@pytest.mark.usefixtures("require_fashion_mnist")
def test_pictures_of_clothes_are_not_taken_for_digits():
    image = datasets.load("fashion_mnist").x_test[0]
    found = inside("lenet5-tanh", image)
    assert found.prediction.sure and not found.prediction.reason and found.prediction.class_names[8] == "Bag"
    assert found.inputs.shape == (28, 28, 1) and found.inputs.min() < 0


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((8, 8, 1), np.uint8), r"takes images of \(28, 28, 1\), received \(8, 8, 1\)"),
        (np.zeros((28, 28, 3), np.uint8), r"received \(28, 28, 3\)"),
        (np.zeros((28, 28, 1)), r"received float64 of shape \(28, 28, 1\), expected uint8"),
        (np.zeros((1, 28, 28, 1), np.uint8), "expected uint8"),
    ],
)
def test_an_image_that_does_not_fit(image, words):
    with pytest.raises(ModelError, match=words):
        inside("cnn-16-32", image)


def test_an_image_that_is_larger_than_its_padding():
    with pytest.raises(ModelError, match="cannot take these images. Padding: received size 32"):
        inside("lenet5-linear", np.zeros((40, 40, 1), np.uint8))


def test_layers_that_no_config_has_are_not_taken_for_those_that_it_has(tmp_path):
    """Arithmetic would be wrong for them; and a network whose layers branch is looked into as well."""
    images = keras.Input((28, 28, 1))
    gaps = keras.layers.Conv2D(4, 3, dilation_rate=2, padding="same", activation="relu", name="gaps")(images)
    groups = keras.layers.Conv2D(6, 3, groups=2, name="groups")(gaps)
    oblong = keras.layers.MaxPooling2D((2, 1), name="oblong")(groups)
    left, right = keras.layers.Conv2D(3, 1, name="left")(oblong), keras.layers.LeakyReLU(name="leaky")(oblong)
    joined = keras.layers.Concatenate(name="joined")([left, right])
    mean = keras.layers.GlobalAveragePooling2D(keepdims=True, name="mean")(joined)
    mean = keras.layers.GlobalMaxPooling2D(name="largest")(mean)
    last = keras.layers.Dense(10, name="last")(mean)
    model = keras.Model(images, last)
    model.save(tmp_path / "mine.keras")
    found = {view.key: view for view in inside(str(tmp_path / "mine.keras"), DIGIT[..., None]).layers}
    kinds = {key: view.kind for key, view in found.items()}
    assert kinds == {
        "gaps": "conv2d", "groups": "conv2d", "oblong": "max_pooling2d", "left": "conv",
        "leaky": "leaky_re_lu", "joined": "concatenate", "mean": "global_average_pooling2d",
        "largest": "global_max_pooling2d", "last": "dense",
    }  # fmt: skip
    assert found["gaps"].title == "Conv2D 5×5, 4 filters, same padding, relu" and found["gaps"].kernel is None
    assert found["leaky"].title == "LeakyReLU" and found["last"].name == "Output"
    inputs = DIGIT[None, ..., None] / np.float32(255)
    for key in ("joined", "gaps"):
        expected = keras.Model(images, model.get_layer(key).output).predict(inputs, verbose=0)[0]
        np.testing.assert_allclose(found[key].after, expected, atol=1e-6)
