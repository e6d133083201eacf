"""What a data set of one's own may hold: how much, how many classes, and the sentences where it is more.

Must not import Streamlit, TensorFlow or Keras.
"""

import numpy as np

from lenet.array_stream import ArrayStream
from lenet.errors import DatasetError
from lenet.sentences import is_plain, shown

MAX_PIXELS = 230_000_000  # of all images together; EMNIST Digits has 220 million
MAX_IMAGE_BYTES = 8 * MAX_PIXELS  # unpacked, a block at a time
MAX_LABEL_BYTES = 100_000_000
MAX_NAMES_BYTES = 1_000_000
MIN_SIDE, MAX_SIDE = 4, 128
MIN_CLASSES, MAX_CLASSES = 2, 100
MAX_CLASS_NAME_LENGTH = 40


def in_words(dtype: np.dtype) -> str:
    """What an array holds; its numbers as numpy calls them."""
    return {"U": "text", "S": "bytes", "M": "dates", "m": "durations"}.get(dtype.kind, str(dtype))


def label_range_words(lowest: int, highest: int, names: tuple[str, ...]) -> str:
    """The sentence for labels of a stored data set beyond its classes."""
    return (
        f"Labels: received {lowest} to {highest}, expected 0 to {len(names) - 1} for {len(names)} class "
        "names. Number the classes from 0 without gaps, and name each of them or none."
    )


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


def check_size(key: str, received: int, limit: int, unit: str) -> None:
    """Raise `DatasetError` where a header announces more than `limit`: before anything is unpacked."""
    if received > limit:
        raise DatasetError(
            f"{key}: received {received:,} {unit}, expected at most {limit:,}. Keep fewer examples."
        )
