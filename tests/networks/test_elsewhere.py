"""Model files from elsewhere against Keras itself: what each wants, and what it answers."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from lenet.data import datasets
from lenet.errors import ModelError
from lenet.evaluation import evaluator, predictor
from lenet.inspection import api
from lenet.inspection.results import GRAD_CAM, METHODS
from lenet.networks.loading import load_model
from tests.command_line import answer, lenet_here
from tests.evaluation_tasks import task
from tests.strangers_files import (
    MEAN,
    STD,
    L,
    Prepared,
    base_weights,
    convolutions,
    dense,
    for_inputs,
    sequential,
    with_weights,
)

IMAGE = (28, 28, 1)
CNN, DENSE = base_weights("cnn-16-32"), base_weights("dense-2")


@pytest.fixture(scope="module")
def digits(require_mnist) -> tuple[np.ndarray, np.ndarray]:
    """300 test images of MNIST, (N, 28, 28, 1) uint8, and their labels."""
    data = datasets.load_part("mnist", "test")
    return data.x_test[:300], data.y_test[:300]


def unit(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 255


def raw(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32)


def both_signs(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 127.5 - 1


def cnn(*first: keras.layers.Layer, weights: list[np.ndarray] = CNN, **last: object) -> keras.Model:
    return with_weights(sequential(IMAGE, *first, *convolutions(**last)), *weights)


def flat(*first: keras.layers.Layer, shape: tuple[int, ...], **last: object) -> keras.Model:
    return with_weights(sequential(shape, *first, *dense(**last)), *DENSE)


def adapted() -> keras.Model:
    """`Normalization` of pixels 0 to 255, as `adapt` sets it."""
    images = np.random.default_rng(0).integers(0, 256, (50, *IMAGE)) * (np.indices(IMAGE)[1] > 9)
    layer = L.Normalization(axis=None)
    layer.adapt(images.astype(np.float32))
    scale = 255 / float(np.sqrt(np.asarray(layer.variance).item()))
    offset = -float(np.asarray(layer.mean).item()) * scale / 255
    return cnn(layer, weights=for_inputs(CNN, scale, offset))


def normalized_by_batches(mean: float, variance: float, full: float) -> keras.Model:
    """A batch norm whose statistics are those of pixels up to `full`."""
    layer = L.BatchNormalization()
    deviation = np.sqrt(variance + 0.001)
    model = cnn(layer, weights=for_inputs(CNN, full / deviation, -mean / deviation))
    layer.set_weights([np.ones(1), np.zeros(1), np.array([mean]), np.array([variance])])
    return model


def resized() -> keras.Model:
    return with_weights(sequential((None, None, 1), L.Resizing(28, 28), *convolutions()), *CNN)


def divided() -> keras.Model:
    images = keras.Input(IMAGE)
    values = images / 255.0
    for layer in convolutions():
        values = layer(values)
    return with_weights(keras.Model(images, values), *CNN)


def functional(**last: object) -> keras.Model:
    images = values = keras.Input((784,), name="digits")
    for layer in dense(**last):
        values = layer(values)
    return with_weights(keras.Model(images, values), *DENSE)


def augmented() -> keras.Model:
    first = keras.Sequential([keras.Input(IMAGE), L.RandomRotation(0.1), L.Rescaling(1 / 255)])
    return cnn(first)


def channels_first(flatten: str) -> keras.Model:
    """(1, 28, 28); its `Flatten` keeps the order of channels first, or Keras turns it to channels last."""
    layers = convolutions()
    for layer in layers:
        if hasattr(layer, "data_format"):
            layer.data_format = "channels_first"
    layers = [type(each).from_config(each.get_config()) for each in layers]
    layers[4] = L.Flatten(data_format=flatten)
    weights = list(CNN)
    if flatten == "channels_last":
        weights[4] = CNN[4].reshape(5, 5, 32, 128).transpose(2, 0, 1, 3).reshape(800, 128)
    return with_weights(sequential((1, 28, 28), *layers), *weights)


def of_three_channels() -> keras.Model:
    kernel, *others = CNN
    return with_weights(sequential((28, 28, 3), *convolutions()), np.repeat(kernel / 3, 3, axis=2), *others)


def sixteen_bits(policy: str) -> keras.Model:
    keras.config.set_dtype_policy(policy)
    try:
        return cnn()
    finally:
        keras.config.set_dtype_policy("float32")


def quantized() -> keras.Model:
    model = cnn()
    with pytest.warns(UserWarning, match="does not have a `quantize` method"):
        model.quantize("int8")
    return model


def classes(count: int) -> keras.Model:
    """Ten of them are the digits."""
    model = sequential(IMAGE, *convolutions()[:-1], L.Dense(count, activation="softmax"))
    *others, kernel, bias = CNN
    more = count - 10
    kernel = np.concatenate([kernel, np.zeros((128, more))], axis=1)
    return with_weights(model, *others, kernel, np.concatenate([bias, np.full(more, -20)]))


def padded() -> keras.Model:
    """32×32, as LeCun's."""
    model = sequential((32, 32, 1), L.Cropping2D(2), *convolutions())
    return with_weights(model, *CNN)


