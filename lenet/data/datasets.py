"""The data sets: find, download, load, sample one, or add one's own.

A published file counts only when its arrays have the published SHA-256 values (`dataset_files.py`). The
catalogue is in `dataset_info.py`, the network in `downloads.py`, uploads in `own_data.py`. Must not import
Streamlit, TensorFlow, Keras or scikit-learn. Pages may call everything here but `load`, which holds a whole
data set in memory.
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lenet.array_stream import open_array
from lenet.data import downloads, drawing_collection, drawn_digits, pen_digits, published_files, uploaded
from lenet.data.bundled_digits import read_digits
from lenet.data.catalogue import CHECKSUMS, DATASETS
from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.downloads import Progress, RemoteFile
from lenet.data.published_files import ArrayFile, Candidate, data_folders
from lenet.data.upload import label_range_words
from lenet.errors import DatasetError
from lenet.sentences import listed, shown

PENS = ("pens", "mnist-pens")


def all_datasets() -> dict[str, DatasetInfo]:
    """The catalogue, then the uploads by name; without uploads that cannot be read (see `problems`)."""
    catalogue = {name: info(name) for name in DATASETS}
    return catalogue | {name: info(name) for name in _own_files() if not problems(name)}


def info(name: str) -> DatasetInfo:
    """What is known of the data set. Raises `DatasetError` where there is none of that name."""
    if name == drawing_collection.NAME:
        return drawn_digits.info()
    if name in DATASETS:
        return DATASETS[name]
    own_files = _own_files()
    if name in own_files:
        return uploaded.read_info(own_files[name])
    raise DatasetError(
        f"Data set: received {shown(name)}, expected one of {listed([*DATASETS, *own_files], 20)}. "
        "Choose one of these, or upload your own under that name."
    )


def available(name: str) -> bool:
    """Whether `load` would work with no network, as far as a look at file names tells. Costs little."""
    if name in CHECKSUMS:
        return published_files.may_be_here(name)
    if name == drawing_collection.NAME:
        return not drawn_digits.lack()
    if name in PENS:
        return pen_digits.path() is not None and (name == "pens" or published_files.may_be_here("mnist"))
    return name in DATASETS or name in _own_files()


def can_download(name: str) -> bool:
    """Whether `fetch` has a place on the network to look for it."""
    return name in downloads.DOWNLOADS


def is_small(name: str) -> bool:
    """Whether some images of it are at hand at once, wherever they are asked for."""
    return name in DATASETS and name not in CHECKSUMS and name != "mnist-pens"


def problems(name: str) -> list[str]:
    """A sentence for each file of this data set that was looked into and cannot be used."""
    if name in CHECKSUMS:
        return published_files.problems(name)
    if name == drawing_collection.NAME:
        return drawing_collection.Collection().problems()
    try:
        info(name)
    except DatasetError as error:
        return [str(error)]
    return []


def load(name: str, progress: Progress | None = None, download: bool = True) -> Dataset:
    """The whole data set, downloaded first where it is missing (see `fetch`); at once the second time.

    Holds the last two data sets in memory. Raises `DatasetError`.
    """
    if name in PENS:
        return pen_digits.read(name, load("mnist", progress, download) if name == "mnist-pens" else None)
    if name in CHECKSUMS:
        if download:
            fetch(name, progress)
        found = published_files.find(name)
        if found is None:
            raise DatasetError(_missing_sentence(name))
        return _read_published(name, found)
    if name in DATASETS:
        return in_memory(name)
    info(name)
    return uploaded.read(_own_files()[name])


def load_for(
    run: Path,
    name: str,
    progress: Progress | None = None,
    download: bool = True,
    folder: Path | None = None,
) -> Dataset:
    """The data of the run in that folder: `load`, but of a data set that grows what the run began with.

    That is kept in the run; `folder` is where it is written until it is whole: `lenet.files.written_aside`.
    Raises `DatasetError`; `OSError` and `WeightsError` where the run's folder is full or damaged.
    """
    return (
        drawn_digits.kept_in(run, folder)
        if name == drawing_collection.NAME
        else load(name, progress, download)
    )


def fetch(name: str, progress: Progress | None = None) -> None:
    """Make sure that the data set is on this machine, and the real one: found here, or downloaded.

    `progress(received, total)`, in bytes, is called while it downloads; an exception raised in it stops the
    download, and passes through. Trying again later goes on where the connection broke.
    Raises `DatasetError` where no place on the network could give it.
    """
    info(name)
    if name == drawing_collection.NAME and (lack := drawn_digits.lack()):
        raise DatasetError(lack)
    if name in PENS and not pen_digits.path():
        raise DatasetError(pen_digits.missing_sentence())
    if name == "mnist-pens":
        return fetch("mnist", progress)
    if name not in CHECKSUMS or published_files.find(name):
        return
    reasons = []
    for files in downloads.DOWNLOADS[name]:
        try:
            return _download_all(name, files, progress or (lambda received, total: None))
        except DatasetError as error:
            reasons.append(str(error))
    raise DatasetError(_missing_sentence(name, reasons))


def state(name: str) -> str:
    """A text that changes when the images of the data set do; reads none of them."""
    if name == drawing_collection.NAME:
        return drawn_digits.state()
    file = _own_files().get(name) or (pen_digits.path() if name in PENS else None)
    try:
        found = file.stat() if file else None
    except OSError:  # deleted this moment
        found = None
    return f"{found.st_size} {found.st_mtime_ns}" if found else "as published"


def verify(name: str) -> bool:
    """Whether the data set is on this machine, read and compared this time; `problems` then knows why not."""
    return published_files.find(name) is not None if name in CHECKSUMS else available(name)


def sample(name: str, index: int, part: str = "test") -> tuple[np.ndarray, int]:
    """One image, uint8 (H, W, C), and its label, without loading the data set: for pages.

    `part`: "train" or "test". Raises `DatasetError`, also where the index is beyond the end.
    """
    about = info(name)
    count = about.num_train if part == "train" else about.num_test
    _check_rows([index], count, about.title)
    if name == "pens":
        return pen_digits.sample(index, part)
    if name == "mnist-pens":
        found = pen_digits.sample_with_mnist(index) if part == "train" else index
        return sample("mnist", found, part) if isinstance(found, int) else found
    if name in DATASETS and name not in CHECKSUMS:
        data = in_memory(name)
        return getattr(data, f"x_{part}")[index], int(getattr(data, f"y_{part}")[index])
    image, label = (_row(place_of(name, f"{letter}_{part}"), index) for letter in "xy")
    return image.reshape(about.image_shape), int(label)


def samples(name: str, part: str, indices: Sequence[int]) -> np.ndarray:
    """Some images, uint8 (N, H, W, C), without loading the data set; the more, and the later, the slower.

    Raises `DatasetError` as `sample` does.
    """
    about = info(name)
    if name == "mnist-pens":
        return _samples_with_pens(indices) if part == "train" else samples("mnist", part, indices)
    chosen = np.empty((len(indices), *about.image_shape), np.uint8)
    if name in DATASETS and name not in CHECKSUMS:
        for place, index in enumerate(indices):
            chosen[place] = sample(name, index, part)[0]
        return chosen
    with open_array(place_of(name, f"x_{part}").path, f"x_{part}") as stream:
        _check_rows(indices, stream.shape[0], about.title)
        for place in np.argsort(indices):  # forwards, for what is compressed cannot be read backwards
            chosen[place] = stream.row(indices[place]).reshape(about.image_shape)
    return chosen


def labels(name: str, part: str) -> np.ndarray:
    """The labels of a part, (N,) int32, read-only, without loading its images: for pages.

    `part`: "train" or "test". Raises `DatasetError`.
    """
    about = info(name)
    if name == "pens":
        return pen_digits.labels(part)
    if name == "mnist-pens":
        of_mnist = labels("mnist", part)
        return pen_digits.labels_with_mnist(of_mnist) if part == "train" else of_mnist
    if name in DATASETS and name not in CHECKSUMS:
        return getattr(in_memory(name), f"y_{part}")
    found = _labels(place_of(name, f"y_{part}"))
    if found.min() < 0 or found.max() >= about.num_classes:
        raise DatasetError(label_range_words(int(found.min()), int(found.max()), about.class_names))
    return found


def add_own(
    name: str, file: bytes | Path | BinaryIO, class_names: Sequence[str] | None = None, replace: bool = False
) -> DatasetInfo:
    """Check an `.npz` of images and labels and store it under `name`; what it may hold: `upload.py`.

    Raises `DatasetError` with the first thing that is wrong, also where `name` is taken and not `replace`.
    """
    uploaded.check_name(name)
    taken = {other.lower() for other in _own_files()}
    if name.lower() in DATASETS or (name.lower() in taken and not replace):
        raise DatasetError(f"The name {name!r} is taken. Choose another, or replace it if it is your own.")
    path = _own_files().get(name) or published_files.storage_folder() / "own" / f"{name}.npz"
    uploaded.store(path, file, class_names)
    return info(name)


def where_to_put(name: str) -> str:
    """What to do by hand for a data set that is not `available`: which file to put into which folder."""
    if name == drawing_collection.NAME:
        return drawn_digits.lack()
    if name in PENS:
        return pen_digits.missing_sentence() if pen_digits.path() is None else where_to_put("mnist")
    return f"Put {published_files.NPZ_NAMES[name][0]} into {data_folders()[0]}"


def _missing_sentence(name: str, reasons: Sequence[str] = ()) -> str:
    why = f" and cannot be downloaded: {'; '.join(dict.fromkeys(reasons))}" if reasons else ""
    unusable = "".join(f" {problem}" for problem in problems(name))
    return (
        f"{info(name).title}: not on this machine{why}. {where_to_put(name)}, "
        f"or use the bundled digits, which need no network.{unusable}"
    )


def _download_all(name: str, files: Sequence[RemoteFile], progress: Progress) -> None:
    """All `files` that are not here yet, as one progress."""
    folder = _download_folder(name, files)
    sizes = {file: file.num_bytes for file in files}

    def report(file: RemoteFile, received: int, total: int) -> None:
        sizes[file] = max(total, received)
        before = files[: files.index(file)]
        progress(sum(sizes[other] for other in before) + received, sum(sizes.values()))

    for file in files:
        if not _is_here(name, file, folder):
            downloads.download(file, folder, partial(_check, name, file), partial(report, file))


def _download_folder(name: str, files: Sequence[RemoteFile]) -> Path:
    """What a person has put into `LENET_DATA` is not written over, though it is not what it should be."""
    folder = published_files.storage_folder()
    taken = [file for file in files if (folder / file.file_name).exists()]
    all_right = all(_is_here(name, file, folder) for file in taken)
    return folder if all_right else published_files.cache_folder()


def _is_here(name: str, file: RemoteFile, folder: Path) -> bool:
    try:
        _check(name, file, folder / file.file_name)
    except DatasetError:
        return False
    return True


def _check(name: str, file: RemoteFile, path: Path) -> None:
    for key in file.keys:
        published_files.check_array(name, key, path, file_name=f"the file from {file.url}")


def place_of(name: str, key: str) -> ArrayFile:
    """The file that holds one array of a published data set or an upload."""
    if name not in CHECKSUMS:
        return published_files.array_file(key, _own_files()[name])
    found = published_files.find(name)
    if found is None:
        raise DatasetError(_missing_sentence(name))
    return next(file for file in found if file.key == key)


@lru_cache(maxsize=128)
def _row(file: ArrayFile, index: int) -> np.ndarray:
    with open_array(file.path, file.key) as stream:
        return stream.row(index)


def _check_rows(indices: Sequence[int], count: int, title: str) -> None:
    outside = [index for index in indices if not 0 <= index < count]
    if outside:
        raise DatasetError(f"Example: received number {outside[0]}, expected 0 to {count - 1} of {title}.")


def _samples_with_pens(indices: Sequence[int]) -> np.ndarray:
    """Training images of `mnist-pens`: those of MNIST in one go, the others drawn."""
    _check_rows(indices, info("mnist-pens").num_train, info("mnist-pens").title)
    found = [pen_digits.sample_with_mnist(index) for index in indices]
    of_mnist = iter(samples("mnist", "train", [each for each in found if isinstance(each, int)]))
    chosen = [next(of_mnist) if isinstance(each, int) else each[0] for each in found]
    return np.array(chosen, np.uint8).reshape(-1, *info("mnist-pens").image_shape)


@lru_cache(maxsize=16)
def _labels(file: ArrayFile) -> np.ndarray:
    with open_array(file.path, file.key) as stream:
        numbers = stream.read().astype(np.int32)
    numbers.flags.writeable = False
    return numbers


def _own_files() -> dict[str, Path]:
    """The uploads by name; where two folders have the same one, that of the first folder."""
    files: dict[str, Path] = {}
    for folder in data_folders():
        for path in uploaded.files_in(folder / "own"):
            files.setdefault(path.stem, path)
    return files


@lru_cache(maxsize=2)
def _read_published(name: str, found: Candidate) -> Dataset:
    arrays = {}
    for file in found:
        with open_array(file.path, file.key) as stream:
            arrays[file.key] = stream.read()
    return Dataset.of(DATASETS[name], arrays, verified=True)


def in_memory(name: str) -> Dataset:
    """A small data set of the catalogue, which is read whole. Raises `DatasetError`."""
    readers = {drawing_collection.NAME: drawn_digits.read, "pens": partial(pen_digits.read, "pens")}
    return readers.get(name, read_digits)()
