"""Drawings that people collect, as a data set: which train and which test, and what a run keeps of them.

Of `my-digits` and of sets of classes of their own alike; the files are in `drawing_collection.py`. Must not
import Streamlit, TensorFlow or Keras.
"""

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from lenet.data.dataset import Dataset, DatasetInfo
from lenet.data.drawing_collection import DIGITS, Collection, File, entries_of, images, listing_of
from lenet.data.upload import check_class_names
from lenet.drawing.labelled_drawings import Entry, Label, LabelReader
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError, WeightsError
from lenet.files import opened
from lenet.npz import MOST_BYTES, RUN_DATA, load_arrays, save_arrays
from lenet.sentences import reason

KEPT = "data.npz"  # in the folder of a run
TEST_SHARE = 0.2
_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_CLASSES = "class_names"


def info(collection: Collection) -> DatasetInfo:
    """What is known of the data set, with as many drawings as there are now."""
    return _info_of(collection, collection.entries())


def read(collection: Collection) -> Dataset:
    """The data set as it is now; the same object until a drawing or a class comes or goes.

    Raises `DatasetError` where there are too few.
    """
    files = listing_of(collection.folder)
    entries = entries_of(files, collection.read_label)
    if lack := collection.lack_of(entries):
        raise DatasetError(lack)
    return _dataset(_info_of(collection, entries), files, collection.read_label, collection.each_class_tests)


def state(collection: Collection) -> str:
    """A text that changes when a drawing or a class comes or goes."""
    now = repr(listing_of(collection.folder)) + repr(collection.classes())
    return hashlib.sha256(now.encode()).hexdigest()[:16]


def npz(collection: Collection) -> bytes:
    """The data set as it is now as an `.npz` file, which "Use your own data" reads. Raises `DatasetError`."""
    data, file = read(collection), io.BytesIO()
    np.savez_compressed(file, **_arrays_of(data), **{_CLASSES: np.array(data.class_names)})
    return file.getvalue()


def tested(collection: Collection, entries: Sequence[Entry]) -> np.ndarray:
    """Which of these drawings of the collection test, (N,) bool."""
    return _test_part(entries, collection.each_class_tests)


def in_test_part(
    ids: Sequence[str], labels: Sequence[Label] | None = None, writers: Sequence[str] | None = None
) -> np.ndarray:
    """Which drawings test, (N,) bool: about a fifth, drawn by a hash of the id, and at least one.

    However many are added, a drawing that trains now trains later: no model is tested on what it learned.
    Only where a small collection's one test drawing is deleted, another takes its place.

    Args:
        labels: of each drawing; then this holds of each class that has two drawings or more.
        writers: of each drawing, "" where nobody knows. Where there are two or more, all drawings of a person
            train, or all test, by a hash of the writer: a network is tested on hands that it has never seen.
            One writer's alone are drawn as if nobody knew; of a few whose hashes would all test, one trains.
    """
    hashes, test = np.array([_hash(each) for each in ids]), np.zeros(len(ids), bool)
    known = np.array(writers if writers is not None else [""] * len(ids))
    groups = np.zeros(len(ids), int) if labels is None else np.unique(labels, return_inverse=True)[1]
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        test[rows] = _tests(hashes[rows], known[rows])
    return test


def _tests(hashes: np.ndarray, writers: np.ndarray) -> np.ndarray:
    """(n,) bool of the drawings of one group, of their hashes (n,) and writers (n,)."""
    has_writers = bool(writers.any()) and len(set(writers)) > 1
    if has_writers:
        hashes = np.array(
            [_hash(writer) if writer else own for own, writer in zip(hashes, writers, strict=True)]
        )
    test = hashes < TEST_SHARE
    if len(test) > 1 and not test.any():
        test = hashes == hashes.min()
    if has_writers and test.all():
        test = hashes != hashes.max()
    return test


def _test_part(entries: Sequence[Entry], each_class: bool) -> np.ndarray:
    labels = [entry.label for entry in entries] if each_class else None
    return in_test_part([entry.id for entry in entries], labels, [entry.writer for entry in entries])


def _info_of(collection: Collection, entries: Sequence[Entry]) -> DatasetInfo:
    test = tested(collection, entries)
    return _info(collection, collection.classes_of(entries), int((~test).sum()), int(test.sum()))


def _info(collection: Collection, classes: tuple[str, ...], num_train: int, num_test: int) -> DatasetInfo:
    return DatasetInfo(
        name=collection.name,
        title=f"{collection.title}, drawn here",
        image_shape=(SIZE, SIZE, 1),
        num_classes=len(classes),
        class_names=classes,
        num_train=num_train,
        num_test=num_test,
        licence="your own",
        source=collection.source,
    )


def _hash(entry_id: str) -> float:
    """0 to 1, evenly."""
    return int.from_bytes(hashlib.sha256(entry_id.encode()).digest()[:6], "big") / 2**48


