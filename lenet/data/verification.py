"""Whether files hold the published data set: by the SHA-256 of its arrays, else by what is known of it.

A data set without published checksums of its arrays is known by their shape, by how many images each class
has, and by the SHA-256 of the files that they are published in. Must not import Streamlit, TensorFlow or
Keras.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lenet.array_stream import ArrayStream
from lenet.data.dataset import DatasetInfo
from lenet.data.published_files import ArrayFile, Candidate
from lenet.errors import DatasetError

BY_ARRAYS = "the SHA-256 of each array"
BY_FILES = "the SHA-256 of each file"
BY_COUNTS = "shape and number of images of each class, not by a checksum"

_TITLES: dict[str, str] = {}  # SHA-256 of an array → the data set that it is of


@dataclass(frozen=True)
class Verifier:
    """What the arrays of a published data set are like.

    Attributes:
        arrays: the SHA-256 of each array's bytes, uint8 in C order, by its key; empty where nobody knows.
        files: the SHA-256 of each file, by its name.
    """

    about: DatasetInfo
    arrays: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _TITLES.update(dict.fromkeys(self.arrays.values(), self.about.title))

    def check(self, file: ArrayFile, file_name: str = "") -> None:
        """Raise `DatasetError`, which names the file, unless the array in it is of this data set."""
        with file.open(file_name) as stream:
            self._check_shape(file.key, stream.shape)
            digest, counts = _read_through(stream)
            expected = self.arrays.get(file.key)
            if digest != expected and (expected or digest in _TITLES):
                raise DatasetError(self._stranger(file.key, digest))
            if not expected and file.key.startswith("y"):
                self._check_counts(file.key, counts)

    def check_file(self, path: Path, name: str, shown: str) -> None:
        """Raise `DatasetError` unless the file is what is published as `name`, where that is known."""
        digest, expected = _sha256(path), self.files.get(name)
        if expected and digest != expected:
            raise DatasetError(
                f"{shown} is not that of {self.about.title} (its SHA-256 is {digest[:12]}…, expected "
                f"{expected[:12]}…)."
            )

    def shown_by(self, files: Candidate) -> str:
        """What shows that these files, which `check` has let pass, are the published ones: one of `BY_…`."""
        if self.arrays:
            return BY_ARRAYS
        names = {file.path: file.path.name for file in files}
        same = all(self.files.get(name) == _sha256(path) for path, name in names.items())
        return BY_FILES if same else BY_COUNTS

    def is_of_another(self, file: ArrayFile) -> bool:
        """Whether the array in the file is of another data set whose checksums are known."""
        try:
            with file.open() as stream:
                return _TITLES.get(_read_through(stream)[0], self.about.title) != self.about.title
        except DatasetError:
            return False

    def _check_shape(self, key: str, shape: tuple[int, ...]) -> None:
        about = self.about
        num_examples = about.num_images(key.partition("_")[2])
        expected = (num_examples, *about.image_shape[:2]) if key.startswith("x") else (num_examples,)
        if shape not in (expected, (*expected, 1)):
            raise DatasetError(f"{key} has the shape {shape}, expected {expected} for {about.title}")

    def _check_counts(self, key: str, counts: np.ndarray) -> None:
        """Of labels: as many of each class."""
        about = self.about
        expected = about.num_images(key.partition("_")[2]) // about.num_classes
        if (wrong := np.flatnonzero(counts[: about.num_classes] != expected)).size:
            raise DatasetError(
                f"{key} has {counts[wrong[0]]:,} images of class {wrong[0]}, expected {expected:,} of each "
                f"for {about.title}"
            )

    def _stranger(self, key: str, digest: str) -> str:
        if digest in _TITLES:
            return f"{key} is that of {_TITLES[digest]}, expected {self.about.title}"
        return f"{key} is not that of {self.about.title} (its SHA-256 is {digest[:12]}…)"


def _read_through(stream: ArrayStream) -> tuple[str, np.ndarray]:
    """SHA-256 of the array as uint8 in C order, whichever type of whole numbers the file has; and how many
    there are of each, (256,), where it is one of labels.
    """
    if stream.dtype.kind not in "iu":  # text of any length, else
        raise DatasetError(f"the numbers are {stream.dtype}, expected whole numbers from 0 to 255")
    digest, counts = hashlib.sha256(), np.zeros(256, np.int64)
    for block in stream.blocks():
        if block.min() < 0 or block.max() > 255:
            raise DatasetError(f"the numbers are {block.dtype}, expected whole numbers from 0 to 255")
        digest.update(block.astype(np.uint8, copy=False))
        if len(stream.shape) < 3:
            counts += np.bincount(block.ravel(), minlength=256)
    return digest.hexdigest(), counts


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error.strerror or error}).") from error
