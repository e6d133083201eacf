"""Pictures as people bring them: whatever is around a digit, however it is broken, turned or kept."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks import picture_kinds
from benchmarks.pictures import KINDS
from lenet.drawing.found_digits import LYING, TOUCHING
from lenet.drawing.image_files import open_picture
from lenet.drawing.polarity import is_light_on_dark
from lenet.drawing.rasterization import render
from lenet.drawing.small_pictures import as_in_mnist, mended
from tests.drawn_digits import drawn_digits
from tests.paper import Look, camera, from_jpeg, photograph, tile_of_drawing
from tests.read_pictures import centered, found, grey, read, tile

# What decides the polarity is what is around the ink


def odd_column(ink: np.ndarray) -> np.ndarray:
    picture = grey(ink)
    picture[:, -1] = 45
    return picture


def framed(ink: np.ndarray) -> np.ndarray:
    picture = grey(ink)
    picture[[0, -1]] = picture[:, [0, -1]] = 45
    return picture


def framed_board(ink: np.ndarray) -> np.ndarray:
    return 255 - framed(ink)


def board_with_column(ink: np.ndarray) -> np.ndarray:
    picture = grey(ink, 40, 230)
    picture[:, -4:] = 255
    return picture


def board_with_rows(ink: np.ndarray) -> np.ndarray:
    picture = grey(ink, 40, 230)
    picture[:3] = 255
    return picture


EDGES = (odd_column, framed, framed_board, board_with_column, board_with_rows)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("label", [7, 8])
def test_an_edge_does_not_turn_ink_to_paper(edge: Callable, label: int) -> None:
    picture = edge(centered(label))
    assert is_light_on_dark(picture) == (edge in (framed_board, board_with_column, board_with_rows))
    assert read(picture) == [label]


# Small pictures


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_digits_as_mnist_has_them_kept_as_jpeg(quality: int) -> None:
    drawn = drawn_digits(30)
    images, labels = render([each for each, _ in drawn]), [label for _, label in drawn]
    ways = (
        lambda image: image, lambda image: np.roll(image, (3, -2), (0, 1)), lambda image: image[4:24, 4:24],
        lambda image: np.pad(image, 2), lambda image: 255 - image,
    )  # fmt: skip
    for way in ways:
        right = [
            read(from_jpeg(way(image), quality)) == [label]
            for image, label in zip(images, labels, strict=True)
        ]
        assert np.mean(right) >= 0.96, way


@pytest.mark.parametrize("side", [56, 140])
def test_a_small_digit_made_larger_is_no_sheet_of_paper(side: int) -> None:
    for image, (_, label) in zip(
        render([each for each, _ in drawn_digits(10)]), drawn_digits(10), strict=True
    ):
        large = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC))
        assert read(from_jpeg(large, 80)) == [label]


# Boards


def test_a_light_digit_in_a_dark_rectangle_on_a_light_page() -> None:
    page = np.full((300, 400), 220, np.uint8)
    page[80:220, 150:290] = grey(centered(5, 140, 90, 8), 40, 250)
    result = found(page)
    assert read(result) == [5]
    left, top, right, bottom = result.digits[0].box
    assert 150 <= left < right <= 290 and 80 <= top < bottom <= 220


# Broken strokes


def test_pieces_nearer_than_the_pen_is_wide_are_one_digit() -> None:
    small = 255 - render([next(each for each, label in drawn_digits(50) if label == 3)])[0]
    small[10], small[17] = 255, 255
    assert read(small) == [3]
    ink = centered(3, 200, 150, 16)
    ink[80:90] = ink[120:128] = 0
    assert read(grey(ink)) == [3]


def test_a_rough_stencil_that_touches_the_edge() -> None:
    part = tile(1, 90, 14)
    part[25:32] = part[60:66] = 0
    rough = np.random.default_rng(0).uniform(-0.2, 0.2, part.shape)
    picture = grey(np.pad(np.clip(part + rough * (part > 0), 0, 1), ((0, 12), (20, 25))))
    assert read(picture) == [1]


def test_a_smeared_marker() -> None:
    ink = centered(4, 120, 96, 13)
    y, x = np.mgrid[:120, :120]
    dry = (x + 2 * y) % 17 < 4
    assert read(grey(np.where(dry, 0.1 * ink, ink))) == [4]


# Rows


def row(tiles: list[np.ndarray], apart: int) -> np.ndarray:
    """Ink of tiles beside each other on one line."""
    height, width = max(each.shape[0] for each in tiles), sum(each.shape[1] + apart for each in tiles)
    ink, left = np.zeros((height * 2, width + 2 * height)), height
    for each in tiles:
        place = ink[height * 3 // 2 - each.shape[0] : height * 3 // 2, left : left + each.shape[1]]
        np.maximum(place, each, out=place)
        left += each.shape[1] + apart
    return ink


@pytest.mark.parametrize("low", [25, 33, 40])
def test_three_tall_digits_and_three_low_ones(low: int) -> None:
    tiles = [tile(7, 100, 7, number) for number in range(3)] + [
        tile(0, low, 5, number) for number in range(3)
    ]
    assert read(grey(row(tiles, 20))) == [7, 7, 7, 0, 0, 0]


def test_what_is_left_out_is_counted_and_has_a_place() -> None:
    ink = row([tile(2, 100, 8), tile(6, 100, 8)], 30)
    ink[150:162, 20:34] = 1  # a blot
    result = found(grey(ink))
    assert read(result) == [2, 6]
    ((left, top, right, bottom),) = [each.box for each in result.left_out]
    assert abs(left - 20) < 3 and abs(top - 150) < 3 and abs(right - 34) < 3 and abs(bottom - 162) < 3


def test_digits_that_touch_are_cut_where_the_parts_read_surely() -> None:
    ink = row([tile(2, 100, 8), tile(7, 100, 8), tile(4, 100, 8)], -6)
    assert read(camera(ink, Look(light=0.2, noise=2), np.random.default_rng(0))) == [2, 7, 4]


@pytest.mark.parametrize(("first", "last"), [(2, 6), (3, 8), (5, 0)])
def test_what_touches_an_illegible_mark_is_read_all_the_same(first: int, last: int) -> None:
    y, x = np.mgrid[:100, :70]
    grid = (np.abs(x - 20) < 5) | (np.abs(x - 50) < 5) | (np.abs(y - 35) < 5) | (np.abs(y - 65) < 5)
    result = found(grey(row([tile(first, 100, 8), grid.astype(float), tile(last, 100, 8)], -4)))
    assert [each.doubt for each in result.digits] == ["", TOUCHING, ""]
    assert read(result)[::2] == [first, last]


def test_what_no_cut_makes_legible_is_one_outline_that_touches() -> None:
    y, x = np.mgrid[:300, :560]
    inside = (y > 50) & (y < 250) & (x > 60) & (x < 500)
    waves = np.abs((y - 150) - 95 * np.sin(x / 18)) < 9
    hatched = inside & (waves | (np.abs(y - 150) < 4) | (np.abs(y - 90) < 4) | (np.abs(y - 210) < 4))
    (digit,) = found(grey(hatched.astype(float))).digits
    assert digit.doubt == TOUCHING


# Turned


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_sheet_that_lies_otherwise_is_turned_as_it_reads_most_surely(quarters: int) -> None:
    drawn = drawn_digits(12)
    tiles = [tile_of_drawing(drawing, 90, 8) for drawing, _ in drawn]
    page = photograph(tiles, 4, Look(noise=2, light=0.2), np.random.default_rng(1))
    upright = found(page)
    turned = found(np.ascontiguousarray(np.rot90(page, quarters)))
    assert upright.quarters == 0 and (turned.quarters + quarters) % 4 == 0
    assert read(turned) == read(upright) == [label for _, label in drawn]
    assert turned.picture.shape == page.shape


def test_what_a_person_says_is_done() -> None:
    picture = grey(centered(6, 200, 150, 14))
    assert read(found(picture, quarters=2)) == [9] and found(picture, quarters=1).quarters == 1
    assert read(found(picture, is_light=False)) == [6]
    dark, light = (found(grey(centered(0, 200, 150, 30)), is_light=each).digits[0].image for each in (0, 1))
    assert not np.array_equal(dark, light)


# Bits


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("bits", [10, 12])
def test_sixteen_bits_that_hold_fewer(bits: int, kind: str) -> None:
    for paper, pen in ((0.9, 0.2), (0.15, 0.8)):
        values = (paper + (pen - paper) * centered(7)) * (2**bits - 1)
        file = io.BytesIO()
        Image.fromarray(values.astype(np.uint16)).save(file, kind)
        picture = open_picture(file.getvalue(), f"scan.{kind.lower()}")
        assert np.ptp(picture) > 120 and read(picture) == [7]


@pytest.mark.parametrize("is_light", [True, False])
def test_ink_that_is_not_there_is_no_digit_in_a_small_picture(is_light: bool) -> None:
    picture = np.full((28, 28), 0 if is_light is False else 255, np.uint8)
    picture[5:23, 13:15] = 255 - picture[0, 0]
    assert as_in_mnist(picture, is_light) is None


@pytest.mark.parametrize(("label", "doubt"), [(4, LYING), (1, LYING), (7, "")])
def test_a_lone_digit_on_its_side_is_turned_and_doubted_where_it_reads_either_way(
    label: int, doubt: str, require_pens
) -> None:
    look, random = Look(digit=150, light=0.2, noise=2), np.random.default_rng(label)
    result = found(np.ascontiguousarray(np.rot90(photograph([tile(label, 150, 13)], 1, look, random, 1.2))))
    assert result.quarters == 3 and read(result) == [label]
    assert [digit.doubt for digit in result.digits] == [doubt]


def test_a_row_without_ink_that_goes_through_a_digit_is_filled() -> None:
    image = render([next(each for each, label in drawn_digits(50) if label == 1)])[0]
    broken = image.copy()
    broken[11:13] = 0
    assert np.abs(mended(broken).astype(int) - image).mean() < np.abs(broken.astype(int) - image).mean() / 2
    np.testing.assert_array_equal(mended(image), image)


def test_pieces_at_the_edge_belong_to_a_digit_that_fills_the_picture(require_mnist) -> None:
    """Each was one piece of a nine, the larger one left out as a table."""
    for index in (103, 140):
        made = picture_kinds.stencil(np.random.default_rng((201, list(KINDS).index("stencil"), index)))
        assert read(open_picture(made.data, "stencil.png")) == list(made.labels) == [9]


def test_a_gap_that_is_nearly_closed_is_filled_where_that_reads_more_surely(require_mnist) -> None:
    """Some of a broken digit's pieces are nearer to each other than others; a one and a nine."""
    for index in (29, 110):
        made = picture_kinds.stencil(np.random.default_rng((9001, list(KINDS).index("stencil"), index)))
        assert read(open_picture(made.data, "stencil.png")) == list(made.labels)


