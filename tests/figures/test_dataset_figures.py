"""The figures of the Data page: what is in them is what was given, where it belongs."""

import base64
import io
import json

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from lenet.data.preprocessing import pad
from lenet.figures.dataset_figures import (
    LONGEST_NAME,
    Step,
    class_figure,
    means_figure,
    one_hot_figure,
    short,
    steps_figure,
)
from lenet.figures.image_grid import GAP, grid_figure
from lenet.figures.pixel_matrix import MOST_SIDE, Window, matrix_spec, pixel_rows, window
from lenet.figures.theme import LIGHT

RANDOM = np.random.default_rng(0)


def picture(image: dict | go.layout.Image) -> np.ndarray:
    address = image["source"]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


def test_classes_have_their_counts_and_their_mean_above_them() -> None:
    means = RANDOM.integers(0, 256, (3, 8, 8, 1), np.uint8)
    names = ["cat", "a <dog>", "x" * 40]
    figure, above = (
        class_figure(names, np.array([5, 1_234, 0]), np.array([1, 2, 3]), LIGHT),
        means_figure(names, means),
    )
    train, test = figure.data
    assert list(train.y) == [5, 1_234, 0] and list(train.text) == ["5", "1,234", "0"]
    assert list(test.y) == [1, 2, 3]
    assert [image.x for image in above.layout.images] == list(train.x) == [0, 1, 2]
    assert above.layout.xaxis.range == figure.layout.xaxis.range
    assert above.layout.margin.l == figure.layout.margin.l
    for image, mean in zip(above.layout.images, means, strict=True):
        np.testing.assert_array_equal(picture(image)[::16, ::16], mean[..., 0])
    assert figure.layout.xaxis.ticktext == ("cat", "a &lt;dog&gt;", "x" * (LONGEST_NAME - 1) + "…")


def test_long_names_are_cut_before_they_are_escaped() -> None:
    assert short("<" * 40) == "&lt;" * (LONGEST_NAME - 1) + "…"


@pytest.mark.parametrize("channels", [1, 3])
def test_steps_keep_their_values_and_frame_what_was_there(channels: int) -> None:
    image = RANDOM.integers(0, 256, (9, 12, channels), np.uint8)
    padded = pad(image[None], 21)[0]
    scaled = (padded / 255).astype(np.float32)
    steps = [Step("Stored", "", image, 0, 255), Step("Padded", "", padded, 0, 255)]
    figure = steps_figure([*steps, Step("Scaled", "", scaled, 0, 1)])
    for trace, values in zip(figure.data, (image, padded, scaled), strict=True):
        expected = values[..., 0] if channels == 1 else np.rint(values * (1 if values is not scaled else 255))
        np.testing.assert_array_equal(trace.z, expected)
    for frame in figure.layout.shapes:  # in the figure's own places: a pixel reaches half to each side
        top, left = round(frame.y0 + 0.5), round(frame.x0 + 0.5)
        bottom, right = round(frame.y1 + 0.5), round(frame.x1 + 0.5)
        np.testing.assert_array_equal(padded[top:bottom, left:right], image)
    assert len(figure.layout.shapes) == 2
    layout = figure.layout
    pixels = [
        (axis.domain[1] - axis.domain[0]) * layout.width / (axis.range[1] - axis.range[0])
        for axis in (layout.xaxis, layout.xaxis2, layout.xaxis3)
    ]
    assert pixels == pytest.approx([pixels[0]] * 3) and layout.xaxis3.domain[1] == pytest.approx(1)
    height = layout.height - layout.margin.t - layout.margin.b
    tall = (layout.yaxis.domain[1] - layout.yaxis.domain[0]) * height / 9
    assert tall == pytest.approx(pixels[0], rel=0.02)


@pytest.mark.parametrize("num_classes", [2, 10, 47])
def test_one_hot_has_a_single_one(num_classes: int) -> None:
    label = num_classes - 1
    trace = one_hot_figure(label, [f"class {each}" for each in range(num_classes)], "#000").data[0]
    values = [value for value in np.ravel(trace.z) if value is not None]
    assert values == [0] * label + [1]
    hover = [words for words in np.ravel(trace.hovertext) if words]
    assert hover[label] == f"class {label}: 1" and hover[0] == "class 0: 0"


