"""One array in an `.npz` or IDX file: its shape before its numbers, its numbers in blocks.

Nothing is unpickled, no more is read than the header announces, and what it announces is there to be checked
before anything is made of it. Must not import Streamlit or TensorFlow.
"""

import gzip
import io
import math
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lenet.archives import member, zip_archive
from lenet.errors import DatasetError
from lenet.files import opened
from lenet.sentences import listed, reason, shortened

BLOCK_BYTES = 1 << 20  # what is in memory at a time
MOST_FORTRAN_BYTES = (
    50_000_000  # in whose rows the numbers lie apart: they can be had only of the whole array
)
IDX_UNSIGNED_BYTE = 8  # the only type of numbers that the MNIST family stores

_NPY_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
MOST_HEADER_BYTES = 1_000  # numpy writes 128
MOST_DIMENSIONS, MOST_NUMBERS = 8, 1 << 48
_KINDS = "biufcSU"  # of numbers and text
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, struct.error, ValueError)


class ArrayStream:
    """An array whose shape and dtype are known and whose numbers are still in the file."""

    def __init__(
        self, stream: BinaryIO, shape: tuple[int, ...], dtype: np.dtype, fortran_order: bool = False
    ):
        self._stream = stream
        self._start = stream.tell()
        self._fortran_order = fortran_order
        self.shape = shape
        self.dtype = dtype

    @property
    def num_values(self) -> int:
        """How many numbers the array has."""
        return math.prod(self.shape)

    @property
    def num_bytes(self) -> int:
        """The array's size in memory, whatever the file's compression."""
        return self.num_values * self.dtype.itemsize

    def blocks(self) -> Iterator[np.ndarray]:
        """The array from its beginning, some rows at a time: (n, *shape[1:]), C order."""
        if not self.shape:
            yield self.read()
            return
        whole = self._in_fortran_order() if self._fortran_order else None
        self._stream.seek(self._start)
        row_bytes = self.num_bytes // max(1, self.shape[0])
        rows_at_once = max(1, BLOCK_BYTES // max(1, row_bytes))
        for first in range(0, self.shape[0], rows_at_once):
            count = min(rows_at_once, self.shape[0] - first)
            if whole is None:
                yield self._rows(count, row_bytes)
            else:
                yield np.ascontiguousarray(whole[first : first + count])
        if whole is None:
            self._check_end()

    def row(self, index: int) -> np.ndarray:
        """The row `index`, shape[1:], without keeping the others."""
        if self._fortran_order:
            return self._in_fortran_order()[index]
        row_bytes = self.num_bytes // self.shape[0]
        self._stream.seek(self._start + index * row_bytes)
        return self._rows(1, row_bytes)[0]

    def read(self) -> np.ndarray:
        """The whole array, in the file's order. Raises `ValueError` for text with what is no character."""
        self._stream.seek(self._start)
        array = np.empty(self.shape, self.dtype, "F" if self._fortran_order else "C")
        flat = array.reshape(-1, order="A")  # a view: the numbers as they lie in the file
        count = max(1, BLOCK_BYTES // self.dtype.itemsize)
        for first in range(0, len(flat), count):
            piece = flat[first : first + count]
            piece[:] = np.frombuffer(self._exactly(piece.nbytes), self.dtype)
        self._check_end()
        if self.dtype.kind == "U" and flat.view(self.dtype.byteorder + "u4").max(initial=0) > sys.maxunicode:
            raise ValueError("its text holds what is no character")  # numpy fails on it in odd ways
        return array

    def _in_fortran_order(self) -> np.ndarray:
        if self.num_bytes > MOST_FORTRAN_BYTES:
            raise DatasetError(
                f"received {self.num_bytes:,} bytes in Fortran order, expected at most "
                f"{MOST_FORTRAN_BYTES:,} in that order. Save them as numpy.ascontiguousarray gives them"
            )
        return self.read()

    def _rows(self, num_rows: int, row_bytes: int) -> np.ndarray:
        numbers = np.frombuffer(self._exactly(num_rows * row_bytes), self.dtype)
        return numbers.reshape(num_rows, *self.shape[1:])

    def _check_end(self) -> None:
        if self._stream.read(1):  # also makes zip and gzip compare their own checksums
            raise DatasetError("there are more bytes after the array than its header announces")

    def _exactly(self, num_bytes: int) -> bytes:
        data = self._stream.read(num_bytes)
        if len(data) < num_bytes:
            raise EOFError("it ends before the array does")
        return data


@contextmanager
def open_array(file: Path | BinaryIO, key: str, file_name: str = "") -> Iterator[ArrayStream]:
    """The array `key` of an `.npz`, or the one array of an IDX file, gzipped or not: told by its first bytes.

    Raises `DatasetError`, also while its numbers are read, naming the file (`file_name`, else its path).
    """
    name = file_name or str(file)
    try:
        with _open_any(file, key) as stream:
            yield stream
    except DatasetError as error:
        raise DatasetError(f"{name}: {str(error).rstrip('.')}.") from error
    except _DAMAGE as error:
        raise DatasetError(f"{name} is damaged or cut short ({reason(error)}).") from error
    except OSError as error:
        raise DatasetError(f"{name} cannot be read ({error.strerror or error}).") from error


def keys_of(file: Path | BinaryIO, file_name: str = "") -> list[str]:
    """The names of the arrays in an `.npz`. Raises `DatasetError` where it is none."""
    name = file_name or str(file)
    try:
        with zip_archive(file) as archive:
            return [each.removesuffix(".npy") for each in archive.namelist()]
    except (*_DAMAGE, OSError, NotImplementedError) as error:
        raise DatasetError(
            f"{name} is no .npz file, or cut short ({reason(error)}). Expected what numpy.savez writes."
        ) from error


@contextmanager
def _open_any(file: Path | BinaryIO, key: str) -> Iterator[ArrayStream]:
    start = _first_bytes(file)
    if start.startswith(b"PK"):
        with zip_archive(file) as archive, npz_array(archive, key) as stream:
            yield stream
    elif isinstance(file, Path) and start.startswith((b"\x1f\x8b", b"\0\0")):
        with opened(file, sys.maxsize) as packed:
            yield idx_array(gzip.GzipFile(fileobj=packed) if start[0] else packed)
    else:
        raise DatasetError(_unknown_format(start))


def _first_bytes(file: Path | BinaryIO) -> bytes:
    if isinstance(file, Path):
        with opened(file, sys.maxsize) as stream:
            return stream.read(16)
    file.seek(0)
    return file.read(16)


def _unknown_format(start: bytes) -> str:
    if not start:
        return "the file is empty"
    what = "a web page" if start.lstrip().startswith(b"<") else f"starts with {start[:4]!r}"
    return f"expected an .npz or IDX file, received something else ({what})"


@contextmanager
def npz_array(archive: zipfile.ZipFile, key: str) -> Iterator[ArrayStream]:
    """An array of an `.npz` that is open. Raises `DatasetError`, and what `archives.member` raises."""
    names = archive.namelist()
    if f"{key}.npy" not in names:
        there = listed(name.removesuffix(".npy") for name in names)
        raise DatasetError(f"the array {shortened(key)} is missing; there are: {there or 'none'}")
    with member(archive, f"{key}.npy") as stream:
        yield _npy_stream(stream, shortened(key))


def _npy_stream(stream: BinaryIO, key: str) -> ArrayStream:
    shape, fortran_order, dtype = _npy_header(stream, key)
    if dtype.hasobject:
        raise DatasetError(
            f"the array {key} holds pickled Python objects, which could run code and are refused; "
            "save plain numbers (uint8, float32) or text (dtype=str)"
        )
    if dtype.kind not in _KINDS or not dtype.itemsize:
        raise DatasetError(f"the array {key} is of type {shortened(str(dtype))}, expected numbers or text")
    if min(shape, default=0) < 0:
        raise DatasetError(f"the array {key} has a negative size in its shape {shortened(str(shape))}")
    if len(shape) > MOST_DIMENSIONS or max(*shape, math.prod(shape), 0) > MOST_NUMBERS:
        raise DatasetError(f"the array {key} is too large: its shape is {shortened(str(shape))}")
    if 0 in shape[1:]:
        raise DatasetError(f"the array {key} has rows of nothing: its shape is {shortened(str(shape))}")
    return ArrayStream(stream, shape, dtype, fortran_order)


def _npy_header(stream: BinaryIO, key: str) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, whether in Fortran order, and dtype."""
    try:
        version = np.lib.format.read_magic(stream)
        packed_length = stream.read({(1, 0): 2, (2, 0): 4}[version])
        length = int.from_bytes(packed_length, "little")
        if length > MOST_HEADER_BYTES:
            raise ValueError(f"it has {length:,} bytes")
        return _NPY_HEADERS[version](io.BytesIO(packed_length + stream.read(length)))
    except (zipfile.BadZipFile, zlib.error, EOFError):  # the whole file is damaged, not this header
        raise
    except Exception as error:  # ast makes almost anything of a stranger's text
        raise DatasetError(f"the array {key} has no header that numpy knows") from error


def idx_array(stream: BinaryIO) -> ArrayStream:
    """The array of an IDX file that is open and unpacked. Raises `DatasetError`, and `struct.error`."""
    zeros, number_type, num_dimensions = struct.unpack(">HBB", stream.read(4))
    if zeros or number_type != IDX_UNSIGNED_BYTE or not 1 <= num_dimensions <= 4:
        raise DatasetError("expected an IDX file of unsigned bytes, received another header")
    shape = struct.unpack(f">{num_dimensions}I", stream.read(4 * num_dimensions))
    return ArrayStream(stream, shape, np.dtype(np.uint8))
