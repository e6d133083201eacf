"""Padding and scaling, against values worked out by hand."""

import numpy as np
import pytest

from lenet.data.preprocessing import pad, prepare, scale_and_offset
from lenet.runs.config import RunConfig
from lenet.runs.layers import Dense


def config(**settings) -> RunConfig:
    return RunConfig(layers=(Dense(units=10),), **settings)


def test_padding_puts_the_picture_in_the_middle_of_background():
    image = np.arange(1, 5, dtype=np.uint8).reshape(1, 2, 2, 1)
    padded = pad(image, 4)
    assert padded.dtype == np.uint8
    assert padded[0, :, :, 0].tolist() == [[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]]


def test_an_odd_margin_is_at_the_bottom_and_on_the_right():
    padded = pad(np.full((1, 1, 2, 1), 9, np.uint8), 4)
    assert padded[0, :, :, 0].tolist() == [[0, 0, 0, 0], [0, 9, 9, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_padding_to_less_than_the_image_says_what_would_fit():
    with pytest.raises(ValueError, match=r"received size 20 for images of 28×24, expected at least 28"):
        pad(np.zeros((1, 28, 24, 1)), 20)


@pytest.mark.parametrize(
    ("settings", "background", "foreground"),
    [
        ({"scaling": "raw"}, 0, 255),
        ({"scaling": "unit"}, 0, 1),
        ({"scaling": "paper"}, -0.1, 1.175),
        ({"scaling": "standardize", "mean": 0.25, "std": 0.5}, -0.5, 1.5),
    ],
)
def test_each_scaling_has_its_own_background_and_foreground(settings, background, foreground):
    scale, offset = scale_and_offset(config(**settings))
    assert (offset, 255 * scale + offset) == pytest.approx((background, foreground))


def test_padding_comes_before_scaling_so_the_margin_is_background():
    image = np.full((2, 2, 2, 3), 255, np.uint8)
    prepared = prepare(image, config(scaling="paper", pad_to=4))
    assert prepared.dtype == np.float32
    assert prepared.shape == (2, 4, 4, 3)
    assert np.unique(prepared) == pytest.approx([-0.1, 1.175])
    assert (image == 255).all()
