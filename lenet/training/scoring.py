"""Loss and accuracy of a network's predictions. Imports TensorFlow: workers and the command line only."""

import numpy as np
import tensorflow as tf

from lenet.training.losses import loss_of_each
from lenet.training.state import TrainingState


def score(state: TrainingState, logits: np.ndarray, indices: np.ndarray) -> tuple[float, float]:
    """Mean loss, the run's own, and accuracy (0–1).

    Args:
        logits: (n, classes) float32.
        indices: (n,) int32, of the images that they are for.
    """
    labels = state.labels[indices]
    losses = loss_of_each(tf.constant(logits), tf.constant(labels), state.config).numpy()
    return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())
