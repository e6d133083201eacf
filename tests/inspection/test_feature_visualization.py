"""What a filter wants, against a convolution by hand, brute force over the test set, and real test images."""

import keras
import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.errors import ModelError
from lenet.inspection import feature_visualization
from lenet.networks import pretrained, saving
from lenet.networks.build import build
from lenet.npz import WEIGHTS, load_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, MaxPool
from lenet.training.trainer import train

MODEL = "lenet5-tanh"  # padded inside, standardized, tanh and layers without activation


def keras_maps(spec: str, layer: str, images: np.ndarray) -> np.ndarray:
    """Keras' own output of a layer for images as stored."""
    model = saving.load(pretrained.path(spec))
    until = keras.Model(model.inputs[0], model.get_layer(layer).output)
    return until.predict(prepare(images, pretrained.PRETRAINED[spec].config), batch_size=500, verbose=0)


@pytest.fixture(scope="module")
def padded_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """8×8 digits in the middle of 12×12."""
    config = RunConfig(
        dataset="digits",
        layers=(
            Conv(filters=4, kernel_size=3, padding="same", activation="relu"),
            MaxPool(),
            Conv(filters=5, kernel_size=3, activation="tanh"),
            Dense(units=10, activation="softmax"),
        ),
        pad_to=12,
        epochs=2,
    )
    run = Run.create(config, tmp_path_factory.mktemp("runs"))
    assert train(run).state == "finished"
    return run


@pytest.mark.parametrize(("layer", "index"), [("1_conv", 3), ("3_conv", 11), ("6_dense", 40)])
@pytest.mark.usefixtures("require_fashion_mnist")
def test_the_strongest_images_are_those_of_brute_force(layer: str, index: int) -> None:
    found = feature_visualization.strongest_images(MODEL, layer, index)
    data = datasets.load("fashion_mnist")
    values = keras_maps(MODEL, layer, data.x_test)[..., index].reshape(len(data.x_test), -1)
    best = np.argsort(-values.max(axis=1), kind="stable")[:9]
    np.testing.assert_allclose(found.activations, values.max(axis=1)[best], rtol=1e-4)
    assert (found.dataset, found.part) == ("fashion_mnist", "test")
    np.testing.assert_allclose(values.max(axis=1)[found.indices], found.activations, rtol=1e-4)
    np.testing.assert_array_equal(found.images, data.x_test[found.indices])
    np.testing.assert_array_equal(found.labels, data.y_test[found.indices])
    assert (found.places is None) == (layer == "6_dense")


def test_what_is_outside_the_place_makes_no_difference(padded_run: Run) -> None:
    """Of an epoch of a run whose images are padded: all but the place is made white, and the value stays."""
    spec, folder = f"{padded_run.id}@2", str(padded_run.path.parent)
    found = feature_visualization.strongest_images(spec, "3_conv", 2, folder)
    model = saving.load(padded_run.path / "model.keras")
    until = keras.Model(model.inputs[0], model.get_layer("3_conv").output)
    narrower = 0
    for image, place, activation in zip(found.images, found.places, found.activations, strict=True):
        left, top, right, bottom = (int(each) for each in np.clip(place, 0, 8))
        assert (place == np.round(place)).all() and place[2] - place[0] == place[3] - place[1] == 8
        masked = np.full_like(image, 255)
        masked[top:bottom, left:right] = image[top:bottom, left:right]
        for each in (image, masked):
            maps = until.predict(prepare(each[None], padded_run.config), verbose=0)[0, ..., 2]
            assert np.isclose(maps, activation, rtol=1e-4).any()
        narrower += bool((masked != image).any())
    assert narrower  # else nothing was tried


