"""Maps of the test set, against Keras' own hidden layer, scikit-learn's PCA, and neighbors that stay so."""

import sys

import keras
import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from lenet.data import datasets
from lenet.data.preprocessing import prepare
from lenet.errors import ModelError
from lenet.inspection import embedding
from lenet.inspection.results import TSNE_IMAGES, TSNE_STAGES
from lenet.networks import pretrained, saving
from lenet.networks.build import build
from lenet.networks.weights import weights_of
from lenet.npz import save_arrays
from lenet.runs.config import RunConfig
from lenet.runs.folder import Run
from lenet.runs.layers import Dense
from lenet.training.recipes import RECIPES
from lenet.training.trainer import train
from tests.tolerances import ONE_OF_MNIST, assert_best


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    config = RECIPES["digits-quick"].config.replace(epochs=3)
    run = Run.create(config, tmp_path_factory.mktemp("runs"))
    assert train(run).state == "finished"
    return run


def hidden_of(model: keras.Model, images: np.ndarray, config: RunConfig) -> np.ndarray:
    """What Keras gives to the last dense layer."""
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][-1]
    until = keras.Model(model.inputs[0], last.input)
    return until.predict(prepare(images, config), batch_size=500, verbose=0)


def test_the_axes_are_those_of_scikit_learn_on_keras_own_hidden_layer(run: Run) -> None:
    found = embedding.principal_components(run.id, str(run.path.parent))
    data, model = datasets.load("digits"), saving.load(run.path / "model.keras")
    reference = PCA(2, svd_solver="full")
    expected = reference.fit_transform(hidden_of(model, data.x_test, run.config))
    signs = np.sign((expected * found.points).sum(axis=0))  # an axis may point either way
    np.testing.assert_allclose(found.points * signs, expected, atol=1e-3 * np.abs(expected).max())
    np.testing.assert_allclose(found.explained, reference.explained_variance_ratio_, rtol=1e-4)
    np.testing.assert_array_equal(found.labels, data.y_test)
    assert_best(found.predicted, model.predict(prepare(data.x_test, run.config), verbose=0))
    np.testing.assert_array_equal(found.indices, np.arange(297))
    assert found.points.dtype == np.float32 and (found.dataset, found.part) == ("digits", "test")


def test_stage_by_stage_the_classes_part(run: Run) -> None:
    folder, points, kept = str(run.path.parent), None, []
    for stage in range(TSNE_STAGES):
        found = embedding.tsne_stage(run.id, stage, points, folder)
        assert found.points.shape == (297, 2) and np.isfinite(found.points).all()
        assert points is None or np.abs(found.points - points).max() > 1e-3  # it goes on
        points = found.points
        neighbors = KNeighborsClassifier(6).fit(points, found.labels)
        kept.append(neighbors.score(points, found.labels))
    hidden = hidden_of(saving.load(run.path / "model.keras"), datasets.load("digits").x_test, run.config)
    in_all_dimensions = KNeighborsClassifier(6).fit(hidden, found.labels).score(hidden, found.labels)
    assert kept[-1] > in_all_dimensions - 0.06
    flat = embedding.principal_components(run.id, folder)
    assert kept[-1] > KNeighborsClassifier(6).fit(flat.points, flat.labels).score(flat.points, flat.labels)
    np.testing.assert_allclose(
        embedding.tsne_stage(run.id, 0, None, folder).points,
        embedding.tsne_stage(run.id, 0, None, folder).points,
        rtol=1e-3,
    )


@pytest.mark.usefixtures("require_mnist")
def test_two_thousand_of_mnist_and_all_ten_thousand() -> None:
    everything = embedding.principal_components("lenet5-relu")
    assert everything.points.shape == (10_000, 2) and everything.dataset == "mnist"
    wrong = (everything.predicted != everything.labels).mean()
    assert wrong == pytest.approx(1 - pretrained.PRETRAINED["lenet5-relu"].test_accuracy, abs=ONE_OF_MNIST)
    data = datasets.load("mnist")
    some = embedding.tsne_stage("lenet5-relu", 0)
    assert len(np.unique(some.indices)) == TSNE_IMAGES and (np.diff(some.indices) > 0).all()
    np.testing.assert_array_equal(some.labels, data.y_test[some.indices])
    np.testing.assert_array_equal(some.predicted, everything.predicted[some.indices])


def test_a_network_without_a_hidden_layer_shows_the_pixels(run: Run) -> None:
    config = RunConfig(dataset="digits", layers=(Dense(units=10, activation="softmax"),))
    plain = Run.create(config, run.path.parent)
    model = build(config.layers, (8, 8, 1), 0)
    save_arrays(plain.snapshot_path(0), weights_of(model))
    found = embedding.principal_components(f"{plain.id}@0", str(run.path.parent))
    pixels = datasets.load("digits").x_test.reshape(297, -1) / 255
    np.testing.assert_allclose(
        found.explained, PCA(2, svd_solver="full").fit(pixels).explained_variance_ratio_, rtol=1e-4
    )


def test_principal_components_are_scikit_learns_and_do_without_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it loads for t-SNE takes 50 MB of a worker."""
    model, data = saving.load(run.path / "model.keras"), datasets.load("digits")
    hidden = hidden_of(model, data.x_test, run.config)
    reference = PCA(2, svd_solver="covariance_eigh")
    expected = reference.fit_transform(hidden)
    monkeypatch.setitem(sys.modules, "sklearn.manifold", None)
    monkeypatch.setitem(sys.modules, "sklearn.decomposition", None)
    points, shares = embedding._reduced(hidden)
    np.testing.assert_allclose(points, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_allclose(shares, reference.explained_variance_ratio_, rtol=1e-5)
    found = embedding.principal_components(run.id, str(run.path.parent))
    np.testing.assert_allclose(found.points, expected, rtol=0, atol=1e-3 * np.abs(expected).max())


def test_a_hidden_layer_of_one_unit_has_no_map(run: Run) -> None:
    config = RunConfig(dataset="digits", layers=(Dense(units=1), Dense(units=10, activation="softmax")))
    narrow = Run.create(config, run.path.parent)
    save_arrays(narrow.snapshot_path(0), weights_of(build(config.layers, (8, 8, 1), 0)))
    for function in (embedding.principal_components, embedding.tsne):
        with pytest.raises(ModelError, match="a last hidden layer of a single unit, expected at least 2"):
            function(f"{narrow.id}@0", str(run.path.parent))


@pytest.mark.parametrize(
    ("stage", "previous", "words"),
    [
        (1, None, "received stage 1 with no points, expected 0 to 3"),
        (4, np.zeros((297, 2)), "received stage 4"),
        (-1, np.zeros((297, 2)), "received stage -1"),
        (2, np.zeros((5, 2)), r"points of shape \(5, 2\), expected 0 to 3 with \(297, 2\)"),
    ],
)
def test_a_stage_that_is_none(run: Run, stage: int, previous: np.ndarray | None, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        embedding.tsne_stage(run.id, stage, previous, str(run.path.parent))


def test_a_model_that_is_not_there() -> None:
    with pytest.raises(ModelError, match="There is no run 'no-run'"):
        embedding.principal_components("no-run")
