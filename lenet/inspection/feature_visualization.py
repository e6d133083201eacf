"""Feature visualization: an image made to activate a filter or unit, and the test images that do so most.

Gradient ascent makes the image: D. Erhan et al., “Visualizing Higher-Layer Features of a Deep Network”, 2009;
small shifts, blur and decay keep it from being noise: C. Olah et al., “Feature Visualization”, 2017. Runs in
the inference worker and in the command line. Imports Keras and TensorFlow; must not import Streamlit.
"""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from lenet import turns
from lenet.cache import Cache
from lenet.evaluation.model_data import HeldOut, held_out
from lenet.inspection.results import TEST_IMAGES, OptimizedImage, Strongest
from lenet.inspection.submodels import Submodel, before_activation, check_index, layer_of, over_batches
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.networks.loading import load_model, once_a_network
from lenet.networks.receptive_fields import ReceptiveField, receptive_field

_STEPS = 120  # of gradient ascent
_STEP_SIZE = 0.06  # of the first: the root of its mean square, in pixels' 0–1
_DECAY = 0.01  # of every pixel towards black, at each step
_BLUR = 0.12  # of each neighbor in a pixel, at the first step
_SHIFT = 2  # pixels at most
_UNREGULARIZED = 0.3  # the last part of the steps has no shift, decay or blur
_GREY = 0.5  # of pixels that make no difference

_NUM_STRONGEST = 9
_found = Cache(1_000_000, most=24)


def optimized_image(spec: str, layer: str, index: int, runs_folder: str | None = None) -> OptimizedImage:
    """The image that activates a filter or unit of the model `spec` most. The same one every time.

    Of a filter it is made for the value in the middle of its map: all of them would only tell how bright an
    image activates it, since places beside each other cancel.

    Args:
        layer: its key, "1_conv".
        index: of the filter or unit, from 0.

    Raises:
        ModelError: there is no such model, layer or filter.
    """
    loaded, found = _model_and_layer(spec, layer, index, runs_folder)
    random = np.random.default_rng(0)
    start = random.uniform(0.3, 0.5, loaded.image_shape).astype(np.float32)
    is_map, image = len(found.output.shape) == 4, start
    for step in range(_STEPS):
        turns.report(step, _STEPS, "Changing noise, step by step")
        left = 1 - step / _STEPS  # falls to 0
        is_regularized = left >= _UNREGULARIZED
        shift = random.integers(-_SHIFT, _SHIFT + 1, 2) * (is_regularized and not is_map)
        image = image + _STEP_SIZE * left * _ascent(loaded, found, index, image, shift)
        image = _blurred(image * (1 - _DECAY), _BLUR * left) if is_regularized else image
        image = np.clip(image, 0, 1)
    place = _middle(loaded, found) if is_map else None
    image = _only_inside(place, image) if place else image
    values = [_largest(loaded, found, index, each) for each in (image, start)]
    return OptimizedImage(image.astype(np.float32), *values, place)


def strongest_images(spec: str, layer: str, index: int, runs_folder: str | None = None) -> Strongest:
    """The nine images of the model's own test set that activate a filter or unit most.

    Args:
        layer: its key, "1_conv".
        index: of the filter or unit, from 0.

    Raises:
        ModelError: there is no such model, layer or filter, or its data set is not here.
    """
    loaded, found = _model_and_layer(spec, layer, index, runs_folder)
    data = held_out(spec, runs_folder)
    key = (layer, data.dataset, len(data.labels))
    best, largest, places = (
        each[:, index] for each in _found.get(loaded.weights, key, lambda: _strongest(loaded, found, data))
    )
    is_map = len(found.output.shape) == 4
    return Strongest(
        dataset=data.dataset,
        part="test",
        indices=best,
        activations=largest,
        images=data.images[best],
        labels=data.labels[best],
        places=_boxes(loaded, found, places) if is_map else None,
    )


def _model_and_layer(
    spec: str, key: str, index: int, runs_folder: str | None
) -> tuple[LoadedModel, keras.layers.Layer]:
    loaded = load_model(spec, Path(runs_folder) if runs_folder else None)
    layer = layer_of(loaded, key)
    check_index(loaded, layer, index)
    return loaded, layer


# Gradient ascent


def _ascent(
    loaded: LoadedModel, layer: keras.layers.Layer, index: int, image: np.ndarray, shift: np.ndarray
) -> np.ndarray:
    """The gradient, of mean square 1, by the image; worked out for it shifted, then shifted back."""
    inputs = _inputs(loaded, np.roll(image, shift, (0, 1)))
    gradient = _gradient(loaded.network, layer)(loaded.weights, inputs, tf.constant(index)).numpy()[0]
    (top, left), (height, width, _) = _margins(loaded), image.shape
    gradient = np.roll(gradient[top : top + height, left : left + width], -shift, (0, 1))
    return gradient / (np.sqrt((gradient**2).mean()) + 1e-12)


