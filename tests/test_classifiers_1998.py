"""The classifiers of the paper's chart: digits without slant, distances, votes; each on real digits."""

import numpy as np
import pytest
from scipy import ndimage

from benchmarks.classifiers_1998 import chart, images, neighbours, networks, support_vectors, training
from benchmarks.classifiers_1998.outcome import Digits
from lenet.data import datasets
from lenet.evaluation.paper_chart import CLASSIFIERS


def bar(slant: float) -> np.ndarray:
    """(28, 28) uint8: a stroke that moves so many columns to the right from row to row."""
    image = np.zeros((28, 28), np.uint8)
    for row in range(5, 23):
        first = round(12 + slant * (row - 14))
        image[row, first : first + 3] = 200
    return image


def test_deslanting_takes_the_slant_and_leaves_the_centre() -> None:
    slanted = np.stack([bar(0.5), bar(-0.3), bar(0.0)])
    assert images.slants(slanted) == pytest.approx([0.5, -0.3, 0], abs=0.03)
    upright = images.deslanted(slanted)
    assert images.slants(upright) == pytest.approx([0, 0, 0], abs=0.01)
    for before, after in zip(slanted, upright, strict=True):
        assert ndimage.center_of_mass(after) == pytest.approx(ndimage.center_of_mass(before), abs=0.05)
        assert after.sum() == pytest.approx(before.sum(), rel=0.01)
    assert np.array_equal(upright[2], slanted[2])


def test_deslanting_makes_nothing_of_no_ink() -> None:
    empty = np.zeros((2, 28, 28), np.uint8)
    assert np.array_equal(images.deslanted(empty), empty)
    assert images.deslanted(empty[:0]).shape == (0, 28, 28)


def test_a_digit_is_cut_to_its_box_wherever_it_lies_and_shrunk_by_areas() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 8:28, 8:26] = np.arange(1, 361).reshape(20, 18) % 250 + 1
    box = images.cut(image)
    assert np.array_equal(box[0, :, 1:19], image[0, 8:28, 8:26])
    small = images.small(image)
    assert small.shape == (1, 16, 16) and small.mean() == pytest.approx(box.mean(), rel=0.01)
    halved = images.shrunk(np.arange(16, dtype=np.uint8).reshape(1, 4, 4), 2)
    assert halved.tolist() == [[[2, 4], [10, 12]]], "means of 2×2, rounded to even"
    field = images.in_field(small)
    assert np.array_equal(field[:, 6:22, 6:22], small) and field.sum() == small.sum()


def test_the_tangent_distance_is_that_of_the_planes() -> None:
    """Against a least squares solution of numpy, and nearly nothing for a digit that is turned a little."""
    smooth = ndimage.gaussian_filter(np.stack([bar(0.2), bar(-0.4)])[:, 6:22, 6:22] / 255.0, (0, 1, 1))
    bases = neighbours.tangent_bases(smooth)
    flat = smooth.reshape(2, -1)
    (found,) = neighbours.tangent_distances(flat[:1], bases[:1], flat[None], bases[None])
    both = np.concatenate([bases[0], bases[1]], axis=1)
    _, rest, *_ = np.linalg.lstsq(both, flat[0] - flat[1])
    assert found[0] == pytest.approx(0, abs=1e-5)
    assert found[1] == pytest.approx(rest[0], rel=1e-3)
    turned = ndimage.rotate(smooth[0], 4, reshape=False, order=3)[None]
    (to_turned,) = neighbours.tangent_distances(
        flat[:1], bases[:1], turned.reshape(1, 1, -1), neighbours.tangent_bases(turned)[None]
    )
    assert to_turned[0] < 0.1 * ((turned - smooth[0]) ** 2).sum()


def test_votes_of_pairs_and_the_narrowest_decision() -> None:
    decisions = np.full((1, 45), 2.0)  # the first of every pair: 0 wins nine times
    decisions[0, 3] = 0.25  # 0 against 4
    assert support_vectors.votes_and_strength(decisions).argmax() == 0
    assert support_vectors.narrowest(decisions, np.array([0])) == [0.25]
    assert support_vectors.narrowest(decisions, np.array([1])) == [-2.0]
    moved = support_vectors.moved_by(bar(0)[None], 1, -1)[0]
    assert np.array_equal(moved[1:, :-1], bar(0)[:-1, 1:])


# Each on the digits that come with scikit-learn, enlarged to 28×28


@pytest.fixture(scope="module")
def digits() -> Digits:
    data = datasets.load("digits")
    every = np.concatenate([data.x_train, data.x_test])[..., 0]
    large = np.pad(np.kron(every, np.ones((1, 2, 2), np.uint8)), ((0, 0), (6, 6), (6, 6)))
    labels = np.concatenate([data.y_train, data.y_test])
    return Digits(large[:1200], labels[:1200], large[1200:1500], labels[1200:1500])


MEASURED = [name for name, each in CLASSIFIERS.items() if each.seeds]
# The others are the same with other sizes, or learn distorted digits as the boosted ones do.
TRIED = [name for name in MEASURED if not name.startswith("784-") or name == "784-300-10"]


def test_all_that_are_said_to_be_measured_can_be() -> None:
    assert set(chart.HOW) == set(MEASURED)


@pytest.mark.parametrize("name", TRIED)
def test_every_classifier_learns(name: str, digits: Digits, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(training, "KEPT", tmp_path)
    monkeypatch.setattr(networks, "DRAWS", 2)
    outcome = chart.outcome_of(name, digits, seed=0)
    accuracy = (outcome.predicted == digits.y_test).mean()
    assert accuracy > (0.5 if name.startswith("lenet-5") else 0.85), accuracy
    certain = np.argsort(outcome.margins)[100:]
    assert (outcome.predicted == digits.y_test)[certain].mean() >= accuracy, "margins say what is sure"
    assert outcome.multiply_adds > 1_000 and outcome.memory > 1_000
