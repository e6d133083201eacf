"""Random distortions: none where none is asked for, within bounds, the same for the same seed and step."""

import numpy as np
import pytest
import tensorflow as tf

from lenet.data.preprocessing import prepare
from lenet.runs.config import RunConfig
from lenet.runs.layers import Dense
from lenet.training.augmentation import _sampled, augment, preview, random_transforms

IMAGES = np.random.default_rng(0).random((64, 12, 12, 1), np.float32)


def config(**changes: object) -> RunConfig:
    return RunConfig(layers=(Dense(units=10),), **changes)


def test_nothing_asked_nothing_done() -> None:
    images = tf.constant(IMAGES)
    assert augment(images, config(), (0, 0), background=0.0) is images


def test_the_same_seed_and_step_draw_the_same() -> None:
    settings = config(rotation=20, shift=0.1, zoom=0.2, shear=10)
    first = augment(tf.constant(IMAGES), settings, (0, 7), 0.0)
    np.testing.assert_array_equal(first, augment(tf.constant(IMAGES), settings, (0, 7), 0.0))
    assert np.abs(first - augment(tf.constant(IMAGES), settings, (0, 8), 0.0)).max() > 0.01
    other = augment(tf.constant(IMAGES), settings, (1, 7), 0.0)
    assert np.abs(first - other).max() > 0.01


def test_the_parts_of_a_batch_differ() -> None:
    same = np.repeat(IMAGES[:1], 8, axis=0)
    distorted = augment(tf.constant(same), config(rotation=20), (0, 0), 0.0).numpy()
    assert len({image.tobytes() for image in distorted}) == 8


@pytest.mark.parametrize("degrees", [10, 45])
def test_rotation_keeps_the_centre_and_lengths_and_stays_within_its_bound(degrees: float) -> None:
    transforms = random_transforms(config(rotation=degrees), 500, 12, 12, (0, 0)).numpy()
    a0, a1, a2, b0, b1, b2 = transforms[:, :6].T
    angles = np.degrees(np.arctan2(b0, a0))
    assert np.abs(angles).max() <= degrees and np.abs(angles).max() > 0.9 * degrees
    np.testing.assert_allclose(a0 * b1 - a1 * b0, 1, atol=1e-5)
    centre = (12 - 1) / 2
    np.testing.assert_allclose(a0 * centre + a1 * centre + a2, centre, atol=1e-4)
    np.testing.assert_allclose(b0 * centre + b1 * centre + b2, centre, atol=1e-4)


def test_shift_zoom_and_shear_stay_within_their_bounds() -> None:
    shifts = random_transforms(config(shift=0.25), 500, 12, 12, (0, 0)).numpy()
    assert 2.7 < np.abs(shifts[:, [2, 5]]).max() <= 3.0
    zooms = 1 / random_transforms(config(zoom=0.2), 500, 12, 12, (0, 0)).numpy()[:, 0]
    assert 0.8 <= zooms.min() < 0.82 and 1.18 < zooms.max() <= 1.2001
    shears = np.degrees(np.arctan(random_transforms(config(shear=15), 500, 12, 12, (0, 0)).numpy()[:, 1]))
    assert 14 < np.abs(shears).max() <= 15.001


def test_another_aspect_keeps_the_area() -> None:
    transforms = random_transforms(config(aspect=0.2), 500, 12, 12, (0, 0)).numpy()
    wider, higher = 1 / transforms[:, 0], 1 / transforms[:, 4]
    np.testing.assert_allclose(wider * higher, 1, atol=1e-5)
    assert 1.18 < wider.max() <= 1.2001 and 1.18 < higher.max() <= 1.2001
    np.testing.assert_allclose(transforms[:, [1, 3]], 0, atol=1e-6)


