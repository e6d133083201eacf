"""Looking inside a network: against Keras' own layers and a convolution by hand."""

from pathlib import Path

import numpy as np
import pytest

from lenet import datasets, inspection, network
from lenet.answers import ModelError
from lenet.config import Conv, Dense, MaxPool, RunConfig
from lenet.preprocessing import prepare
from lenet.runs import Run
from lenet.training import train
from lenet.weights import WeightsError, load_arrays

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
    last = inspection.predict(inspection.load_model(run.id, folder), images)
    epoch = inspection.predict(inspection.load_model(f"{run.id}@1", folder), images)
    initial = inspection.predict(inspection.load_model(f"{run.id}@0", folder), images)
    np.testing.assert_allclose(epoch, last, atol=1e-6)
    assert np.abs(initial - last).max() > 0.01
    stored = load_arrays(run.path / "evaluation.npz")["probabilities"]
    np.testing.assert_allclose(last, stored, atol=1e-6)
    np.testing.assert_allclose(last.sum(axis=1), 1, atol=1e-5)
    file = inspection.load_model(str(run.path / "model.keras"))
    assert file.config is None
    with pytest.raises(ModelError, match=r"takes images of \(10, 10, 1\), received \(8, 8, 1\)"):
        inspection.predict(file, images)


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
        inspection.load_model(spec.format(run=run.id), run.path.parent)
    assert words.format(run=run.id) in str(error.value)


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.keras"
    path.write_text("hello")
    with pytest.raises(ModelError, match="is no Keras model, or is damaged"):
        inspection.load_model(str(path))


def test_a_model_that_carries_code_is_refused(tmp_path: Path) -> None:
    import keras

    path = tmp_path / "lambda.keras"
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), keras.layers.Lambda(lambda x: x), keras.layers.Flatten()]
    )
    model.save(path)
    with pytest.raises(ModelError, match="is no Keras model, or is damaged"):
        inspection.load_model(str(path))


def test_live_maps_are_those_of_a_convolution_by_hand(run: Run) -> None:
    answer = inspection.live_feature_maps(str(run.path), 5)
    data, weights = datasets.load("digits"), load_arrays(run.path / "checkpoint.npz")
    np.testing.assert_array_equal(answer.image, data.x_test[5])
    assert answer.label == data.y_test[5]
    image = prepare(data.x_test[5:6], CONFIG)[0, :, :, 0]  # (10, 10)
    kernels, biases = weights["1_conv/kernel"], weights["1_conv/bias"]
    maps = np.zeros((8, 8, 3))
    for row, column, channel in np.ndindex(maps.shape):
        patch = image[row : row + 3, column : column + 3]
        maps[row, column, channel] = max(0, (patch * kernels[:, :, 0, channel]).sum() + biases[channel])
    np.testing.assert_allclose(answer.maps["1_conv"], maps, atol=1e-5)
    pooled = maps.reshape(4, 2, 4, 2, 3).max(axis=(1, 3))
    np.testing.assert_allclose(answer.maps["2_max_pool"], pooled, atol=1e-5)
    model = network.load(run.path / "model.keras")
    probabilities = model.predict(prepare(data.x_test[5:6], CONFIG), verbose=0)[0]
    np.testing.assert_allclose(answer.probabilities, probabilities, atol=1e-5)
    assert answer.image.dtype == np.uint8 and answer.maps["1_conv"].dtype == np.float32


def test_a_run_without_a_checkpoint_has_no_maps_yet(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="There are no weights"):
        inspection.live_feature_maps(str(Run.create(CONFIG, tmp_path).path), 0)
