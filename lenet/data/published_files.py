"""Where a published data set may lie on this machine, and whether what lies there is the real one.

A file is known by its path, size and time of change, so a process checks it once. Must not import Streamlit,
TensorFlow or Keras.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lenet.array_stream import ArrayStream, open_array
from lenet.data.catalogue import CHECKSUMS, DATASETS
from lenet.errors import DatasetError

NPZ_NAMES = {"mnist": ("mnist.npz",), "fashion_mnist": ("fashion_mnist.npz", "fashion-mnist.npz")}
# Folders of four IDX files; "" is the data folder itself, where only the checksums tell the two sets apart.
IDX_FOLDERS = {
    "mnist": ("mnist", "MNIST/raw", ""),
    "fashion_mnist": ("fashion-mnist", "fashion_mnist", "FashionMNIST/raw", ""),
}
IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True)
class ArrayFile:
    """Where one array lies, and which state of the file is meant."""

    key: str
    path: Path
    size: int
    modified_ns: int


@dataclass(frozen=True)
class Verdict:
    """What a look into the files gave; `problem` is a sentence, empty where there is nothing to mend."""

    usable: bool
    problem: str = ""


Candidate = tuple[ArrayFile, ...]  # the four arrays of one data set

_VERDICTS: dict[tuple[str, Candidate], Verdict] = {}


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


def array_file(key: str, path: Path) -> ArrayFile:
    """The array `key` in the present state of the file at `path`. Raises `OSError`."""
    state = path.stat()
    return ArrayFile(key, path, state.st_size, state.st_mtime_ns)


def may_be_here(name: str) -> bool:
    """Whether there are files of that name which nobody has found wrong yet. Looks at no content."""
    unknown = Verdict(usable=True)
    return any(_VERDICTS.get((name, candidate), unknown).usable for candidate in _candidates(name))


def find(name: str) -> Candidate | None:
    """The first files that hold the published data set, or None. Reads each file once per process."""
    return next((candidate for candidate in _candidates(name) if _verdict(name, candidate).usable), None)


def problems(name: str) -> list[str]:
    """A sentence for each file that was looked into and cannot be used, as it lies there now."""
    verdicts = (_VERDICTS.get((name, candidate)) for candidate in _candidates(name))
    return [verdict.problem for verdict in verdicts if verdict and verdict.problem] + _incomplete(name)


def check_array(name: str, key: str, path: Path, file_name: str = "") -> None:
    """Raise `DatasetError` unless the file at `path` holds the array `key` of the published data set."""
    with open_array(path, key, file_name) as stream:
        _check_shape(name, key, stream.shape)
        digest = _digest(stream)
        if digest != CHECKSUMS[name][key]:
            raise DatasetError(_stranger(name, key, digest))


def _candidates(name: str) -> Iterator[Candidate]:
    for folder in data_folders():
        there = _file_names(folder)
        for file_name in NPZ_NAMES[name]:
            if file_name in there:
                yield from _as_found(dict.fromkeys(IDX_NAMES, folder / file_name))
        for idx_folder in IDX_FOLDERS[name]:
            paths = _idx_paths(folder / idx_folder)
            if len(paths) == len(IDX_NAMES):
                yield from _as_found(paths)


def _file_names(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in os.scandir(folder) if entry.is_file()}
    except OSError:
        return set()


def _idx_paths(folder: Path) -> dict[str, Path]:
    """For each array that is there, its IDX file: the first of the usual spellings of its name."""
    there = _file_names(folder)
    paths = {}
    for key, name in IDX_NAMES.items():
        dotted = name.replace("-idx", ".idx")  # train-images.idx3-ubyte, as some archives spell it
        spellings = (name, f"{name}.gz", dotted, f"{dotted}.gz")
        found = [spelling for spelling in spellings if spelling in there]
        if found:
            paths[key] = folder / found[0]
    return paths


def _as_found(paths: dict[str, Path]) -> Iterator[Candidate]:
    """The files with their present state; nothing where one has just gone."""
    try:
        yield tuple(array_file(key, path) for key, path in paths.items())
    except OSError:
        return


def _incomplete(name: str) -> list[str]:
    sentences = []
    for folder in (parent / idx for parent in data_folders() for idx in IDX_FOLDERS[name]):
        missing = [IDX_NAMES[key] for key in IDX_NAMES.keys() - _idx_paths(folder).keys()]
        if 0 < len(missing) < len(IDX_NAMES):
            sentences.append(f"{folder} lacks {' and '.join(sorted(missing))} of the four IDX files.")
    return sentences


def _verdict(name: str, candidate: Candidate) -> Verdict:
    if (name, candidate) not in _VERDICTS:
        _VERDICTS[name, candidate] = _look_into(name, candidate)
    return _VERDICTS[name, candidate]


def _look_into(name: str, candidate: Candidate) -> Verdict:
    try:
        for file in candidate:
            check_array(name, file.key, file.path)
    except DatasetError as error:
        return Verdict(False, "" if _is_neighbour(name, candidate) else str(error))
    return Verdict(True)


def _is_neighbour(name: str, candidate: Candidate) -> bool:
    """Whether IDX files lying directly in a data folder are of another data set: nothing is wrong then."""
    labels = candidate[-1]  # y_test: enough to tell, and quickly read
    if labels.path.parent not in data_folders() or labels.path.suffix == ".npz":
        return False
    return any(_holds(other, labels) for other in CHECKSUMS if other != name)


def _holds(name: str, file: ArrayFile) -> bool:
    try:
        check_array(name, file.key, file.path)
    except DatasetError:
        return False
    return True


def _check_shape(name: str, key: str, shape: tuple[int, ...]) -> None:
    about = DATASETS[name]
    num_examples = about.num_train if key.endswith("train") else about.num_test
    expected = (num_examples, *about.image_shape[:2]) if key.startswith("x") else (num_examples,)
    if shape not in (expected, (*expected, 1)):
        raise DatasetError(f"{key} has the shape {shape}, expected {expected} for {about.title}")


def _digest(stream: ArrayStream) -> str:
    """SHA-256 of the array as uint8 in C order, whichever type of whole numbers the file has."""
    if stream.dtype.kind not in "iu":  # text of any length, else
        raise DatasetError(f"the numbers are {stream.dtype}, expected whole numbers from 0 to 255")
    digest = hashlib.sha256()
    for block in stream.blocks():
        if block.min() < 0 or block.max() > 255:
            raise DatasetError(f"the numbers are {block.dtype}, expected whole numbers from 0 to 255")
        digest.update(block.astype(np.uint8, copy=False))
    return digest.hexdigest()


def _stranger(name: str, key: str, digest: str) -> str:
    for other, checksums in CHECKSUMS.items():
        if checksums[key] == digest:
            return f"{key} is that of {DATASETS[other].title}, expected {DATASETS[name].title}"
    return f"{key} is not that of {DATASETS[name].title} (its SHA-256 is {digest[:12]}…)"