def test_the_share_of_images_that_are_mirrored() -> None:
    images = tf.constant(IMAGES)
    np.testing.assert_allclose(augment(images, config(flip=1), (0, 0), 0.0), IMAGES[:, :, ::-1], atol=1e-5)
    some = augment(images, config(flip=0.25), (0, 0), 0.0).numpy()
    mirrored = np.isclose(some, IMAGES[:, :, ::-1], atol=1e-5).all(axis=(1, 2, 3))
    assert 4 < mirrored.sum() < 30  # of 64
    np.testing.assert_allclose(some[~mirrored], IMAGES[~mirrored], atol=1e-5)


def test_bending_interpolates_between_pixels() -> None:
    """Moves of whole and half pixels against numpy's own slices and means."""
    rows, columns = (each[None].astype(np.float32) for each in np.mgrid[:12, :12])
    images = tf.constant(IMAGES[:1])
    moved = _sampled(images, tf.constant(rows + 2), tf.constant(columns - 1), -0.1).numpy()
    np.testing.assert_allclose(moved[0, :10, 1:], IMAGES[0, 2:, :-1], atol=1e-2)
    np.testing.assert_allclose(moved[0, 11:], -0.1, atol=2e-3)
    between = _sampled(images, tf.constant(rows + 0.5), tf.constant(columns), 0.0).numpy()
    np.testing.assert_allclose(between[0, :-1], (IMAGES[0, :-1] + IMAGES[0, 1:]) / 2, atol=1e-5)


def test_bending_moves_neighbours_alike() -> None:
    ramp = np.broadcast_to(
        np.arange(28, dtype=np.float32)[:, None, None], (64, 28, 28, 1)
    )  # a pixel is its row
    moves = augment(tf.constant(ramp), config(elastic=0.04), (0, 0), 0.0).numpy() - ramp
    inner = moves[:, 4:-4, 4:-4, 0]
    assert 0.5 < inner.std() < 1.3  # 0.04 of 28 is 1.1 at the knots, less between them
    assert np.abs(np.diff(inner, axis=2)).mean() < 0.3 * np.abs(inner - inner[::-1]).mean()


def test_cutout_is_a_square_of_background() -> None:
    seen = augment(tf.constant(IMAGES), config(cutout=0.5), (0, 0), background=-0.1).numpy()
    inside = seen != IMAGES
    assert (seen[inside] == np.float32(-0.1)).all()
    rows, columns = inside.any(axis=(2, 3)).sum(axis=1), inside.any(axis=(1, 3)).sum(axis=1)
    assert rows.max() == columns.max() == 6 and rows.min() >= 2  # a half of 12; less where it is cut off
    np.testing.assert_array_equal(inside.sum(axis=(1, 2, 3)), rows * columns)
    assert len({each.tobytes() for each in inside}) > 32


def test_what_comes_in_from_outside_is_background() -> None:
    images = tf.ones((32, 12, 12, 1))
    distorted = augment(images, config(shift=0.5), (0, 0), background=-0.1).numpy()
    assert distorted.min() == pytest.approx(-0.1) and distorted.max() == pytest.approx(1)


def test_a_preview_is_what_training_makes_of_the_image() -> None:
    image = np.random.default_rng(2).integers(0, 256, (12, 10, 1), np.uint8)
    settings = config(rotation=20, shift=0.1, scaling="paper", pad_to=16)
    found = preview(image, settings, 5, step=3)
    inputs = prepare(image[None].repeat(5, axis=0), settings)
    distorted = augment(tf.constant(inputs), settings, (0, 3), background=-0.1).numpy()
    assert found.dtype == np.uint8 and found.shape == (5, 16, 16, 1)
    np.testing.assert_allclose(found / 255 * 1.275 - 0.1, distorted, atol=1.275 / 255 / 2 + 1e-5)
    assert len({each.tobytes() for each in found}) == 5


def test_a_preview_of_no_distortion_is_the_image() -> None:
    image = np.random.default_rng(2).integers(0, 256, (12, 10, 3), np.uint8)
    found = preview(image, config(scaling="standardize", mean=0.3, std=0.4), 4, step=0)
    np.testing.assert_array_equal(found, image[None].repeat(4, axis=0))
    with pytest.raises(ValueError, match="received size 8 for images of 12×10"):
        preview(image, config(pad_to=8), 4, step=0)
