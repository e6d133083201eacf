"""A model file from elsewhere, opened: its network as one of images, and how it wants them.

Imports Keras: workers and the command line only. Must not import Streamlit.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from lenet.errors import ModelError
from lenet.networks import image_config, keras_file_check, onnx_operations, saving
from lenet.networks.build import gives_probabilities, gives_sigmoid
from lenet.networks.file_input import USUAL, FileInput
from lenet.networks.keras2_config import Config
from lenet.networks.loaded_model import SILENT, outputs_of
from lenet.networks.model_containers import ONNX, container_of
from lenet.networks.nested_models import all_layers, flattened
from lenet.sentences import reason, shortened

_MOST_VALUES = 2_000_000  # that all layers of a stranger's file give for one image
_IS_SMALL = 1 / 16  # between 1/255 and 1: a scale that makes small numbers of pixels up to 255
_SMALLEST = 1e-7  # probability whose logarithm is taken


def read(path: Path) -> tuple[keras.Model, FileInput]:
    """The network, (N, height, width, channels) float32 → (N, classes), and what it takes.

    Of its range of pixels only what its own layers say: where they say nothing, `reason` is empty.

    Raises:
        ModelError: it is no model, carries code, sorts no images, is damaged or too large.
    """
    if container_of(path) == ONNX:
        return _of_onnx(path)
    keras_file_check.check_file(path)
    return _made(path, keras_file_check.read_config(path), lambda model: saving.load_weights(model, path))


def _of_onnx(path: Path) -> tuple[keras.Model, FileInput]:
    config, arrays, graph = onnx_operations.read(path)
    model, about = _made(path, config, lambda model: saving.set_in_order(model, arrays))
    names = graph.class_names if len(graph.class_names) == about.num_classes else ()
    about = replace(about, taken=graph.input_shape, class_names=names)
    return model, about.with_pixels("0-255", "the file takes bytes.") if graph.takes_bytes else about


def _made(
    path: Path, config: Config, give_weights: Callable[[keras.Model], None]
) -> tuple[keras.Model, FileInput]:
    try:
        config, taken = image_config.taking_images(path, config)
        _check_sizes(path, saving.outlined(config))
        model = saving.of_config(config)
        give_weights(model)
        model = flattened(keras.Model(model.inputs[0], model.outputs[0]))  # also of a `Sequential`
        pixels, words = _own_range(model)
        outputs, model = _with_known_outputs(model)
    except ModelError:
        raise
    except Exception as error:  # Keras makes almost anything of a stranger's config
        raise ModelError(f"{path} is no Keras model, or is damaged: {reason(error)}") from error
    shape = tuple(model.inputs[0].shape[1:])
    num_classes = model.outputs[0].shape[-1]
    return model, FileInput(taken, shape, outputs, num_classes, pixels, words)


def _check_sizes(path: Path, model: keras.Model) -> None:
    """Of a model without weights. Raises `ModelError` where it is too large, or gives no row of numbers."""
    shapes = [tuple(each.shape[1:]) for each in (*model.inputs, *model.outputs)]
    is_classifier = len(shapes) == 2 and len(shapes[0]) == 3 and len(shapes[1]) == 1
    if not is_classifier or None in shapes[0] + shapes[1]:
        received = shortened(" and ".join(str(shape) for shape in shapes), 200)
        raise ModelError(image_config.not_a_classifier(path, f"images and outputs of {received}"))
    if shapes[1][0] < 2:
        raise ModelError(
            f"{path} gives one number for each image, expected one for each class, two at least. End it with "
            "Dense(2, activation='softmax'), train it anew, and save it."
        )
    values = sum(math.prod(each.shape[1:]) for layer in all_layers(model) for each in outputs_of(layer))
    parameters = sum(math.prod(each.shape) for each in model.weights)
    keras_file_check.check_sizes(path, parameters, values, _MOST_VALUES)


# What its own layers make of pixels


def _own_range(model: keras.Model) -> tuple[str, str]:
    """0 to 255 where what lies before the first kernel is made for such pixels, and why; else "" as reason.

    Those layers are asked: what do they make of black and of 1? Which smaller numbers they are made for,
    their answer does not tell: that is tried.
    """
    first = next((layer for layer in model.layers if _has_kernel(layer)), None)
    before = first.input if first is not None else model.inputs[0]
    if isinstance(before, list) or before is model.inputs[0]:
        return USUAL, ""
    part = keras.Model(model.inputs[0], before)
    ends = np.stack([np.full(model.inputs[0].shape[1:], value, np.float32) for value in (0.0, 1.0)])
    zero, one = (float(each.mean()) for each in np.asarray(part(ends, training=False)))
    if not 0 < abs(one - zero) < _IS_SMALL:
        return USUAL, ""
    names = [type(each).__name__ for each in part.layers if not isinstance(each, SILENT)]
    return "0-255", f"its own first layers ({', '.join(names)}) are made for these."


def _has_kernel(layer: keras.layers.Layer) -> bool:
    """Whether it mixes pixels with what it has learned."""
    kernels = [each for each in layer.weights if len(each.shape) > 1]
    return bool(kernels) and not isinstance(layer, keras.layers.Normalization)


# What it gives


def _with_known_outputs(model: keras.Model) -> tuple[str, keras.Model]:
    """What its outputs are; probabilities that no last softmax gives become their logarithms."""
    if gives_probabilities(model):
        return "probabilities", model
    if gives_sigmoid(model):
        return "sigmoid", model
    images = np.random.default_rng(0).random((8, *model.inputs[0].shape[1:]), np.float32)
    given = np.asarray(model(images, training=False))
    if given.min() < 0 or not np.allclose(given.sum(axis=1), 1, atol=1e-3):
        return "logits", model
    logarithm = keras.layers.Activation(_logarithm, name="logarithm")
    return "probabilities", keras.Model(model.inputs[0], logarithm(model.outputs[0]))


def _logarithm(probabilities: keras.KerasTensor) -> keras.KerasTensor:
    return keras.ops.log(keras.ops.maximum(probabilities, _SMALLEST))
