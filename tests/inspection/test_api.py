"""Looking inside a network: against Keras' own layers and a convolution by hand."""

import os
from pathlib import Path

import numpy as np
import pytest

from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.drawing import rasterization, strokes
from lenet.errors import ModelError, WeightsError
from lenet.evaluation import predictor
from lenet.evaluation.prediction import NoPrediction
from lenet.inspection import api
from lenet.networks import pretrained, saving
from lenet.networks.build import build
from lenet.networks.loading import load_model
from lenet.networks.weights import set_weights, weights_of
from lenet.npz import CHECKPOINT, EVALUATION, WEIGHTS, load_arrays, save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Conv, Dense, MaxPool
from lenet.training.trainer import train
from tests.tolerances import assert_close

CONFIG = RunConfig(
    dataset="digits",
    layers=(Conv(filters=3, kernel_size=3), MaxPool(), Dense(units=10, activation="softmax")),
    pad_to=10,
    epochs=1,
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run.create(CONFIG, tmp_path_factory.mktemp("runs"))
    assert train(run).state == "finished"
    return run


def test_a_run_an_epoch_and_a_file_are_found(run: Run) -> None:
    folder, images = run.path.parent, datasets.load("digits").x_test
    last = predictor.predict(load_model(run.id, folder), images)
    epoch = predictor.predict(load_model(f"{run.id}@1", folder), images)
    initial = predictor.predict(load_model(f"{run.id}@0", folder), images)
    assert_close(epoch, last)
    assert np.abs(initial - last).max() > 0.01
    stored = load_arrays(run.path / "evaluation.npz", EVALUATION)["probabilities"]
    assert_close(last, stored)
    np.testing.assert_allclose(last.sum(axis=1), 1, atol=1e-5)
    file = load_model(str(run.path / "model.keras"))
    assert file.config is None
    with pytest.raises(ModelError, match="takes images of 10×10×1, received 12×12×1"):
        predictor.predict(file, np.zeros((1, 12, 12, 1), np.uint8))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("no-such-run", "There is no run 'no-such-run'"),
        ("../etc", "expected an id"),
        ("{run}@7", "Epoch: received '7', expected one that run {run} has: 0 to 1"),
        ("{run}@x", "Epoch: received 'x'"),
        ("nowhere.keras", "There is no model at nowhere.keras"),
    ],
)
def test_a_model_that_is_not_there(run: Run, spec: str, words: str) -> None:
    with pytest.raises(ModelError) as error:
        load_model(spec.format(run=run.id), run.path.parent)
    assert words.format(run=run.id) in str(error.value)


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.keras"
    path.write_text("hello")
    with pytest.raises(ModelError, match="is no Keras model, or is damaged"):
        load_model(str(path))


@pytest.mark.parametrize("damage", ["first half", "a byte of the weights", "a byte of the config", "empty"])
def test_a_damaged_file_takes_no_other_model_down(tmp_path: Path, damage: str) -> None:
    path, data = tmp_path / "mine.keras", bytearray(pretrained.path("lenet5-relu").read_bytes())
    if damage == "first half":
        data = data[: len(data) // 2]
    elif damage == "empty":
        data.clear()
    else:
        data[len(data) // 2 if "weights" in damage else data.index(b"config.json") + 200] ^= 255
    path.write_bytes(data)
    broken, good = predictor.predictions([str(path), "lenet5-relu"], images_of_drawings()[0])
    assert "is no Keras model, or is damaged: " in broken.problem and good.predicted_class == 1


def test_a_model_that_has_diverged_says_so(tmp_path: Path) -> None:
    model = build(CONFIG.layers, (28, 28, 1), 0)
    model.weights[-1].assign(np.full(model.weights[-1].shape, np.nan))
    saving.save(model, tmp_path / "mine.keras")
    (prediction,) = predictor.predictions([str(tmp_path / "mine.keras")], images_of_drawings()[0])
    assert "predicts NaN" in prediction.problem


def test_a_model_that_carries_code_is_refused(tmp_path: Path) -> None:
    import keras

    path = tmp_path / "lambda.keras"
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Lambda(lambda x: x), keras.layers.Flatten()]
    )
    model.save(path)
    with pytest.raises(ModelError, match="holds a Lambda layer, which is code"):
        load_model(str(path))


# Drawings


def images_of_drawings() -> np.ndarray:
    """A one and a ring."""
    circle = np.linspace(0, 2 * np.pi, 60)
    ring = 250 + 150 * np.stack([np.cos(circle), np.sin(circle)], axis=1)
    line = np.array([[210.0, 100.0], [230.0, 400.0]])
    return rasterization.render([strokes.Drawing((line,)), strokes.Drawing((ring,))])


def test_several_models_answer_one_drawing_and_a_bad_one_only_for_itself(run: Run) -> None:
    one, ring = images_of_drawings()
    specs = ["cnn-16-32", "nowhere.keras", run.id, "cnn-16-32@0", "lenet5-relu"]
    good, missing, small, untrained, other = predictor.predictions(specs, ring, str(run.path.parent))
    assert [good.predicted_class, other.predicted_class] == [0, 0] and good.sure and other.sure
    assert missing == NoPrediction("nowhere.keras", missing.problem) and "no model at" in missing.problem
    assert "takes images of 10×10×1; a drawing is 28×28×1" in small.problem
    assert not untrained.sure and untrained.probabilities.max() < 0.5
    model = saving.load(pretrained.path("cnn-16-32"))
    expected = model.predict(ring[None, ..., None] / np.float32(255), verbose=0)[0]
    assert_close(good.probabilities, expected)
    assert predictor.predictions(["cnn-16-32"], one)[0].predicted_class == 1


