"""The network that the glossary trains: its gradients are those of finite differences, and it learns."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from lenet.glossary import bowl, explanations, small_network
from lenet.glossary.small_network import Settings, Weights, trained

IMAGES, LABELS = small_network.digits().x_train[:5], small_network.digits().y_train[:5]
STEP = 1e-6


@pytest.mark.parametrize("is_dropping", [False, True])
def test_the_gradient_is_that_of_finite_differences(is_dropping: bool) -> None:
    random, weights = np.random.default_rng(0), small_network.initial()
    kept = (random.random((5, 36, 8)) < 0.5) / 0.5 if is_dropping else np.ones((5, 36, 8))
    found = small_network.gradients(weights, IMAGES, LABELS, kept).arrays()
    for number, array in enumerate(weights.arrays()):
        for place in (0, array.size // 2, array.size - 1):
            arrays = [each.copy() for each in weights.arrays()]
            losses = []
            for sign in (1, -1):
                arrays[number].flat[place] = array.flat[place] + sign * STEP
                losses.append(loss(Weights(*arrays), kept))
            expected = (losses[0] - losses[1]) / (2 * STEP)
            assert found[number].flat[place] == pytest.approx(expected, abs=1e-6)


def loss(weights: Weights, kept: np.ndarray) -> float:
    """Mean cross-entropy of the five images, with some values of the maps dropped."""
    maps = small_network.feature_maps(weights, IMAGES) * kept
    shares = small_network.softmax(small_network.logits_of(weights, maps))
    return float(-np.log(shares[np.arange(5), LABELS]).mean())


def test_the_gradient_by_a_pixel_is_that_of_finite_differences() -> None:
    weights, image = trained().weights, IMAGES[0]
    by_pixel, _ = small_network.by_image(weights, image, 3)
    for row, column in ((2, 3), (4, 4), (7, 0)):
        logits = []
        for sign in (1, -1):
            moved = image.copy()
            moved[row, column] += sign * STEP
            logits.append(
                small_network.logits_of(weights, small_network.feature_maps(weights, moved[None]))[0, 3]
            )
        assert by_pixel[row, column] == pytest.approx((logits[0] - logits[1]) / (2 * STEP), abs=1e-6)


def test_it_learns_and_is_the_same_each_time() -> None:
    found, again = trained(), small_network.train(Settings())
    assert found.training[-1] < 0.1 < 2 < found.training[0] and len(found.validation) == Settings().epochs + 1
    assert all(
        np.array_equal(*pair) for pair in zip(found.weights.arrays(), again.weights.arrays(), strict=True)
    )
    data = small_network.digits()
    predicted = small_network.probabilities(found.weights, data.x_test).argmax(axis=1)
    assert (predicted == data.y_test).mean() > 0.85


def test_what_its_figures_say_of_training_is_so() -> None:
    """A rate that is too large, few images, weight decay, a head start."""
    assert min(trained(Settings(learning_rate=1.0)).validation[1:]) > 2
    few = trained(Settings(images=100, epochs=60))
    assert few.training[-1] < 0.01 and few.validation[-1] > min(few.validation) + 0.02
    sizes = [(trained(Settings(weight_decay=each)).weights.dense ** 2).sum() for each in (0.0, 0.001, 0.01)]
    assert sizes[0] > sizes[1] > sizes[2]


def test_its_map_has_the_principal_components_of_scikit_learn() -> None:
    points = explanations.embedding(trained().weights)
    found, shares = explanations.principal_components(points)
    oracle = PCA(2, svd_solver="full").fit(points)
    assert np.abs(found) == pytest.approx(np.abs(oracle.transform(points)), abs=1e-6)
    assert shares[:2] == pytest.approx(oracle.explained_variance_ratio_)


def test_neighbors_are_as_many_as_the_perplexity() -> None:
    shares = explanations.neighbors(explanations.embedding(trained().weights), 18, perplexity=10)
    assert shares.sum() == pytest.approx(1) and shares[18] == 0
    assert np.exp(-(shares * np.log(np.maximum(shares, 1e-300))).sum()) == pytest.approx(10, rel=1e-3)


def test_attribution_finds_what_the_class_hangs_on() -> None:
    weights, data = trained().weights, small_network.digits()
    image, label = data.x_test[18], int(data.y_test[18])
    heats = [each(weights, image, label) for each in (explanations.gradient_input, explanations.occlusion,
                                                      explanations.grad_cam)]  # fmt: skip
    assert all(each.shape == (8, 8) and np.isfinite(each).all() and each.any() for each in heats)
    assert (heats[0][image == 0] == 0).all()
    before, after = (small_network.probabilities(weights, each[None])[0] for each in
                     (np.full((8, 8), 0.5), explanations.best_image(weights, label)))  # fmt: skip
    assert after.argmax() == label and after[label] > before[label]
    assert (explanations.drops(weights) >= -0.02).all()


@pytest.mark.parametrize("name", bowl.RULES)
def test_every_optimizer_goes_down_the_bowl(name: str) -> None:
    path = bowl.path(bowl.RULES[name])
    assert bowl.loss(path[-1]) < bowl.loss(path[0]) / 100
