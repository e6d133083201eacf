"""Photographs read with a network beside: it decides what cannot be seen without reading.

That is always the pretrained network of drawings, whichever ones a page asks for their predictions. Runs in
the inference worker. Imports TensorFlow; must not import Streamlit.
"""

from dataclasses import replace

import numpy as np

from lenet.drawing import photographs
from lenet.drawing.found_digits import ByHand, FoundDigits, of_first
from lenet.drawing.image_files import is_first_of_several, open_picture
from lenet.errors import DrawingError
from lenet.evaluation import abstention, out_of_distribution, predictor

READER = "lenet5-draw"
_BATCH = 100  # images
_THUMBNAIL = 1000  # pixels of the longer side of what is sent back of the picture, about


def read(data: np.ndarray, name: str, by_hand: ByHand | None = None) -> FoundDigits:
    """The digits in a photograph's file, for pages: the picture small.

    Args:
        data: (bytes,) uint8, what the file holds: Dask copies `bytes` four times on their way, an array once.
        name: what it is called in sentences.

    Raises:
        DrawingError: as `open_picture` and `find_digits` do.
    """
    grey, is_first = _opened(data.tobytes(), name)
    try:
        found = find(grey, by_hand)
    except DrawingError as error:
        raise DrawingError(of_first(str(error), is_first)) from error
    stride = max(1, round(max(found.picture.shape) / _THUMBNAIL))
    small = found.picture[::stride, ::stride].copy()
    return replace(found, picture=small, is_first=is_first, stride=stride)


def _opened(content: bytes, name: str) -> tuple[np.ndarray, bool]:
    """A picture, and whether its file has others; a file of 50 MB is let go before digits are looked for."""
    return open_picture(content, name), is_first_of_several(content)


def find(grey: np.ndarray, by_hand: ByHand | None = None) -> FoundDigits:
    """`photographs.find_digits`, what is doubtful decided by what reads most surely."""
    return photographs.find_digits(grey, certainties, by_hand)


def certainties(images: np.ndarray) -> np.ndarray:
    """How surely each image is read as a digit.

    Args:
        images: (N, 28, 28) uint8.

    Returns:
        (N,) float, 0–1: the probability of its most probable class, on average over small distortions; less
        where the second network finds that class improbable.
    """
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate([_certainties(each) for each in batches] or [np.empty(0)])


def _certainties(images: np.ndarray) -> np.ndarray:
    loaded = predictor.load_for_drawings(READER)
    variants = abstention.variants(images)[:, ::2]  # half of them: as good, and twice as fast
    probabilities = predictor.predict(loaded, variants.reshape(-1, *predictor.DRAWING))
    probabilities = probabilities.reshape(*variants.shape[:2], -1).mean(axis=1)  # (N, 10)
    best = probabilities.argmax(axis=1)
    second_look = out_of_distribution.probabilities(images)[np.arange(len(images)), best]
    return probabilities[np.arange(len(images)), best] * np.minimum(1, second_look / abstention.LEAST_LIKE)
