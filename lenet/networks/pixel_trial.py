"""Which range of pixels a network from elsewhere was trained on: the usual ones are tried on images here.

Imports what answers, `LoadedModel`: workers and the command line only. Must not import Streamlit.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from lenet.data import datasets, samples
from lenet.errors import DatasetError, ModelError
from lenet.formatting import percent
from lenet.networks.file_input import FileInput
from lenet.networks.loaded_model import LoadedModel
from lenet.people.owner import owner_of

_IMAGES = 1_000  # of a data set; from its training part, so that no test image has a say
_FIRST = 200  # of each data set: enough to tell which of them it was trained on
_MOST_SETS = 3
_SAME = 0.02  # accuracies that are no further apart: the lower cross-entropy decides
_AS_LOW = 1.5  # times the lowest cross-entropy: the more usual range is taken
_LEAST = 0.5  # accuracy that shows anything
# The most usual one first. Pixels of 0 to 255 are last: they are little else than much contrast, which a
# network that was trained on others often stands; one that was trained on them takes no others.
_ORDER = ("0-1", "-1-1", "standardized", "0-255")
_BOX = 20 / 28  # of the side: what digits fill of it

_Labeled = tuple[str, np.ndarray, np.ndarray]  # title of a data set, some of its images, their labels


@dataclass(frozen=True)
class _Trial:
    """How a network does on some images with one range of pixels."""

    pixels: str
    title: str
    count: int
    accuracy: float
    cross_entropy: float


def tried(loaded: LoadedModel) -> FileInput:
    """What it takes, with the range of pixels with which it classifies most images of data that are here."""
    about = loaded.file_input
    sets = _sets(about)
    trials = _with_each_range(loaded, *_most_likely(loaded, sets)) if sets else []
    if max((trial.accuracy for trial in trials), default=0) < _LEAST:
        words = (
            f"the file does not say, these are usual, and no data set here of {about.num_classes} classes "
            "and such images shows what it was trained on."
        )
        return about.with_pixels(about.pixels, words)
    chosen = _chosen(trials)
    words = (
        f"the usual ranges were tried, and with these it classifies {percent(chosen.accuracy)} of "
        f"{chosen.count:,} training images of {chosen.title} correctly."
    )
    return about.with_pixels(chosen.pixels, words)


def _most_likely(loaded: LoadedModel, sets: list[_Labeled]) -> _Labeled:
    """The data set of which it classifies most of the first images, with the range that suits it best."""
    if len(sets) == 1:
        return sets[0]

    def accuracy(title: str, images: np.ndarray, labels: np.ndarray) -> float:
        trials = _with_each_range(loaded, title, images[:_FIRST], labels[:_FIRST])
        return max(trial.accuracy for trial in trials)

    return max(sets, key=lambda each: accuracy(*each))


def _chosen(trials: list[_Trial]) -> _Trial:
    """The one that is as good as the best on the same images, and surest of what is correct."""
    best = max(trials, key=lambda trial: trial.accuracy)
    as_good = [each for each in trials if each.accuracy >= best.accuracy - _SAME]
    lowest = min(trial.cross_entropy for trial in as_good)
    as_sure = [trial for trial in as_good if trial.cross_entropy <= _AS_LOW * lowest + 0.02]
    return min(as_sure, key=lambda trial: _ORDER.index(trial.pixels))


def _sets(about: FileInput) -> list[_Labeled]:
    """Title, images (N, H, W, C) uint8 and labels (N,) of data sets here that it may have learned."""
    fitting = [
        (info.title, name)
        for name, info in datasets.all_datasets().items()
        if info.num_classes == about.num_classes
        and about.takes(info.image_shape)
        and datasets.available(name)
        and not _is_a_persons(name)
    ]
    found = []
    for title, name in fitting[:_MOST_SETS]:
        try:
            images, labels = samples.first(name, "train", _IMAGES)
        except DatasetError:  # damaged, or deleted meanwhile
            continue
        found += [(title, images, labels)] if len(labels) else []
    return found or _enlarged_digits(about)


def _is_a_persons(name: str) -> bool:
    """Of somebody in a class, whose data others are not to hear of."""
    made = datasets.made(name)
    return made is not None and owner_of(made) is not None


def _enlarged_digits(about: FileInput) -> list[_Labeled]:
    """The bundled digits of 8×8 as large as the network wants them: a machine without data has them."""
    if about.num_classes != 10:
        return []
    images, labels = samples.first("digits", "train", _IMAGES)
    height, width = about.image_shape[:2]
    side = max(round(min(height, width) * _BOX), 1)
    large = ndimage.zoom(images[..., 0].astype(np.float32), (1, side / 8, side / 8), order=1)
    top, left = (height - side) // 2, (width - side) // 2
    margins = ((0, 0), (top, height - side - top), (left, width - side - left))
    return [("the bundled digits", np.pad(large, margins).clip(0, 255).astype(np.uint8)[..., None], labels)]


def _with_each_range(loaded: LoadedModel, title: str, images: np.ndarray, labels: np.ndarray) -> list[_Trial]:
    return [_trial(loaded, pixels, title, images, labels) for pixels in _ORDER]


def _trial(loaded: LoadedModel, pixels: str, title: str, images: np.ndarray, labels: np.ndarray) -> _Trial:
    with_these = replace(loaded, file_input=loaded.file_input.with_pixels(pixels, ""))
    try:
        found = with_these.probabilities(images)
    except ModelError:  # not a number, with pixels so large
        return _Trial(pixels, title, len(labels), 0.0, np.inf)
    own = found[np.arange(len(labels)), labels]
    loss = float(-np.log(np.maximum(own, 1e-12)).mean())
    return _Trial(pixels, title, len(labels), float((found.argmax(axis=1) == labels).mean()), loss)