@lru_cache(maxsize=2)
def _dataset(
    about: DatasetInfo, files: tuple[File, ...], read_label: LabelReader, each_class: bool
) -> Dataset:
    entries = entries_of(files, read_label)
    entries.sort(key=lambda entry: _hash(entry.id))  # so that the last ones are not all of one person
    pictures, labels = images(entries), labels_of(entries, about.class_names)
    test = _test_part(entries, each_class)
    arrays = {"x_train": pictures[~test], "y_train": labels[~test]}
    arrays |= {"x_test": pictures[test], "y_test": labels[test]}
    return Dataset.of(about, arrays, verified=False)


def labels_of(entries: Sequence[Entry], classes: Sequence[str]) -> np.ndarray:
    """(N,) int64: the place of each drawing's class among `classes`."""
    places = {name: place for place, name in enumerate(classes)}
    return np.array([places[str(entry.label)] for entry in entries], np.int64)


# As a run has it


def kept_in(run: Path, collection: Collection, folder: Path | None = None) -> Dataset:
    """The data set as a run had it when it began, kept in the run's folder at the first call.

    So a run that goes on goes on with the same drawings and classes, and is tested on those that it was
    tested on. `folder` is as `lenet.files.written_aside` takes it. Raises `DatasetError` where there are too
    few, `OSError` where the run's folder cannot be written, and `WeightsError` where the file is damaged.
    """
    path = run / KEPT
    if not path.exists():
        data = read(collection)
        names = {} if data.class_names == DIGITS else {_CLASSES: np.array(data.class_names)}
        save_arrays(path, _arrays_of(data) | names, folder)
    changed = path.stat().st_mtime_ns
    arrays, classes = _kept(path, changed)
    about = _info(collection, classes, len(arrays["y_train"]), len(arrays["y_test"]))
    return _dataset_of_run(about, path, changed)


def info_for(run: Path, collection: Collection) -> DatasetInfo:
    """What is known of the data set as that run has it; as it is now, where the run has not begun."""
    path = run / KEPT
    if not path.is_file():
        return info(collection)
    try:
        return _info(collection, *_facts_kept(path, path.stat().st_mtime_ns))
    except WeightsError as error:
        raise DatasetError(str(error)) from error
    except OSError as error:  # it has just gone
        raise DatasetError(f"{path} cannot be read ({reason(error)}). Delete the run.") from error


def state_for(run: Path) -> str:
    """A text that changes when the images that the run has do. Raises `DatasetError`."""
    try:
        with opened(run / KEPT, MOST_BYTES) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except (OSError, ValueError) as error:
        raise DatasetError(f"{run / KEPT} cannot be read ({reason(error)}). Delete the run.") from error


def _arrays_of(data: Dataset) -> dict[str, np.ndarray]:
    return {key: getattr(data, key) for key in _ARRAYS}


@lru_cache(maxsize=256)
def _facts_kept(path: Path, changed: int) -> tuple[tuple[str, ...], int, int]:
    """The classes, how many drawings train, and how many test: asked of each run at each stroke."""
    labels = load_arrays(path, RUN_DATA, "y_")
    if any(each.ndim != 1 for each in labels.values()):
        raise WeightsError(f"{path} is damaged: its labels are no list. Delete the run.")
    classes = _classes_in(load_arrays(path, RUN_DATA, _CLASSES), path)
    return classes, *(len(labels.get(key, ())) for key in ("y_train", "y_test"))


@lru_cache(maxsize=2)
def _dataset_of_run(about: DatasetInfo, path: Path, changed: int) -> Dataset:
    arrays, _ = _kept(path, changed)
    return Dataset.of(about, dict(arrays), verified=False)


@lru_cache(maxsize=2)
def _kept(path: Path, changed: int) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    arrays = {key: load_arrays(path, RUN_DATA, key).get(key, np.zeros(0)) for key in _ARRAYS}
    classes = _classes_in(load_arrays(path, RUN_DATA, _CLASSES), path)
    for part in ("train", "test"):
        if not _are_drawings(arrays[f"x_{part}"], arrays[f"y_{part}"], len(classes)):
            raise WeightsError(f"{path} is damaged: it holds no drawings to {part} on. Delete the run.")
    return arrays, classes


def _classes_in(arrays: dict[str, np.ndarray], path: Path) -> tuple[str, ...]:
    """The names that a run kept; digits where it kept none. Raises `WeightsError`: they are none."""
    if _CLASSES not in arrays:
        return DIGITS
    found = arrays[_CLASSES]
    names = tuple(map(str, found)) if found.ndim == 1 and found.dtype.kind == "U" else ()
    try:
        check_class_names(names)
    except DatasetError as error:
        raise WeightsError(f"{path} is damaged: {error} Delete the run.") from error
    return names


def _are_drawings(images: np.ndarray, labels: np.ndarray, num_classes: int) -> bool:
    """Whether they are (N, 28, 28) or (N, 28, 28, 1) uint8, and (N,) whole numbers from 0, one a class."""
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or images.dtype != np.uint8:
        return False
    shape = (len(labels), SIZE, SIZE)
    is_class = (labels >= 0) & (labels < num_classes)
    return images.shape in (shape, (*shape, 1)) and bool(is_class.all())
