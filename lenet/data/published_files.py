"""Where data sets lie on this machine: the folders, and the files of arrays in them.

A file is known by its path, size and time of change. Must not import Streamlit, TensorFlow or Keras.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from lenet.array_stream import ArrayStream, open_array

KEYS = ("x_train", "y_train", "x_test", "y_test")
# IDX files, by the names that the MNIST family is published under.
IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True)
class ArrayFile:
    """Where one array of a data set lies, and which state of the file is meant.

    Attributes:
        key: which of the four it is, one of `KEYS`.
        member: what an `.npz` calls it, where that is not `key`.
    """

    key: str
    path: Path
    size: int
    modified_ns: int
    member: str = ""

    def open(self, file_name: str = "") -> AbstractContextManager[ArrayStream]:
        """The array, see `open_array`."""
        return open_array(self.path, self.member or self.key, file_name)


Candidate = tuple[ArrayFile, ...]  # the four arrays of one data set, in the order of `KEYS`


def data_folders() -> list[Path]:
    """Where data sets are looked for, in this order: `LENET_DATA`, the user's cache, the cache of Keras."""
    named = [Path(os.environ["LENET_DATA"]).expanduser()] if os.environ.get("LENET_DATA") else []
    keras_home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return [*named, cache_folder(), Path(keras_home) / "datasets"]


def cache_folder() -> Path:
    """The user's cache folder of this program."""
    import pooch  # here: its import costs more than all the rest of this module

    return Path(pooch.os_cache("lenet-lab"))


def storage_folder() -> Path:
    """Where downloads and uploads go: `LENET_DATA` where it can be written to, else the user's cache."""
    if os.environ.get("LENET_DATA"):
        named = data_folders()[0]
        if _may_write(named):
            return named
    return cache_folder()


def _may_write(folder: Path) -> bool:
    """Also false for a folder that is marked read-only, which the root user could write to all the same."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)
    except OSError:
        return False


def array_file(key: str, path: Path, member: str = "") -> ArrayFile:
    """The array `key` in the present state of the file at `path`. Raises `OSError`."""
    state = path.stat()
    return ArrayFile(key, path, state.st_size, state.st_mtime_ns, member)


def candidate(paths: dict[str, Path], member: str = "") -> Iterator[Candidate]:
    """The four files with their present state; nothing where one is missing, or has just gone."""
    if len(paths) < len(KEYS):
        return
    try:
        yield tuple(array_file(key, paths[key], member) for key in KEYS)
    except OSError:
        return


def file_names(folder: Path) -> set[str]:
    """The files in a folder; none where there is no such folder."""
    try:
        return {entry.name for entry in os.scandir(folder) if entry.is_file()}
    except OSError:
        return set()


def idx_paths(folder: Path) -> dict[str, Path]:
    """For each array that is there, its IDX file: the first of the usual spellings of its name."""
    there = file_names(folder)
    paths = {}
    for key, name in IDX_NAMES.items():
        dotted = name.replace("-idx", ".idx")  # train-images.idx3-ubyte, as some archives spell it
        spellings = (name, f"{name}.gz", dotted, f"{dotted}.gz")
        found = [spelling for spelling in spellings if spelling in there]
        if found:
            paths[key] = folder / found[0]
    return paths
