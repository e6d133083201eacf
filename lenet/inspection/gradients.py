"""The gradient of the loss by each weight at an epoch, on some training images: where training pulls it.

Runs in the inference worker. Imports TensorFlow; must not import Streamlit.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf

from lenet.data import samples
from lenet.errors import ModelError
from lenet.inspection.histogram import histogram
from lenet.inspection.results import Gradients
from lenet.networks.loaded_model import LoadedModel, Network, Weights
from lenet.networks.loading import load, once_a_network
from lenet.networks.model_reference import Model, resolve

BATCH = 256  # images: as large a batch as recipes have


def gradients(spec: str, runs_folder: str | None = None) -> Gradients:
    """Of the mean cross-entropy of the first training images, by every kernel of the model `spec`.

    As in training: dropout and batch normalization work as they do there.

    Raises:
        ModelError: there is no such model, or nobody knows what it was trained on.
        DatasetError: its data are not here.
    """
    folder = Path(runs_folder) if runs_folder else None
    model = resolve(spec, folder)
    loaded = load(model)
    images, labels = _batch(loaded, model)
    loss, found = by_weights(loaded, images, labels)
    kernels = {path.partition("/")[0]: value for path, value in found.items() if path.endswith("/kernel")}
    return Gradients(
        loss,
        len(labels),
        {key: histogram(value) for key, value in kernels.items()},
        {key: float(np.abs(value).mean()) for key, value in kernels.items()},
    )


def by_weights(
    loaded: LoadedModel, images: np.ndarray, labels: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """The mean cross-entropy, and its gradient by each trainable weight: Keras' path → float32.

    Args:
        images: (N, H, W, C) uint8.
        labels: (N,) integers.
    """
    inputs, targets = tf.constant(loaded.inputs(images)), tf.constant(labels.astype(np.int32))
    loss, *found = _backward(loaded.network)(loaded.weights, inputs, targets)
    paths = [variable.path for variable in loaded.network.model.trainable_variables]
    return float(loss), {path: value.numpy() for path, value in zip(paths, found, strict=True)}


@once_a_network
def _backward(network: Network) -> tf.types.experimental.ConcreteFunction:
    @tf.function(input_signature=(*network.signature, tf.TensorSpec((None,), tf.int32)))
    def backward(weights: Weights, inputs: tf.Tensor, labels: tf.Tensor) -> list[tf.Tensor]:
        trainable, others = weights
        with tf.GradientTape() as tape:
            tape.watch(trainable)
            logits, _ = network.model.stateless_call(trainable, others, inputs, training=True)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(losses)
        return [loss, *tape.gradient(loss, trainable)]

    return backward.get_concrete_function()


def _batch(loaded: LoadedModel, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """The first training images and their labels."""
    if loaded.config is None:
        raise ModelError(
            f"{model.reference} does not say what it was trained on, so there is no loss to follow."
        )
    path = str(model.run_folder) if model.run_folder else None
    return samples.first(loaded.config.dataset, "train", loaded.network.at_once(BATCH), path)
