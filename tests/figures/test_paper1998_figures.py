"""Figures of the layers of 1998: table I as a matrix, codes as bitmaps, what coefficients make of inputs."""

import numpy as np
import pytest

from lenet.figures import paper1998_figures as figures
from lenet.inspection.results import LayerView
from lenet.layers.paper1998_tables import C3_TABLE, CODES

PLAIN = LayerView(
    "2_subsampling", "S2", "subsampling", "", None, None, 2, 2, (0, 0), "linear", np.zeros(1), np.zeros(1)
)


def view(**changed: object) -> LayerView:
    return LayerView(**(vars(PLAIN) | changed))


def test_the_matrix_is_table_one():
    kernel = np.zeros((5, 5, 6, 16), np.float32)
    for number, sources in enumerate(C3_TABLE):
        kernel[..., sources, number] = 0.1
    connected = figures.connections(view(kernel=kernel))
    rows = figures.connection_rows(connected)
    filled = zip(rows["source"], rows["map"], rows["connected"], strict=True)
    seen_by_3 = [number for source, number, yes in filled if source == "3" and yes]
    assert seen_by_3 == ["1", "2", "3", "6", "7", "8", "9", "12", "14", "15"]  # a row of the paper's table
    assert sum(rows["connected"]) == 60 and len(rows["map"]) == 96
    assert figures.connections_in_words(connected) == (
        "60 of 96 pairs are connected. Of the 16 maps 6 see 3, 9 see 4, 1 sees 6."
    )


def test_a_code_as_a_bitmap():
    picture = figures.bitmap(np.array(CODES[1], np.float32))
    assert picture.shape == (12, 7, 3)
    red = picture[..., 0] > picture[..., 2]
    assert ["".join(".#"[int(each)] for each in row) for row in red[:4]] == [
        "...##..", "..###..", ".####..", "...##..",
    ]  # fmt: skip
    sheet = figures.bitmap_sheet(np.full(84, 1.7159), "F6 gives", 154)
    np.testing.assert_array_equal(sheet.tiles[0, 0, 0], [178, 24, 43])  # full red
    assert sheet.picture().shape[:2] == (12 * 22, 7 * 22)


@pytest.mark.parametrize(
    ("coefficient", "bias", "expected"),
    [
        (0.25, 0.0, [-1, -0.5, 0, 0.5, 1]),  # the mean of the four
        (9.0, 27.0, [-1, 1, 1, 1, 1]),  # OR
        (9.0, -27.0, [-1, -1, -1, -1, 1]),  # AND
        (-9.0, -27.0, [1, -1, -1, -1, -1]),  # no input may be on
    ],
)
def test_what_a_coefficient_and_a_bias_make_of_inputs(
    coefficient: float, bias: float, expected: list[float]
) -> None:
    numbers = {"scale": np.array([coefficient]), "shift": np.array([bias])}
    function = "linear" if abs(coefficient) < 1 else "scaled_tanh"
    rows = figures.response_rows(view(activation=function, **numbers))
    assert rows["on"] == ["0", "1", "2", "3", "4"]
    most = 1 if function == "linear" else 1.7159
    np.testing.assert_allclose(rows["value"], np.multiply(expected, most), atol=1e-3)
    bars = figures.coefficient_rows(view(**numbers))
    assert (bars["what"], bars["value"]) == (["coefficient", "bias"], [coefficient, bias])
