"""Marks among digits that are none: the boxes of a form, rings, commas."""

import numpy as np
import pytest
from PIL import Image

from lenet.drawing.found_digits import FoundDigits
from tests.read_pictures import found, grey, read, tile

HEIGHT, PEN, BOX = 80, 7, 120  # pixels; of a box, its side


def row(labels: list[int], step: int = BOX, numbers: tuple[int, ...] = ()) -> np.ndarray:
    """Ink 0–1 of digits, each in the middle of its square of a row."""
    ink = np.zeros((BOX + 80, step * len(labels) + 80))
    for place, label in enumerate(labels):
        part = tile(label, HEIGHT, PEN, numbers[place] if numbers else 0)
        top, left = 40 + (BOX - part.shape[0]) // 2, 40 + step * place + (step - part.shape[1]) // 2
        ink[top : top + part.shape[0], left : left + part.shape[1]] = part
    return ink


def boxed(ink: np.ndarray, count: int, gap: int = 0, wide: int = 3, is_open: bool = False) -> np.ndarray:
    """The same with a box around each square, that much smaller."""
    for place in range(count):
        left, right, top, bottom = (
            40 + BOX * place + gap,
            40 + BOX * (place + 1) - gap,
            40 + gap,
            40 + BOX - gap,
        )
        walls = [(bottom, bottom + wide, left, right), (top, bottom, left, left + wide)]
        walls += [(top, bottom + wide, right, right + wide)]
        walls += [] if is_open else [(top, top + wide, left, right)]
        for above, below, before, behind in walls:
            ink[above:below, before:behind] = 1
    return ink


def reasons(picture: FoundDigits) -> set[str]:
    return {each.reason for each in picture.left_out}


@pytest.mark.parametrize("way", [{}, {"gap": 8}, {"is_open": True}, {"wide": 7}, {"wide": 7, "gap": 10}])
def test_the_boxes_of_a_form_are_no_digits(way: dict) -> None:
    labels = [7, 0, 3, 5]
    picture = found(grey(boxed(row(labels), len(labels), **way)))
    assert read(picture) == labels and picture.quarters == 0
    assert reasons(picture) == {"a frame"}


def test_a_digit_in_its_box_may_touch_it() -> None:
    ink = row([7, 2, 3])
    box = boxed(np.zeros_like(ink), 3)
    for move in (-22, 22):
        moved = np.maximum(np.roll(ink, move, axis=1), box)
        assert read(grey(moved)) == [7, 2, 3]


def test_one_digit_in_one_box() -> None:
    for label in (1, 4, 9):
        assert read(grey(boxed(row([label]), 1, wide=5))) == [label]


def test_an_empty_box_beside_others_is_no_zero() -> None:
    ink = boxed(row([7, 3, 5]), 3, gap=6)
    ink[52:150, 175:270] = 0  # what is in the second one
    assert read(grey(ink)) == [7, 5]


def test_a_zero_with_corners_stays_a_zero() -> None:
    ink = np.zeros((160, 140))
    ink[30:130, 40:100] = 1
    ink[38:122, 48:92] = 0
    assert read(grey(ink)) == [0]
    assert not found(grey(ink)).left_out


def test_a_ring_around_a_digit_is_none() -> None:
    y, x = np.mgrid[:200, :200] - 100
    for label in (1, 3, 5):
        ink = row([label])
        ink[(np.hypot(x, y) < 76) & (np.hypot(x, y) > 70)] = 1
        picture = found(grey(ink))
        assert read(picture) == [label] and reasons(picture) == {"a frame"}


@pytest.mark.parametrize(("share", "place"), [(0.25, 122), (0.4, 122), (0.25, 60), (0.35, 60)])
def test_a_comma_and_an_apostrophe_are_no_ones(share: float, place: int) -> None:
    ink, length = row([2, 5], step=110), int(share * HEIGHT)
    for down in range(length):
        left = 150 - down // 3
        ink[place + down, left : left + PEN] = 1
    picture = found(grey(ink))
    assert read(picture) == [2, 5] and reasons(picture) == {"a comma or an apostrophe"}


def test_low_digits_beside_each_other_are_no_commas() -> None:
    ink = np.zeros((200, 500))
    for place, (label, height) in enumerate([(3, 100), (5, 100), (2, 36), (1, 36)]):
        part = tile(label, height, 6)
        left = 40 + 110 * place
        ink[160 - part.shape[0] : 160, left : left + part.shape[1]] = part
    assert read(grey(ink)) == [3, 5, 2, 1]


