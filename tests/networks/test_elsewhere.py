"""Model files from elsewhere against Keras itself: what each wants, and what it answers."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from lenet.data import datasets
from lenet.errors import ModelError
from lenet.evaluation import evaluator, predictor
from lenet.inspection import api
from lenet.inspection.results import GRAD_CAM, METHODS
from lenet.networks import pretrained
from lenet.networks.loading import load_model
from lenet.networks.nested_models import all_layers
from tests.command_line import answer, lenet_here
from tests.conftest import require
from tests.evaluation_tasks import task
from tests.strangers_files import L, dense, sequential
from tests.strangers_table import FILES, IMAGE, LOGITS, ROUNDED, classes, raw, unit


@pytest.fixture(scope="module")
def digits(require_mnist) -> tuple[np.ndarray, np.ndarray]:
    """300 test images of MNIST, (N, 28, 28, 1) uint8, and their labels."""
    data = datasets.load_part("mnist", "test")
    return data.x_test[:300], data.y_test[:300]


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
    """Keras' own probabilities; channels first through XLA: TensorFlow's kernels for them need oneDNN."""
    run = tf.function(model, jit_compile=True) if "channels first" in what else model.predict_on_batch
    given = np.asarray(run(FILES[what][1](images)), np.float64)
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
    "Normalization, adapted", "Resizing", "divided by 255", "(28, 28), Rescaling, Flatten", "sigmoid",
    "784, functional, logits", "channels first, Flatten last", "RGB", "32×32", "int8",
    "Softmax around a model", "models in models",
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
    names = [layer.name for layer in found.layers]
    assert "Output" in names and len(names) > 1
    for method in METHODS:
        if method == GRAD_CAM and not any(isinstance(each, L.Conv2D) for each in all_layers(model)):
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
    assert f"tells {count} classes apart, expected 10." in refused.problem


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


@pytest.mark.parametrize("name", ["lenet5-relu", "lenet5-best-fashion"])
def test_the_range_is_tried_on_the_data_that_it_was_trained_on(require_mnist, name: str) -> None:
    require(datasets.verify("fashion_mnist"), "no Fashion-MNIST in LENET_DATA or a cache")
    about = load_model(str(pretrained.path(name))).file_input
    title = datasets.info(pretrained.PRETRAINED[name].dataset).title
    assert f"of 1,000 training images of {title} correctly" in about.in_words


def test_classes_have_the_names_of_the_data_that_it_was_trained_on(require_mnist, tmp_path: Path) -> None:
    require(datasets.verify("fashion_mnist"), "no Fashion-MNIST in LENET_DATA or a cache")
    path, names = pretrained.path("lenet5-best-fashion"), datasets.info("fashion_mnist").class_names
    image = datasets.load_part("fashion_mnist", "test").x_test[:1]  # an ankle boot
    for spec in (str(path), f"{path}@0-1"):
        [found] = predictor.predict_drawings(load_model(spec), image[..., 0])
        assert found.class_names == names and names[found.predicted_class] == "Ankle boot"
        assert not found.sure and found.reason.startswith("This model was not trained on digits, but on")
    own = tmp_path / "divides.keras"  # the file says its range
    model = keras.models.load_model(path)
    keras.Sequential([keras.Input((28, 28, 1)), L.Rescaling(1 / 255), model]).save(own)
    loaded = load_model(str(own))
    assert predictor.class_names(loaded) == names
    assert loaded.file_input.in_words.startswith("Pixels 0 to 255: its own first layers (Rescaling")
    assert loaded.file_input.in_words.endswith("so its classes have the names of those.")
    digits = load_model(str(pretrained.path("lenet5-relu")))
    assert predictor.class_names(digits) == tuple("0123456789")


def test_models_in_models_may_have_parts_of_the_same_names(tmp_path: Path) -> None:
    def one(name: str) -> keras.Model:
        first, second = keras.Input(IMAGE), keras.Input(IMAGE)
        base = keras.Model(first, L.Conv2D(2, 3, name="first")(first), name="base")
        return keras.Model(second, L.Dense(10, name="last")(L.Flatten()(base(second))), name=name)

    image = keras.Input(IMAGE)
    both = keras.Model(image, L.Softmax()(L.Average()([one("a")(image), one("b")(image)])))
    both.save(tmp_path / "both.keras")
    images = np.random.default_rng(0).integers(0, 256, (5, *IMAGE)).astype(np.uint8)
    found = load_model(f"{tmp_path / 'both.keras'}@0-1").probabilities(images)
    np.testing.assert_allclose(found, both.predict_on_batch(unit(images)), atol=1e-5)
