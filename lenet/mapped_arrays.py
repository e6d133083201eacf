"""Large arrays in temporary files, mapped: read like others, though the machine may have their memory back.

Numpy only; must not import Streamlit, TensorFlow or Keras.
"""

import mmap
import tempfile
from collections.abc import Iterable
from typing import BinaryIO
from weakref import WeakSet

import numpy as np

from lenet.array_stream import ArrayStream

LEAST_BYTES = 4_000_000  # of an array that is worth a file

_mapped: WeakSet[mmap.mmap] = WeakSet()


def read(stream: ArrayStream) -> np.ndarray:
    """The whole array, in C order. A large one is read-only, and lies in a file that goes with it.

    Where no such file can be written, it is in memory. Raises as `ArrayStream.blocks` does.
    """
    if stream.num_bytes < LEAST_BYTES:
        return stream.read()
    try:
        with tempfile.TemporaryFile(prefix="lenet-") as file:
            return _mapped_array(file, stream)
    except OSError:  # no room left there; or what is read cannot be, which is said in the second try
        return stream.read()


def _mapped_array(file: BinaryIO, stream: ArrayStream) -> np.ndarray:
    return _mapped_blocks(file, stream.blocks(), stream.dtype).reshape(stream.shape)


def gathered(blocks: Iterable[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """Blocks of uint8 one after the other, as a read-only array in a file that goes with it.

    Raises `OSError` where there is no room for it, and what the blocks raise.
    """
    with tempfile.TemporaryFile(prefix="lenet-") as file:
        return _mapped_blocks(file, blocks, np.dtype(np.uint8)).reshape(shape)


def _mapped_blocks(file: BinaryIO, blocks: Iterable[np.ndarray], dtype: np.dtype) -> np.ndarray:
    for block in blocks:
        file.write(np.ascontiguousarray(block))
    file.flush()
    pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    _mapped.add(pages)
    return np.frombuffer(pages, dtype)


def let_go() -> None:
    """What was looked at of all such arrays is no memory of this process, until it is looked at again."""
    if hasattr(mmap, "MADV_DONTNEED"):  # Linux and other Unix
        for pages in list(_mapped):
            pages.madvise(mmap.MADV_DONTNEED)
