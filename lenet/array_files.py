"""One array in an `.npz` or IDX file: its shape before its numbers, its numbers in blocks.

Nothing is unpickled, and no more is read than the header announces. Must not import Streamlit or TensorFlow.
"""

import gzip
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lenet.dataset_info import DatasetError

BLOCK_BYTES = 1 << 20  # what is in memory at a time
IDX_UNSIGNED_BYTE = 8  # the only type of numbers that the MNIST family stores

_NPY_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, struct.error)


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
        """The array from its beginning, some rows at a time: (n, *shape[1:]), C order, read-only."""
        self._stream.seek(self._start)
        if self._fortran_order or not self.shape:
            whole = np.frombuffer(self._exactly(self.num_bytes), self.dtype)
            yield np.ascontiguousarray(whole.reshape(self.shape, order="F"))
        else:
            row_bytes = self.num_bytes // max(1, self.shape[0])
            rows_at_once = max(1, BLOCK_BYTES // max(1, row_bytes))
            for first in range(0, self.shape[0], rows_at_once):
                yield self._rows(min(rows_at_once, self.shape[0] - first), row_bytes)
        if self._stream.read(1):  # also makes zip and gzip compare their own checksums
            raise DatasetError("there are more bytes after the array than its header announces")

    def row(self, index: int) -> np.ndarray:
        """The row `index`, shape[1:], without keeping the others."""
        if self._fortran_order:
            return self.read()[index]
        row_bytes = self.num_bytes // self.shape[0]
        self._stream.seek(self._start + index * row_bytes)
        return self._rows(1, row_bytes)[0]

    def read(self) -> np.ndarray:
        """The whole array."""
        array = np.empty(self.shape, self.dtype)
        filled = 0
        for block in self.blocks():
            if not self.shape:
                return block
            array[filled : filled + len(block)] = block
            filled += len(block)
        return array

    def _rows(self, num_rows: int, row_bytes: int) -> np.ndarray:
        numbers = np.frombuffer(self._exactly(num_rows * row_bytes), self.dtype)
        return numbers.reshape(num_rows, *self.shape[1:])

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
        raise DatasetError(f"{name} is damaged or cut short ({error}).") from error
    except OSError as error:
        raise DatasetError(f"{name} cannot be read ({error.strerror or error}).") from error


def keys_of(file: Path | BinaryIO, file_name: str = "") -> list[str]:
    """The names of the arrays in an `.npz`. Raises `DatasetError` where it is none."""
    name = file_name or str(file)
    try:
        with zipfile.ZipFile(file) as archive:
            return [member.removesuffix(".npy") for member in archive.namelist()]
    except (*_DAMAGE, OSError, NotImplementedError) as error:
        raise DatasetError(
            f"{name} is no .npz file, or cut short ({error}). Expected what numpy.savez writes."
        ) from error


@contextmanager
def _open_any(file: Path | BinaryIO, key: str) -> Iterator[ArrayStream]:
    start = _first_bytes(file)
    if start.startswith(b"PK"):
        with zipfile.ZipFile(file) as archive, _npz_member(archive, key) as member:
            yield _npy_stream(member, key)
    elif start.startswith(b"\x1f\x8b"):
        with gzip.open(file) as unzipped:
            yield _idx_stream(unzipped)
    elif start.startswith(b"\0\0"):
        with open(file, "rb") as plain:
            yield _idx_stream(plain)
    else:
        raise DatasetError(_unknown_format(start))


def _first_bytes(file: Path | BinaryIO) -> bytes:
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return stream.read(16)
    file.seek(0)
    return file.read(16)


def _unknown_format(start: bytes) -> str:
    if not start:
        return "the file is empty"
    what = "a web page" if start.lstrip().startswith(b"<") else f"starts with {start[:4]!r}"
    return f"expected an .npz or IDX file, received something else ({what})"


@contextmanager
def _npz_member(archive: zipfile.ZipFile, key: str) -> Iterator[BinaryIO]:
    names = archive.namelist()
    if f"{key}.npy" not in names:
        there = ", ".join(name.removesuffix(".npy") for name in names[:8])
        raise DatasetError(f"the array {key} is missing; there are: {there or 'none'}")
    try:
        member = archive.open(f"{key}.npy")
    except RuntimeError as error:  # NotImplementedError, a RuntimeError, too
        raise DatasetError(f"the array {key} is encrypted or compressed in an unknown way") from error
    with member:
        yield member


def _npy_stream(stream: BinaryIO, key: str) -> ArrayStream:
    try:
        version = np.lib.format.read_magic(stream)
        shape, fortran_order, dtype = _NPY_HEADERS[version](stream)
    except (ValueError, KeyError) as error:
        raise DatasetError(f"the array {key} has no header that numpy knows") from error
    if min(shape, default=0) < 0:
        raise DatasetError(f"the array {key} has a negative size in its shape {shape}")
    if dtype.hasobject:
        raise DatasetError(
            f"the array {key} holds pickled Python objects, which could run code and are refused; "
            "save plain numbers (uint8, float32) or text (dtype=str)"
        )
    return ArrayStream(stream, shape, dtype, fortran_order)


def _idx_stream(stream: BinaryIO) -> ArrayStream:
    zeros, number_type, num_dimensions = struct.unpack(">HBB", stream.read(4))
    if zeros or number_type != IDX_UNSIGNED_BYTE or not 1 <= num_dimensions <= 4:
        raise DatasetError("expected an IDX file of unsigned bytes, received another header")
    shape = struct.unpack(f">{num_dimensions}I", stream.read(4 * num_dimensions))
    return ArrayStream(stream, shape, np.dtype(np.uint8))
