"""A network so small that a page trains it in less than a second: the figures of the glossary show it.

One convolution of eight 3×3 kernels with relu, and a dense layer to the ten classes, on the bundled digits of
8×8 pixels; its gradients are written out. What it learns is the same at every call. Numpy only: must not
import Streamlit, TensorFlow or Keras.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from lenet.data import datasets
from lenet.layers.view import LayerView

SIDE, KERNEL, FILTERS, CLASSES = 8, 3, 8, 10
MAP = SIDE - KERNEL + 1  # side of a feature map
_HELD_OUT = 300  # of the 1,500 training images: the validation set


@dataclass(frozen=True)
class Digits:
    """The bundled digits: images (N, 8, 8) float64, 0 to 1, and labels (N,) int, three parts of them."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


@dataclass(frozen=True)
class Weights:
    """Kernels (9, filters), their biases (filters,); dense (36 · filters, classes), its biases (classes,)."""

    kernels: np.ndarray
    kernel_bias: np.ndarray
    dense: np.ndarray
    dense_bias: np.ndarray

    def arrays(self) -> list[np.ndarray]:
        """All four."""
        return [self.kernels, self.kernel_bias, self.dense, self.dense_bias]


@dataclass(frozen=True)
class Settings:
    """What a training is asked; `images`: of the training set, so many; `keep`: of dropout, 1 is without."""

    learning_rate: float = 0.05
    momentum: float = 0.9
    batch: int = 32
    epochs: int = 8
    weight_decay: float = 0.0
    keep: float = 1.0
    images: int = 1_200
    seed: int = 0


@dataclass(frozen=True)
class Training:
    """What came of it: the weights, and the mean cross-entropy after each epoch; the first is untrained."""

    weights: Weights
    training: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)


@lru_cache(maxsize=1)
def digits() -> Digits:
    """115 kB of images. Raises `DatasetError` where scikit-learn, whose file they are, is missing."""
    data = datasets.load("digits")
    train, test = data.x_train[..., 0] / 255, data.x_test[..., 0] / 255
    end = len(train) - _HELD_OUT
    return Digits(train[:end], data.y_train[:end], train[end:], data.y_train[end:], test, data.y_test)


# Forward


def patches(images: np.ndarray) -> np.ndarray:
    """(N, 8, 8) → (N, 36, 9): what the kernels see at each place."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (KERNEL, KERNEL), axis=(1, 2))
    return windows.reshape(len(images), MAP * MAP, KERNEL * KERNEL)


def feature_maps(weights: Weights, images: np.ndarray) -> np.ndarray:
    """(N, 8, 8) → (N, 36, filters): the convolution after relu."""
    return np.maximum(patches(images) @ weights.kernels + weights.kernel_bias, 0)


def logits_of(weights: Weights, maps: np.ndarray) -> np.ndarray:
    """(N, 36, filters) → (N, classes)."""
    return maps.reshape(len(maps), -1) @ weights.dense + weights.dense_bias


def softmax(logits: np.ndarray) -> np.ndarray:
    """(N, classes) → (N, classes), each row of sum 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def probabilities(weights: Weights, images: np.ndarray) -> np.ndarray:
    """(N, 8, 8) → (N, classes)."""
    return softmax(logits_of(weights, feature_maps(weights, images)))


def cross_entropy(weights: Weights, images: np.ndarray, labels: np.ndarray) -> float:
    """The mean over the images."""
    of_true_class = probabilities(weights, images)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_true_class, 1e-12)).mean())


def layer_view(weights: Weights, image: np.ndarray) -> LayerView:
    """The convolution at work on one image (8, 8), as Inspect's arithmetic takes it."""
    sums = (patches(image[None]) @ weights.kernels + weights.kernel_bias).reshape(MAP, MAP, FILTERS)
    kernel = weights.kernels.reshape(KERNEL, KERNEL, 1, FILTERS)
    return LayerView(
        "conv", "C1", "conv", f"Convolution {KERNEL}×{KERNEL}, {FILTERS} filters, relu", kernel,
        weights.kernel_bias, KERNEL, 1, (0, 0), "relu", sums, np.maximum(sums, 0),
    )  # fmt: skip


# Backward


