"""What a reader makes of somebody's files: images that are still in them, their labels, and what was noticed.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice

import numpy as np

from lenet.data.imports.labels import numbered
from lenet.data.upload import MAX_PIXELS, MIN_SIDE
from lenet.errors import DatasetError
from lenet.formatting import counted
from lenet.sentences import listed

# (n, H, W, C) numbers; or pictures (H, W) or (H, W, 3) uint8, each of its own size.
UNREAD = np.zeros((1, 1), np.uint8)  # in the place of a picture that cannot be read; no picture is that small
Block = np.ndarray | list[np.ndarray]


MOST_REASONS = 3


@dataclass(frozen=True, eq=False)
class Part:
    """Images and labels of a part.

    Attributes:
        labels: (N,), as they were found; in `Contents` (N,) int64, 0 to classes − 1.
        blocks: the images from the first one on, some at a time; may be asked for again.
        some: the images of these rows, in ascending order, where that is quicker than looking at all.
        unread: why pictures cannot be read, by their rows, as far as they have been looked at: `UNREAD` is in
            their place.
    """

    labels: np.ndarray
    blocks: Callable[[], Iterator[Block]]
    some: Callable[[Sequence[int]], list[np.ndarray]] | None = None
    unread: Callable[[], dict[int, str]] = dict


@dataclass(frozen=True, eq=False)
class Contents:
    """All that is in somebody's files.

    Attributes:
        format: in a word or two.
        parts: "train", and "test" where there is one.
        class_names: in the order of the labels.
        shape: (H, W, C) of each image; None where their sizes differ.
        are_pictures: whether they are of 0 to 255 for certain, and blocks are lists.
        may_lie: whether such files often hold images whose rows are columns.
        notes: what was noticed, a sentence each.
    """

    format: str
    parts: dict[str, Part]
    class_names: tuple[str, ...]
    shape: tuple[int, int, int] | None
    are_pictures: bool
    may_lie: bool
    notes: tuple[str, ...]

    @property
    def num_images(self) -> int:
        """Of all parts together."""
        return sum(len(part.labels) for part in self.parts.values())

    def left_out(self) -> list[str]:
        """What cannot be read and is left out, as far as it has been looked at: a sentence, or none."""
        reasons = [reason for part in self.parts.values() for _, reason in sorted(part.unread().items())]
        if not reasons:
            return []
        more = f" And {len(reasons) - MOST_REASONS:,} more." if len(reasons) > MOST_REASONS else ""
        return [f"Left out: {counted(len(reasons), 'picture')}. {' '.join(reasons[:MOST_REASONS])}{more}"]


def contents(
    format: str,
    found: dict[str, Part],
    class_names: Sequence[str],
    shape: tuple[int, int, int] | None,
    notes: Sequence[str] = (),
    are_pictures: bool = False,
    may_lie: bool = False,
) -> Contents:
    """What was found, its labels numbered from 0, its validation images where they belong.

    Args:
        found: parts "train", "validation" and "test", of which there may be less.
        class_names: names that people or files gave; may be empty.

    Raises:
        DatasetError: the labels cannot be used; there are no training images, or too many pixels.
    """
    labels = numbered({name: part.labels for name, part in found.items()}, class_names)
    parts = {name: Part(labels.of[name], part.blocks, part.some, part.unread) for name, part in found.items()}
    parts, said = _with_validation(parts)
    if "train" not in parts:
        raise DatasetError(
            f"Parts: received {listed(parts)} alone, expected images to train on as well. "
            "Name their part train."
        )
    if shape:
        check_shape(sum(len(part.labels) for part in parts.values()), shape)
    every = (*notes, *said, *labels.notes)
    return Contents(format, parts, labels.class_names, shape, are_pictures, may_lie, every)


def check_shape(num_images: int, shape: tuple[int, int, int]) -> None:
    """Raise `DatasetError` where there are more pixels than may be read, or hardly any in an image."""
    height, width, _ = shape
    if min(height, width) < MIN_SIDE:
        raise DatasetError(
            f"Images: received {height}×{width} pixels, expected at least {MIN_SIDE} a side. Take others."
        )
    if (
        num_images * height * width > 8 * MAX_PIXELS
    ):  # they may be scaled; `uploaded.store` counts what is left
        raise DatasetError(
            f"Images: received {num_images:,} of {height}×{width} pixels, which is more than "
            f"{8 * MAX_PIXELS:,} in all. Keep fewer examples."
        )


def _with_validation(parts: dict[str, Part]) -> tuple[dict[str, Part], list[str]]:
    """Validation images test where nothing else does; else they join those to train on."""
    if "validation" not in parts:
        return parts, []
    validation = parts["validation"]
    rest = {name: part for name, part in parts.items() if name != "validation"}
    images = f"{len(validation.labels):,} validation images"
    if "test" not in rest:
        return rest | {"test": validation}, [f"{images}: they test, for there is no other part that does."]
    words = f"{images}: joined to the training images, of which each run sets some aside."
    return rest | {"train": _joined(rest["train"], validation)} if "train" in rest else rest, [words]


def _joined(first: Part, second: Part) -> Part:
    labels = np.concatenate([first.labels, second.labels])
    number = len(first.labels)

    def some(rows: Sequence[int]) -> list[np.ndarray]:
        return [*first.some([row for row in rows if row < number]),
                *second.some([row - number for row in rows if row >= number])]  # fmt: skip

    def unread() -> dict[int, str]:
        return first.unread() | {number + row: why for row, why in second.unread().items()}

    return Part(labels, lambda: chain(first.blocks(), second.blocks()), some if first.some else None, unread)


def check_lengths(images: str, num_images: int, labels: str, num_labels: int) -> None:
    """Raise `DatasetError` unless there are as many labels as images."""
    if num_images != num_labels:
        raise DatasetError(
            f"{images} and {labels}: received {counted(num_images, 'image')} and "
            f"{counted(num_labels, 'label')}, expected as many of each. Drop those that have no partner."
        )


def in_lists(images: Iterator[np.ndarray], length: int = 64) -> Iterator[list[np.ndarray]]:
    """Single pictures as blocks."""
    for _ in count():
        block = list(islice(images, length))
        if not block:
            return
        yield block
