"""Connected components of small masks, drawn by hand."""

import numpy as np

from lenet.drawing.connected_components import connected_components

DRAWN = """
##....#
..#...#
.......
#.#..##
"""
MASK = np.array([[each == "#" for each in row] for row in DRAWN.split()])


def test_what_touches_at_a_corner_is_of_one_component() -> None:
    found = connected_components(MASK)
    assert found.boxes.tolist() == [[0, 0, 3, 2], [6, 0, 7, 2], [0, 3, 1, 4], [2, 3, 3, 4], [5, 3, 7, 4]]
    assert found.areas.tolist() == [3, 2, 1, 1, 2]
    assert np.array_equal(found.labels > 0, MASK)
    assert set(found.labels[3]) == {0, 3, 4, 5}


def test_a_gap_is_bridged_and_belongs_to_nobody() -> None:
    found = connected_components(MASK, gap=1)  # two pixels between them at most
    assert found.boxes.tolist() == [[0, 0, 7, 4]] and found.areas.tolist() == [9]
    assert np.array_equal(found.labels == 1, MASK)
    apart = np.zeros((3, 9), bool)
    apart[1, [0, 3, 8]] = True  # two pixels, and four
    assert connected_components(apart, gap=1).boxes.tolist() == [[0, 1, 4, 2], [8, 1, 9, 2]]


def test_an_empty_mask_has_none() -> None:
    found = connected_components(np.zeros((4, 5), bool))
    assert found.boxes.shape == (0, 4) and found.areas.shape == (0,) and not found.labels.any()
