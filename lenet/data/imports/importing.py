"""One import: somebody's files, what was noticed in them, and the images that they become.

    with opened(Path("leaves.zip")) as found:
        print(found.notes(choices))

Must not import Streamlit, TensorFlow or Keras.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from lenet.data.imports.choices import AS_FOUND, Choices, Scaling
from lenet.data.imports.contents import Contents
from lenet.data.imports.conversion import Conversion
from lenet.data.imports.files import Source, opened_files
from lenet.data.imports.looks import Looks, look
from lenet.data.imports.readers import contents_of
from lenet.data.upload import MAX_PIXELS, MAX_SIDE, MIN_SIDE
from lenet.drawing.mnist_format import SIZE
from lenet.errors import DatasetError
from lenet.formatting import counted
from lenet.sentences import listed


@dataclass(frozen=True, eq=False)
class Import:
    """Data that are looked at and not stored yet."""

    contents: Contents
    looks: Looks

    def conversion(self, choices: Choices = AS_FOUND) -> Conversion:
        """How the images are made: as they were chosen, else as they were found. Raises `DatasetError`."""
        black, white = self._range(choices)
        scaling = self._scaling(choices)
        transposed = self._lies() if choices.transposed is None else choices.transposed
        size = self._size(scaling, choices.size, transposed)
        in_color = scaling != "mnist" and self._in_color(size, choices)
        is_dark = self.looks.is_dark_on_light is True and black < white  # else the range inverts already
        inverted = is_dark and not in_color if choices.inverted is None else choices.inverted
        shape = (*size, 3 if in_color else 1)
        self._check_size(shape)
        return Conversion(black, white, inverted, transposed, scaling, shape)

    def _range(self, choices: Choices) -> tuple[float, float]:
        found = choices.range or self.looks.range
        if found is None:
            raise DatasetError(
                f"Images: received numbers from {self.looks.low:g} to {self.looks.high:g}, expected 0 to "
                f"255, 0 to 1, or −1 to 1. Say which are black and white, such as the range "
                f"{self.looks.low:g}:{self.looks.high:g}."
            )
        return found

    def _lies(self) -> bool:
        return self.looks.is_wide and self.contents.may_lie

    def _scaling(self, choices: Choices) -> Scaling:
        if choices.scaling in (None, "as is"):
            return "fit" if choices.size or self.contents.shape is None else "as is"
        return choices.scaling

    def _in_color(self, size: tuple[int, int], choices: Choices) -> bool:
        """As it was chosen, else where there are colors and not too many pixels for three numbers each."""
        if choices.color is not None:
            return choices.color and self.looks.has_channels
        return self.looks.is_colored and self._num_values((*size, 3)) <= MAX_PIXELS

    def _num_values(self, shape: tuple[int, int, int]) -> int:
        return self.contents.num_images * math.prod(shape)

    def _size(self, scaling: Scaling, size: int | None, transposed: bool) -> tuple[int, int]:
        height, width, _ = self.contents.shape or (SIZE, SIZE, 1)
        if scaling == "mnist":
            return SIZE, SIZE
        if scaling == "fit":
            return size or SIZE, size or SIZE
        return (width, height) if transposed else (height, width)

    def _check_size(self, shape: tuple[int, int, int]) -> None:
        height, width, channels = shape
        if not all(MIN_SIDE <= side <= MAX_SIDE for side in (height, width)):
            raise DatasetError(
                f"Images: received {height}×{width} pixels, expected {MIN_SIDE} to {MAX_SIDE} a side. "
                f"Scale them: the size {SIZE}."
            )
        total = self._num_values(shape)
        if total > MAX_PIXELS:
            raise DatasetError(
                f"Images: received {total:,} numbers, expected at most {MAX_PIXELS:,}. "
                f"Keep fewer examples, or make them smaller{' or gray' if channels == 3 else ''}."
            )

    def notes(self, choices: Choices = AS_FOUND) -> list[str]:
        """What was noticed, and what is made of it, in sentences. Raises `DatasetError`."""
        made = self.conversion(choices)
        return [self._what(), *self.contents.notes, self._range_words(made),
                *self._color_words(made, choices), self._polarity_words(made), *self._orientation_words(made),
                self._size_words(made)]  # fmt: skip

    def _what(self) -> str:
        counts = [f"{len(part.labels):,} in the part {name}" for name, part in self.contents.parts.items()]
        names = self.contents.class_names
        return f"Read as {self.contents.format}: {', '.join(counts)}; {len(names)} classes: {listed(names)}."

    def _range_words(self, made: Conversion) -> str:
        if self.contents.are_pictures and (made.black, made.white) == (0, 255):
            return "Pictures of 0 (black) to 255 (white)."
        words = (
            f"Numbers from {self.looks.low:g} to {self.looks.high:g}: taken for {made.black:g} (black) to "
            f"{made.white:g} (white)"
        )
        low, high = sorted((made.black, made.white))
        beyond = self.looks.low < low or self.looks.high > high
        return f"{words}; what is beyond is cut." if beyond else f"{words}."

    def _color_words(self, made: Conversion, choices: Choices) -> list[str]:
        if not self.looks.has_channels:
            return []
        total = self._num_values((*made.shape[:2], 3))
        count, looked_at = self.looks.num_colored, counted(len(self.looks.samples), "image")
        kept = "Kept" if made.shape[2] == 3 else "Made gray"
        if self.looks.is_of_one_ink and count and choices.color is None:
            kept = "Made gray, for all are of one ink on its ground"
        is_too_much = self.looks.is_colored and choices.color is None and total > MAX_PIXELS
        if is_too_much and made.scaling != "mnist":
            kept = f"Made gray, for in color they are {total:,} numbers, more than {MAX_PIXELS:,}"
        return [f"Colors: in {count} of {looked_at} that were looked at. {kept}."]

    def _polarity_words(self, made: Conversion) -> str:
        found = {True: "dark on light", False: "light on dark", None: "no even ground"}[
            self.looks.is_dark_on_light
        ]
        if made.black > made.white:
            again = ", and again" if made.inverted else ""
            return f"Polarity: {found}. Black and white change places by the range{again}."
        if made.inverted:
            return f"Polarity: {found}. Inverted: MNIST is light on dark."
        if self.looks.is_dark_on_light and made.shape[2] == 3:
            return f"Polarity: {found}. Kept, for inverted colors are others."
        if self.looks.is_dark_on_light:
            return f"Polarity: {found}. Kept dark on light, though MNIST is light on dark."
        return f"Polarity: {found}. Kept as it is."

    def _orientation_words(self, made: Conversion) -> list[str]:
        if made.transposed and self._lies():
            return ["The images lie on their side, as EMNIST's do: turned, rows for columns."]
        if made.transposed:
            return ["Turned, rows for columns."]
        if self.looks.is_wide:
            return ["What is in the images is wider than tall: if it lies on its side, have it transposed."]
        return []

    def _size_words(self, made: Conversion) -> str:
        height, width, channels = made.shape
        size = f"{height}×{width} pixels" + (" in color" if channels == 3 else "")
        how = {
            "as is": f"Images of {size}, as they are.",
            "fit": f"Scaled to {size}, proportions kept.",
            "mnist": f"The way MNIST was made: in a box of 20×20, center of mass in the middle of {size}.",
        }
        return how[made.scaling]

    def preview(self, choices: Choices = AS_FOUND, count: int = 9) -> np.ndarray:
        """(count, H, W, C) uint8: images of different classes as a network gets them; or all there are."""
        return self.conversion(choices)([self.looks.samples[row] for row in self._shown(count)])

    def preview_names(self, count: int = 9) -> list[str]:
        """The class of each image of `preview`."""
        return [self.contents.class_names[self.looks.labels[row]] for row in self._shown(count)]

    def _shown(self, count: int) -> list[int]:
        """One of each class in turn."""
        labels = self.looks.labels
        turn = np.array([np.count_nonzero(labels[:row] == label) for row, label in enumerate(labels)])
        return sorted(np.lexsort((labels, turn))[:count].tolist(), key=lambda row: labels[row])

    def images(self, part: str, choices: Choices = AS_FOUND) -> Iterator[np.ndarray]:
        """(n, H, W, C) uint8, some at a time, all of that part in order. Raises `DatasetError`."""
        made = self.conversion(choices)
        for block in self.contents.parts[part].blocks():
            yield made(block)


@contextmanager
def opened(
    source: Source,
    title: str = "",
    class_names: tuple[str, ...] = (),
    tick: Callable[[], object] = lambda: None,
) -> Iterator[Import]:
    """Look at a file, a folder, a zip or several files; they stay open meanwhile, and nothing is stored.

    Args:
        title: what they are called in sentences; default: the name of the file.
        class_names: in the order of the labels; empty: as the files say.
        tick: called now and then; what it raises ends it, and passes through.

    Raises:
        DatasetError: the first thing that is wrong: what was received, what is expected, what to do.
    """
    with opened_files(source, title) as files, contents_of(files, class_names) as found:
        yield Import(found, look(found, tick))