def wide(images: np.ndarray) -> np.ndarray:
    return np.pad(unit(images), ((0, 0), (2, 2), (2, 2), (0, 0)))


def softmax_of_an_operation() -> keras.Model:
    model = cnn(activation=None)
    return keras.Model(model.inputs[0], keras.ops.softmax(model.outputs[0]))


# What the file is → the model, the images as its maker gave them to Keras, the range that is found.
FILES: dict[str, tuple[Callable[[], keras.Model], Prepared, str]] = {
    "0 to 1": (cnn, unit, "0-1"),
    "0 to 255": (lambda: cnn(weights=for_inputs(CNN, 255, 0)), raw, "0-255"),
    "-1 to 1": (lambda: cnn(weights=for_inputs(CNN, 2, -1)), both_signs, "-1-1"),
    "standardized": (
        lambda: cnn(weights=for_inputs(CNN, 1 / STD, -MEAN / STD)),
        lambda images: (unit(images) - MEAN) / STD,
        "standardized",
    ),
    "Rescaling(1/255)": (lambda: cnn(L.Rescaling(1 / 255)), raw, "0-255"),
    "Rescaling(1/127.5, -1)": (
        lambda: cnn(L.Rescaling(1 / 127.5, offset=-1), weights=for_inputs(CNN, 2, -1)),
        raw,
        "0-255",
    ),
    "Rescaling of 0 to 1": (
        lambda: cnn(L.Rescaling(2.0, offset=-1), weights=for_inputs(CNN, 2, -1)),
        unit,
        "0-1",
    ),
    "Normalization, adapted": (adapted, raw, "0-255"),
    "Normalization of 0 to 1": (
        lambda: cnn(
            L.Normalization(mean=MEAN, variance=STD**2), weights=for_inputs(CNN, 1 / STD, -MEAN / STD)
        ),
        unit,
        "0-1",
    ),
    "batch norm of 0 to 255": (lambda: normalized_by_batches(33.3, 6_170, 255), raw, "0-255"),
    "batch norm of 0 to 1": (lambda: normalized_by_batches(0.13, 0.095, 1), unit, "0-1"),
    "Resizing": (resized, unit, "0-1"),
    "divided by 255": (divided, raw, "0-255"),
    "augmentation and Rescaling": (augmented, raw, "0-255"),
    "(28, 28), Flatten": (lambda: flat(L.Flatten(), shape=(28, 28)), lambda x: unit(x)[..., 0], "0-1"),
    "(28, 28), Rescaling, Flatten": (
        lambda: flat(L.Rescaling(1 / 255), L.Flatten(), shape=(28, 28)),
        lambda x: raw(x)[..., 0],
        "0-255",
    ),
    "784": (lambda: flat(shape=(784,)), lambda x: unit(x).reshape(-1, 784), "0-1"),
    "784, functional, logits": (
        lambda: functional(activation=None),
        lambda x: unit(x).reshape(-1, 784),
        "0-1",
    ),
    "784, Reshape": (
        lambda: with_weights(sequential((784,), L.Reshape(IMAGE), *convolutions()), *CNN),
        lambda x: unit(x).reshape(-1, 784),
        "0-1",
    ),
    "logits": (lambda: cnn(activation=None), unit, "0-1"),
    "softmax as an operation": (softmax_of_an_operation, unit, "0-1"),
    "sigmoid": (lambda: cnn(activation="sigmoid"), unit, "0-1"),
    "channels first": (
        lambda: channels_first("channels_first"),
        lambda x: unit(x).transpose(0, 3, 1, 2),
        "0-1",
    ),
    "channels first, Flatten last": (
        lambda: channels_first("channels_last"),
        lambda x: unit(x).transpose(0, 3, 1, 2),
        "0-1",
    ),
    "channels first, dense": (
        lambda: flat(L.Flatten(), shape=(1, 28, 28)),
        lambda x: unit(x).transpose(0, 3, 1, 2),
        "0-1",
    ),
    "RGB": (of_three_channels, lambda x: np.repeat(unit(x), 3, axis=3), "0-1"),
    "32×32": (padded, wide, "0-1"),
    "float16": (lambda: sixteen_bits("float16"), unit, "0-1"),
    "bfloat16": (lambda: sixteen_bits("bfloat16"), unit, "0-1"),
    "mixed float16": (lambda: sixteen_bits("mixed_float16"), unit, "0-1"),
    "int8": (quantized, unit, "0-1"),
}  # fmt: skip
LOGITS = {"logits", "784, functional, logits"}
ROUNDED = {"float16": 0.02, "bfloat16": 0.15, "mixed float16": 0.02}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], tuple[Path, keras.Model]]:
    """A file of `FILES`, and its model; each made once."""
    folder, files = tmp_path_factory.mktemp("files"), {}

    def of(what: str, suffix: str = ".keras") -> tuple[Path, keras.Model]:
        if what not in files:
            files[what] = FILES[what][0]()
        path = folder / f"{list(FILES).index(what)}{suffix}"
        files[what].save(path)
        return path, files[what]

    return of


