"""Kernels, maps and units as sheets of small pictures: which tile is what, which color, how large."""

import numpy as np
import pytest

from lenet.figures.feature_map_sheets import (
    Sheet,
    as_kernel,
    color_kernel_sheet,
    colors_in_words,
    columns_for,
    drops_spec,
    grey_from_zero,
    histogram_spec,
    image_sheet,
    kernel_sheets,
    kernels_above_maps,
    map_sheet,
    scale_in_words,
    strip_sheet,
    weight_matrix,
)
from lenet.figures.mosaics import diverging, kernel_colors
from lenet.inspection.histogram import histogram
from lenet.inspection.results import LayerView

RANDOM = np.random.default_rng(2)
WIDTH = 840
WHITE, BLACK = [255, 255, 255], [0, 0, 0]


def tile(sheet: Sheet, index: int, picture: np.ndarray | None = None) -> np.ndarray:
    """(height, width, 3): one tile, cut out of the sheet's picture, one pixel of each value."""
    picture = sheet.picture() if picture is None else picture
    height, width = sheet.tiles.shape[1:3]
    top = index // sheet.columns * (height * sheet.zoom + sheet.gap)
    left = index % sheet.columns * (width * sheet.zoom + sheet.gap)
    cut = picture[top : top + height * sheet.zoom, left : left + width * sheet.zoom, :3]
    assert cut.shape == (height * sheet.zoom, width * sheet.zoom, 3)
    return cut[:: sheet.zoom, :: sheet.zoom]


@pytest.mark.parametrize(
    "shape", [(3, 3, 1, 16), (5, 5, 6, 16), (3, 3, 16, 32), (5, 5, 20, 50), (5, 5, 16, 120), (1, 1, 3, 2)]
)
def test_every_kernel_of_every_input_channel_is_there(shape: tuple[int, ...]) -> None:
    kernel = RANDOM.normal(size=shape).astype(np.float32)
    limit = np.abs(kernel).max()
    seen = set()
    for part in kernel_sheets(kernel, WIDTH):
        picture = part.sheet.picture()
        assert picture.shape[1] <= WIDTH
        for index in range(len(part.sheet.tiles)):
            channel, chosen = index // part.filters if shape[2] > 1 else 0, part.filter_at(index)
            expected = diverging(kernel[:, :, channel, chosen], limit)
            np.testing.assert_array_equal(tile(part.sheet, index, picture), expected)
            assert f"Filter {chosen}" in part.sheet.labels[index]
            assert index in part.tiles_of(chosen)
            seen.add((channel, chosen))
    assert len(seen) == shape[2] * shape[3]


def test_each_filter_on_its_own_scale() -> None:
    kernel = np.ones((2, 2, 2, 2), np.float32) * np.array([1, 10], np.float32)
    shared, own = (kernel_sheets(kernel, WIDTH, each)[0].sheet for each in (True, False))
    assert (own.tiles[0] == own.tiles[1]).all() and (own.tiles[0] == diverging(np.ones(1))[0]).all()
    assert not (shared.tiles[0] == shared.tiles[1]).all()


def test_maps_are_grey_or_centered_on_zero() -> None:
    maps = np.zeros((2, 3, 2), np.float32)
    maps[0, 0] = [1, 4]
    shared, own = (map_sheet(maps, WIDTH, each) for each in (True, False))
    assert shared.tiles[:, 0, 0].tolist() == [[63] * 3, WHITE] and own.tiles[:, 0, 0].tolist() == [
        WHITE,
        WHITE,
    ]
    assert shared.tiles[0, 1, 1].tolist() == BLACK
    maps[1, 1, 0] = -2
    signed = map_sheet(maps, WIDTH, shared=True).tiles
    np.testing.assert_array_equal(signed, diverging(maps.transpose(2, 0, 1), 4))
    np.testing.assert_array_equal(shared.values[1], [[4, 0, 0], [0, 0, 0]])


@pytest.mark.parametrize("filters", [1, 6, 8, 16, 20, 32])
def test_each_kernel_stands_above_the_map_that_it_makes(filters: int) -> None:
    kernel = RANDOM.normal(size=(5, 5, 1, filters)).astype(np.float32)
    maps = RANDOM.uniform(size=(24, 24, filters)).astype(np.float32)
    count, height = 0, 0
    for above, below in kernels_above_maps(kernel, maps, WIDTH, True, "C1"):
        assert above.columns == below.columns == columns_for(filters)
        steps = [sheet.zoom * sheet.tiles.shape[2] + sheet.gap for sheet in (above, below)]
        assert steps[0] == steps[1]  # in the same column
        for index in range(len(above.tiles)):
            np.testing.assert_array_equal(above.values[index], kernel[:, :, 0, count + index])
            np.testing.assert_array_equal(below.values[index], maps[..., count + index])
        count += len(above.tiles)
        height += above.picture().shape[0] + below.picture().shape[0]
        assert max(above.picture().shape[1], below.picture().shape[1]) <= WIDTH
    assert count == filters and height <= 360


def test_kernels_over_three_colors_stand_above_their_maps_in_color() -> None:
    kernel = RANDOM.normal(size=(5, 5, 3, 20)).astype(np.float32)
    maps = RANDOM.uniform(size=(28, 28, 20)).astype(np.float32)
    pairs = kernels_above_maps(kernel, maps, WIDTH, True, "C1")
    colors = np.concatenate([above.tiles for above, _ in pairs])
    np.testing.assert_array_equal(colors, kernel_colors(kernel))
    steps = {sheet.zoom * sheet.tiles.shape[2] + sheet.gap for pair in pairs for sheet in pair}
    assert len(steps) == 1 and max(above.picture().shape[1] for above, _ in pairs) <= WIDTH


