"""What a network from elsewhere was trained on: the usual ranges of pixels are tried on images here.

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


@dataclass(frozen=True)
class _Labeled:
    """Some images of a data set, (N, H, W, C) uint8, and their labels, (N,)."""

    dataset: str
    title: str
    images: np.ndarray
    labels: np.ndarray

    def first(self, count: int) -> "_Labeled":
        """As many of them."""
        return replace(self, images=self.images[:count], labels=self.labels[:count])


@dataclass(frozen=True)
class _Trial:
    """How a network does on some images with one range of pixels."""

    pixels: str
    data: _Labeled
    accuracy: float
    cross_entropy: float

    @property
    def in_words(self) -> str:
        """What it classifies with them."""
        return (
            f"it classifies {percent(self.accuracy)} of {len(self.data.labels):,} training images of "
            f"{self.data.title} correctly"
        )

    @property
    def gives_names(self) -> bool:
        """Whether the classes of those data are called more than their numbers."""
        names = datasets.info(self.data.dataset).class_names
        return names != tuple(map(str, range(len(names))))


def tried(loaded: LoadedModel) -> FileInput:
    """What it takes: pixels as the file says, else those with which it classifies most images of data here.

    And that data set, where it classifies enough of its images to have been trained on it.
    """
    about, sets = loaded.file_input, _sets(loaded.file_input)
    trials = _with_each_range(loaded, _most_likely(loaded, sets)) if sets else []
    if max((trial.accuracy for trial in trials), default=0) >= _LEAST:
        return _learned(about, _chosen(trials))
    if about.reason:
        return about
    words = (
        f"the file does not say, these are usual, and no data set here of {about.num_classes} classes "
        "and such images shows what it was trained on."
    )
    return about.with_pixels(about.pixels, words)


def _learned(about: FileInput, chosen: _Trial) -> FileInput:
    """Of a network that was trained on those data."""
    is_named = chosen.gives_names and not about.class_names
    names = ", so its classes have the names of those." if is_named else "."
    words = f"{about.reason} With these {chosen.in_words}{names}"
    if not about.reason:
        words = f"the usual ranges were tried, and with these {chosen.in_words}{names}"
    elif not is_named:
        words = about.reason
    return replace(about.with_pixels(chosen.pixels, words), dataset=chosen.data.dataset)


def _most_likely(loaded: LoadedModel, sets: list[_Labeled]) -> _Labeled:
    """The data set of which it classifies most of the first images, with the range that suits it best."""
    if len(sets) == 1:
        return sets[0]

    def accuracy(data: _Labeled) -> float:
        return max(trial.accuracy for trial in _with_each_range(loaded, data.first(_FIRST)))

    return max(sets, key=accuracy)


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
        found += [_Labeled(name, title, images, labels)] if len(labels) else []
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
    padded = np.pad(large, margins).clip(0, 255).astype(np.uint8)[..., None]
    return [_Labeled("digits", "the bundled digits", padded, labels)]


def _with_each_range(loaded: LoadedModel, data: _Labeled) -> list[_Trial]:
    """With the file's own range alone, where it says one."""
    about = loaded.file_input
    return [_trial(loaded, pixels, data) for pixels in ((about.pixels,) if about.reason else _ORDER)]


def _trial(loaded: LoadedModel, pixels: str, data: _Labeled) -> _Trial:
    with_these = replace(loaded, file_input=loaded.file_input.with_pixels(pixels, ""))
    try:
        found = with_these.probabilities(data.images)
    except ModelError:  # not a number, with pixels so large
        return _Trial(pixels, data, 0.0, np.inf)
    own = found[np.arange(len(data.labels)), data.labels]
    loss = float(-np.log(np.maximum(own, 1e-12)).mean())
    return _Trial(pixels, data, float((found.argmax(axis=1) == data.labels).mean()), loss)
