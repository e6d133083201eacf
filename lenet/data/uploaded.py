"""A person's own data sets, as they are stored: one `.npz` each, uint8 images and int32 labels.

What they may hold is in `upload.py`, how their files are read in `imports/`. Without a test part, the last
20 % after a shuffle with seed 0 become it. Must not import Streamlit, TensorFlow or Keras.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lenet import mapped_arrays
from lenet.array_stream import open_array
from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.published_files import ArrayFile, array_file
from lenet.data.upload import (
    MAX_PIXELS,
    MAX_SIDE,
    MIN_SIDE,
    check_class_names,
    check_size,
    label_range_words,
    read_names,
)
from lenet.errors import DatasetError
from lenet.files import written_aside
from lenet.people import owner
from lenet.sentences import shown

if TYPE_CHECKING:  # readers of files load packages that whoever looks at what is stored has no use for
    from lenet.data.imports.choices import Choices
    from lenet.data.imports.contents import Contents
    from lenet.data.imports.importing import Import

MAX_NAME_LENGTH = 40
NAME_RULE = f"1 to {MAX_NAME_LENGTH} letters (a–z), digits and dashes, a letter or digit first"
MIN_EXAMPLES = 10
TEST_FRACTION = 0.2
SPLIT_SEED = 0
ROWS_AT_ONCE = 256  # while writing

# Names of devices: Windows opens these, whatever folder and ending they have.
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
_NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9-]{{0,{MAX_NAME_LENGTH - 1}}}")
_PARTS = ("train", "test")
_STORED_DIMENSIONS = {"x_train": 4, "y_train": 1, "x_test": 4, "y_test": 1}


def check_name(name: str) -> None:
    """Raise `DatasetError` unless `name` is fit for a file name on every system, and for a URL."""
    if not _NAME.fullmatch(name):
        raise DatasetError(f"Name: received {shown(name)}, expected {NAME_RULE}. Try leaves-2026.")
    if name.lower() in _RESERVED:
        raise DatasetError(
            f"Name: received {shown(name)}, which Windows keeps for a device, expected a name for a file "
            f"on every system. Try {name}-data."
        )


def name_of(file_name: str) -> str:
    """A file's name as a name for the data set, as far as its letters are allowed; may be empty."""
    stem = re.sub(r"(\.(gz|zip|npz|csv|tsv|mat|parquet|idx|tm))+$", "", file_name, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:MAX_NAME_LENGTH].strip("-")


def files_in(folder: Path) -> list[Path]:
    """The stored data sets in `folder`, by name."""
    return sorted(path for path in folder.glob("*.npz") if _NAME.fullmatch(path.stem))


def store(
    path: Path, found: "Import", choices: "Choices", progress: Callable[[int, int], object] | None = None
) -> None:
    """Write an import to `path` in one step: x uint8 (N, H, W, C), y int32 (N,), class_names text.

    `progress(images so far, all images)` is called while they are made; what it raises stops it, and passes
    through. Raises `DatasetError` with the first thing that is wrong.
    """
    labels = {part: each.labels for part, each in found.contents.parts.items()}
    rows = _split(labels)
    _check(rows, labels["train"], found.contents.class_names)
    shape = found.conversion(choices).shape
    counter = _Counter(found.contents.num_images, progress)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        images = {}
        for part, each in labels.items():
            blocks = counter.counted(found.images(part, choices))
            images[part] = mapped_arrays.gathered(blocks, (len(each), *shape))
        rows = _without_unread(rows, labels, found.contents)
        with owner.signed(path), written_aside(path) as aside, zipfile.ZipFile(aside, "w") as archive:
            _write(archive, images, labels, found.contents.class_names, rows)
    except OSError as error:
        raise DatasetError(f"{path} cannot be written ({error.strerror or error}).") from error