def test_of_a_first_layer_it_is_the_kernel_itself() -> None:
    """White where the kernel is positive, black where it is negative, grey around."""
    kernels = load_kernel("cnn-16-32", "1_conv")
    for index in range(4):
        optimized = feature_visualization.optimized_image("cnn-16-32", "1_conv", index)
        left, top, right, bottom = (int(each) for each in optimized.place)
        assert (right - left, bottom - top) == (3, 3) and optimized.image.shape == (28, 28, 1)
        inside = optimized.image[top:bottom, left:right, 0]
        strong = np.abs(kernels[:, :, 0, index]) > 0.1
        np.testing.assert_array_equal(inside[strong] > 0.5, kernels[:, :, 0, index][strong] > 0)
        outside = optimized.image.copy()
        outside[top:bottom, left:right] = 0.5
        assert (outside == 0.5).all()


def load_kernel(spec: str, layer: str) -> np.ndarray:
    return np.asarray(saving.load(pretrained.path(spec)).get_layer(layer).kernel)


@pytest.mark.parametrize(("layer", "index"), [("3_conv", 5), ("6_dense", 3), ("7_dense", 8)])
@pytest.mark.usefixtures("require_fashion_mnist")
def test_it_activates_more_than_any_real_image(layer: str, index: int) -> None:
    optimized = feature_visualization.optimized_image(MODEL, layer, index)
    strongest = feature_visualization.strongest_images(MODEL, layer, index)
    assert optimized.image.dtype == np.float32
    assert optimized.image.min() >= 0 and optimized.image.max() <= 1
    value = keras_maps(MODEL, layer, optimized.image[None] * 255.0)[0, ..., index].max()
    assert optimized.activation == pytest.approx(value, rel=1e-4) and optimized.activation > optimized.start
    assert optimized.activation > 0.98 * strongest.activations[0]  # tanh ends at 1
    again = feature_visualization.optimized_image(MODEL, layer, index)
    np.testing.assert_array_equal(optimized.image, again.image)


def test_the_image_made_for_a_class_is_predicted_as_it() -> None:
    for label in range(10):
        image = feature_visualization.optimized_image("cnn-16-32", "6_dense", label).image
        model = saving.load(pretrained.path("cnn-16-32"))
        assert model.predict(image[None], verbose=0)[0, label] > 0.99


def test_the_image_is_as_large_as_stored_images(padded_run: Run) -> None:
    optimized = feature_visualization.optimized_image(padded_run.id, "3_conv", 0, str(padded_run.path.parent))
    assert optimized.image.shape == (8, 8, 1) and optimized.activation > optimized.start
    untrained = feature_visualization.optimized_image(
        f"{padded_run.id}@0", "3_conv", 0, str(padded_run.path.parent)
    )
    assert np.abs(untrained.image - optimized.image).max() > 0.1
    assert load_arrays(padded_run.snapshot_path(0), WEIGHTS)  # they are other weights


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (("cnn-16-32", "9_conv", 0), "Layer: received '9_conv', expected one of 1_conv, 2_max_pool"),
        (("cnn-16-32", "1_conv", 16), "C1: received number 16, expected 0 to 15"),
        (("cnn-16-32", "6_dense", -1), "Output: received number -1, expected 0 to 9"),
        (("no-run", "1_conv", 0), "There is no run 'no-run'"),
    ],
)
def test_what_is_not_there(call: tuple, words: str) -> None:
    for function in (feature_visualization.optimized_image, feature_visualization.strongest_images):
        with pytest.raises(ModelError) as error:
            function(*call)
        assert words in str(error.value)


def test_a_file_from_elsewhere_has_no_test_images(tmp_path) -> None:
    saving.save(build((Conv(), Dense(units=10)), (28, 28, 1), 0), tmp_path / "mine.keras")
    with pytest.raises(ModelError, match="does not say what it was trained on, so there is no test set"):
        feature_visualization.strongest_images(str(tmp_path / "mine.keras"), "1_conv", 0)
    assert feature_visualization.optimized_image(str(tmp_path / "mine.keras"), "1_conv", 0).image.shape == (
        28,
        28,
        1,
    )
