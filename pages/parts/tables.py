"""Columns → an Arrow table, from their bytes. `pyarrow.table` of lists would import pandas: 40 MB a server.

Must not import pandas.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa


def table(columns: Mapping[str, Sequence[float | str | None]]) -> pa.Table:
    """Columns of text, or of numbers (None: empty), float64."""
    return pa.Table.from_arrays([_column(values) for values in columns.values()], list(columns))


def _column(values: Sequence[float | str | None]) -> pa.Array:
    is_text = bool(values) and isinstance(values[0], str)
    return _text(values) if is_text else _numbers(values)


def _numbers(values: Sequence[float | None]) -> pa.Array:
    numbers = np.array([np.nan if value is None else value for value in values], np.float64)
    present = np.packbits([value is not None for value in values], bitorder="little")
    buffers = [pa.py_buffer(present.tobytes()), pa.py_buffer(numbers.tobytes())]
    return pa.Array.from_buffers(pa.float64(), len(values), buffers)


def _text(values: Sequence[str]) -> pa.Array:
    encoded = [value.encode() for value in values]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)
