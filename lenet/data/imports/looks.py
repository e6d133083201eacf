"""What images look like: which numbers are black and white, ink dark or light, colors, whether they lie.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lenet.data.imports.colors import is_of_one_ink, num_colored
from lenet.data.imports.contents import UNREAD, Contents, Part
from lenet.data.imports.decoding import num_channels, smaller, spread
from lenet.errors import DatasetError

SAMPLES = 120  # images that are looked at for polarity and orientation, and of which some are shown
SAMPLE_SIDE = 200  # pixels: larger pictures are looked at smaller
# What whole numbers reach: of 1 to 8, 10, 12, 14 and 16 bits; 16 in scikit-learn's digits, 100 in percent.
_TOPS = (1, 3, 7, 15, 16, 31, 63, 100, 127, 255, 1023, 4095, 16383, 65535)
_FRACTION_TOPS = (1, 15, 16, 31, 63, 100, 127, 255, 65535)
_OVERSHOOT = 0.3  # of the range: how far cubic scaling goes beyond black and white

_LOWEST = -100  # of numbers of one byte with a sign, which have black at −128
_UNIFORM = 0.15  # how much a ground may differ, of black to white
_MOST = 0.6  # of the images: what is said of all
_COLORED_IMAGES = 0.1  # of a data set in color
_WIDE = 0.1  # mean logarithm of width by height from which on ink is wider than tall; MNIST's has −0.3


@dataclass(frozen=True, eq=False)
class Looks:
    """What was seen in the images.

    Attributes:
        low, high: the smallest and the largest number.
        range: the numbers that are black and white; None where nothing can be told.
        is_dark_on_light: True, False, or None where most have no even ground.
        is_wide: whether what is in them is wider than tall.
        num_colored: how many of the samples are in color; a tint that all of them share is none.
        is_of_one_ink: whether these colors are those of one ink on its ground.
        samples: images as they are in the files, (H, W, C) or (H, W), of the training part.
        labels: of the samples.
    """

    low: float
    high: float
    range: tuple[float, float] | None
    is_dark_on_light: bool | None
    is_wide: bool
    num_colored: int
    is_of_one_ink: bool
    samples: list[np.ndarray]
    labels: np.ndarray

    @property
    def has_channels(self) -> bool:
        """Whether there are images of three channels, be they equal."""
        return any(num_channels(image) == 3 for image in self.samples)

    @property
    def is_colored(self) -> bool:
        """Whether enough of the samples are in color, and that says more than gray levels."""
        return not self.is_of_one_ink and self.num_colored >= max(1, _COLORED_IMAGES * len(self.samples))


def look(found: Contents, tick: Callable[[], object] = lambda: None) -> Looks:
    """Look at all numbers, and at some images. Raises `DatasetError` where they hold none, or all are one.

    `tick` is called now and then: what it raises passes through.
    """
    part = found.parts["train"]
    rows = spread(len(part.labels), SAMPLES)
    if found.are_pictures:
        low, high, whole = 0.0, 255.0, True
        rows, samples = _pictures(part, rows)
        _check_differ(min(each.min() for each in samples), max(each.max() for each in samples))
    else:
        low, high, whole, samples = _numbers(found, set(rows), tick)
    black_and_white = _range(low, high, whole)
    ends = black_and_white or (low, high)
    levels = [_level(image, *ends) for image in samples]
    labels = part.labels[rows]
    return Looks(
        low, high, black_and_white, _is_dark_on_light(levels), _is_wide(levels),
        num_colored(samples, *ends), is_of_one_ink(samples, labels, *ends), samples, labels,
    )  # fmt: skip


def _pictures(part: Part, rows: list[int]) -> tuple[list[int], list[np.ndarray]]:
    """Those of these rows that can be read, and their rows. Raises `DatasetError` where none can."""
    there = [(row, image) for row, image in zip(rows, part.some(rows), strict=True) if image is not UNREAD]
    if not there:
        raise DatasetError(next(iter(part.unread().values())))
    rows, images = zip(*there, strict=True)
    return list(rows), smaller(images, SAMPLE_SIDE)


def _numbers(
    found: Contents, rows: set[int], tick: Callable[[], object]
) -> tuple[float, float, bool, list[np.ndarray]]:
    """Smallest and largest number of all parts, whether all are whole, and the images of these rows."""
    low, high, whole, samples = np.inf, -np.inf, True, []
    for name, part in found.parts.items():
        first = 0
        for block in part.blocks():
            tick()
            _check_finite(block, name, first)
            low, high = min(low, block.min()), max(high, block.max())
            whole = whole and (block.dtype.kind != "f" or bool((block == np.rint(block)).all()))
            if name == "train":
                samples += [
                    block[row - first].copy() for row in range(first, first + len(block)) if row in rows
                ]
            first += len(block)
    _check_differ(low, high)
    return float(low), float(high), whole, samples


def _check_differ(low: float, high: float) -> None:
    if low == high:
        raise DatasetError(
            f"Images: every pixel is {float(low):g}, expected pictures that differ. "
            "Check how the file was made."
        )


def _check_finite(block: np.ndarray, part: str, first: int) -> None:
    if block.dtype.kind == "f" and not np.isfinite(block).all():
        broken = first + int(np.flatnonzero(~np.isfinite(block).all(axis=(1, 2, 3)))[0])
        raise DatasetError(
            f"Images: number {broken} of the part {part} holds NaN or infinity, expected numbers. Drop it."
        )


def _range(low: float, high: float, whole: bool) -> tuple[float, float] | None:
    """The numbers of black and white."""
    if whole and low >= 0:
        top = next((top for top in _TOPS if top >= high), None)
        return None if top is None else (0.0, float(top))
    if whole and low == -1 and high <= 1:
        return -1.0, 1.0
    if whole and -128 <= low <= _LOWEST and high <= 127:
        return -128.0, 127.0
    if abs(low + 1) <= _OVERSHOOT and abs(high - 1) <= _OVERSHOOT:
        return -1.0, 1.0
    return next(((0.0, float(top)) for top in _FRACTION_TOPS if _fits(low, high, top)), None)


def _fits(low: float, high: float, top: int) -> bool:
    """Whether fractions are of 0 to `top`: where some are below black, the others come near to white."""
    slack = _OVERSHOOT * top
    return -slack <= low and high <= top + slack and (low >= 0 or high >= top - slack)


def _level(image: np.ndarray, black: float, white: float) -> np.ndarray:
    """(H, W) float, 0 black to 1 white."""
    grey = image if image.ndim == 2 else image.mean(axis=2)
    return np.clip((grey.astype(np.float64) - black) / (white - black), 0, 1)


def ground_of(level: np.ndarray) -> tuple[float, bool]:
    """The level of what is around the picture, and whether that is even."""
    ring = np.concatenate([level[0], level[-1], level[:, 0], level[:, -1]])
    ground = float(np.median(ring))
    return ground, bool((np.abs(ring - ground) <= _UNIFORM).mean() >= 0.75)


def _is_dark_on_light(levels: list[np.ndarray]) -> bool | None:
    grounds = [ground for ground, is_even in map(ground_of, levels) if is_even]
    for is_dark, count in ((True, sum(ground > 0.55 for ground in grounds)),
                           (False, sum(ground < 0.45 for ground in grounds))):  # fmt: skip
        if count >= _MOST * len(levels):
            return is_dark
    return None


def _is_wide(levels: list[np.ndarray]) -> bool:
    """Whether the ink is wider than tall in most: writing stands upright."""
    shapes = []
    for level in levels:
        ground, is_even = ground_of(level)
        ink = np.abs(level - ground) > 0.3
        if is_even and ink.any():
            rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
            shapes.append(np.log((np.ptp(columns) + 1) / (np.ptp(rows) + 1)))
    return len(shapes) >= _MOST * len(levels) and float(np.mean(shapes)) > _WIDE
