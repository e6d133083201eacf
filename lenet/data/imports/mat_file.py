"""A MATLAB file of images and labels, as EMNIST's: read whole by SciPy, once it is known how large it is.

Must not import Streamlit, TensorFlow or Keras, nor SciPy with the module: pages have no use for that.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np

from lenet.data.imports.arrays import ArrayInMemory, Arrays, contents_of
from lenet.data.imports.contents import Contents
from lenet.data.imports.files import Files
from lenet.data.imports.mapping import names_of
from lenet.data.upload import MAX_PIXELS
from lenet.errors import DatasetError
from lenet.sentences import reason

MOST_BYTES = MAX_PIXELS + 20_000_000  # unpacked
_COMPRESSED, _PIECE = 15, 1 << 18


@contextmanager
def read(files: Files, names: Sequence[str], class_names: Sequence[str]) -> Iterator[Contents]:
    """The images and labels in the file of that name. Raises `DatasetError`."""
    (name,) = names
    found = _variables(files, name)
    arrays = {key: ArrayInMemory(each) for key, each in _arrays(found)}

    @contextmanager
    def array(key: str) -> Iterator[ArrayInMemory]:
        yield arrays[key]

    given = class_names or _mapped_names(arrays.pop("mapping", None))
    reader = Arrays(files.shown(name), list(arrays), array)
    yield contents_of(reader, "a MATLAB file", given, may_lie=True)


def _variables(files: Files, name: str) -> dict[str, Any]:
    from scipy import io

    title = files.shown(name)
    with files.seekable(name) as file:
        start = file.read(128)
        if not start.startswith(b"MATLAB 5"):
            version = start[:10].decode(errors="replace").strip()
            raise DatasetError(f"{title}: received {version}, expected version 5 to 7.2. Save it with -v7.")
        _check_size(title, file, "<" if start[126:128] == b"IM" else ">")
        file.seek(0)
        try:
            return io.loadmat(file, simplify_cells=True)
        except Exception as error:  # SciPy makes almost anything of a damaged file
            raise DatasetError(f"{title} is damaged or cut short ({reason(error)}).") from error


def _check_size(title: str, file: BinaryIO, order: str) -> None:
    """Raise `DatasetError` where its variables unpack to more than is read; nothing is kept of them."""
    total = 0
    while len(tag := file.read(8)) == 8:
        kind, length = struct.unpack(f"{order}2I", tag)
        total += _unpacked_size(file, length) if kind == _COMPRESSED else length
        if total > MOST_BYTES:
            raise DatasetError(
                f"{title} unpacks to more than {MOST_BYTES:,} bytes, expected less. Keep fewer examples."
            )
        if kind != _COMPRESSED:
            file.seek(length, 1)


def _unpacked_size(file: BinaryIO, length: int) -> int:
    unpack, total = zlib.decompressobj(), 0
    for _ in range(0, length, _PIECE):
        packed = file.read(min(_PIECE, length))
        length -= len(packed)
        while packed and total <= MOST_BYTES:
            total += len(unpack.decompress(packed, _PIECE))
            packed = unpack.unconsumed_tail
        if total > MOST_BYTES:
            break
    return total


def _arrays(value: dict[str, Any], within: str = "", depth: int = 0) -> Iterator[tuple[str, np.ndarray]]:
    """Numbers and words, by the names of the structs that they lie in: `train_images`."""
    for key, each in value.items():
        name = f"{within}_{key}" if within and key != "mapping" else key
        if isinstance(each, dict) and depth < 3:
            yield from _arrays(each, "" if key == "dataset" else name, depth + 1)
        elif isinstance(each, np.ndarray) and not key.startswith("__"):
            if each.dtype == object and all(isinstance(item, str) for item in each.flat):
                each = each.astype(str)
            if each.dtype != object:
                yield name, each


def _mapped_names(mapping: ArrayInMemory | None) -> list[str]:
    if mapping is None or mapping.array.ndim != 2:
        return []
    return names_of(mapping.array.tolist())
