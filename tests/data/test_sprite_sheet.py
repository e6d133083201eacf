"""Many stored images as one PNG: the right ones, in order, nearly as they are."""

import io

import numpy as np
import pytest
from PIL import Image

from lenet.data import datasets
from lenet.data.sprite_sheet import sprite
from lenet.errors import DatasetError


def test_every_image_is_in_its_place() -> None:
    indices = [5, 0, 200, 17, 3]
    found = sprite("digits", "test", indices)
    picture = np.asarray(Image.open(io.BytesIO(found.png)))
    assert (found.columns, found.height, found.width) == (3, 8, 8) and picture.shape == (16, 24)
    for place, index in enumerate(indices):
        top, left = place // 3 * 8, place % 3 * 8
        cut = picture[top : top + 8, left : left + 8].astype(int)
        assert np.abs(cut - datasets.sample("digits", index)[0][..., 0]).max() < 16
    assert not picture[8:, 16:].any()  # no sixth image


def test_a_row_that_is_not_there() -> None:
    with pytest.raises(DatasetError, match="received number 297, expected 0 to 296"):
        sprite("digits", "test", [297])
