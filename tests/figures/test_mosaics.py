"""Pixels of pictures, one by one."""

import warnings

import numpy as np
import pytest

from lenet.figures.mosaics import diverging, grey, kernel_colors, kernel_mosaic, map_mosaic, mosaic

BLUE, WHITE, RED = (33, 102, 172), (247, 247, 247), (178, 24, 43)


def test_blue_white_red() -> None:
    colours = diverging(np.array([-2.0, 0.0, 2.0]), limit=2)
    assert colours.dtype == np.uint8
    assert [tuple(map(int, colour)) for colour in colours] == [BLUE, WHITE, RED]


def test_half_way_and_beyond_the_limit() -> None:
    half, beyond = diverging(np.array([1.0, 9.0]), limit=2)
    np.testing.assert_allclose(half, (np.array(WHITE) + RED) / 2, atol=1)
    assert tuple(beyond) == RED


def test_the_limit_is_the_largest_magnitude() -> None:
    colours = diverging(np.array([[0.5, -4.0], [0.0, 1.0]], np.float32))
    assert colours.shape == (2, 2, 3)
    assert tuple(colours[0, 1]) == BLUE and tuple(colours[1, 0]) == WHITE
    np.testing.assert_array_equal(colours, diverging(np.array([[0.5, -4.0], [0.0, 1.0]]), limit=4))


def test_nothing_but_zeros_is_white() -> None:
    assert (diverging(np.zeros((2, 3))) == 247).all()


def test_a_network_that_diverged_has_colours_too() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        colours = diverging(np.array([np.nan, np.inf, -np.inf, 1.0], np.float32))
        levels = grey(np.array([[np.nan, np.inf, -np.inf, 1.0]], np.float32))
    assert [tuple(map(int, colour)) for colour in colours] == [WHITE, RED, BLUE, RED]
    assert levels[0, 1].tolist() == [255] * 3 and levels[0, 2].tolist() == [0] * 3


@pytest.mark.parametrize(
    ("values", "levels"),
    [([0.0, 1.0, 2.0], [0, 127, 255]), ([-1.0, -0.5, 0.0], [0, 127, 255]), ([5.0, 6.0], [0, 255])],
)
def test_grey_spans_the_values_that_there_are(values: list[float], levels: list[int]) -> None:
    picture = grey(np.array([values]))
    assert picture.shape == (1, len(values), 3) and picture.dtype == np.uint8
    assert picture[0].tolist() == [[level] * 3 for level in levels]


def test_one_value_everywhere_is_black() -> None:
    assert not grey(np.full((4, 4), 7.0)).any()


def test_grey_of_bytes() -> None:
    assert grey(np.array([[0, 51, 255]], np.uint8))[0, :, 0].tolist() == [0, 51, 255]


# Mosaics


def test_where_the_tiles_of_a_mosaic_are() -> None:
    """Five tiles of 2×3 pixels, each enlarged 4 times, three in a row, with gaps of 2 pixels."""
    tiles = np.arange(5 * 2 * 3 * 3, dtype=np.uint8).reshape(5, 2, 3, 3)
    picture = mosaic(tiles, columns=3, tile_pixels=12)
    assert picture.shape == (2 * 8 + 2, 3 * 12 + 2 * 2, 4) and picture.dtype == np.uint8
    for index, (top, left) in enumerate([(0, 0), (0, 14), (0, 28), (10, 0), (10, 14)]):
        shown = picture[top : top + 8, left : left + 12]
        assert (shown[..., 3] == 255).all()
        np.testing.assert_array_equal(shown[::4, ::4, :3], tiles[index])
        np.testing.assert_array_equal(shown[3::4, 3::4, :3], tiles[index])  # enlarged without blur
    assert not picture[8:10, :, 3].any()  # between the rows
    assert not picture[:, 12:14, 3].any() and not picture[:, 26:28, 3].any()  # between the columns
    assert not picture[10:, 28:, 3].any()  # where a sixth would be
    assert (picture[..., 3] == 255).sum() == 5 * 8 * 12


def test_fewer_tiles_than_columns() -> None:
    assert mosaic(np.zeros((2, 4, 4, 3), np.uint8), columns=8, tile_pixels=4).shape == (4, 10, 4)
    assert mosaic(np.zeros((1, 4, 4, 3), np.uint8), columns=1, tile_pixels=4).shape == (4, 4, 4)


def test_tiles_larger_than_wanted_are_not_made_smaller() -> None:
    assert mosaic(np.zeros((1, 28, 28, 3), np.uint8), columns=1, tile_pixels=5).shape == (28, 28, 4)


def test_kernels_are_in_the_order_of_keras() -> None:
    """(height, width, input channels, filters): filter 1 has its one weight at row 0, column 2."""
    kernels = np.zeros((3, 3, 1, 2), np.float32)
    kernels[1, 1, 0, 0] = -0.5
    kernels[0, 2, 0, 1] = 1.0
    picture = kernel_mosaic(kernels, columns=2, tile_pixels=3)  # unenlarged: pixels are weights
    first, second = picture[:, :3, :3], picture[:, 5:, :3]
    np.testing.assert_allclose(first[1, 1], (np.array(WHITE) + BLUE) / 2, atol=1)  # one scale for all
    assert tuple(second[0, 2]) == RED
    assert (first == 247).all(axis=-1).sum() == (second == 247).all(axis=-1).sum() == 8


def test_kernels_of_several_input_channels_are_averaged() -> None:
    kernels = np.random.default_rng(0).normal(size=(5, 5, 4, 4)).astype(np.float32)
    mean = kernels.mean(axis=2, keepdims=True)
    np.testing.assert_array_equal(kernel_mosaic(kernels), kernel_mosaic(mean))


def test_kernels_over_red_green_and_blue_are_in_color() -> None:
    """Filter 1 likes red, and dislikes green, at row 0, column 2."""
    kernels = np.zeros((3, 3, 3, 2), np.float32)
    kernels[0, 2, :, 1] = 0.5, -0.5, 0.25
    kernels[1, 1, 2, 0] = np.nan
    picture = kernel_mosaic(kernels, columns=2, tile_pixels=3)
    first, second = picture[:, :3, :3], picture[:, 5:, :3]
    assert (first == 128).all() and (second == 128).all(axis=-1).sum() == 8
    assert second[0, 2].tolist() == [255, 0, 191]
    by_filter = kernel_colors(kernels, np.array([1.0, 1.0]))
    assert by_filter.shape == (2, 3, 3, 3) and by_filter[1, 0, 2].tolist() == [191, 64, 159]


def test_every_map_has_a_scale_of_its_own() -> None:
    maps = np.zeros((2, 2, 3), np.float32)
    maps[0, 1, 0], maps[1, 0, 1] = 0.001, 1000.0
    picture = map_mosaic(maps, columns=3, tile_pixels=2)
    assert picture.shape == (2, 2 + 2 + 2 + 2 + 2, 4)
    assert picture[:, 0:2, 0].tolist() == [[0, 255], [0, 0]]
    assert picture[:, 4:6, 0].tolist() == [[0, 0], [255, 0]]
    assert picture[:, 8:10, 0].tolist() == [[0, 0], [0, 0]]
