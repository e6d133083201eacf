"""Attribution: why a network predicts what it does, as heat maps over an image; and each layer's maps of it.

Grad-CAM: R. Selvaraju et al., “Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
Localization”, 2017. Gradient × input: A. Shrikumar et al., “Not Just a Black Box”, 2016. Occlusion:
M. Zeiler, R. Fergus, “Visualizing and Understanding Convolutional Networks”, 2014. Imports Keras and
TensorFlow: the inference worker and the command line only. Must not import Streamlit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from lenet.errors import ModelError
from lenet.inspection.results import GRAD_CAM, METHODS, OCCLUSION, Attribution
from lenet.layers.paper1998_keras import PartialConvolution
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.networks.loading import once_a_network
from lenet.networks.receptive_fields import receptive_field
from lenet.sentences import shown

_GREY = 127  # of the square that occlusion slides over the image
_MOST_PLACES = 28  # of it along a side


@dataclass(frozen=True)
class Backward:
    """One pass forward and back, for one image and one class.

    Attributes:
        maps: layer name → its output, float32, without the axis of images.
        logits: (classes,) float32.
        input_gradient: (H, W, C) float32: of that class's logit by the network's input.
        convolution: name of the last convolution whose map is more than one pixel; None where there is none.
        map_gradient: (height, width, channels) float32: of that logit by the convolution's output; or None.
    """

    maps: dict[str, np.ndarray]
    logits: np.ndarray
    input_gradient: np.ndarray
    convolution: str | None
    map_gradient: np.ndarray | None


def attribute(loaded: LoadedModel, image: np.ndarray, method: str, label: int | None = None) -> Attribution:
    """A heat map over an image.

    Args:
        loaded: a model that takes it.
        image: (H, W, C) uint8.
        method: one of `METHODS`.
        label: the class to explain; None: the most probable one.

    Raises:
        ModelError: the method or the label is none, or Grad-CAM is asked of a network without convolution.
    """
    if method not in METHODS:
        raise ModelError(f"Attribution: received {shown(method)}, expected {' or '.join(METHODS)}.")
    probabilities = loaded.probabilities(image[None])[0]
    label = int(probabilities.argmax()) if label is None else label
    if not 0 <= label < len(probabilities):
        raise ModelError(f"Class: received {label}, expected 0 to {len(probabilities) - 1}.")
    passed = backward(loaded, image, label)
    heat = _heat(loaded, passed, image, method, label)
    largest = float(np.abs(heat).max())
    heat = (heat / (largest or 1)).astype(np.float32)
    return Attribution(
        np.maximum(heat, 0), np.maximum(-heat, 0), method, label, passed.maps, probabilities, largest
    )


def _heat(
    loaded: LoadedModel, passed: Backward, image: np.ndarray, method: str, label: int
) -> np.ndarray:  # (H, W) float
    if method == GRAD_CAM:
        return grad_cam(loaded, passed, image)
    return occlusion(loaded, image, label) if method == OCCLUSION else gradient_input(loaded, passed, image)


def backward(loaded: LoadedModel, image: np.ndarray, label: int) -> Backward:
    """The pass that all methods but occlusion begin with; `image` is (H, W, C) uint8."""
    traced = _trace(loaded.network)
    inputs = tf.constant(loaded.inputs(image[None]))
    maps, logits, *gradients = traced.run(loaded.weights, inputs, tf.constant(label))
    maps = {name: value.numpy()[0] for name, value in zip(traced.names, maps, strict=True)}
    input_gradient, *map_gradient = (each.numpy()[0] for each in gradients)
    return Backward(
        maps, logits.numpy()[0], input_gradient, traced.convolution, next(iter(map_gradient), None)
    )


def grad_cam(loaded: LoadedModel, passed: Backward, image: np.ndarray) -> np.ndarray:
    """(H, W) float: the convolution's maps, weighted by how much each raises the logit; at least 0.

    Raises:
        ModelError: the network has no convolution.
    """
    if passed.convolution is None:
        raise ModelError(
            f"Grad-CAM: {loaded.label} has no convolution whose maps it could show. "
            "Choose gradient × input, or occlusion."
        )
    weights = passed.map_gradient.mean(axis=(0, 1))  # (channels,)
    cam = np.maximum((passed.maps[passed.convolution] * weights).sum(axis=-1), 0)  # (height, width)
    field = receptive_field(loaded.network.model, passed.convolution)
    starts = [center - margin for center, margin in zip(field.center, _margins(loaded, image), strict=True)]
    return _enlarged(cam, starts, field.step, image.shape[:2])


def gradient_input(loaded: LoadedModel, passed: Backward, image: np.ndarray) -> np.ndarray:
    """(H, W) float: each pixel times the derivative of the logit by that pixel, summed over its channels.

    By the pixel, not by the network's input: a recipe may give background (0) another number than 0. So
    background has none.
    """
    scale = loaded.scale_and_offset[0]
    (top, left), (height, width) = _margins(loaded, image), image.shape[:2]
    by_pixel = passed.input_gradient[top : top + height, left : left + width] * scale
    return (by_pixel * image.astype(np.float64)).sum(axis=-1)


def occlusion(loaded: LoadedModel, image: np.ndarray, label: int) -> np.ndarray:
    """(H, W) float: how far the probability of `label` falls when a grey square covers it and what is near.

    Negative where it rises. The square's sides are about a sixth of the image's. Of large images a few places
    are tried, and what lies between them is interpolated.
    """
    rows, columns = (_places(side) for side in image.shape[:2])
    before = loaded.probabilities(image[None])[0, label]
    drops = np.array([before - _without(loaded, image, row, columns, label) for row in rows])
    steps = [places[1] - places[0] for places in (rows, columns)]
    return _enlarged(drops, [rows[0] + 0.5, columns[0] + 0.5], steps, image.shape[:2])


def _places(side: int) -> np.ndarray:
    """The rows, or columns, on which the square is centered."""
    return np.arange(0, side, -(-side // _MOST_PLACES))


def _without(loaded: LoadedModel, image: np.ndarray, row: int, columns: np.ndarray, label: int) -> np.ndarray:
    """(columns,) float: the probability of `label` with the square at each of these places of a row."""
    return loaded.probabilities(np.stack([_covered(image, row, column) for column in columns]))[:, label]


def _covered(image: np.ndarray, row: int, column: int) -> np.ndarray:
    half_height, half_width = (max(1, round(side / 12)) for side in image.shape[:2])
    covered = image.copy()
    top, left = max(row - half_height, 0), max(column - half_width, 0)
    covered[top : row + half_height + 1, left : column + half_width + 1] = _GREY
    return covered


# The pass, traced


@dataclass(frozen=True)
class _Traced:
    run: tf.types.experimental.ConcreteFunction
    names: tuple[str, ...]
    convolution: str | None


@once_a_network
def _trace(network: Network) -> _Traced:
    names = tuple(layer.name for layer in network.map_layers)
    convolution = _last_convolution(network.map_layers)

    @tf.function(input_signature=(*network.signature, tf.TensorSpec((), tf.int32)))
    def run(weights: Weights, inputs: tf.Tensor, label: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            (*maps, logits), _ = network.with_maps.stateless_call(*weights, inputs, training=False)
            score = tf.reduce_sum(logits[:, label])
        sources = [inputs] + ([maps[names.index(convolution)]] if convolution else [])
        return [maps, logits, *tape.gradient(score, sources)]

    return _Traced(run.get_concrete_function(), names, convolution)


def _last_convolution(layers: tuple[keras.layers.Layer, ...]) -> str | None:
    """The name of the last one that still has places: more than one pixel."""
    kinds = (
        keras.layers.Conv2D,
        keras.layers.DepthwiseConv2D,
        keras.layers.SeparableConv2D,
        PartialConvolution,
    )
    found = [layer for layer in layers if isinstance(layer, kinds) and max(layer.output.shape[1:3]) > 1]
    return found[-1].name if found else None


# Where a map's pixels are in the image


def _margins(loaded: LoadedModel, image: np.ndarray) -> tuple[int, int]:
    """Rows above, and columns left of, the image that padding adds."""
    sides = zip(loaded.network.input_shape, image.shape[:2], strict=False)
    rows, columns = ((padded - side) // 2 for padded, side in sides)
    return rows, columns


def _enlarged(
    cam: np.ndarray, starts: Sequence[float], steps: Sequence[float], size: Sequence[int]
) -> np.ndarray:
    """(height, width) whose pixels look at start, start + step, … → `size`, linear between, smooth."""
    for axis in (0, 1):
        places = starts[axis] + steps[axis] * np.arange(cam.shape[axis])
        cam = np.apply_along_axis(
            lambda line, axis=axis, places=places: np.interp(np.arange(size[axis]) + 0.5, places, line),
            axis,
            cam,
        )
    return cam
