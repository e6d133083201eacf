"""Which images of a data set train, validate and test, and in which order. Numpy only; no TensorFlow."""

import math
from dataclasses import dataclass

import numpy as np

from lenet.runs.config import RunConfig


@dataclass(frozen=True)
class Split:
    """Indices into the training images followed by the test images, each (n,) int32."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(config: RunConfig, num_train: int, num_test: int) -> Split:
    """Which images train, validate and test.

    "last_fraction" is Keras' `validation_split`; "test" validates on the test set, as the published systems
    do that name no validation data of their own.
    """
    train = np.arange(num_train, dtype=np.int32)
    test = np.arange(num_train, num_train + num_test, dtype=np.int32)
    if config.validation == "test":
        return Split(train, test, test)
    if config.validation == "random_fraction":
        train = np.random.default_rng((config.seed, 1)).permutation(train)
    kept = math.floor(num_train * (1 - config.validation_fraction))
    return Split(train[:kept], train[kept:], test)


def epoch_order(indices: np.ndarray, seed: int, epoch: int) -> np.ndarray:
    """The training images in the order of that epoch (0 is the first), (n,) int32."""
    return np.random.default_rng((seed, 0, epoch)).permutation(indices)


def num_training_images(config: RunConfig, num_train: int) -> int:
    """How many of `num_train` images are trained on, once the validation part is taken off.

    Rounded down, as `validation_split` of Keras does.
    """
    if config.validation == "test":
        return num_train
    return int(num_train * (1 - config.validation_fraction))