def test_what_is_wide_is_one_digit_where_no_cut_reads_more_surely(require_mnist) -> None:
    """A two with a long foot, 1.8 times as wide as high, and a five that is read as another digit."""
    for kind, index, doubt in (("odd column", 50, ""), ("light digit in a dark rectangle", 66, TOUCHING)):
        make, _ = KINDS[kind]
        made = make(np.random.default_rng((9001, list(KINDS).index(kind), index)))
        result = found(open_picture(made.data, "wide.png"))
        assert [digit.doubt for digit in result.digits] == [doubt] and result.quarters == 0
        assert doubt or read(result) == list(made.labels)


def test_a_one_on_its_side_is_not_cut_into_many() -> None:
    image = Image.new("L", (220, 150), 235)
    ImageDraw.Draw(image).line([(78, 100), (60, 86), (160, 86)], 40, 7, "curve")
    result = found(np.asarray(image))
    assert len(result.digits) == 1 and read(result) == [1] and result.digits[0].doubt == LYING


def test_a_wide_digit_on_its_side_is_turned(require_pens) -> None:
    """As it lies it is 2.1 times as wide as high, and reads as a five, not surely."""
    ink, part = np.zeros((200, 200)), tile(6, 130, 11, 7)
    ink[35 : 35 + part.shape[0], 60 : 60 + part.shape[1]] = part
    result = found(np.ascontiguousarray(np.rot90(grey(ink), 3)))
    assert read(result) == [6] and result.quarters == 1


def test_two_digits_that_nearly_touch_are_not_filled_to_one(require_pens) -> None:
    assert read(grey(row([tile(1, 90, 8, 5), tile(0, 90, 8, 6)], -5))) == [1, 0]


@pytest.mark.parametrize(
    ("labels", "numbers", "step", "shared"),
    [
        ((6, 2, 5, 4), (8, 3, 4, 2), 35, 8),
        ((6, 5, 6, 9), (9, 1, 7, 4), 40, 7),
        ((0, 0, 2, 5), (0, 9, 8, 5), 40, 7),
    ],
)
def test_digits_that_touch_in_a_row_that_climbs(
    labels: tuple[int, ...], numbers: tuple[int, ...], step: int, shared: int, require_pens
) -> None:
    tiles = [tile(label, 90, 8, number) for label, number in zip(labels, numbers, strict=True)]
    ink, left = np.zeros((700, 900)), 200
    for place, part in enumerate(tiles):
        top = 500 - step * place
        area = ink[top : top + part.shape[0], left : left + part.shape[1]]
        np.maximum(area, part, out=area)
        left += part.shape[1] - shared
    assert read(grey(ink)) == list(labels)
