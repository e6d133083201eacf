"""What a person uploads: an `.npz` of images and labels, checked array by array.

Arrays: `x` and `y`, or `x_train` and `y_train`, with `x_test` and `y_test` where there is a test part.
`class_names`, text, may be there. Images are read in blocks, so they take little more memory than their
pixels as uint8. Must not import Streamlit, TensorFlow or Keras.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lenet.array_stream import ArrayStream, keys_of, open_array
from lenet.errors import DatasetError
from lenet.sentences import is_plain, listed, plain, shortened, shown

MAX_PIXELS = 200_000_000  # of all images together; CIFAR-10 has 184 million
MAX_IMAGE_BYTES = 8 * MAX_PIXELS  # unpacked, a block at a time
MAX_LABEL_BYTES = 100_000_000
MAX_NAMES_BYTES = 1_000_000
MIN_SIDE, MAX_SIDE = 4, 128
MIN_CLASSES, MAX_CLASSES = 2, 100
MAX_CLASS_NAME_LENGTH = 40
MAX_SHOWN_NAME = 200  # characters of a path in a sentence


@dataclass(frozen=True, eq=False)
class Upload:
    """Parts are "train", and "test" where it was given. Labels and images of a part are equally many.

    images: uint8 (N, H, W, C), 0 to 255. labels: whole numbers (N,), 0 to len(class_names) − 1.
    """

    images: dict[str, np.ndarray]
    labels: dict[str, np.ndarray]
    class_names: tuple[str, ...]


def read_upload(file: bytes | Path | BinaryIO, class_names: Sequence[str] | None = None) -> Upload:
    """Read and check `file`; `class_names` goes before names in the file.

    Raises `DatasetError` with the first thing that is wrong: what was received, what is expected, what to do.
    """
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    parts = _find_parts(source)
    labels = {part: _read_labels(source, y) for part, (_, y) in parts.items()}
    names = _names(source, class_names, labels)
    images = _read_images(source, {part: x for part, (x, _) in parts.items()})
    for part, (x, y) in parts.items():
        _check_lengths(x, len(images[part]), y, len(labels[part]))
    return Upload(images, labels, names)


def _find_parts(source: Path | BinaryIO) -> dict[str, tuple[str, str]]:
    """The names of the arrays of images and labels: {"train": (x, y)}, and "test" where it is there."""
    keys = keys_of(source, _shown(source))
    parts = (
        {"train": ("x", "y")}
        if "x" in keys
        else {part: (f"x_{part}", f"y_{part}") for part in ("train", "test")}
    )
    if not {"x_test", "y_test"} & set(keys):
        parts.pop("test", None)
    missing = [key for pair in parts.values() for key in pair if key not in keys]
    if missing:
        raise DatasetError(
            f"Arrays: received {listed(keys) or 'none'}; expected x and y, or x_train and y_train, with "
            f"x_test and y_test where there is a test part. Add {', '.join(missing)}."
        )
    return parts


def _read_labels(source: Path | BinaryIO, key: str) -> np.ndarray:
    """Whole numbers (N,) from the same, from (N, 1), or from one-hot rows (N, K)."""
    with open_array(source, key, _shown(source)) as stream:
        check_size(key, stream.num_bytes, MAX_LABEL_BYTES, "bytes")
        shape, kind = stream.shape, stream.dtype.kind
        is_one_hot = len(shape) == 2 and shape[1] > 1
        if len(shape) not in (1, 2) or kind not in ("iufb" if is_one_hot else "iub"):
            raise DatasetError(
                f"{key}: received {in_words(stream.dtype)} of shape {shape}, expected whole numbers of shape "
                f"(N,), or one-hot rows of shape (N, classes). {_how_to_number(key, kind)}"
            )
        read = partial(_from_one_hot, key) if is_one_hot else np.ravel
        return np.concatenate([np.zeros(0, np.int64 if is_one_hot else stream.dtype),
                               *map(read, stream.blocks())])  # fmt: skip


def in_words(dtype: np.dtype) -> str:
    """What an array holds; its numbers as numpy calls them."""
    return {"U": "text", "S": "bytes", "M": "dates", "m": "durations"}.get(dtype.kind, str(dtype))


def _how_to_number(key: str, kind: str) -> str:
    if kind in "US":
        return (
            f"Number them with names, {key} = numpy.unique({key}, return_inverse=True), and save names as "
            "class_names."
        )
    return f"Convert them, for example with {key}.astype('int64')."


def _from_one_hot(key: str, labels: np.ndarray) -> np.ndarray:
    valid = ((labels == 0) | (labels == 1)).all() and (np.count_nonzero(labels, axis=1) == 1).all()
    if not valid:
        raise DatasetError(
            f"{key}: received rows of {labels.shape[1]} numbers that are not one-hot, expected a single 1 in "
            "each row and 0 elsewhere. Probabilities become labels with argmax(axis=1)."
        )
    return labels.argmax(axis=1)


def _names(
    source: Path | BinaryIO, given: Sequence[str] | None, labels: dict[str, np.ndarray]
) -> tuple[str, ...]:
    """One name for each class; the labels' numbers where nobody has named them."""
    lowest = min(int(part.min(initial=0)) for part in labels.values())
    highest = max(int(part.max(initial=0)) for part in labels.values())
    names = tuple(given or _names_in_file(source) or [])
    if lowest < 0 or highest >= (len(names) or MAX_CLASSES):
        raise DatasetError(label_range_words(lowest, highest, names))
    names = names or tuple(str(label) for label in range(highest + 1))
    check_class_names(names)
    return names


