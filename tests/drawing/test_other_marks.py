"""Marks among digits that are none: the boxes of a form, rings, commas."""

import numpy as np
import pytest

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


@pytest.mark.parametrize("share", [0.25, 0.4])
def test_a_comma_and_an_apostrophe_are_no_ones(share: float) -> None:
    for place in (130 + HEIGHT // 2 - 8 - 40, 60):
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
def test_an_underline_is_no_digit_whether_it_touches_or_not(above: int, rise: int) -> None:
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