@once_a_network
def _gradient(network: Network, layer: keras.layers.Layer) -> tf.types.experimental.ConcreteFunction:
    """(weights, inputs (1, H, W, C), index) → the gradient of the value before activation, by the inputs."""
    before = before_activation(network, layer)

    @tf.function(input_signature=(*network.signature, tf.TensorSpec((), tf.int32)))
    def gradient(weights: Weights, inputs: tf.Tensor, index: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            values = tf.gather(before(weights, inputs), index, axis=-1)
            if len(values.shape) == 3:
                values = values[:, values.shape[1] // 2, values.shape[2] // 2]
            score = tf.reduce_sum(values)
        return tape.gradient(score, inputs)

    return gradient.get_concrete_function()


def _blurred(image: np.ndarray, share: float) -> np.ndarray:
    """(H, W, C), each pixel mixed with its four neighbors, which have that share each along each side."""
    for axis in (0, 1):
        widths = [(1, 1) if each == axis else (0, 0) for each in range(3)]
        padded = np.pad(image, widths, mode="edge")
        before, after = (np.take(padded, range(k, k + image.shape[axis]), axis) for k in (0, 2))
        image = (1 - 2 * share) * image + share * (before + after)
    return image


def _largest(loaded: LoadedModel, layer: keras.layers.Layer, index: int, image: np.ndarray) -> float:
    """The largest value of the filter's map, after its activation."""
    largest, _ = _peaks(loaded.network, layer)(loaded.weights, _inputs(loaded, image))
    return float(largest[0, index])


# Over the test set


@once_a_network
def _peaks(network: Network, layer: keras.layers.Layer) -> tf.types.experimental.ConcreteFunction:
    """(weights, inputs) → for each image and filter the largest value, (N, filters), and its place, int32."""
    part = Submodel(network, layer.output)

    @tf.function(input_signature=network.signature)
    def peaks(weights: Weights, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        values = part(weights, inputs)
        flat = tf.reshape(values, (tf.shape(values)[0], -1, values.shape[-1]))  # (N, places, filters)
        return tf.reduce_max(flat, axis=1), tf.argmax(flat, axis=1, output_type=tf.int32)

    return peaks.get_concrete_function()


def _strongest(
    loaded: LoadedModel, layer: keras.layers.Layer, data: HeldOut
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(9, filters) each: which images activate each filter most, how much, and at which place."""
    peaks = _peaks(loaded.network, layer)
    largest, places = over_batches(
        lambda images: peaks(loaded.weights, tf.constant(loaded.inputs(images))),
        data.images,
        words=TEST_IMAGES,
    )
    best = np.argsort(-largest, axis=0, kind="stable")[:_NUM_STRONGEST].copy()  # not all of it
    return best, np.take_along_axis(largest, best, axis=0), np.take_along_axis(places, best, axis=0)


def _boxes(loaded: LoadedModel, layer: keras.layers.Layer, places: np.ndarray) -> np.ndarray:
    """(n,) places in a map, counted row by row → (n, 4) left, top, right, bottom in pixels of the image."""
    field, columns = receptive_field(loaded.network.model, layer.name), layer.output.shape[2]
    return np.array([_box(loaded, field, *divmod(int(place), columns)) for place in places])


# Between the image and the network's input


def _margins(loaded: LoadedModel) -> tuple[int, int]:
    """Rows above, and columns left of, the image that padding adds."""
    sides = zip(loaded.network.input_shape[:2], loaded.image_shape[:2], strict=True)
    rows, columns = ((padded - side) // 2 for padded, side in sides)
    return rows, columns


def _inputs(loaded: LoadedModel, image: np.ndarray) -> tf.Tensor:
    """(H, W, C) float, 0–1 → (1, H', W', C) as the network takes it: padding is black."""
    scale, offset = loaded.scale_and_offset
    (top, left), (height, width) = _margins(loaded), loaded.network.input_shape[:2]
    widths = ((top, height - top - image.shape[0]), (left, width - left - image.shape[1]), (0, 0))
    return tf.constant((np.pad(image, widths) * 255 * scale + offset)[None], tf.float32)


def _middle(loaded: LoadedModel, layer: keras.layers.Layer) -> tuple[float, float, float, float]:
    """What the value in the middle of a map looks at."""
    field = receptive_field(loaded.network.model, layer.name)
    return _box(loaded, field, layer.output.shape[1] // 2, layer.output.shape[2] // 2)


def _box(
    loaded: LoadedModel, field: ReceptiveField, row: int, column: int
) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in pixels of the image."""
    (above, before), (left, top, right, bottom) = _margins(loaded), field.box(row, column)
    return left - before, top - above, right - before, bottom - above


def _only_inside(place: tuple[float, float, float, float], image: np.ndarray) -> np.ndarray:
    """Grey around the place."""
    left, top, right, bottom = (max(round(each), 0) for each in place)
    grey = np.full_like(image, _GREY)
    grey[top:bottom, left:right] = image[top:bottom, left:right]
    return grey