def label_range_words(lowest: int, highest: int, names: tuple[str, ...]) -> str:
    """The sentence for labels beyond the classes."""
    expected = f"0 to {len(names) - 1} for {len(names)} class names" if names else f"0 to {MAX_CLASSES - 1}"
    return (
        f"Labels: received {lowest} to {highest}, expected {expected}. "
        "Number the classes from 0 without gaps, and name each of them or none."
    )


def _names_in_file(source: Path | BinaryIO) -> list[str]:
    if "class_names" not in keys_of(source, _shown(source)):
        return []
    with open_array(source, "class_names", _shown(source)) as stream:
        return read_names(stream)


def read_names(stream: ArrayStream) -> list[str]:
    """The names in an array of text. Raises `DatasetError`, and `ValueError` as `ArrayStream.read` does."""
    check_size("class_names", stream.num_bytes, MAX_NAMES_BYTES, "bytes")
    if stream.dtype.kind != "U" or len(stream.shape) != 1:
        raise DatasetError(
            f"class_names: received {in_words(stream.dtype)} of shape {stream.shape}, expected text of shape "
            "(classes,). Make it with numpy.array(['cat', 'dog'])."
        )
    return [str(name) for name in stream.read()]


def check_class_names(names: tuple[str, ...]) -> None:
    """Raise `DatasetError` unless there are 2 to 100 of them, all different, short and plain text."""
    if not MIN_CLASSES <= len(names) <= MAX_CLASSES:
        raise DatasetError(
            f"Classes: received {len(names)}, expected {MIN_CLASSES} to {MAX_CLASSES}. "
            "A network that tells classes apart needs at least two."
        )
    for name in names:
        is_fair = name.strip() and len(name) <= MAX_CLASS_NAME_LENGTH and is_plain(name)
        if not is_fair or names.count(name) > 1:
            raise DatasetError(
                f"Class names: received {shown(name)}, expected names of 1 to {MAX_CLASS_NAME_LENGTH} plain "
                "characters, all different. Rename it."
            )


def _check_lengths(x: str, num_images: int, y: str, num_labels: int) -> None:
    if num_images != num_labels:
        raise DatasetError(
            f"{x} and {y}: received {num_images} images and {num_labels} labels, expected as many of each. "
            "Drop those that have no partner."
        )


