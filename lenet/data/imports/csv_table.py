"""What is in a table of pixels: how it is separated, whether it has a header, which column is the label.

Must not import Streamlit, TensorFlow or Keras.
"""

import csv
import io
import math
from dataclasses import dataclass
from itertools import islice

from lenet.data.imports.files import Files
from lenet.errors import DatasetError
from lenet.formatting import counted

BLOCK_BYTES = 4_000_000  # read at a time: no row may be longer
_FIRST_ROWS = 20
_LABELS = {"label", "labels", "class", "classes", "target", "y", "digit", "letter", "category", "character"}
_NO_PIXELS = {"", "id", "index", "unnamed: 0", "imageid", "image_id", "usage", "filename", "file"}


@dataclass(frozen=True)
class Table:
    """A table, as its first rows tell.

    Attributes:
        name: of the file.
        delimiter: between two cells.
        has_header: whether the first row has the names of the columns.
        num_columns: of each row.
        labels: the columns that may be the label: one, or the first and the last.
        pixels: the others, in their order; where `labels` are two, one of those is a pixel as well.
        side: pixels of a side of an image.
    """

    name: str
    delimiter: str
    has_header: bool
    num_columns: int
    labels: tuple[int, ...]
    pixels: tuple[int, ...]
    side: int

    def pixels_without(self, label: int) -> list[int]:
        """The columns of the pixels, where that column is the label."""
        return sorted({*self.pixels, *self.labels} - {label})


def look_at(files: Files, name: str) -> Table:
    """What the first rows of that file tell. Raises `DatasetError` where it is none of images."""
    title = files.shown(name)
    rows, delimiter = _first_rows(files, name)
    if not rows:
        raise DatasetError(f"{title} has no rows, expected a row for each image. Export it again.")
    has_header = _is_header(rows[0], rows[1:])
    header = [cell.strip().lower() for cell in rows[0]] if has_header else []
    count = len(rows[0])
    kept = [column for column in range(count) if not has_header or header[column] not in _NO_PIXELS]
    labels = [column for column in kept if has_header and header[column] in _LABELS][:1]
    side = math.isqrt(max(0, len(kept) - 1))
    if side < 2 or side**2 != len(kept) - 1:
        raise DatasetError(_no_images(title, count, len(kept)))
    if has_header and len(rows) == 1:
        raise DatasetError(f"{title} has no rows, expected a row for each image. Export it again.")
    found = tuple(labels or sorted({kept[0], kept[-1]}))
    pixels = tuple(column for column in kept if column not in found)
    return Table(name, delimiter, has_header, count, found, pixels, side)


def _no_images(title: str, count: int, num_kept: int) -> str:
    if math.isqrt(num_kept) ** 2 == num_kept > 4:
        return (
            f"{title} has no column of labels: received {count:,} columns, expected one more than the pixels "
            "of a square image. Add a column label."
        )
    return (
        f"{title}: received {counted(count, 'column')}, expected one of labels and those of the pixels of a "
        "square image, such as 785 = 1 + 28×28. Export one row for each image."
    )


def _first_rows(files: Files, name: str) -> tuple[list[list[str]], str]:
    with files.open(name) as file:
        start = file.read(BLOCK_BYTES)
    try:
        text = start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # else the last character is cut
            raise DatasetError(
                f"{files.shown(name)}: received text in another encoding, expected UTF-8. Save it "
                "as CSV UTF-8."
            ) from error
        text = start[: error.start].decode("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), _FIRST_ROWS))
    except csv.Error as error:
        raise DatasetError(
            f"{files.shown(name)} is no table of cells ({error}). Export it as CSV."
        ) from error
    rows = [row for row in rows if row]
    return (rows[:-1] if len(start) == BLOCK_BYTES and len(rows) > 1 else rows), delimiter


def _is_header(first: list[str], rest: list[list[str]]) -> bool:
    """Whether the cells are words where those below are numbers, or are numbers that only count them."""
    numbers = sum(map(_is_number, first))
    if numbers <= len(first) / 2:
        return True
    counts = [str(number) for number in range(len(first))]
    return first == counts and any(row != counts for row in rest)


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False