class _Counter:
    """How many images there are so far, of all parts together."""

    def __init__(self, total: int, progress: Callable[[int, int], object] | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def counted(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        for block in blocks:
            yield block
            self._done += len(block)
            if self._progress:
                self._progress(self._done, self._total)


def read_info(path: Path) -> DatasetInfo:
    """What is known of a stored data set, from its headers. Raises `DatasetError`."""
    return _read_info(array_file("", path))


def read(path: Path) -> Dataset:
    """A stored data set; kept in memory until another two are read. Raises `DatasetError`."""
    return _read(array_file("", path))


def _split(labels: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """For each stored part, the rows of it: all, or 80 % and 20 % of x after a shuffle with seed 0."""
    if "test" in labels:
        return {part: np.arange(len(labels[part])) for part in _PARTS}
    order = np.random.default_rng(SPLIT_SEED).permutation(len(labels["train"]))
    num_test = round(len(order) * TEST_FRACTION)
    return {"train": order[:-num_test], "test": order[-num_test:]}


def _without_unread(
    rows: dict[str, np.ndarray], labels: dict[str, np.ndarray], found: "Contents"
) -> dict[str, np.ndarray]:
    """Of each stored part the rows that could be read. Raises `DatasetError` where too few are left."""
    unread = {part: list(found.parts.get(part, found.parts["train"]).unread()) for part in _PARTS}
    rows = {part: rows[part][~np.isin(rows[part], unread[part])] for part in _PARTS}
    try:
        _check(rows, labels["train"], found.class_names)
    except DatasetError as error:
        raise DatasetError(" ".join([*found.left_out(), str(error)])) from error
    return rows


def _check(rows: dict[str, np.ndarray], train_labels: np.ndarray, names: tuple[str, ...]) -> None:
    """Raise `DatasetError` unless each part has some, and the training part has some of each class."""
    num_examples = sum(map(len, rows.values()))
    if num_examples < MIN_EXAMPLES or not all(map(len, rows.values())):
        raise DatasetError(
            f"Examples: received {num_examples}, expected at least {MIN_EXAMPLES}, and some in each part. "
            "Add more."
        )
    counts = np.bincount(train_labels[rows["train"]].astype(np.int64), minlength=len(names))
    absent = [f"{label} ({names[label]})" for label in np.flatnonzero(counts == 0)[:5]]
    if absent:
        raise DatasetError(
            f"Classes: received no training example of {', '.join(absent)}, expected some of every class. "
            "Add some, or number the classes without gaps."
        )


def _write(
    archive: zipfile.ZipFile,
    images: dict[str, np.ndarray],
    labels: dict[str, np.ndarray],
    class_names: tuple[str, ...],
    rows: dict[str, np.ndarray],
) -> None:
    """Uncompressed, which loads fastest."""
    for part in _PARTS:
        source = part if part in images else "train"  # without a test part, both parts are rows of it
        _write_array(archive, f"x_{part}", images[source], rows[part])
        _write_array(archive, f"y_{part}", labels[source].astype(np.int32), rows[part])
    names = np.array(class_names)
    _write_array(archive, "class_names", names, np.arange(len(names)))


def _write_array(archive: zipfile.ZipFile, key: str, array: np.ndarray, rows: np.ndarray) -> None:
    """array[rows], some rows at a time."""
    header = np.lib.format.header_data_from_array_1_0(array) | {"shape": (len(rows), *array.shape[1:])}
    with archive.open(f"{key}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array_header_1_0(member, header)
        for first in range(0, len(rows), ROWS_AT_ONCE):
            member.write(array[rows[first : first + ROWS_AT_ONCE]].tobytes())


@lru_cache(maxsize=256)
def _read_info(file: ArrayFile) -> DatasetInfo:
    shapes = {key: _stored_shape(file.path, key) for key in _STORED_DIMENSIONS}
    _check_together(file.path, shapes)
    with open_array(file.path, "class_names") as stream:
        names = tuple(read_names(stream))
    check_class_names(names)
    return DatasetInfo(
        name=file.path.stem,
        title=file.path.stem,
        image_shape=shapes["x_train"][1:],
        num_classes=len(names),
        class_names=names,
        num_train=shapes["x_train"][0],
        num_test=shapes["x_test"][0],
        licence="your own",
        source=f"uploaded: {file.path}",
    )


def _stored_shape(path: Path, key: str) -> tuple[int, ...]:
    with open_array(path, key) as stream:
        expected_dtype = np.uint8 if key.startswith("x") else np.int32
        if stream.dtype != expected_dtype or len(stream.shape) != _STORED_DIMENSIONS[key]:
            raise DatasetError(
                f"{key} is {stream.dtype} of shape {stream.shape}, not as this program stores it; "
                "upload the original again"
            )
        return stream.shape


def _check_together(path: Path, shapes: dict[str, tuple[int, ...]]) -> None:
    """The bounds of an upload hold for whatever lies in the folder: it may be anybody's."""
    height, width, channels = shapes["x_train"][1:]
    count = shapes["x_train"][0] + shapes["x_test"][0]
    check_size("x_train and x_test", count * height * width * channels, MAX_PIXELS, "numbers")
    sides = all(MIN_SIDE <= side <= MAX_SIDE for side in (height, width)) and channels in (1, 3)
    images = sides and shapes["x_train"][1:] == shapes["x_test"][1:]
    lengths = all(shapes[f"x_{part}"][0] == shapes[f"y_{part}"][0] > 0 for part in _PARTS)
    if not images or not lengths:
        raise DatasetError(
            f"{path} holds arrays of the shapes {', '.join(map(str, shapes.values()))}, not as this program "
            "stores them; upload the original again."
        )


@lru_cache(maxsize=2)
def _read(file: ArrayFile) -> Dataset:
    info = _read_info(file)
    arrays = {}
    for key in _STORED_DIMENSIONS:
        with open_array(file.path, key) as stream:
            arrays[key] = mapped_arrays.read(stream)
    labels = np.concatenate([arrays["y_train"], arrays["y_test"]])
    if labels.min() < 0 or labels.max() >= info.num_classes:
        raise DatasetError(label_range_words(int(labels.min()), int(labels.max()), info.class_names))
    return Dataset.of(info, arrays, verified=False)
