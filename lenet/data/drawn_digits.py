"""The class's own digits: a folder of labelled drawings, and the data set made of them.

One file a drawing, `my-digits/20261120-143005-123456-3f9a2c81.json`, one line each
(`lenet.drawing.labelled_drawings`); the export is these lines, zipped. Must not import
Streamlit, TensorFlow or Keras.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.drawing_collection import NAME, Collection, File, entries_of, images, listing_of
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError, WeightsError
from lenet.files import opened
from lenet.npz import MOST_BYTES, RUN_DATA, load_arrays, save_arrays
from lenet.sentences import reason

KEPT = "data.npz"  # in the folder of a run
MIN_DRAWINGS = 10  # to train on
TEST_SHARE = 0.2

_ABOUT = DatasetInfo(
    name=NAME,
    title="My digits, drawn here",
    image_shape=(SIZE, SIZE, 1),
    num_classes=10,
    class_names=tuple("0123456789"),
    num_train=0,  # `info` counts them
    num_test=0,
    licence="your own",
    source="the Draw page: “The correct digit is …”",
)
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")


# The data set


def info() -> DatasetInfo:
    """What is known of the data set, with as many drawings as there are now."""
    return _info(in_test_part([entry.id for entry in Collection().entries()]))


def read() -> Dataset:
    """The data set as it is now; the same object until a drawing comes or goes.

    Raises `DatasetError` where there are fewer than MIN_DRAWINGS.
    """
    return _dataset(listing_of(Collection().folder))


def state() -> str:
    """A text that changes when a drawing comes or goes."""
    return hashlib.sha256(repr(listing_of(Collection().folder)).encode()).hexdigest()[:16]


def lack() -> str:
    """Why the collection is no data set yet, a sentence; empty where it is one."""
    count = len(Collection().entries())
    return "" if count >= MIN_DRAWINGS else _too_few(count)


def in_test_part(ids: Sequence[str]) -> np.ndarray:
    """Which drawings test, (N,) bool: about a fifth, drawn by a hash of the id, and at least one.

    However many are added, a drawing that trains now trains later: no model is tested on what it learned.
    Only where a small collection's one test drawing is deleted, another takes its place.
    """
    hashes = np.array([_hash(each) for each in ids])
    test = hashes < TEST_SHARE
    if len(ids) > 1 and not test.any():
        test[hashes.argmin()] = True
    return test


def _too_few(count: int) -> str:
    drawings = "1 drawing" if count == 1 else f"{count} drawings"
    return (
        f"{_ABOUT.title}: {drawings} so far, expected at least {MIN_DRAWINGS} to train and test on. "
        "Draw some more on the Draw page and say which digits they are, or import some there."
    )


def _info(test: np.ndarray) -> DatasetInfo:
    return replace(_ABOUT, num_train=int((~test).sum()), num_test=int(test.sum()))


def _hash(entry_id: str) -> float:
    """0 to 1, evenly."""
    return int.from_bytes(hashlib.sha256(entry_id.encode()).digest()[:6], "big") / 2**48


@lru_cache(maxsize=1)
def _dataset(files: tuple[File, ...]) -> Dataset:
    entries = entries_of(files)
    if len(entries) < MIN_DRAWINGS:
        raise DatasetError(_too_few(len(entries)))
    entries.sort(key=lambda entry: _hash(entry.id))  # so that the last ones are not all of one person
    pictures, labels = images(entries), np.array([entry.label for entry in entries])
    test = in_test_part([entry.id for entry in entries])
    arrays = {"x_train": pictures[~test], "y_train": labels[~test]}
    arrays |= {"x_test": pictures[test], "y_test": labels[test]}
    return Dataset.of(_info(test), arrays, verified=False)


def kept_in(run: Path, folder: Path | None = None) -> Dataset:
    """The data set as a run had it when it began, kept in the run's folder at the first call.

    So a run that goes on goes on with the same drawings, and is tested on those that it was tested on.
    `folder` is as `lenet.files.written_aside` takes it. Raises `DatasetError` where there are too few,
    `OSError` where the run's folder cannot be written, and `WeightsError` where the file is damaged.
    """
    path = run / KEPT
    if not path.exists():
        data = read()
        save_arrays(path, {key: getattr(data, key) for key in _ARRAYS}, folder)
    return _kept(path, path.stat().st_mtime_ns)


def info_for(run: Path) -> DatasetInfo:
    """What is known of the data set as that run has it; as it is now, where the run has not begun."""
    if not (run / KEPT).is_file():
        return info()
    try:
        counts = {key: value.size for key, value in load_arrays(run / KEPT, RUN_DATA, "y_").items()}
    except WeightsError as error:
        raise DatasetError(str(error)) from error
    return replace(_ABOUT, num_train=counts.get("y_train", 0), num_test=counts.get("y_test", 0))


def state_for(run: Path) -> str:
    """A text that changes when the images that the run has do. Raises `DatasetError`."""
    try:
        with opened(run / KEPT, MOST_BYTES) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except (OSError, ValueError) as error:
        raise DatasetError(f"{run / KEPT} cannot be read ({reason(error)}). Delete the run.") from error


@lru_cache(maxsize=2)
def _kept(path: Path, changed: int) -> Dataset:
    arrays = {key: load_arrays(path, RUN_DATA, key).get(key, np.zeros(0)) for key in _ARRAYS}
    for part in ("train", "test"):
        if not _are_digits(arrays[f"x_{part}"], arrays[f"y_{part}"]):
            raise WeightsError(f"{path} is damaged: it holds no digits to {part} on. Delete the run.")
    about = replace(_ABOUT, num_train=len(arrays["y_train"]), num_test=len(arrays["y_test"]))
    return Dataset.of(about, arrays, verified=False)


def _are_digits(images: np.ndarray, labels: np.ndarray) -> bool:
    """Whether they are (N, 28, 28) or (N, 28, 28, 1) uint8 and (N,) whole numbers from 0 to 9."""
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or images.dtype != np.uint8:
        return False
    shape = (len(labels), SIZE, SIZE)
    return images.shape in (shape, (*shape, 1)) and bool(((labels >= 0) & (labels <= 9)).all())
