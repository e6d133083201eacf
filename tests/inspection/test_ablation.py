"""Switching filters off, against a real model whose filters were zeroed, asked image by image by Keras."""

import keras
import numpy as np
import pytest

from lenet.cache import Cache
from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.errors import ModelError
from lenet.inspection import ablation
from lenet.networks import pretrained, saving
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Activation, AveragePool, BatchNorm, Conv, Dense, Dropout, MaxPool
from lenet.training.trainer import train
from tests.tolerances import ONE_OF_MNIST, accuracy_of

BENT = RunConfig(  # what is 0 before is something else after: normalization, sigmoid
    dataset="digits",
    layers=(
        Conv(filters=4, kernel_size=3, activation="tanh"),
        BatchNorm(),
        Conv(filters=6, kernel_size=3, padding="same", activation="linear"),
        MaxPool(),
        BatchNorm(),
        Activation(function="tanh"),
        Dropout(),
        Conv(filters=5, kernel_size=2, activation="relu"),
        AveragePool(),
        Dense(units=12, activation="sigmoid"),
        Dense(units=10, activation="softmax"),
    ),
    pad_to=10,
    epochs=2,
    batch_size=4,
    learning_rate=0.003,
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run.create(BENT, tmp_path_factory.mktemp("runs"))
    assert train(run).state == "finished"
    return run


class Off(keras.layers.Layer):
    """Zero in the channels named; of the output, minus infinity."""

    def __init__(self, indices: tuple[int, ...], value: float) -> None:
        super().__init__()
        self.indices, self.value = list(indices), value

    def call(self, values):
        is_off = np.isin(np.arange(values.shape[-1]), self.indices)
        return keras.ops.where(is_off, self.value, values)


def keras_probabilities(
    model: keras.Model, off: dict[str, tuple[int, ...]], inputs: np.ndarray
) -> np.ndarray:
    """The model rebuilt layer by layer, with a layer that zeroes behind each one."""
    values = images = keras.Input(model.input_shape[1:])
    for layer in model.layers[1:]:
        values = layer(values)
        if layer.name in off:
            value = -np.inf if layer is model.layers[-2] else 0.0  # before the softmax
            values = Off(off[layer.name], value)(values)
    return np.asarray(keras.Model(images, values)(inputs))


@pytest.mark.parametrize(
    "off",
    [
        {},
        {"1_conv": (0, 3)},
        {"3_conv": (5,), "8_conv": (0, 1, 2, 3, 4)},
        {"10_dense": tuple(range(0, 12, 2)), "1_conv": (1,)},
        {"11_dense": (0, 7)},
    ],
)
def test_it_is_what_keras_gives_with_those_zeroed(run: Run, off: dict[str, tuple[int, ...]]) -> None:
    data = datasets.load("digits")
    found = ablation.ablated(run.id, data.x_test[3], off, str(run.path.parent))
    model = saving.load(run.path / "model.keras")
    inputs = prepare(data.x_test, BENT)
    expected = keras_probabilities(model, off, inputs)
    assert found.accuracy == accuracy_of(expected, data.y_test)
    assert found.accuracy_before == accuracy_of(model.predict(inputs, verbose=0), data.y_test)
    assert found.accuracy_before > 0.3
    np.testing.assert_allclose(found.probabilities, expected[3], rtol=1e-4, atol=1e-6)
    assert found.count == sum(map(len, off.values())) and found.num_images == 297


@pytest.mark.parametrize("layer", ["1_conv", "3_conv", "8_conv", "10_dense", "11_dense"])
def test_the_drops_are_those_of_one_after_the_other(run: Run, layer: str) -> None:
    data, model = datasets.load("digits"), saving.load(run.path / "model.keras")
    count, inputs = model.get_layer(layer).output.shape[-1], prepare(data.x_test, BENT)
    found = ablation.drops(run.id, layer, 0, count, str(run.path.parent))
    expected = [
        accuracy_of(keras_probabilities(model, {layer: (index,)}, inputs), data.y_test)
        for index in range(count)
    ]
    assert [*found] == expected
    assert found.min() < found.max()
    some = ablation.drops(run.id, layer, 2, 4, str(run.path.parent))
    assert [*some] == expected[2:4]


def assert_close_shares(received: np.ndarray, expected: np.ndarray) -> None:
    """Two graphs' accuracies on the 297 digits: one that is undecided may be right in one of them."""
    np.testing.assert_allclose(received, expected, rtol=0, atol=1.01 / 297)


def test_of_each_epoch_its_own(run: Run) -> None:
    """Epochs share a traced network and their data; what is kept must not leak from one to the other."""
    folder = str(run.path.parent)
    first, last, again = (ablation.drops(f"{run.id}@{epoch}", "3_conv", 0, 6, folder) for epoch in (0, 2, 0))
    np.testing.assert_array_equal(first, again)
    assert_close_shares(last, ablation.drops(run.id, "3_conv", 0, 6, folder))
    assert np.abs(first - last).max() > 0.2


def test_some_images_after_the_others(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a layer's outputs is kept but those of the images that are looked at."""
    folder = str(run.path.parent)
    together = ablation.all_drops(run.id, ["3_conv", "10_dense"], folder)
    monkeypatch.setattr(ablation, "_AT_ONCE", 100)
    monkeypatch.setattr(ablation, "_dropped", Cache(1_000))
    for key, found in ablation.all_drops(run.id, ["3_conv", "10_dense"], folder).items():
        assert_close_shares(found, together[key])
        assert_close_shares(found, ablation.drops(run.id, key, 0, len(found), folder))


@pytest.mark.usefixtures("require_mnist")
def test_a_pretrained_model_and_a_drawing() -> None:
    drawing = np.zeros((28, 28), np.uint8)
    drawing[4:24, 12:16] = 255
    found = ablation.ablated("cnn-16-32", drawing, {"3_conv": (1, 2)})
    assert found.accuracy_before == pytest.approx(
        pretrained.PRETRAINED["cnn-16-32"].test_accuracy, abs=ONE_OF_MNIST
    )
    assert 0.5 < found.accuracy < found.accuracy_before and found.probabilities.argmax() == 1
    one_by_one = ablation.drops("cnn-16-32", "3_conv", 1, 2)
    together = ablation.ablated("cnn-16-32", drawing, {"3_conv": (1,)}).accuracy
    assert one_by_one[0] == pytest.approx(together, abs=ONE_OF_MNIST)


@pytest.mark.parametrize(
    ("off", "words"),
    [
        ({"2_max_pool": (0,)}, "S2 has nothing of its own to switch off. Choose one of C1, C3, F5, Output"),
        ({"1_conv": (0, 16)}, "C1: received number 16, expected 0 to 15"),
        ({"7_conv": (0,)}, "Layer: received '7_conv', expected one of 1_conv"),
        ({"6_dense": tuple(range(10))}, "Every class is switched off"),
    ],
)
def test_what_cannot_be_switched_off(off: dict[str, tuple[int, ...]], words: str) -> None:
    with pytest.raises(ModelError) as error:
        ablation.ablated("cnn-16-32", np.zeros((28, 28, 1), np.uint8), off)
    assert words in str(error.value)


def test_a_range_of_filters_that_is_none() -> None:
    for first, last in ((0, 17), (-1, 3), (4, 4), (5, 2)):
        with pytest.raises(ModelError, match="expected 0 to 15|expected one filter at least"):
            ablation.drops("cnn-16-32", "1_conv", first, last)
