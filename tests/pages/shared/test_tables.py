"""Arrow tables from bytes: pyarrow's own table is the oracle, and pandas stays away."""

import math
import subprocess
import sys
from typing import Any

import pyarrow
import pytest

from pages.parts.shared.tables import table

COLUMNS = [
    {"x": [1.0, 2.5, -3.0]},
    {"x": [1.0, None, 2.5], "y": ["a", "b", "c"]},
    {"x": [None, 0.5]},
    {"x": [0.5, None]},
    {"text": ["", "é", "字", "👩‍🔬", "a\nb", "x" * 1000]},
    {"text": [None, "a", None, "", "b"]},
    {"text": ["a", None]},
    {"many": [float(number) if number % 3 else None for number in range(1000)]},
    {"many": [f"row {number}" if number % 7 else None for number in range(1000)]},
    {"a column with a long name, é": [1.0]},
]


@pytest.mark.parametrize("columns", COLUMNS)
def test_the_same_table_as_that_of_pyarrow(columns: dict[str, list[Any]]) -> None:
    made, expected = table(columns), pyarrow.table(columns)
    made.validate(full=True)
    assert made.schema == expected.schema
    assert made.equals(expected)
    assert made.to_pydict() == columns


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ({"x": [], "series": []}, {"x": [], "series": []}),  # a chart before its first point
        ({}, {}),
        ({"x": [None, None]}, {"x": [None, None]}),
        ({"x": [1, 2, None]}, {"x": [1.0, 2.0, None]}),
        ({"x": [1e300, -0.0, math.inf]}, {"x": [1e300, -0.0, math.inf]}),
    ],
)
def test_columns_without_text_are_numbers(columns: dict[str, list], values: dict[str, list]) -> None:
    made = table(columns)
    made.validate(full=True)
    assert made.to_pydict() == values
    assert {column.type for column in made.columns} <= {pyarrow.float64()}


def test_nan_is_a_number_and_not_an_empty_cell() -> None:
    (column,) = table({"x": [math.nan, None, 1.0]}).columns
    assert column.null_count == 1
    assert math.isnan(column[0].as_py()) and column[1].as_py() is None


def test_columns_of_different_lengths() -> None:
    with pytest.raises(pyarrow.ArrowInvalid):
        table({"x": [1.0], "y": [1.0, 2.0]}).validate()


def test_pandas_is_not_imported() -> None:
    """It takes 40 MB. A table that pyarrow itself makes of lists imports it: this test can fail."""
    code = (
        "import sys; from pages.parts.shared.tables import table; import pyarrow; {}; "
        "print('pandas' in sys.modules)"
    )
    columns = '{"x": [1.0, None], "y": ["a", "b"]}'
    for made, imported in ((f"table({columns})", "False"), (f"pyarrow.table({columns})", "True")):
        command = [sys.executable, "-c", code.format(made)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        assert answer.stdout.strip() == imported
