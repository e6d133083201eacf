"""Other shapes of digits: written by hands that come again, one style of each kind held out."""

import numpy as np
import pytest

from lenet.data import allographs
from lenet.data.allographs import KINDS, Hand
from lenet.data.sources import mnist_pens
from lenet.drawing.curves import smooth


@pytest.mark.parametrize("kind", KINDS)
def test_each_style_is_written_within_its_square_in_as_many_strokes_as_it_has(kind: str) -> None:
    label, styles = KINDS[kind]
    assert kind.startswith(str(label)) and len(styles) > 1
    for style, strokes in enumerate(styles):
        drawing = Hand(kind, style, 0).drawing()
        points = np.concatenate(drawing.strokes)
        assert len(drawing.strokes) == len(strokes)
        assert points.min() > -20 and points.max() < 120 and np.ptp(points, axis=0).max() > 50


def test_a_hand_writes_the_same_again_and_another_hand_something_else() -> None:
    first, again, other = (Hand("7 with a bar", 0, number).drawing().strokes for number in (3, 3, 4))
    np.testing.assert_array_equal(first[0], again[0])
    assert 0 < np.abs(first[0] - other[0]).max() < 20


def test_a_corner_stays_one() -> None:
    (stroke,) = Hand("7 with a hooked foot", 0, 0).drawing().strokes
    steps = np.diff(stroke, axis=0)
    steps = steps[np.linalg.norm(steps, axis=1) > 0.1]
    turns = np.abs(np.diff(np.unwrap(np.arctan2(*steps.T))))
    assert turns.max() > np.radians(60)  # between the top and the stem; elsewhere it is a curve
    assert np.median(turns) < np.radians(10)


def test_no_style_that_is_held_out_is_trained_on() -> None:
    learned, held_out = mnist_pens._hands(), list(allographs.hands(2, is_held_out=True))
    assert len(learned) == mnist_pens.NUM_ALLOGRAPHS
    assert {(hand.kind, hand.style) for hand in held_out} == {
        (kind, len(styles) - 1) for kind, (_, styles) in KINDS.items()
    }
    assert not any(hand.is_held_out for hand in learned) and {hand.label for hand in learned} == set(
        range(10)
    )


def test_a_curve_goes_through_its_points() -> None:
    points = np.random.default_rng(0).uniform(0, 100, (5, 2))
    curve = smooth(points, pieces=8)
    np.testing.assert_allclose(curve[::8], points[:-1])
    np.testing.assert_allclose(curve[-1], points[-1])
    along = smooth(points[:2]) - points[0]
    np.testing.assert_allclose(
        np.linalg.det(np.stack([along, np.tile(along[-1], (12, 1))], axis=1)), 0, atol=1e-9
    )