# A grid with rows that have titles


def test_pictures_are_in_their_cells_and_titles_beside_their_rows() -> None:
    images = RANDOM.integers(0, 256, (3, 8, 8, 1), np.uint8)
    figure = grid_figure(
        images,
        4,
        32,
        ["a", "b", "c"],
        places=[0, 1, 9],
        row_titles=["zero", "one", "<b>two</b>"],
        ink="#123456",
    )
    step = 32 + GAP
    assert [(image.x, image.y) for image in figure.layout.images] == [
        (GAP / 2 + column * step, GAP / 2 + row * step) for column, row in ((0, 0), (1, 0), (1, 2))
    ]
    targets = zip(figure.data[0].x, figure.data[0].y, figure.layout.images, strict=True)
    assert all((x, y) == (image.x + 16, image.y + 16) for x, y, image in targets)
    titles = figure.layout.annotations
    assert [each.y / step - 0.5 for each in titles] == [0, 1, 2] and titles[0].font.color == "#123456"
    assert figure.layout.width == 4 * step + figure.layout.margin.l


def test_large_pictures_are_sent_smaller_and_small_ones_larger() -> None:
    images = RANDOM.integers(0, 256, (1, 128, 96, 3), np.uint8)
    assert picture(grid_figure(images, 1, 40, ["a"]).layout.images[0]).shape == (80, 60, 3)
    small = RANDOM.integers(0, 256, (1, 8, 8), np.uint8)
    sent = picture(grid_figure(small, 1, 40, ["a"]).layout.images[0])
    np.testing.assert_array_equal(sent, small[0].repeat(5, axis=0).repeat(5, axis=1))


# The matrix of numbers


def test_the_table_has_each_pixel_of_the_window_once() -> None:
    values = RANDOM.integers(0, 256, (60, 50), np.uint8)
    part = window(values, 40, 3)
    assert part == Window(60 - MOST_SIDE, 3, MOST_SIDE, MOST_SIDE)
    rows = pixel_rows(values, part)
    assert len(rows["value"]) == MOST_SIDE**2
    for row, column, value in zip(rows["row"], rows["column"], rows["value"], strict=True):
        assert values[row, column] == value
    assert [each - 1 for each in rows["below"]] == rows["row"]
    assert window(values[:8, :5]) == Window(0, 0, 8, 5)


def test_picture_and_matrix_show_the_same_pixels_and_one_selection_is_in_both() -> None:
    image = RANDOM.integers(0, 256, (40, 36, 3), np.uint8)
    part = window(image, 2, 4)
    spec = json.loads(json.dumps(matrix_spec(image, image[..., 1], part, "title", "words", "#000")))
    whole, matrix = spec["hconcat"][0]["vconcat"][0], spec["hconcat"][1]
    names = [layer["name"] for view in (whole, matrix) for layer in view["layer"] if "name" in layer]
    assert names == spec["params"][0]["views"] and spec["params"][0]["select"]["fields"] == ["row", "column"]
    for view, shown in ((whole, image), (matrix, image[2:34, 4:36, 1])):
        sent = picture({"source": view["layer"][0]["mark"]["url"]})
        zoom = len(sent) // len(shown)
        np.testing.assert_array_equal(sent[::zoom, ::zoom], shown)
        placed = view["layer"][-1]["encoding"]
        pixels = [view[size] / abs(np.diff(placed[axis]["scale"]["domain"])[0]) for size, axis in
                  (("width", "x"), ("height", "y"))]  # fmt: skip
        assert pixels[0] == pytest.approx(pixels[1], rel=0.02)  # a pixel is a square
    assert matrix["layer"][-1]["encoding"]["x"]["scale"]["domain"] == [4, 36]
    assert matrix["layer"][-1]["encoding"]["y"]["scale"]["domain"] == [34, 2]