@pytest.mark.parametrize("rise", [0, 4])
@pytest.mark.parametrize("above", [-1, 12])
def test_an_underline_is_no_digit_whether_it_touches_or_not(above: int, rise: int, require_pens) -> None:
    labels = [7, 3, 8, 5]
    ink = row(labels, step=90)
    for column in range(30, ink.shape[1] - 30):
        top = 140 + above + round(rise * column / ink.shape[1])
        ink[top : top + PEN, column] = 1
    picture = found(grey(ink))
    assert read(picture) == labels and reasons(picture) == {"a line"}


def test_the_base_of_a_two_is_no_underline() -> None:
    for labels in ([2], [2, 2]):
        picture = found(grey(row(labels)))
        assert read(picture) == labels and not picture.left_out


def test_zeros_that_touch_are_cut_along_the_stroke_that_they_share() -> None:
    y, x = np.mgrid[:140, :320]
    ink = np.zeros((140, 320))
    for middle in (80, 136, 192):
        ring = np.hypot((x - middle) / 30, (y - 70) / 45)
        ink[(ring < 1) & (ring > 0.7)] = 1
    picture = found(grey(ink))
    assert read(picture) == [0, 0, 0] and not any(digit.doubt for digit in picture.digits)


@pytest.mark.parametrize("base", [100, 140])
def test_a_base_that_goes_beyond_a_two_is_no_underline(base: int, require_pens) -> None:
    ink = row([2], step=200)
    ink[140 - PEN : 140, 140 - base // 2 : 140 + base // 2] = 1
    assert read(grey(ink)) == [2]


def test_a_short_one_on_the_line_of_its_row_is_no_comma() -> None:
    ink = row([8, 3, 5], step=130)
    ink[104:140, 165:172] = 1  # between the first two; as high as 0.45 of them
    assert read(grey(ink)) == [8, 1, 3, 5]


def test_a_zero_with_a_bar_in_it_is_no_ring_among_digits() -> None:
    y, x = np.mgrid[:200, :440]
    ink = row([5, 5, 3])
    ink[:, 160:280] = 0
    ring = np.hypot((x - 220) / 40, (y - 100) / 42)
    ink[(ring < 1) & (ring > 0.82)] = 1
    ink[82:118, 217:223] = 1
    assert read(grey(ink)) == [5, 0, 3]


@pytest.mark.parametrize("degrees", [5, 8, 10])
def test_boxes_may_be_tilted(degrees: int) -> None:
    ink = boxed(row([4, 0, 7]), 3, gap=8, wide=4)
    picture = Image.fromarray(grey(np.pad(ink, 60))).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=215)
    assert read(np.asarray(picture)) == [4, 0, 7]


def test_eights_that_lie_below_each_other_are_a_row_that_is_turned(require_pens) -> None:
    for turns in (1, 3):
        picture = found(np.ascontiguousarray(np.rot90(grey(row([8, 3, 8, 5])), turns)))
        assert read(picture) == [8, 3, 8, 5]


# Rings that touch what is in them


def ringed(ink: np.ndarray, times: float, turn: float = 2 * np.pi) -> np.ndarray:
    """The same with a ring so many times as large as what is written, drawn so far around."""
    y, x = np.nonzero(ink > 0.5)
    middle, radii = np.array([np.ptp(x), np.ptp(y)]) / 2, np.array([np.ptp(x), np.ptp(y)]) / 2 * times
    angles = np.linspace(0, turn, 2_000)
    points = np.array([x.min(), y.min()]) + middle + np.stack([np.cos(angles), np.sin(angles)], 1) * radii
    ringed = ink.copy()
    for left, top in np.unique(np.round(points).astype(int), axis=0):
        ringed[top - PEN // 2 : top + PEN // 2 + 1, left - PEN // 2 : left + PEN // 2 + 1] = 1
    return ringed


@pytest.mark.parametrize("labels", [[3], [6], [4, 2]])
@pytest.mark.parametrize("turn", [6.3, 6.2])  # its ends overlap, or do not quite meet
def test_a_ring_may_touch_the_digits_in_it(labels: list[int], turn: float) -> None:
    ink = np.pad(row(labels, step=70), 40)
    picture = found(grey(ringed(ink, 1.33, turn)))
    assert read(picture) == labels and reasons(picture) == {"a frame"}


def test_a_stroke_in_a_zero_is_no_digit_in_a_ring() -> None:
    ink = row([0])
    y, x = np.nonzero(ink > 0.5)
    line = np.linspace([x.min() + PEN, y.max() - PEN], [x.max() - PEN, y.min() + PEN], 400)
    for left, top in line.astype(int):
        ink[top - 3 : top + 4, left - 3 : left + 4] = 1
    picture = found(grey(ink))
    assert len(picture.digits) == 1 and not picture.left_out
