"""Columns → an Arrow table, from their bytes. `pyarrow.table` of lists would import pandas: 40 MB a server.

Must not import pandas.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st

from lenet.proportion import interval


def show_table(columns: Mapping[str, Sequence[float | str | None]], **shown: Any) -> None:
    """A table to read; `shown`: what `st.dataframe` takes besides.

    `lazy=False`, or Streamlit imports pandas to see whether this is one of its tables, and plotly fails in
    another tab as long as that is half done.
    """
    st.dataframe(table(columns), hide_index=True, lazy=False, **({"placeholder": "–"} | shown))


def intervals(
    title: str, shares: Sequence[float | None], counts: Sequence[int | None]
) -> dict[str, list[str]]:
    """A column of 95 % intervals beside a column of shares; none where all are of enough images."""
    bounds = [interval(share, count) for share, count in zip(shares, counts, strict=True)]
    return {title: bounds} if any(bounds) else {}


def table(columns: Mapping[str, Sequence[float | str | None]]) -> pa.Table:
    """Columns of text, or of numbers (float64); None is an empty cell."""
    return pa.Table.from_arrays([_column(values) for values in columns.values()], list(columns))


def _column(values: Sequence[float | str | None]) -> pa.Array:
    return _text(values) if any(isinstance(value, str) for value in values) else _numbers(values)


def _numbers(values: Sequence[float | None]) -> pa.Array:
    numbers = np.array([np.nan if value is None else value for value in values], np.float64)
    buffers = [_present(values), pa.py_buffer(numbers.tobytes())]
    return pa.Array.from_buffers(pa.float64(), len(values), buffers)


def _text(values: Sequence[str | None]) -> pa.Array:
    encoded = [(value or "").encode() for value in values]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [_present(values), pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def _present(values: Sequence[float | str | None]) -> pa.Buffer:
    """Arrow's validity bitmap: a bit for each value, 0 where it is None."""
    bits = np.array([value is not None for value in values], bool)
    return pa.py_buffer(np.packbits(bits, bitorder="little").tobytes())
