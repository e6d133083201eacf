"""Whether images are in color, or of gray levels kept in three channels.

Must not import Streamlit, TensorFlow or Keras.
"""

from collections.abc import Sequence

import numpy as np

from lenet.data.imports.decoding import num_channels

_COLOR = 0.15  # how much the channels of a pixel differ that has a color, of black to white
_COLORED_PIXELS = 0.01  # of an image in color
_ONE_INK = 0.95  # of the squared directions from the ground: along one line; of two photographs 0.93 and 0.60
_SAME_INK = 0.985  # cosine between the mean directions of two classes
_EVERY = 3  # pixel of each row and column: enough to tell


def num_colored(samples: Sequence[np.ndarray], black: float, white: float) -> int:
    """How many of the images are in color.

    Paper in warm light is yellow in all of them, and they are grey all the same: the mean color of all is
    taken for grey.
    """
    images = [image for image in samples if num_channels(image) == 3]
    if not images:
        return 0
    means = np.mean([image.mean(axis=(0, 1)) for image in images], axis=0)
    tint = np.maximum((means - black) / (white - black), 1e-3)
    factors = (tint.mean() / tint).astype(np.float32) / np.float32(white - black)
    balanced = ((image.astype(np.float32) - np.float32(black)) * factors for image in images)
    return sum(bool((np.ptp(image, axis=2) > _COLOR).mean() >= _COLORED_PIXELS) for image in balanced)


def is_of_one_ink(samples: Sequence[np.ndarray], labels: np.ndarray, black: float, white: float) -> bool:
    """Whether nearly all pixels differ from the ground in one direction, as ink of one color does.

    Then gray levels say what the colors say; unless the ink of one class is another one's.
    """
    images = [image for image in samples if num_channels(image) == 3]
    if not images:
        return False
    ground = np.median(np.concatenate(list(map(_pixels, images))), axis=0)
    units = [_directions(image, ground, abs(white - black)) for image in images]
    every = np.concatenate(units)
    if not len(every) or np.linalg.eigvalsh(every.T @ every)[-1] <= _ONE_INK * len(every):
        return False
    of = [label for image, label in zip(samples, labels, strict=True) if num_channels(image) == 3]
    means = np.array([np.concatenate([each for each, of_it in zip(units, of, strict=True) if of_it == label])
                      .sum(axis=0) for label in set(of)])  # fmt: skip
    means /= np.linalg.norm(means, axis=1, keepdims=True).clip(1e-9)
    return bool((means @ means.T).min() > _SAME_INK)


def _pixels(image: np.ndarray) -> np.ndarray:
    """(N, 3): some of them."""
    return image[::_EVERY, ::_EVERY].reshape(-1, 3).astype(np.float64)


def _directions(image: np.ndarray, ground: np.ndarray, range: float) -> np.ndarray:
    """(N, 3), each of length 1: from the ground to what is not ground."""
    away = _pixels(image) - ground
    length = np.linalg.norm(away, axis=1)
    return away[length > _COLOR * range] / length[length > _COLOR * range, None]