def gradients(
    weights: Weights, images: np.ndarray, labels: np.ndarray, kept: np.ndarray | None = None
) -> Weights:
    """The mean cross-entropy's derivative by each weight; `kept`: (N, 36, filters), what dropout keeps."""
    seen = patches(images)
    sums = seen @ weights.kernels + weights.kernel_bias
    maps = np.maximum(sums, 0) * (1 if kept is None else kept)
    by_logits = softmax(logits_of(weights, maps))
    by_logits[np.arange(len(labels)), labels] -= 1
    by_logits /= len(labels)
    by_maps = (by_logits @ weights.dense.T).reshape(maps.shape) * (sums > 0)
    by_maps = by_maps if kept is None else by_maps * kept
    return Weights(
        np.tensordot(seen, by_maps, axes=((0, 1), (0, 1))),
        by_maps.sum(axis=(0, 1)),
        maps.reshape(len(maps), -1).T @ by_logits,
        by_logits.sum(axis=0),
    )


def by_image(weights: Weights, image: np.ndarray, label: int) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of one logit by each pixel, (8, 8), and by each value of the maps, (6, 6, filters)."""
    by_maps = weights.dense[:, label].reshape(MAP * MAP, FILTERS)
    is_on = patches(image[None])[0] @ weights.kernels + weights.kernel_bias > 0
    by_patches = ((by_maps * is_on) @ weights.kernels.T).reshape(MAP, MAP, KERNEL, KERNEL)
    by_pixel = np.zeros((SIDE, SIDE))
    for row, column in np.ndindex(KERNEL, KERNEL):
        by_pixel[row : row + MAP, column : column + MAP] += by_patches[:, :, row, column]
    return by_pixel, by_maps.reshape(MAP, MAP, FILTERS)


# Training


def initial(seed: int = 0, scale: float = 1.0) -> Weights:
    """Drawn as Glorot and Bengio (2010) say, times `scale`; biases are 0."""
    random = np.random.default_rng(seed)
    size, outputs = KERNEL * KERNEL, KERNEL * KERNEL * FILTERS
    reach, dense_reach = np.sqrt(6 / (size + outputs)), np.sqrt(6 / (MAP * MAP * FILTERS + CLASSES))
    kernels = random.uniform(-reach, reach, (size, FILTERS)) * scale
    dense = random.uniform(-dense_reach, dense_reach, (MAP * MAP * FILTERS, CLASSES)) * scale
    return Weights(kernels, np.zeros(FILTERS), dense, np.zeros(CLASSES))


def train(settings: Settings, start: Weights | None = None, rows: slice = slice(None)) -> Training:
    """Stochastic gradient descent with momentum, on `settings.images` of those rows of the training set."""
    data, random = digits(), np.random.default_rng(settings.seed)
    images, labels = (each[rows][: settings.images] for each in (data.x_train, data.y_train))
    weights = start or initial(settings.seed)
    arrays = [each.copy() for each in weights.arrays()]
    speeds = [np.zeros_like(each) for each in arrays]
    found = Training(weights)
    _measure(found, weights, images, labels)
    for _ in range(settings.epochs):
        order = random.permutation(len(images))
        for first in range(0, len(order), settings.batch):
            chosen = order[first : first + settings.batch]
            kept = _kept(settings, len(chosen), random)
            steps = gradients(Weights(*arrays), images[chosen], labels[chosen], kept).arrays()
            for array, speed, step in zip(arrays, speeds, steps, strict=True):
                speed *= settings.momentum
                speed -= settings.learning_rate * (step + settings.weight_decay * array)
                array += speed
        _measure(found, Weights(*arrays), images, labels)
    return replace(found, weights=Weights(*arrays))


@lru_cache(maxsize=16)
def trained(settings: Settings = Settings()) -> Training:  # noqa: B008 (frozen)
    """`train` from random weights; at once the second time."""
    return train(settings)


def _kept(settings: Settings, count: int, random: np.random.Generator) -> np.ndarray | None:
    """Dropout: 0, or 1 / keep, for each value of the maps."""
    if settings.keep == 1:
        return None
    return (random.random((count, MAP * MAP, FILTERS)) < settings.keep) / settings.keep


def _measure(found: Training, weights: Weights, images: np.ndarray, labels: np.ndarray) -> None:
    data = digits()
    found.training.append(cross_entropy(weights, images, labels))
    found.validation.append(cross_entropy(weights, data.x_validation, data.y_validation))
