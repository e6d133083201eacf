"""Tables of pixels, a row for each image, as Kaggle has them.

Must not import Streamlit, TensorFlow or Keras.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
from pyarrow import csv

from lenet.data.imports.contents import Contents, Part, contents
from lenet.data.imports.csv_table import BLOCK_BYTES, Table, look_at
from lenet.data.imports.files import Files
from lenet.data.imports.labels import check_lengths
from lenet.data.imports.part_names import part_of, words_of
from lenet.data.upload import MAX_PIXELS
from lenet.errors import DatasetError
from lenet.formatting import counted
from lenet.sentences import listed, reason

_SHORT = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
_NO_NUMBER = re.compile(r"Row #(\d+): CSV conversion error to \w+: invalid value '(.*?)'", re.DOTALL)


@contextmanager
def read(files: Files, names: Sequence[str], class_names: Sequence[str]) -> Iterator[Contents]:
    """The images and labels in the tables of these names. Raises `DatasetError`."""
    tables, notes = _usable(files, names)
    found: dict[str, Part] = {}
    for table in tables:
        part = (part_of(PurePosixPath(table.name).stem) if len(tables) > 1 else None) or "train"
        if part in found:
            raise DatasetError(
                f"Tables: received {listed(each.name for each in tables)}, expected one to train on, and at "
                "most one to validate and one to test. Put the word train or test into their names."
            )
        labels, pixels = _labels(files, table)
        found[part] = Part(labels, partial(_blocks, files, table, pixels))
    sides = {table.side for table in tables}
    if len(sides) > 1:
        raise DatasetError(
            f"Tables: received images of {listed(map(str, sides))} pixels a side, expected one size."
        )
    (side,) = sides
    may_lie = any("emnist" in words_of(name) for name in (files.title, *names))
    yield contents("a table (CSV)", found, class_names, (side, side, 1), notes, may_lie=may_lie)


def _usable(files: Files, names: Sequence[str]) -> tuple[list[Table], list[str]]:
    """The tables of images with labels, and a sentence for each other one. Raises where there is none."""
    tables, problems = [], []
    for name in names:
        try:
            tables.append(look_at(files, name))
        except DatasetError as error:
            problems.append(error)
    if not tables:
        raise problems[0]
    return tables, [f"Passed over: {error}" for error in problems]


def _labels(files: Files, table: Table) -> tuple[np.ndarray, list[int]]:
    """(N,) text, and which columns are pixels: the first or the last may be the labels."""
    columns: dict[int, list[np.ndarray]] = {column: [] for column in table.labels}
    count = 0
    for batch in _batches(files, table, table.labels, pa.string()):
        count += batch.num_rows
        if count * table.side**2 > MAX_PIXELS:
            raise DatasetError(
                f"{files.shown(table.name)}: received more than {count:,} images of {table.side}×"
                f"{table.side} pixels, expected at most {MAX_PIXELS:,} numbers. Keep fewer examples."
            )
        for column, cells in zip(table.labels, batch.columns, strict=True):
            check_lengths(files.shown(table.name), cells)
            columns[column].append(np.array(cells.to_pylist(), np.str_))
    if not count:
        raise DatasetError(f"{files.shown(table.name)} has no rows, expected a row for each image.")
    labels = {column: np.concatenate(cells) for column, cells in columns.items()}
    chosen = min(labels, key=lambda column: _unlike_labels(labels[column]))
    return labels[chosen], table.pixels_without(chosen)


def _unlike_labels(cells: np.ndarray) -> float:
    """How little a column looks like labels, 0 to 2: a corner's pixel is nearly always the same."""
    values, counts = np.unique(cells, return_counts=True)
    return float(counts.max() / len(cells)) + (len(values) > 100 or len(values) == 1)


def _blocks(files: Files, table: Table, pixels: list[int]) -> Iterator[np.ndarray]:
    """(n, side, side, 1) float32."""
    for batch in _batches(files, table, pixels, pa.float32()):
        numbers = np.stack([column.to_numpy(zero_copy_only=False) for column in batch.columns], axis=1)
        yield numbers.reshape(-1, table.side, table.side, 1)


def _batches(
    files: Files, table: Table, columns: Sequence[int], kind: pa.DataType
) -> Iterator[pa.RecordBatch]:
    """Some rows at a time, of these columns. Raises `DatasetError`."""
    names = [f"f{column}" for column in columns]
    convert = csv.ConvertOptions(
        include_columns=names, column_types=dict.fromkeys(names, kind),
        null_values=[], strings_can_be_null=False,
    )  # fmt: skip
    options = csv.ReadOptions(
        use_threads=False,
        block_size=BLOCK_BYTES,
        autogenerate_column_names=True,
        skip_rows=int(table.has_header),
    )
    parse = csv.ParseOptions(delimiter=table.delimiter)
    with files.open(table.name) as file:
        try:
            yield from csv.open_csv(pa.PythonFile(file, "r"), options, parse, convert)
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise DatasetError(_in_a_sentence(files.shown(table.name), str(error), table)) from error


def _in_a_sentence(title: str, words: str, table: Table) -> str:
    if found := _SHORT.search(words):
        row, expected, received = found.groups()
        return (
            f"{title}, row {row}: received {received} columns, expected {expected}. Fill them in, or drop it."
        )
    if found := _NO_NUMBER.search(words):
        row, cell = found.groups()
        return (
            f"{title}, row {row}: received {cell[:40]!r}, expected a number. Put it right, or drop that row."
        )
    if "straddling" in words:
        return f"{title}: received a row of more than {counted(BLOCK_BYTES, 'byte')}, expected shorter ones."
    if "UTF8" in words or "utf-8" in words:
        return f"{title}: received text in another encoding, expected UTF-8. Save it as CSV UTF-8."
    if "Empty CSV" in words:
        return f"{title} has no rows, expected a row for each image. Export it again."
    return f"{title} cannot be read ({reason(words)}). Expected {table.num_columns} columns in each row."