def _read_images(source: Path | BinaryIO, keys: dict[str, str]) -> dict[str, np.ndarray]:
    """uint8 (N, H, W, C), 0 to 255, of each part."""
    forms = {_check_form(source, key) for key in keys.values()}
    if len(forms) > 1:
        received = " and ".join(f"{dtype} {shape}" for shape, dtype in sorted(forms, key=str))
        raise DatasetError(
            f"x_train and x_test: received {received}, expected images of one shape and one type. "
            "Convert one of them."
        )
    lows, highs = zip(*(_value_range(source, key) for key in keys.values()), strict=True)
    factor = _factor_to_255(forms.pop()[1], min(lows), max(highs))
    return {part: _converted(source, key, factor) for part, key in keys.items()}


def _check_form(source: Path | BinaryIO, key: str) -> tuple[tuple[int, ...], np.dtype]:
    """The shape of one image and the type of its numbers, from the header alone."""
    with open_array(source, key, _shown(source)) as stream:
        shape, dtype = stream.shape, stream.dtype
        check_size(key, stream.num_values, MAX_PIXELS, "numbers")
        check_size(key, stream.num_bytes, MAX_IMAGE_BYTES, "bytes")
    is_picture = len(shape) == 3 or (len(shape) == 4 and shape[3] in (1, 3))
    if not is_picture:
        raise DatasetError(
            f"{key}: received the shape {shape}, expected (N, height, width) or (N, height, width, 1 or 3). "
            "Reshape it, or move the channels to the end."
        )
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in shape[1:3]):
        raise DatasetError(
            f"{key}: received images of {shape[1]}×{shape[2]}, expected {MIN_SIDE} to {MAX_SIDE} "
            "pixels a side. Resize them."
        )
    if dtype.kind not in "iufb":
        raise DatasetError(f"{key}: received {in_words(dtype)}, expected uint8 or floats. Convert it.")
    return shape[1:3] + (shape[3:] or (1,)), dtype


def _value_range(source: Path | BinaryIO, key: str) -> tuple[float, float]:
    """The smallest and the largest number. Raises `DatasetError` for NaN and infinity."""
    low, high = np.inf, -np.inf
    with open_array(source, key, _shown(source)) as stream:
        for block in stream.blocks():
            low, high = min(low, block.min()), max(high, block.max())
            if not np.isfinite(block).all():
                raise DatasetError(f"{key} holds NaN or infinity, expected numbers. Drop those images")
    return float(low), float(high)


def _factor_to_255(dtype: np.dtype, low: float, high: float) -> int:
    """What makes the numbers 0 to 255: floats that reach 1 at most, and booleans, are taken for 0 to 1."""
    if low < 0 or high > 255:
        raise DatasetError(
            f"Images: received numbers from {low:g} to {high:g}, expected 0 to 255, or floats from 0 to 1. "
            "Undo the standardization, or rescale them."
        )
    if low == high:
        raise DatasetError(
            f"Images: every pixel is {low:g}, expected pictures that differ. Check how the file was made."
        )
    return 255 if dtype.kind in "fb" and high <= 1 else 1


def _converted(source: Path | BinaryIO, key: str, factor: int) -> np.ndarray:
    with open_array(source, key, _shown(source)) as stream:
        images = np.empty(stream.shape, np.uint8)
        filled = 0
        for block in stream.blocks():
            images[filled : filled + len(block)] = block if factor == 1 else np.rint(block * float(factor))
            filled += len(block)
    return images if images.ndim == 4 else images[..., np.newaxis]


def check_size(key: str, received: int, limit: int, unit: str) -> None:
    """Raise `DatasetError` where a header announces more than `limit`: before anything is unpacked."""
    if received > limit:
        raise DatasetError(
            f"{key}: received {received:,} {unit}, expected at most {limit:,}. Keep fewer examples."
        )


def _shown(source: Path | BinaryIO) -> str:
    return shortened(plain(str(getattr(source, "name", "The file"))), MAX_SHOWN_NAME)