def expected(model: keras.Model, what: str, images: np.ndarray) -> np.ndarray:
    """Keras' own probabilities."""
    given = model.predict(FILES[what][1](images), verbose=0).astype(np.float64)
    given = np.exp(given - given.max(axis=1, keepdims=True)) if what in LOGITS else given
    return given / given.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("what", FILES)
def test_it_answers_as_keras_does(made, digits, what: str) -> None:
    path, model = made(what)
    images, labels = digits
    loaded = load_model(str(path))
    assert loaded.file_input.pixels == FILES[what][2], loaded.file_input.in_words
    found, keras_own = predictor.predict(loaded, images), expected(model, what, images)
    assert (keras_own.argmax(axis=1) == labels).mean() > 0.95
    assert np.abs(found - keras_own).max() < ROUNDED.get(what, 1e-3)
    assert (found.argmax(axis=1) == keras_own.argmax(axis=1)).mean() > (0.99 if what in ROUNDED else 0.999)
    assert loaded.network.input_shape[:2] in ((28, 28), (32, 32))


# One for each thing that is put in front, turned, or computed otherwise.
INSPECTED = (
    "Rescaling(1/255)", "Normalization, adapted", "Resizing", "divided by 255", "augmentation and Rescaling",
    "(28, 28), Rescaling, Flatten", "784, functional, logits", "softmax as an operation", "sigmoid",
    "channels first, Flatten last", "RGB", "32×32", "bfloat16", "int8",
)  # fmt: skip


@pytest.mark.parametrize("what", INSPECTED)
def test_inspect_opens_it(made, digits, what: str) -> None:
    path, model = made(what)
    image = digits[0][3]
    found = api.activations(str(path), image)
    np.testing.assert_allclose(
        found.prediction.probabilities,
        expected(model, what, image[None])[0],
        atol=ROUNDED.get(what, 1e-3),
    )
    assert "Output" in [layer.name for layer in found.layers]
    for method in METHODS:
        if method == GRAD_CAM and not any(isinstance(each, L.Conv2D) for each in model.layers):
            continue
        heat = api.attribute(str(path), image, method)
        assert heat.heat_map.shape == (28, 28) and np.isfinite(heat.heat_map).all() and heat.largest > 0


@pytest.mark.parametrize("count", [26, 62])
def test_more_classes_than_digits(tmp_path: Path, digits, count: int) -> None:
    path = tmp_path / "letters.keras"
    classes(count).save(path)
    images, _ = digits
    loaded = load_model(str(path))
    assert f"no data set here of {count} classes" in loaded.file_input.in_words
    found = predictor.predict_drawings(loaded, images[:20, ..., 0])
    assert [each.predicted_class for each in found] == predictor.predict(loaded, images[:20]).argmax(
        1
    ).tolist()
    assert found[0].class_names[-1] == str(count - 1) and not found[0].sure
    with pytest.raises(ModelError, match=f"tells {count} classes apart, MNIST digits has 10"):
        evaluator.evaluate(task(str(path), "mnist", "test", tmp_path))
    refused = predictor.drawing_probabilities(str(path), images[..., 0])
    assert f"has {count} classes; a drawing is 28×28×1 and one of ten digits" in refused.problem


