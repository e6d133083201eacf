"""Losses: that of each image, with smoothed labels; and the L2 penalty of weights.

Curves and evaluations have the loss alone, so that runs with the other two and without can be compared.
Imports TensorFlow and Keras: workers and the command line only. Must not import Streamlit.
"""

import keras
import tensorflow as tf

from lenet.runs.config import RunConfig


def loss_of_each(logits: tf.Tensor, labels: tf.Tensor, config: RunConfig) -> tf.Tensor:
    """(n, classes) float32, (n,) int32 → (n,) float32; the config says which loss.

    The paper's two (LeCun et al. 1998, section II.C) are of penalties y, here negative logits: y of the true
    class; and that plus log(exp(−j) + Σ exp(−y)), a cross-entropy with one more class, for inputs to reject
    (the paper's "rubbish"), whose y is j, `rejection_penalty`.
    """
    if config.loss == "cross_entropy":
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    if config.loss == "distance":
        return -tf.gather(logits, labels, batch_dims=1)
    rejected = tf.fill((tf.shape(logits)[0], 1), -config.rejection_penalty)
    with_rejection = tf.concat([logits, rejected], axis=1)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=with_rejection)


def smoothed(losses: tf.Tensor, logits: tf.Tensor, config: RunConfig) -> tf.Tensor:
    """(n,) float32, (n, classes) float32 → (n,): as if a share of every label belonged to all classes alike.

    Source: Szegedy et al. 2016, section 7.
    """
    share = config.label_smoothing
    if not share or config.loss != "cross_entropy":
        return losses
    of_all_classes = tf.reduce_logsumexp(logits, axis=1) - tf.reduce_mean(logits, axis=1)
    return (1 - share) * losses + share * of_all_classes


def l2_penalty(model: keras.Model, config: RunConfig) -> tf.Tensor | float:
    """What large weights add to the objective, a scalar: kernels, not biases or one number a map."""
    if not config.l2:
        return 0.0
    kernels = [each.value for each in model.trainable_variables if len(each.shape) > 1]
    return config.l2 * tf.add_n([tf.nn.l2_loss(kernel) for kernel in kernels])
