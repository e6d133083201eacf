"""Parquet as Hugging Face has it: the bytes of a picture and a label in each row.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from lenet.data.imports.contents import Contents, Part, contents, in_lists
from lenet.data.imports.decoding import common_shape, decoded
from lenet.data.imports.files import Files
from lenet.data.imports.labels import check_lengths
from lenet.data.imports.part_names import part_of
from lenet.drawing.image_files import MOST_BYTES
from lenet.errors import DatasetError
from lenet.files import parse_json
from lenet.sentences import listed, reason

MOST_ROWS = 2_000_000
_MOST_AT_ONCE = 30_000_000  # bytes of pictures, as far as the headers tell; one at least
_MOST_ROWS_AT_ONCE = 64
_LABELS = ("label", "labels", "fine_label", "class", "cls", "target", "y", "digit", "character", "category")
_DAMAGE = (pa.ArrowException, OSError)


@contextmanager
def read(files: Files, names: Sequence[str], class_names: Sequence[str]) -> Iterator[Contents]:
    """The pictures and labels in the files of these names. Raises `DatasetError`."""
    parts: dict[str, list[str]] = {}
    for name in names:
        part = (part_of(PurePosixPath(name).name) if len(names) > 1 else None) or "train"
        parts.setdefault(part, []).append(name)
    columns = _columns(files, names[0])
    found = {part: _part(files, members, columns) for part, members in parts.items()}
    given = class_names or _names_in(files, names[0], columns[1])
    shape = common_shape(found["train"]) if "train" in found else None
    yield contents("Parquet", found, given, shape, are_pictures=True)


def _part(files: Files, names: list[str], columns: tuple[str, str]) -> Part:
    labels = np.concatenate([_labels(files, name, columns[1]) for name in names])

    def pictures(wanted: Callable[[int], bool]) -> Iterator[np.ndarray]:
        for number, (title, data) in enumerate(_bytes(files, names, columns[0])):
            if wanted(number):
                yield decoded(data, title)

    def some(rows: Sequence[int]) -> list[np.ndarray]:
        return list(pictures(set(rows).__contains__))

    return Part(labels, lambda: in_lists(pictures(lambda _: True)), some)


@contextmanager
def _opened(files: Files, name: str, repeated: Sequence[str] = ()) -> Iterator[parquet.ParquetFile]:
    title = files.shown(name)
    with files.seekable(name) as file:
        try:
            found = parquet.ParquetFile(
                pa.PythonFile(file, "r"), pre_buffer=False, buffer_size=1 << 16,
                read_dictionary=list(repeated),
                thrift_string_size_limit=20_000_000, thrift_container_size_limit=1_000_000,
            )  # fmt: skip
            if found.metadata.num_rows > MOST_ROWS:
                raise DatasetError(
                    f"{title}: received {found.metadata.num_rows:,} rows, expected at most {MOST_ROWS:,}. "
                    "Keep fewer examples."
                )
            yield found
        except _DAMAGE as error:
            raise DatasetError(f"{title} is damaged or cut short ({reason(error)}).") from error


def _columns(files: Files, name: str) -> tuple[str, str]:
    """The names of the columns of pictures and of labels."""
    with _opened(files, name) as file:
        schema = file.schema_arrow
    images = [each.name for each in schema if _has_bytes(each.type)]
    others = [each.name for each in schema if _may_label(each.type) and each.name not in images]
    labels = [each for each in _LABELS if each in others] or others
    if not images or not labels:
        raise DatasetError(
            f"{files.shown(name)}: received the columns {listed(schema.names) or 'none'}, expected one "
            "of pictures (the bytes of a PNG or JPEG) and one of labels. Choose a data set of images."
        )
    return images[0], labels[0]


def _has_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(field.name == "bytes" and _has_bytes(field.type) for field in kind)
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _may_label(kind: pa.DataType) -> bool:
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_string, pa.types.is_large_string,
             pa.types.is_boolean)  # fmt: skip
    return any(test(kind) for test in tests)


def _names_in(files: Files, name: str, label: str) -> list[str]:
    """The names of the classes that Hugging Face writes beside the table; none where there are none."""
    with _opened(files, name) as file:
        about = (file.schema_arrow.metadata or {}).get(b"huggingface", b"{}")
    try:
        names = parse_json(about)["info"]["features"][label]["names"]
    except (ValueError, KeyError, TypeError):
        return []
    return names if isinstance(names, list) and all(isinstance(each, str) for each in names) else []


def _labels(files: Files, name: str, column: str) -> np.ndarray:
    """(N,) numbers or text."""
    found: list[object] = []
    with _opened(files, name, [column]) as file:
        for batch in file.iter_batches(1024, columns=[column]):
            check_lengths(files.shown(name), batch.column(0))
            found += batch.column(0).to_pylist()
    if None in found:
        row = found.index(None) + 1
        raise DatasetError(
            f"Labels: received nothing in row {row:,} of {files.shown(name)}, expected one. Drop it."
        )
    return np.array(found) if found else np.zeros(0, np.int64)


def _rows_at_once(file: parquet.ParquetFile, column: str, title: str) -> int:
    """One picture has at most as many bytes as its row group unpacks to, and may be in each of its rows."""
    largest = 1
    for group in map(file.metadata.row_group, range(file.metadata.num_row_groups)):
        chunks = [group.column(number) for number in range(group.num_columns)]
        size = sum(each.total_uncompressed_size for each in chunks if each.path_in_schema.startswith(column))
        if size > MOST_BYTES * max(1, group.num_rows):
            raise DatasetError(
                f"{title}: received pictures of {size:,} bytes, expected at most {MOST_BYTES:,} each. "
                "Save them smaller, as JPEG."
            )
        largest = max(largest, size)
    return max(1, min(_MOST_ROWS_AT_ONCE, _MOST_AT_ONCE // largest))


def _bytes(files: Files, names: list[str], column: str) -> Iterator[tuple[str, bytes]]:
    """What each picture is called, and its bytes."""
    for name in names:
        row = 0
        with _opened(files, name) as file:
            for batch in file.iter_batches(_rows_at_once(file, column, files.shown(name)), columns=[column]):
                for each in batch.column(0).to_pylist():
                    row += 1
                    title = f"{files.shown(name)}, row {row:,}"
                    data = each.get("bytes") if isinstance(each, dict) else each
                    if not isinstance(data, bytes):
                        raise DatasetError(
                            f"{title}: received no picture, expected the bytes of one. "
                            "Export it with its pictures."
                        )
                    yield title, data
