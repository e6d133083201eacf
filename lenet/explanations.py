"""Why a network gives its answer: Grad-CAM and gradient × input, and what each layer makes of a drawing.

Grad-CAM: R. Selvaraju et al., “Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
Localization”, 2017. Gradient × input: A. Shrikumar et al., “Not Just a Black Box”, 2016. Imports Keras and
TensorFlow: the inference worker and the command line only. Must not import Streamlit.
"""

from dataclasses import dataclass
from functools import lru_cache

import keras
import numpy as np
import tensorflow as tf

from lenet.answers import GRAD_CAM, METHODS, Explanation, ModelError
from lenet.loading import LoadedModel, Network, Weights
from lenet.preprocessing import scale_and_offset


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


def explain(loaded: LoadedModel, image: np.ndarray, method: str, label: int | None = None) -> Explanation:
    """A heat map over a drawing.

    Args:
        loaded: a model of 28×28×1 images.
        image: (28, 28) uint8.
        method: one of `METHODS`.
        label: the class to explain; None: the most probable one.

    Raises:
        ModelError: the method or the label is none, or Grad-CAM is asked of a network without convolution.
    """
    if method not in METHODS:
        raise ModelError(f"Explanation: received {method!r}, expected {' or '.join(METHODS)}.")
    probabilities = loaded.probabilities(image[None, ..., None])[0]
    label = int(probabilities.argmax()) if label is None else label
    if not 0 <= label < len(probabilities):
        raise ModelError(f"Class: received {label}, expected 0 to {len(probabilities) - 1}.")
    passed = backward(loaded, image, label)
    heat = grad_cam(loaded, passed) if method == GRAD_CAM else gradient_input(loaded, passed, image)
    largest = np.abs(heat).max() or 1.0
    heat = (heat / largest).astype(np.float32)
    return Explanation(np.maximum(heat, 0), np.maximum(-heat, 0), method, label, passed.maps, probabilities)


def backward(loaded: LoadedModel, image: np.ndarray, label: int) -> Backward:
    """The pass itself; `image` is (28, 28) uint8."""
    traced = _trace(loaded.network)
    inputs = tf.constant(loaded.inputs(image[None, ..., None]))
    maps, logits, *gradients = traced.run(loaded.weights, inputs, tf.constant(label))
    maps = {name: value.numpy()[0] for name, value in zip(traced.names, maps, strict=True)}
    input_gradient, *map_gradient = (each.numpy()[0] for each in gradients)
    return Backward(
        maps, logits.numpy()[0], input_gradient, traced.convolution, next(iter(map_gradient), None)
    )


def grad_cam(loaded: LoadedModel, passed: Backward) -> np.ndarray:
    """(28, 28) float: the convolution's maps, weighted by how much each raises the logit; at least 0.

    Raises:
        ModelError: the network has no convolution.
    """
    if passed.convolution is None:
        raise ModelError(
            f"Grad-CAM: {loaded.label} has no convolution whose maps it could show. Choose gradient × input."
        )
    weights = passed.map_gradient.mean(axis=(0, 1))  # (channels,)
    cam = np.maximum((passed.maps[passed.convolution] * weights).sum(axis=-1), 0)  # (height, width)
    start, step = _centers(loaded.network.model, passed.convolution)
    margin = _margin(loaded)
    return _enlarged(cam, start - margin, step)


def gradient_input(loaded: LoadedModel, passed: Backward, image: np.ndarray) -> np.ndarray:
    """(28, 28) float: each pixel times the derivative of the logit by that pixel; background (0) has none.

    By the pixel, not by the network's input: a recipe may give background another number than 0.
    """
    scale = scale_and_offset(loaded.config)[0] if loaded.config else 1 / 255
    margin = _margin(loaded)
    height, width = image.shape
    by_pixel = passed.input_gradient[margin : margin + height, margin : margin + width, 0] * scale
    return by_pixel * image.astype(np.float64)


# The pass, traced


@dataclass(frozen=True)
class _Traced:
    run: tf.types.experimental.ConcreteFunction
    names: tuple[str, ...]
    convolution: str | None


@lru_cache(maxsize=8)
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
    kinds = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D)
    found = [layer for layer in layers if isinstance(layer, kinds) and max(layer.output.shape[1:3]) > 1]
    return found[-1].name if found else None


# Where a map's pixels are in the drawing


def _margin(loaded: LoadedModel) -> int:
    """Rows above, and columns left of, the drawing that padding adds."""
    return (loaded.network.input_shape[0] - 28) // 2


def _centers(model: keras.Model, name: str) -> tuple[float, float]:
    """Where the first pixel of that layer's map looks at, and how far apart its pixels look: in input pixels.

    The middle of the first input pixel is 0.5. Exact for a chain of convolutions and pools.
    """
    start, step = 0.5, 1.0
    for layer in model.layers[: [layer.name for layer in model.layers].index(name) + 1]:
        window = getattr(layer, "pool_size", getattr(layer, "kernel_size", None))
        if window is not None:
            start += step * ((window[0] - 1) / 2 - _padding(layer, window[0]))
            step *= layer.strides[0]
    return start, step


def _padding(layer: keras.layers.Layer, window: int) -> int:
    """The rows of zeros that the layer adds above its input, as TensorFlow does for "same"."""
    if layer.padding == "valid":
        return 0
    rows, outputs = layer.input.shape[1], layer.output.shape[1]
    return max((outputs - 1) * layer.strides[0] + window - rows, 0) // 2


def _enlarged(cam: np.ndarray, start: float, step: float) -> np.ndarray:
    """(height, width) whose pixels look at start, start + step, … → (28, 28), linear between, smooth."""
    places = np.arange(28) + 0.5
    rows = np.stack([np.interp(places, start + step * np.arange(len(column)), column) for column in cam.T], 1)
    return np.stack([np.interp(places, start + step * np.arange(len(row)), row) for row in rows])