def test_epochs_of_a_run_side_by_side_are_each_their_own(tmp_path: Path) -> None:
    """They share one traced network: weights must not leak from one to the other."""
    config = CONFIG.replace(pad_to=28, learning_rate=0.05)
    run = Run.create(config, tmp_path)
    assert train(run).state == "finished"
    one, _ = images_of_drawings()
    specs = [f"{run.id}@0", f"{run.id}@1", f"{run.id}@0", run.id]
    first, last, again, final = (
        each.probabilities for each in predictor.predictions(specs, one, str(tmp_path))
    )
    for epoch, said in ((0, first), (1, last)):
        model = build(config.layers, (28, 28, 1), 7)
        set_weights(model, load_arrays(run.snapshot_path(epoch), WEIGHTS), "test")
        expected = model.predict(one[None, ..., None] / np.float32(255), verbose=0)[0]
        assert_close(said, expected)
    np.testing.assert_array_equal(first, again)
    assert_close(last, final)
    assert np.abs(first - last).max() > 0.01


def test_a_model_that_was_trained_again_is_read_again(tmp_path: Path) -> None:
    one, _ = images_of_drawings()
    path = tmp_path / "mine.keras"
    for seed, layers in ((1, CONFIG.layers), (2, CONFIG.layers[-1:])):
        model = build(layers, (28, 28, 1), seed)
        saving.save(model, path)
        os.utime(path, ns=(seed, seed))
        (prediction,) = predictor.predictions([str(path)], one)
        expected = model.predict(one[None, ..., None] / np.float32(255), verbose=0)[0]
        assert_close(prediction.probabilities, expected)


@pytest.mark.parametrize("last", ["activation", "layer", "logits"])
def test_a_model_from_elsewhere_ends_as_it_likes(tmp_path: Path, last: str) -> None:
    import keras

    ends = {
        "activation": [keras.layers.Dense(10, activation="softmax")],
        "layer": [keras.layers.Dense(10), keras.layers.Softmax()],
        "logits": [keras.layers.Dense(10)],
    }
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), *ends[last]])
    model.save(tmp_path / "mine.keras")
    one, _ = images_of_drawings()
    (prediction,) = predictor.predictions([str(tmp_path / "mine.keras")], one)
    outputs = model.predict(one[None, ..., None] / np.float32(255), verbose=0)[0].astype(np.float64)
    expected = np.exp(outputs) / np.exp(outputs).sum() if last == "logits" else outputs
    assert_close(prediction.probabilities, expected)


def test_a_model_of_clothes_says_that_it_knows_no_digits(tmp_path: Path) -> None:
    config = CONFIG.replace(dataset="fashion_mnist", pad_to=None)
    run = Run.create(config, tmp_path)
    save_arrays(run.snapshot_path(0), weights_of(build(config.layers, (28, 28, 1), 0)))
    (prediction,) = predictor.predictions([f"{run.id}@0"], images_of_drawings()[0], str(tmp_path))
    assert not prediction.sure and prediction.class_names[8] == "Bag"
    assert (
        prediction.reason
        == "This model was not trained on digits, but on T-shirt/top, Trouser, Pullover and so on."
    )


def test_live_maps_are_those_of_a_convolution_by_hand(run: Run) -> None:
    live = api.live_feature_maps(str(run.path), 5)
    data, weights = datasets.load("digits"), load_arrays(run.path / "checkpoint.npz", CHECKPOINT)
    np.testing.assert_array_equal(live.image, data.x_test[5])
    assert live.label == data.y_test[5]
    image = prepare(data.x_test[5:6], CONFIG)[0, :, :, 0]  # (10, 10)
    kernels, biases = weights["1_conv/kernel"], weights["1_conv/bias"]
    maps = np.zeros((8, 8, 3))
    for row, column, channel in np.ndindex(maps.shape):
        patch = image[row : row + 3, column : column + 3]
        maps[row, column, channel] = max(0, (patch * kernels[:, :, 0, channel]).sum() + biases[channel])
    np.testing.assert_allclose(live.maps["1_conv"], maps, atol=1e-5)
    pooled = maps.reshape(4, 2, 4, 2, 3).max(axis=(1, 3))
    np.testing.assert_allclose(live.maps["2_max_pool"], pooled, atol=1e-5)
    model = saving.load(run.path / "model.keras")
    probabilities = model.predict(prepare(data.x_test[5:6], CONFIG), verbose=0)[0]
    np.testing.assert_allclose(live.probabilities, probabilities, atol=1e-5)
    assert live.image.dtype == np.uint8 and live.maps["1_conv"].dtype == np.float32


def test_a_run_without_a_checkpoint_has_no_maps_yet(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="Checkpoint of a run: .*checkpoint.npz is missing"):
        api.live_feature_maps(str(Run.create(CONFIG, tmp_path).path), 0)