def test_each_kernel_in_color_may_have_its_own_scale() -> None:
    kernel = np.zeros((3, 3, 3, 2), np.float32)
    kernel[0, 0, 0], kernel[0, 0, 2] = (1, 0.1), (-0.5, -0.1)
    shared, own = (color_kernel_sheet(kernel, WIDTH, each) for each in (True, False))
    assert tile(shared, 0)[0, 0].tolist() == [255, 128, 64] and tile(shared, 1)[0, 0].tolist() == [
        140,
        128,
        115,
    ]
    assert tile(own, 0)[0, 0].tolist() == [255, 128, 64] and tile(own, 1)[0, 0].tolist() == [255, 128, 0]
    assert "full at ±1." in colors_in_words(kernel, True) and "its own scale." in colors_in_words(
        kernel, False
    )


def test_channels_may_have_names() -> None:
    kernel = RANDOM.normal(size=(3, 3, 3, 2)).astype(np.float32)
    (by_number,), (named,) = (
        kernel_sheets(kernel, WIDTH),
        kernel_sheets(kernel, WIDTH, channel_names=["r", "g", "b"]),
    )
    assert by_number.sheet.labels[3] == "Filter 1, input channel 1" and named.sheet.labels[3] == "Filter 1, g"


def test_units_are_a_strip_with_names() -> None:
    units = np.array([0.0, 1.0, 0.5], np.float32)
    sheet = strip_sheet(units, WIDTH, ("cat", "dog", "cow"))
    assert sheet.labels == ("cat", "dog", "cow") and sheet.tiles[:, 0, 0, 0].tolist() == [0, 255, 127]
    assert strip_sheet(np.zeros(500, np.float32), WIDTH).picture().shape[1] <= WIDTH


def test_weights_of_a_dense_layer_after_maps_are_kernels() -> None:
    kernel = RANDOM.normal(size=(4 * 3 * 2, 5)).astype(np.float32)
    layer = LayerView("5_dense", "F5", "dense", "", kernel, None, 1, 1, (0, 0), "relu", kernel[0], kernel[0])
    maps = RANDOM.normal(size=(4, 3, 2))
    found = as_kernel(layer, maps.shape)
    np.testing.assert_allclose((maps[..., None] * found).sum((0, 1, 2)), maps.reshape(-1) @ kernel, rtol=1e-6)
    assert as_kernel(layer, (24,)) is None
    matrix = weight_matrix(kernel, WIDTH)
    assert matrix.tiles.shape == (1, 24, 5, 3) and matrix.picture().shape[1] <= WIDTH


def test_images_keep_their_colors() -> None:
    colored = RANDOM.integers(0, 256, (3, 4, 4, 3), dtype=np.uint8)
    np.testing.assert_array_equal(image_sheet(colored, ["a", "b", "c"], 2, 40).tiles, colored)
    grey = image_sheet(colored[..., :1], ["a", "b", "c"], 2, 40)
    assert (grey.tiles == colored[..., :1]).all() and grey.zoom == 10


def test_nothing_and_what_diverged_has_colors_too() -> None:
    assert (grey_from_zero(np.zeros((2, 2))) == 0).all()
    broken = np.array([[[np.nan, np.inf]]], np.float32)
    assert map_sheet(broken.transpose(1, 2, 0), WIDTH, True).tiles.shape == (1, 1, 2, 3)
    assert "Black is 0" in scale_in_words(broken, True)


def test_the_scale_in_words() -> None:
    signed = np.array([-0.5, 0.25])
    assert scale_in_words(signed, True) == "Blue is negative, white zero, red positive; full color at ±0.5."
    assert scale_in_words(signed, False).endswith("each map on its own scale.")
    assert scale_in_words(np.array([0, 2.0]), True) == "Black is 0; white is 2."


def test_histogram_against_a_count_by_hand() -> None:
    values = np.array([-2.0, -0.1, 0.0, 0.1, 1.9, 2.0, np.nan])
    bins = histogram(values, 4)
    assert bins["from"] == [-2, -1, 0, 1] and bins["to"] == [-1, 0, 1, 2] and bins["count"] == [1, 1, 2, 2]
    assert sum(histogram(RANDOM.normal(size=(5, 5, 3)))["count"]) == 75


def test_specifications_are_constant() -> None:
    assert histogram_spec("Weight") == histogram_spec("Weight") and drops_spec() == drops_spec()
    assert drops_spec()["encoding"]["x"]["sort"] == {"field": "drop", "order": "descending"}


@pytest.mark.parametrize(("side", "filters"), [(8, 6), (24, 6), (28, 6), (24, 32), (5, 16)])
def test_on_a_phone_a_finger_finds_each_kernel_and_map(side: int, filters: int) -> None:
    phone, maps = 328, RANDOM.uniform(size=(side, side, filters)).astype(np.float32)
    kernel, deep = (RANDOM.normal(size=(5, 5, channels, filters)).astype(np.float32) for channels in (1, 6))
    pairs = kernels_above_maps(kernel, maps, phone, True, "C1", height=680)
    sheets = [map_sheet(maps, phone), *(part.sheet for part in kernel_sheets(deep, phone)), *sum(pairs, ())]
    for sheet in sheets:
        assert sheet.zoom * sheet.tiles.shape[2] >= 40 and sheet.picture().shape[1] <= phone