def test_evaluated_as_keras_does(made, require_mnist, tmp_path: Path) -> None:
    data = datasets.load_part("mnist", "test")
    for what in ("Rescaling(1/255)", "784"):
        path, model = made(what)
        right = expected(model, what, data.x_test).argmax(axis=1) == data.y_test
        found = evaluator.evaluate(task(str(path), "mnist", "test", tmp_path)).evaluation
        assert found.accuracy == pytest.approx(right.mean(), abs=2e-4) and found.accuracy > 0.97


# The range of pixels by hand


def test_a_range_that_is_asked_for(made, digits) -> None:
    path, model = made("Rescaling(1/255)")
    images, _ = digits
    asked = load_model(f"{path}@0-1")
    assert asked.file_input.in_words == "Pixels 0 to 1: chosen by hand."
    by_keras = model.predict(unit(images), verbose=0)
    np.testing.assert_allclose(predictor.predict(asked, images), by_keras, atol=1e-3)
    assert load_model(str(path)).file_input.pixels == "0-255"
    with pytest.raises(
        ModelError, match="Pixels: received '3', expected one of 0-1, 0-255, -1-1, standardized"
    ):
        load_model(f"{path}@3")


def test_without_data_the_bundled_digits_are_tried(made, bare_machine: Path, tmp_path: Path) -> None:
    for what in ("0 to 1", "0 to 255", "-1 to 1"):
        path = tmp_path / f"{FILES[what][2]}.keras"
        made(what)[1].save(path)
        about = load_model(str(path)).file_input
        assert about.pixels == FILES[what][2] and "of the bundled digits correctly" in about.reason


def test_images_that_it_does_not_take(made) -> None:
    path, _ = made("0 to 1")
    with pytest.raises(ModelError, match="takes images of 28×28×1, received 32×32×3. Choose a data set"):
        predictor.predict(load_model(str(path)), np.zeros((1, 32, 32, 3), np.uint8))


@pytest.mark.parametrize(
    ("layers", "shape", "words"),
    [
        ([L.Conv2D(4, 3)], IMAGE, "received a network, images and outputs of"),
        ([L.Dense(10)], (30,), r"received a network, one that takes \(30,\); expected one image as input"),
        ([L.Flatten(), L.Dense(10)], (3, 4, 28, 28), "one that takes"),
    ],
)
def test_what_sorts_no_images(tmp_path: Path, layers: list, shape: tuple[int, ...], words: str) -> None:
    path = tmp_path / "mine.keras"
    sequential(shape, *layers).save(path)
    with pytest.raises(ModelError, match=words):
        load_model(str(path))


def test_channels_that_cannot_be_turned(tmp_path: Path) -> None:
    first = {"data_format": "channels_first"}
    layers = [L.Conv2D(2, 3, **first), L.Permute((2, 3, 1)), L.Flatten(), L.Dense(10)]
    path = tmp_path / "mine.keras"
    sequential((1, 28, 28), *layers).save(path)
    with pytest.raises(ModelError, match=r"has its channels first, and Permute.*data_format='channels_last'"):
        load_model(str(path))


@pytest.mark.filterwarnings("ignore:You are saving a model that has not yet been built")
def test_one_that_never_saw_an_image(tmp_path: Path) -> None:
    path = tmp_path / "mine.keras"
    keras.Sequential(dense()).save(path)
    with pytest.raises(ModelError, match=r"has never seen an image.*begin it with keras.Input"):
        load_model(str(path))


def test_on_the_command_line(made, require_mnist, digits, tmp_path: Path) -> None:
    path, model = made("Rescaling(1/255)")
    expected_label = int(model.predict(raw(digits[0][:1]), verbose=0).argmax())
    picture = tmp_path / "seven.png"
    Image.fromarray(255 - digits[0][0, ..., 0]).resize((112, 112)).save(picture)
    said = answer("predict", path, picture)
    assert said["predictions"][0]["prediction"] == expected_label == 7
    assert (
        said["input"]["pixels"] == "0-255" and "its own first layers (Rescaling)" in said["input"]["in_words"]
    )
    by_hand = answer("predict", f"{path}@0-1", picture)
    assert by_hand["input"] == {"pixels": "0-1", "in_words": "Pixels 0 to 1: chosen by hand."}
    said = answer("evaluate", path, "--dataset", "mnist")
    assert said["input"]["pixels"] == "0-255" and said["accuracy"] > 0.98
    assert "Pixels 0 to 255: its own first layers" in lenet_here("predict", path, picture).stdout
