"""What the inference worker sends back to pages. Light, for a page unpickles it: numpy only, no Keras."""

from dataclasses import dataclass

import numpy as np

from lenet.evaluation.prediction import Prediction
from lenet.layers.view import LayerView


@dataclass(frozen=True)
class FeatureMaps:
    """What one image becomes on its way through the network.

    Attributes:
        image: (H, W, C) uint8, as stored.
        label: the true class.
        maps: layer name → (height, width, channels) float32, in order; what is still an image.
        probabilities: (classes,) float32.
    """

    image: np.ndarray
    label: int
    maps: dict[str, np.ndarray]
    probabilities: np.ndarray


@dataclass(frozen=True)
class Activations:
    """One image on its way through a network.

    Attributes:
        prediction: what comes out. `lenet.evaluation.abstention` decides for digits of 28×28 grey pixels; all
            else counts as sure.
        inputs: (H', W', C) float32: what the network receives, padded and scaled.
        layers: in order, without dropout and flatten, which do nothing here.
    """

    prediction: Prediction
    inputs: np.ndarray
    layers: tuple[LayerView, ...]


@dataclass(frozen=True)
class Attribution:
    """Which pixels of an image speak for a class, and which against.

    Attributes:
        heat_map: (H, W) float32, 0–1: how much each pixel of the image speaks for `label`.
        against: (H, W) float32, 0–1, on the same scale: how much it speaks against. Grad-CAM has none.
        method: one of `METHODS`.
        label: the class that is explained.
        maps: layer name → what the layer gives for this image, float32, in order: (height, width, channels)
            where it is still an image, else (units,).
        probabilities: (classes,) float32.
        largest: what 1 stands for in the two heat maps. Of occlusion, how far (0–1) the probability of
            `label` falls or rises where covering the image matters most; of the others no known unit.
    """

    heat_map: np.ndarray
    against: np.ndarray
    method: str
    label: int
    maps: dict[str, np.ndarray]
    probabilities: np.ndarray
    largest: float


GRAD_CAM = "Grad-CAM"
GRADIENT_INPUT = "gradient × input"
OCCLUSION = "occlusion"
METHODS = (GRAD_CAM, GRADIENT_INPUT, OCCLUSION)


@dataclass(frozen=True)
class OptimizedImage:
    """The image that activates a filter or unit most, found by gradient ascent from noise.

    Attributes:
        image: (H, W, C) float32, 0–1, of the size that images of its data set have.
        activation: the largest value of that filter's map (or the unit's value) for it; scores of the output
            layer count before the softmax.
        start: the same of the noise that it began as.
        place: of a filter left, top, right, bottom in pixels of the image: what one value in the middle of
            its map looks at, and for which the image was made; the rest is grey. None of units.
    """

    image: np.ndarray
    activation: float
    start: float
    place: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Strongest:
    """The test images that activate a filter or unit most, the strongest first; nine, or all there are.

    Attributes:
        dataset: where they are from, with `part` and `indices`.
        indices: (9,) int.
        activations: (9,) float32, the largest value of that filter's map, or the unit's value.
        images: (9, H, W, C) uint8.
        labels: (9,) int.
        places: (9, 4) float, in pixels of the image: left, top, right, bottom of what the largest value looks
            at; it may reach into the padding. None of units, which look at everything.
    """

    dataset: str
    part: str
    indices: np.ndarray
    activations: np.ndarray
    images: np.ndarray
    labels: np.ndarray
    places: np.ndarray | None


@dataclass(frozen=True)
class Gradients:
    """Of one network at one epoch.

    Attributes:
        loss: mean cross-entropy of the images, in nats.
        images: how many there were.
        bins: key of each layer with weights → columns from, to, count of the gradient of its kernel.
        sizes: key → mean magnitude of that gradient.
    """

    loss: float
    images: int
    bins: dict[str, dict[str, list[float]]]
    sizes: dict[str, float]


@dataclass(frozen=True)
class Ablated:
    """A network with some of its filters and units switched off.

    Attributes:
        accuracy: 0–1, on the whole test set of its data.
        accuracy_before: with all of them on.
        probabilities: (classes,) float32, its prediction for one image.
        count: how many are off.
        num_images: of that test set.
    """

    accuracy: float
    accuracy_before: float
    probabilities: np.ndarray
    count: int
    num_images: int


TEST_IMAGES = "Looking at all test images"  # while it is done
TSNE_STAGES = 4  # of `embedding.tsne_stage`, each of 250 steps
TSNE_IMAGES = 2_000  # test images in its map


@dataclass(frozen=True)
class Embedding:
    """Test images as points in a plane, by what the last hidden layer makes of them.

    Attributes:
        points: (N, 2) float32.
        indices: (N,) int, their rows in that part of the data set.
        labels: (N,) int32, the true classes.
        predicted: (N,) int32, those that the network predicts.
        dataset: where they are from, with `part`.
        explained: of PCA, the share (0–1) of the variance that each of the two axes shows; None of t-SNE.
    """

    points: np.ndarray
    indices: np.ndarray
    labels: np.ndarray
    predicted: np.ndarray
    dataset: str
    part: str
    explained: tuple[float, float] | None
