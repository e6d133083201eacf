"""Packed files that anybody may have made: nothing in them takes more memory or time than is asked of it.

Standard library only.
"""

import io
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lenet.files import opened
from lenet.sentences import shortened

# Of the list of members at a zip's end, which is read whole: some 3,000. A checkpoint has a few hundred.
MOST_DIRECTORY_BYTES = 200_000
MOST_GZIP_MEMBERS = 10_000  # that one gzip file is joined of; `bgzip` begins a new one every 64 kB
# What numpy and Keras write, and what is unpacked no further than it is read; bzip2 and LZMA are not.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE = 1 << 16  # bytes


class _Limited:
    """A file of which no more bytes are read at a time: `zipfile` reads its list of members in one go."""

    def __init__(self, file: BinaryIO, most_bytes: int) -> None:
        self._file, self.most_bytes = file, most_bytes

    def read(self, size: int = -1) -> bytes:
        if size > self.most_bytes:
            raise zipfile.BadZipFile(
                f"its list of members has {size:,} bytes, expected {self.most_bytes:,} at most"
            )
        return self._file.read(size)

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


@contextmanager
def zip_archive(
    file: Path | BinaryIO, most_directory_bytes: int = MOST_DIRECTORY_BYTES
) -> Iterator[zipfile.ZipFile]:
    """A zip archive to read members of with `member`.

    Args:
        most_directory_bytes: of its list of members, which is read whole.

    Raises:
        zipfile.BadZipFile: it is none, or has too many members.
        OSError, ValueError: it is no file that can be read.
    """
    if isinstance(file, Path):
        with opened(file, sys.maxsize) as stream, zip_archive(stream, most_directory_bytes) as archive:
            yield archive
        return
    limited = _Limited(file, most_directory_bytes)
    with zipfile.ZipFile(limited) as archive:
        limited.most_bytes = sys.maxsize
        yield archive


@contextmanager
def member(archive: zipfile.ZipFile, name: str) -> Iterator[BinaryIO]:
    """A member to read from.

    Raises:
        KeyError: there is none of that name.
        zipfile.BadZipFile: it is encrypted, or packed in a way that could fill the memory.
    """
    about = archive.getinfo(name)
    if about.compress_type not in _METHODS or about.flag_bits & 1:
        raise zipfile.BadZipFile(f"{shortened(name)} is encrypted or compressed in an unknown way")
    with archive.open(about) as stream:
        yield stream


def read_member(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    """All of a member. Raises as `member` does; `zipfile.BadZipFile` also where it has more bytes."""
    size = archive.getinfo(name).file_size
    if size > most_bytes:
        raise zipfile.BadZipFile(f"{shortened(name)} has {size:,} bytes, expected at most {most_bytes:,}")
    with member(archive, name) as stream:
        return stream.read()


class _Unzipped(io.RawIOBase):
    """What is in a gzip file. No loop of Python's looks for the end of a name or for data, as in `gzip`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._members = file, 0
        self._unzip, self._rest = zlib.decompressobj(31), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        while True:
            packed = self._rest or self._file.read(_PIECE)
            if not packed and not self._unzip.eof:
                raise EOFError("it ends before what is packed in it does")
            if self._unzip.eof and not packed.strip(b"\0"):  # padding, or the end
                return 0
            if self._unzip.eof:
                self._begin_another()
            data = self._unzip.decompress(packed, len(buffer))
            self._rest = self._unzip.unconsumed_tail or self._unzip.unused_data
            if data:
                buffer[: len(data)] = data
                return len(data)

    def _begin_another(self) -> None:
        self._unzip, self._members = zlib.decompressobj(31), self._members + 1
        if self._members > MOST_GZIP_MEMBERS:
            raise zlib.error(f"it is joined of more than {MOST_GZIP_MEMBERS:,} gzip files")


def unzipped(file: BinaryIO) -> BinaryIO:
    """What is in a gzip file, unpacked as it is read.

    Reading raises `EOFError` where it is cut short, and `zlib.error` where it is damaged.
    """
    return io.BufferedReader(_Unzipped(file), _PIECE)
