"""The table of model files from elsewhere: each as Keras makes it, and how its maker gave it images."""

from collections.abc import Callable

import keras
import numpy as np
import pytest

from tests.strangers_files import (
    MEAN,
    STD,
    L,
    Prepared,
    base_weights,
    convolutions,
    dense,
    for_inputs,
    sequential,
    with_weights,
)

IMAGE = (28, 28, 1)
CNN, DENSE = base_weights("cnn-16-32"), base_weights("dense-2")


def unit(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 255


def raw(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32)


def both_signs(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 127.5 - 1


def cnn(*first: keras.layers.Layer, weights: list[np.ndarray] = CNN, **last: object) -> keras.Model:
    return with_weights(sequential(IMAGE, *first, *convolutions(**last)), *weights)


def flat(*first: keras.layers.Layer, shape: tuple[int, ...], **last: object) -> keras.Model:
    return with_weights(sequential(shape, *first, *dense(**last)), *DENSE)


def adapted() -> keras.Model:
    """`Normalization` of pixels 0 to 255, as `adapt` sets it."""
    images = np.random.default_rng(0).integers(0, 256, (50, *IMAGE)) * (np.indices(IMAGE)[1] > 9)
    layer = L.Normalization(axis=None)
    layer.adapt(images.astype(np.float32))
    scale = 255 / float(np.sqrt(np.asarray(layer.variance).item()))
    offset = -float(np.asarray(layer.mean).item()) * scale / 255
    return cnn(layer, weights=for_inputs(CNN, scale, offset))


def normalized_by_batches(mean: float, variance: float, full: float) -> keras.Model:
    """A batch norm whose statistics are those of pixels up to `full`."""
    layer = L.BatchNormalization()
    deviation = np.sqrt(variance + 0.001)
    model = cnn(layer, weights=for_inputs(CNN, full / deviation, -mean / deviation))
    layer.set_weights([np.ones(1), np.zeros(1), np.array([mean]), np.array([variance])])
    return model


def resized() -> keras.Model:
    return with_weights(sequential((None, None, 1), L.Resizing(28, 28), *convolutions()), *CNN)


def divided() -> keras.Model:
    images = keras.Input(IMAGE)
    values = images / 255.0
    for layer in convolutions():
        values = layer(values)
    return with_weights(keras.Model(images, values), *CNN)


def functional(**last: object) -> keras.Model:
    images = values = keras.Input((784,), name="digits")
    for layer in dense(**last):
        values = layer(values)
    return with_weights(keras.Model(images, values), *DENSE)


def augmented() -> keras.Model:
    first = keras.Sequential([keras.Input(IMAGE), L.RandomRotation(0.1), L.Rescaling(1 / 255)])
    return cnn(first)


def channels_first(flatten: str) -> keras.Model:
    """(1, 28, 28); its `Flatten` keeps the order of channels first, or Keras turns it to channels last."""
    layers = convolutions()
    for layer in layers:
        if hasattr(layer, "data_format"):
            layer.data_format = "channels_first"
    layers = [type(each).from_config(each.get_config()) for each in layers]
    layers[4] = L.Flatten(data_format=flatten)
    weights = list(CNN)
    if flatten == "channels_last":
        weights[4] = CNN[4].reshape(5, 5, 32, 128).transpose(2, 0, 1, 3).reshape(800, 128)
    return with_weights(sequential((1, 28, 28), *layers), *weights)


def of_three_channels() -> keras.Model:
    kernel, *others = CNN
    return with_weights(sequential((28, 28, 3), *convolutions()), np.repeat(kernel / 3, 3, axis=2), *others)


def sixteen_bits(policy: str) -> keras.Model:
    keras.config.set_dtype_policy(policy)
    try:
        return cnn()
    finally:
        keras.config.set_dtype_policy("float32")


def quantized() -> keras.Model:
    model = cnn()
    with pytest.warns(UserWarning, match="does not have a `quantize` method"):
        model.quantize("int8")
    return model


def classes(count: int) -> keras.Model:
    """Ten of them are the digits."""
    model = sequential(IMAGE, *convolutions()[:-1], L.Dense(count, activation="softmax"))
    *others, kernel, bias = CNN
    more = count - 10
    kernel = np.concatenate([kernel, np.zeros((128, more))], axis=1)
    return with_weights(model, *others, kernel, np.concatenate([bias, np.full(more, -20)]))


def padded() -> keras.Model:
    """32×32, as LeCun's."""
    model = sequential((32, 32, 1), L.Cropping2D(2), *convolutions())
    return with_weights(model, *CNN)


def wide(images: np.ndarray) -> np.ndarray:
    return np.pad(unit(images), ((0, 0), (2, 2), (2, 2), (0, 0)))


def softmax_of_an_operation() -> keras.Model:
    model = cnn(activation=None)
    return keras.Model(model.inputs[0], keras.ops.softmax(model.outputs[0]))


def with_softmax() -> keras.Model:
    """As TensorFlow's first tutorial ends: around a model of logits."""
    inner = flat(L.Flatten(), L.Dropout(0.2), shape=(28, 28), activation=None)
    return sequential((28, 28), inner, L.Softmax())


def inside_two() -> keras.Model:
    """A graph in a graph, with layers of one name inside and outside."""
    inner, outer = keras.Input(IMAGE), keras.Input(IMAGE)
    rescaling = keras.Model(inner, L.Rescaling(1 / 255, name="first")(inner))
    middle = keras.Input(IMAGE)
    _, *others = convolutions()
    values = L.Conv2D(16, 3, activation="relu", name="first")(rescaling(middle))
    model = keras.Sequential(others)(keras.Model(middle, values)(outer))
    return with_weights(keras.Model(outer, model), *CNN)


# What the file is → the model, the images as its maker gave them to Keras, the range that is found.
FILES: dict[str, tuple[Callable[[], keras.Model], Prepared, str]] = {
    "0 to 1": (cnn, unit, "0-1"),
    "0 to 255": (lambda: cnn(weights=for_inputs(CNN, 255, 0)), raw, "0-255"),
    "-1 to 1": (lambda: cnn(weights=for_inputs(CNN, 2, -1)), both_signs, "-1-1"),
    "standardized": (
        lambda: cnn(weights=for_inputs(CNN, 1 / STD, -MEAN / STD)),
        lambda images: (unit(images) - MEAN) / STD,
        "standardized",
    ),
    "Rescaling(1/255)": (lambda: cnn(L.Rescaling(1 / 255)), raw, "0-255"),
    "Rescaling(1/127.5, -1)": (
        lambda: cnn(L.Rescaling(1 / 127.5, offset=-1), weights=for_inputs(CNN, 2, -1)),
        raw,
        "0-255",
    ),
    "Rescaling of 0 to 1": (
        lambda: cnn(L.Rescaling(2.0, offset=-1), weights=for_inputs(CNN, 2, -1)),
        unit,
        "0-1",
    ),
    "Normalization, adapted": (adapted, raw, "0-255"),
    "Normalization of 0 to 1": (
        lambda: cnn(
            L.Normalization(mean=MEAN, variance=STD**2), weights=for_inputs(CNN, 1 / STD, -MEAN / STD)
        ),
        unit,
        "0-1",
    ),
    "batch norm of 0 to 255": (lambda: normalized_by_batches(33.3, 6_170, 255), raw, "0-255"),
    "batch norm of 0 to 1": (lambda: normalized_by_batches(0.13, 0.095, 1), unit, "0-1"),
    "Resizing": (resized, unit, "0-1"),
    "divided by 255": (divided, raw, "0-255"),
    "augmentation and Rescaling": (augmented, raw, "0-255"),
    "(28, 28), Flatten": (lambda: flat(L.Flatten(), shape=(28, 28)), lambda x: unit(x)[..., 0], "0-1"),
    "(28, 28), Rescaling, Flatten": (
        lambda: flat(L.Rescaling(1 / 255), L.Flatten(), shape=(28, 28)),
        lambda x: raw(x)[..., 0],
        "0-255",
    ),
    "Softmax around a model": (with_softmax, lambda x: unit(x)[..., 0], "0-1"),
    "models in models": (inside_two, raw, "0-255"),
    "784": (lambda: flat(shape=(784,)), lambda x: unit(x).reshape(-1, 784), "0-1"),
    "784, functional, logits": (
        lambda: functional(activation=None),
        lambda x: unit(x).reshape(-1, 784),
        "0-1",
    ),
    "784, Reshape": (
        lambda: with_weights(sequential((784,), L.Reshape(IMAGE), *convolutions()), *CNN),
        lambda x: unit(x).reshape(-1, 784),
        "0-1",
    ),
    "logits": (lambda: cnn(activation=None), unit, "0-1"),
    "softmax as an operation": (softmax_of_an_operation, unit, "0-1"),
    "sigmoid": (lambda: cnn(activation="sigmoid"), unit, "0-1"),
    "channels first": (
        lambda: channels_first("channels_first"),
        lambda x: unit(x).transpose(0, 3, 1, 2),
        "0-1",
    ),
    "channels first, Flatten last": (
        lambda: channels_first("channels_last"),
        lambda x: unit(x).transpose(0, 3, 1, 2),
        "0-1",
    ),
    "channels first, dense": (
        lambda: flat(L.Flatten(), shape=(1, 28, 28)),
        lambda x: unit(x).transpose(0, 3, 1, 2),
        "0-1",
    ),
    "RGB": (of_three_channels, lambda x: np.repeat(unit(x), 3, axis=3), "0-1"),
    "32×32": (padded, wide, "0-1"),
    "float16": (lambda: sixteen_bits("float16"), unit, "0-1"),
    "bfloat16": (lambda: sixteen_bits("bfloat16"), unit, "0-1"),
    "mixed float16": (lambda: sixteen_bits("mixed_float16"), unit, "0-1"),
    "int8": (quantized, unit, "0-1"),
}  # fmt: skip
LOGITS = {"logits", "784, functional, logits"}
ROUNDED = {"float16": 0.02, "bfloat16": 0.15, "mixed float16": 0.02}
